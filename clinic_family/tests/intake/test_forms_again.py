"""Forms that are due again, one visit after the other; what the desk asks for by hand."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..common import ROLE, TUESDAY, utc
from ..form_common import FormBuilders
from ..message_common import MessageCase


@tagged("post_install", "-at_install")
class TestFormsAgain(FormBuilders, MessageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.history = cls.survey("History")
        cls.form = cls.ask_for(cls.single, cls.history, due="always")
        cls.desk = cls.user("test_desk", "Frieda Frontdesk", ROLE + "front_desk")

    def visit(self, *people, **values):
        return super().visit(*people, **{"service_id": self.single.id, **values})

    def ask(self, days=0):
        """What is asked for when the messages are sent so many days later."""
        self.env.flush_all()
        with self.after(10, days=days):
            self.env["clinic.form.request"]._ask_for_next()
        return self.requests(self.mira, state="open")

    def test_of_two_visits_the_second_asks_after_the_first(self):
        first = self.visit(self.mira, day=TUESDAY)
        second = self.visit(self.mira, day=TUESDAY + timedelta(days=7))
        self.assertEqual(self.requests(self.mira).participant_id, first.participant_ids)
        before = self.requests(self.mira)
        self.assertEqual(self.ask(), before)
        self.complete(self.requests(self.mira), self.mother)
        self.assertFalse(self.ask(), "It was filled in for the visit that is next.")

        asked = self.ask(days=3)

        self.assertEqual(asked.participant_id, second.participant_ids)
        self.complete(asked, self.mother)
        self.assertFalse(self.ask(days=3))
        self.assertFalse(self.ask(days=20))

    def test_after_some_months_it_is_asked_shortly_before_a_visit_booked_long_ago(self):
        self.form.write({"due": "months", "months": 1})
        self.company.clinic_horizon_days = 90
        self.visit(self.mira, day=TUESDAY)
        late = self.visit(self.mira, day=TUESDAY + timedelta(days=42))
        self.complete(self.requests(self.mira), self.mother)

        self.assertFalse(self.ask(days=20), "That is too early.")
        self.assertEqual(self.ask(days=31).participant_id, late.participant_ids)

    def test_what_is_due_once_is_asked_once(self):
        self.form.due = "once"
        self.visit(self.mira, day=TUESDAY)
        self.visit(self.mira, day=TUESDAY + timedelta(days=7))
        self.complete(self.requests(self.mira), self.mother)
        self.assertFalse(self.ask(days=3))

    def test_of_whom_is_not_to_come_nothing_is_asked(self):
        self.visit(self.mira, day=TUESDAY)
        second = self.visit(self.mira, day=TUESDAY + timedelta(days=7))
        self.complete(self.requests(self.mira), self.mother)
        second._update_state("cancelled")
        self.assertFalse(self.ask(days=3))

    def test_what_was_asked_with_a_visit_that_is_over_is_asked_with_the_next(self):
        for due in ("once", "always"):
            self.form.due = due
            first = self.visit(self.mira, day=TUESDAY)
            second = self.visit(self.mira, day=TUESDAY + timedelta(days=7))
            request = self.requests(self.mira, state="open")
            self.assertEqual(request.participant_id, first.participant_ids)
            request.told_at = "2027-03-28 20:00:00"

            self.assertEqual(self.ask(days=3), request)

            self.assertEqual(request.participant_id, second.participant_ids)
            self.assertFalse(request.told_at, "It is told again.")
            with self.after(60, days=3):
                request.with_user(self.desk).action_remind()
            (first | second)._update_state("cancelled")

    def test_a_form_that_was_put_away_and_one_for_children_are_asked_of_no_adult(self):
        self.mira.birth_date = date(1990, 5, 1)
        self.visit(self.mira, day=TUESDAY)
        self.visit(self.mira, day=TUESDAY + timedelta(days=7))
        self.complete(self.requests(self.mira), self.mother)
        for change in ({"is_for_children": True}, {"is_for_children": False}):
            self.form.write(change)
            self.history.active = change["is_for_children"]
            self.assertFalse(self.ask(days=3))

    # By hand

    def test_the_desk_asks_for_a_form_that_the_service_does_not(self):
        other = self.survey("Travel")
        visit = self.visit(self.mira, day=TUESDAY)
        asking = self.env["clinic.form.ask"].with_user(self.desk)
        assistant = asking.create({"appointment_id": visit.id, "form": str(other.id)})
        self.assertEqual(assistant.participant_ids, visit.participant_ids)

        assistant.action_ask()

        asked = self.requests(self.mira, survey_id=other.id)
        self.assertEqual((asked.state, asked.participant_id), ("open", visit.participant_ids))
        assistant.action_ask()
        self.assertEqual(self.requests(self.mira, survey_id=other.id), asked)
        missing = visit.with_user(self.desk).missing_forms
        self.assertIn("Travel", missing)
        # A change of the visit leaves it alone, and the end of the visit takes it away.
        visit.with_user(self.desk).desk_note = "Late"
        self.assertTrue(asked.exists())
        visit._update_state("cancelled")
        self.assertFalse(asked.exists())

    def test_of_who_is_there_it_is_asked_until_the_visit_is_over(self):
        visit = self.visit(self.mira, day=TUESDAY).with_user(self.desk)
        other = self.survey("Travel")
        with freeze_time(utc(TUESDAY, "10:05")):
            asked = visit._ask_for_form(visit.participant_ids, other.id)
            self.assertEqual(asked.state, "open")
        with freeze_time(utc(TUESDAY, "12:05")), self.assertRaises(UserError):
            visit._ask_for_form(visit.participant_ids, other.id)

    def test_the_front_desk_alone_asks_and_only_for_forms_of_who_comes(self):
        visit = self.visit(self.mira, day=TUESDAY)
        elsewhere = self.visit(self.leo, day=TUESDAY, clock="14:00", payer_id=self.mira.id)
        practitioner = self.user("test_nora", "Nora", ROLE + "practitioner")
        self.nora.user_id = practitioner
        coming = visit.participant_ids
        with self.assertRaises(AccessError):
            visit.with_user(practitioner)._ask_for_form(coming, self.history.id)
        other = self.env["survey.survey"].create({"title": "Are you content?"})
        for survey_id in (other.id, 0):
            with self.assertRaises(UserError):
                visit.with_user(self.desk)._ask_for_form(coming, survey_id)
        before = self.requests(self.leo)
        visit.with_user(self.desk)._ask_for_form(elsewhere.participant_ids, self.history.id)
        self.assertEqual(self.requests(self.leo), before)

    def test_a_reminder_is_another_message_to_who_has_to_do_something(self):
        self.leo.birth_date = date(2018, 5, 1)
        visit = self.visit(self.leo, day=TUESDAY, payer_id=self.mira.id)
        request = self.requests()
        self.record(self.leo, self.mira, ["intake"], "parental")
        self.send()
        with self.after(60):
            request.with_user(self.desk).action_remind()
        again = self.send(61)
        self.assertTrue(again)
        self.assertTrue(all("forms to fill in" in mail.subject for mail in again))

        visit._update_state("cancelled")
        self.assertFalse(request.exists())

    def test_nobody_is_reminded_of_what_is_filled_in_or_over(self):
        self.visit(self.mira, day=TUESDAY)
        request = self.requests(self.mira)
        with self.after(60, days=3), self.assertRaises(UserError):
            request.with_user(self.desk).action_remind()
        self.complete(request, self.mother)
        with self.assertRaises(UserError):
            request.with_user(self.desk).action_remind()
        with self.assertRaises(AccessError):
            request.with_user(self.mother).action_remind()
