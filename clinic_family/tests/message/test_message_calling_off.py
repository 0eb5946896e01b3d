"""Before a visit is called off, the window says who will be told; and whom nobody reaches."""

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..appointment.test_calling_off import CallingOffCase
from ..common import ROLE, TUESDAY


class ToldCase(CallingOffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mira.email = "mira@example.com"
        cls.leo.email = False
        cls.hers = cls.appointment(TUESDAY, "14:00", [cls.mother])
        (cls.hers | cls.visit | cls.begun).participant_ids._count_as_told()


@tagged("post_install", "-at_install")
class TestToldBefore(ToldCase):
    def text(self, visit, verb="action_cancel", user=None):
        return self.window(visit, verb, user).told_text

    def told(self, visit):
        """Who is told really, once the visit is cancelled."""
        visit._update_state("cancelled")
        visit.participant_ids.tell_at = "2027-03-28 19:00:00"
        visit.participant_ids._tell()
        messages = visit.participant_ids.clinic_message_ids
        return messages.filtered(lambda one: one.state == "waiting").recipient_id

    def test_who_has_an_address_will_be_told_and_is(self):
        self.assertEqual(self.text(self.hers), "Mira Motherwell will be told by e-mail.")
        self.assertEqual(self.told(self.hers), self.mira)

    def test_whom_no_message_reaches_is_to_be_called(self):
        self.assertEqual(self.text(self.visit), "No message reaches Leo Littleton. Please call.")
        self.assertFalse(self.told(self.visit))

    def test_who_gets_the_messages_of_another_will_be_told(self):
        self.grant(self.leo, self.mother, "notify")

        self.assertEqual(
            self.text(self.visit),
            "Mira Motherwell will be told by e-mail about the visit of Leo Littleton.",
        )
        self.assertEqual(self.told(self.visit), self.mira)

    def test_a_practitioner_does_not_learn_who_else_is_told(self):
        self.grant(self.leo, self.mother, "notify")

        self.assertEqual(
            self.text(self.visit, user=self.doctor),
            "A message about the visit of Leo Littleton leaves by e-mail.",
        )

    def test_who_may_not_cancel_it_learns_nothing_of_who_would_be_told(self):
        relative = self.user("test_olaf", "Olaf Other", ROLE + "practitioner")
        self.grant(self.mira, relative, "book")
        self.env.flush_all()
        window = self.env["clinic.appointment.cancel"].with_user(relative).create({
            "appointment_ids": self.hers.ids,
        })  # fmt: skip

        self.assertNotIn("Mira", window.told_text)

    def test_who_has_not_been_told_of_it_is_not_told_that_it_is_off(self):
        new = self.appointment(TUESDAY, "15:00", [self.mother])

        self.assertIn("hasn't been told", self.text(new))
        self.assertFalse(self.told(new))

    def test_nobody_is_told_of_what_has_begun_or_of_a_no_show(self):
        self.assertIn("nobody is told", self.text(self.begun))
        self.assertEqual(self.text(self.hers, "action_mark_noshow"), "Nobody is told of a no-show.")


@tagged("post_install", "-at_install")
class TestCalled(ToldCase):
    def off(self):
        """Nora is away on Tuesday; the visits that lose their hours, as the list shows them."""
        model = self.env["clinic.time.off"].with_user(self.front_desk)
        context = {"default_practitioner_id": self.nora.id, "default_day": TUESDAY}
        action = Form(model.with_context(**context)).save().action_save()["params"]["next"]
        view = self.env.ref("clinic_family.clinic_appointment_view_list_orphaned")
        self.assertIn('default_order="called_at desc, needs_call desc, start"', view.arch)
        visits = self.env[action["res_model"]].with_user(self.front_desk)
        return visits.search(action["domain"], order="called_at desc, needs_call desc, start")

    def test_one_that_was_cancelled_by_a_slip_waits_again_as_before(self):
        listed = self.off()
        reason = self.env["clinic.cancel.reason"].search([], limit=1).with_user(self.front_desk)
        asking = self.visit.with_user(self.front_desk).action_offer_cancel()
        self.assertEqual(asking["params"], {"visit_id": self.visit.id, "names": "Leo Littleton"})

        reason._call_off(self.visit.with_user(self.front_desk), "cancelled")
        desk = self.env["clinic.desk.visit"].with_user(self.front_desk)
        desk.step_back(self.visit.ids, "cancelled")

        self.assertIn(self.visit, listed.search([("is_orphaned", "=", True)]))
        self.assertTrue(self.visit.orphaned_note)
        self.assertTrue(self.visit.needs_call)

    def test_whom_no_message_reaches_comes_first_and_last_when_called(self):
        early = self.appointment(TUESDAY, "9:00", [self.mother])
        listed = self.off()
        self.assertEqual(listed.ids, [self.visit.id, early.id, self.hers.id])
        self.assertEqual(listed.mapped("needs_call"), [True, False, False])

        self.visit.with_user(self.front_desk).action_note_called()

        again = listed.search(
            [("id", "in", listed.ids)], order="called_at desc, needs_call desc, start"
        )
        self.assertEqual(again.ids, [early.id, self.hers.id, self.visit.id])
        self.assertEqual(self.visit.called_by_id, self.front_desk)

    def test_a_call_noted_by_mistake_is_taken_back(self):
        self.off()
        noted = self.visit.with_user(self.front_desk)
        noted.action_note_called()

        noted.action_note_not_called()

        self.assertFalse(self.visit.called_at or self.visit.called_by_id)
        self.assertTrue(self.visit.needs_call)

    def test_a_visit_that_is_moved_needs_no_call_any_more(self):
        self.off()
        self.visit.with_user(self.front_desk).action_note_called()

        self.visit.with_user(self.front_desk).write({
            "start": "2027-03-31 00:00:00", "stop": "2027-03-31 00:30:00",
        })  # fmt: skip

        self.assertFalse(self.visit.needs_call or self.visit.called_at)

    def test_who_does_not_see_the_visit_notes_no_call(self):
        for user in (self.employee, self.stranger, self.mother):
            with self.subTest(user=user.name), self.assertRaises(UserError):
                self.visit.with_user(user).action_note_called()
            with self.subTest(user=user.name), self.assertRaises(UserError):
                self.visit.with_user(user).action_note_not_called()

    def test_the_list_says_whom_to_call_where(self):
        self.mira.phone = "021 555"

        self.assertEqual(
            self.visit.with_user(self.front_desk).phone_text, "Mira Motherwell 021 555"
        )
