"""Which forms are asked for, when, of whom; and in which message."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import ROLE, THURSDAY, TUESDAY, WEDNESDAY, written
from ..form_common import FormBuilders
from ..message_common import MessageCase


@tagged("post_install", "-at_install")
class TestFormsAsked(FormBuilders, MessageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.history = cls.survey("History")
        cls.form = cls.ask_for(cls.single, cls.history)

    def visit(self, *people, day=THURSDAY, **values):
        return super().visit(*people, day=day, **{"service_id": self.single.id, **values})

    # When

    def test_a_visit_asks_once_for_what_its_service_asks(self):
        self.visit()
        self.visit(day=TUESDAY)
        self.visit(self.mira, day=WEDNESDAY, service_id=self.group.id)

        self.assertEqual(self.requests().mapped("state"), ["open"])
        self.assertEqual(self.requests().title, "History")
        self.assertFalse(self.requests(self.mira))

    def test_what_is_held_in_a_basket_asks_for_nothing_until_it_is_booked(self):
        checkout = self.checkout(self.single, written(TUESDAY, "10:00"), [self.mother])
        self.hold(self.mother, checkout)
        self.assertFalse(self.requests(self.mira))

        self.confirm(self.mother)

        self.assertEqual(len(self.requests(self.mira)), 1)

    def test_once_filled_in_it_is_due_as_the_service_says(self):
        first = self.visit(self.mira, day=TUESDAY)
        self.complete(self.requests(self.mira), self.mother)
        dues = {}
        for due, months in (("once", 1), ("months", 1), ("months", 2), ("always", 1)):
            self.form.write({"due": due, "months": months})
            with self.after(10):
                later = self.visit(self.mira, day=TUESDAY + timedelta(days=35))
            dues[due, months] = len(self.requests(self.mira, state="open"))
            later._update_state("cancelled")
        self.assertEqual(
            dues, {("once", 1): 0, ("months", 1): 1, ("months", 2): 0, ("always", 1): 1}
        )
        self.assertEqual(self.requests(self.mira).participant_id, first.participant_ids)

    def test_a_form_for_children_is_asked_of_children(self):
        self.form.is_for_children = True
        self.leo.birth_date = date(2018, 5, 1)
        self.mira.birth_date = date(1990, 5, 1)

        for person, clock in ((self.leo, "10:00"), (self.mira, "11:00"), (self.greta, "14:00")):
            self.visit(person, clock=clock, payer_id=self.fergus.id)

        asked = self.requests(self.leo) + self.requests(self.mira) + self.requests(self.greta)
        self.assertEqual(asked.patient_id, self.leo)

    def test_a_cancelled_visit_asks_no_more_unless_another_does(self):
        first, second = self.visit(day=TUESDAY), self.visit(day=WEDNESDAY)
        first._update_state("cancelled")
        self.assertEqual(self.requests().participant_id, second.participant_ids)

        second._update_state("cancelled")

        self.assertFalse(self.requests())

    def test_what_was_begun_stays_when_the_visit_is_cancelled(self):
        visit = self.visit(self.mira)
        request = self.requests(self.mira)
        request.with_user(self.mother)._open()
        request.answer_id._mark_in_progress()

        visit._update_state("cancelled")

        self.assertTrue(request.exists())

    def test_a_form_that_is_put_away_is_asked_no_more(self):
        self.history.action_archive()

        self.visit()

        self.assertFalse(self.requests())

    # Who is told

    def told(self, visit):
        """What leaves after the visit was told; what the patient reads of the visit left out."""
        mails = self.send()
        return [mail for mail in mails if "forms to fill in" in mail.subject]

    def test_patient_and_those_who_fill_in_forms_get_a_message_of_their_own(self):
        self.grant(self.leo, self.mother, "intake")
        self.grant(self.leo, self.grandmother, "book", "notify")

        mails = self.told(self.visit())

        self.assertEqual(self.addresses(mails), ["leo@example.com", "mira@example.com"])
        words = {mail.address: mail.words for mail in mails}
        self.assertIn("for Leo Littleton : History", words["mira@example.com"])
        self.assertIn("before you come to the clinic: History", words["leo@example.com"])
        for mail in mails:
            self.assertIn("/my/forms", mail.html)
            self.assertNotIn("token", mail.html)
            # Who may fill in forms need not know of the visit.
            for part in ("Nora", "Physio", "April", "10:00", "Test Harbour"):
                self.assertNotIn(part, mail.words)

    def test_it_is_sent_once(self):
        visit = self.visit()
        self.assertEqual(len(self.told(visit)), 1)

        self.assertEqual(self.send(minutes=60), [])

    def test_a_relative_at_the_address_of_a_child_is_the_one_who_is_asked(self):
        self.leo.write({"birth_date": date(2018, 5, 1), "email": "mira@example.com"})
        self.grant(self.leo, self.mother, "intake")

        [mail] = self.told(self.visit())

        self.assertIn("Hello Mira Motherwell,", mail.words)
        self.assertIn("forms for Leo Littleton", mail.words)

    def test_a_child_is_never_greeted(self):
        self.leo.birth_date = date(2018, 5, 1)

        [mail] = self.told(self.visit())

        self.assertNotIn("Hello Leo", mail.words)
        self.assertIn("forms for Leo Littleton", mail.words)

    def test_who_may_no_longer_hears_nothing(self):
        held = self.grant(self.leo, self.mother, "intake")
        visit = self.visit()
        self.env.flush_all()
        with self.after(3):
            self.env["clinic.participant"]._queue_tellings()
            self.env["clinic.form.request"]._queue_messages()
        held._revoke("Enough")

        mails = self.told(visit)

        self.assertEqual(self.addresses(mails), ["leo@example.com"])

    def test_what_is_filled_in_before_is_asked_of_nobody(self):
        visit = self.visit(self.mira)
        self.complete(self.requests(self.mira), self.mother)

        self.assertEqual(self.told(visit), [])

    def test_whom_no_message_reaches_the_desk_finds(self):
        self.leo.email = False
        visit = self.visit()
        self.send()

        failed = self.messages(visit).filtered(lambda one: one.kind == "forms")

        self.assertEqual(failed.mapped("state"), ["failed"])

    # What the desk sees

    def test_the_desk_sees_what_is_missing_of_those_who_come(self):
        desk = self.user("test_desk", "Dee Desk", ROLE + "front_desk")
        visit, other = self.visit(), self.visit(self.mira, day=TUESDAY, service_id=self.group.id)
        self.assertEqual(visit.with_user(desk).missing_forms, "History (Leo Littleton)")
        self.assertFalse(other.with_user(desk).missing_forms)

        self.complete(self.requests(), self.user("test_leo", "x", partner_id=self.leo.id))

        visit.invalidate_recordset()
        self.assertFalse(visit.with_user(desk).missing_forms)

    # Merging

    def test_of_two_who_are_one_it_is_asked_once_and_what_was_begun_is_kept(self):
        double = self.person("Leo Littleton", is_patient=True)
        self.visit()
        self.visit(double, day=TUESDAY)
        begun = self.requests(double)
        begun.write({"state": "begun"})

        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.leo + double).ids, self.leo, extra_checks=False
        )

        self.assertEqual(self.requests(), begun)

    def test_two_that_were_begun_are_not_merged(self):
        double = self.person("Leo Littleton", is_patient=True)
        self.visit()
        self.visit(double, day=TUESDAY)
        (self.requests(double) + self.requests()).write({"state": "begun"})

        with self.assertRaisesRegex(UserError, "the same form"):
            self.env["base.partner.merge.automatic.wizard"]._merge(
                (self.leo + double).ids, self.leo, extra_checks=False
            )

    # What became of it

    def test_who_is_taken_off_a_visit_is_asked_nothing_for_it(self):
        together = self.visit(self.mira, self.leo, service_id=self.group.id)
        self.assertFalse(self.requests())
        self.ask_for(self.group, self.history)
        other = self.visit(self.leo, self.mira, day=TUESDAY, service_id=self.group.id)
        request = self.requests()
        self.assertEqual(request.participant_id.appointment_id, other)

        other.participant_ids.filtered(lambda one: one.partner_id == self.leo).unlink()

        self.assertFalse(request.exists())
        # The other visit asks for it now.
        self.assertEqual(self.requests().participant_id.appointment_id, together)

    def test_a_visit_that_is_deleted_asks_for_nothing(self):
        visit = self.visit(self.mira)
        self.assertTrue(self.requests(self.mira))

        visit.unlink()
        self.env["clinic.form.request"]._queue_messages()

        self.assertFalse(self.requests(self.mira))

    def test_what_was_asked_with_a_visit_that_is_over_is_asked_and_told_with_the_next(self):
        self.visit(self.mira, day=TUESDAY)
        request = self.requests(self.mira)
        request.told_at = "2027-03-28 21:00:00"

        with self.after(60 * 24 * 3):
            later = self.visit(self.mira, day=TUESDAY + timedelta(days=14))

        self.assertEqual(self.requests(self.mira), request)
        self.assertEqual(request.participant_id.appointment_id, later)
        self.assertFalse(request.told_at)

    def test_what_a_relative_began_who_may_no_longer_is_asked_anew(self):
        self.visit(self.leo, day=TUESDAY)
        request = self.requests()
        held = self.grant(self.leo, self.father, "intake")
        request.with_user(self.father)._open()
        request.answer_id._mark_in_progress()
        self.visit(self.leo, day=WEDNESDAY)
        self.assertEqual(self.requests(), request)

        held._revoke("Enough")
        self.visit(self.leo, day=TUESDAY + timedelta(days=7), service_id=self.group.id)
        self.assertEqual(request.state, "begun", "nobody would be asked for it again")
        self.visit(self.leo, day=THURSDAY)

        self.assertEqual(request.state, "abandoned")
        self.assertEqual(self.requests(state="open").participant_id.appointment_id.state, "booked")
        self.grant(self.leo, self.father, "intake")
        self.assertFalse(request.with_user(self.father)._open())

    def test_what_the_patient_may_go_on_with_is_kept_for_them(self):
        self.visit(self.mira, day=TUESDAY)
        request = self.requests(self.mira)
        held = self.grant(self.mira, self.father, "intake")
        request.with_user(self.father)._open()
        request.answer_id._mark_in_progress()
        held._revoke("Enough")

        self.visit(self.mira, day=WEDNESDAY)

        self.assertEqual(self.requests(self.mira), request)
        self.assertTrue(request.with_user(self.mother)._open())

    def test_what_no_visit_asks_for_any_more_is_not_asked_anew(self):
        visit = self.visit(self.mira)
        request = self.requests(self.mira)
        request.with_user(self.mother)._open()
        request.answer_id._mark_in_progress()
        visit.unlink()
        desk = self.user("test_desk", "Dee Desk", ROLE + "front_desk")

        with self.assertRaisesRegex(UserError, "No visit to come"):
            request.with_user(desk).action_ask_anew()

        self.assertEqual(request.state, "begun")

    def test_the_front_desk_asks_anew_for_what_is_never_finished(self):
        self.visit(self.mira)
        request = self.requests(self.mira)
        desk = self.user("test_desk", "Dee Desk", ROLE + "front_desk")
        practitioner = self.user("test_practitioner", "Pia", ROLE + "practitioner")
        self.nora.user_id = practitioner
        with self.assertRaisesRegex(UserError, "somebody has begun"):
            request.with_user(desk).action_ask_anew()
        request.with_user(self.mother)._open()
        request.answer_id._mark_in_progress()
        with self.assertRaises(AccessError):
            request.with_user(practitioner).action_ask_anew()

        request.with_user(desk).action_ask_anew()

        self.assertEqual(request.state, "abandoned")
        anew = self.requests(self.mira, state="open")
        self.assertEqual(
            (anew.participant_id, anew.answer_id),
            (request.participant_id, request.answer_id.browse()),
        )
