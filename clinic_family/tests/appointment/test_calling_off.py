"""Cancelling and no-show by the staff: a reason is asked, and kept until it is undone."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..common import MONDAY, TUESDAY
from ..staff_common import StaffCase


class CallingOffCase(StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.leo], payer_id=cls.mira.id)
        cls.begun = cls.appointment(MONDAY, "9:00", [cls.leo], payer_id=cls.mira.id)
        cls.ill = cls.env.ref("clinic_family.clinic_cancel_reason_ill")
        cls.late = cls.env.ref("clinic_family.clinic_cancel_reason_late")

    def window(self, visit, verb="action_cancel", user=None):
        """The window that the button of the form opens."""
        user = user or self.front_desk
        action = getattr(visit.with_user(user), verb)()
        model = self.env[action["res_model"]].with_user(user).with_context(**action["context"])
        return Form(model, "clinic_family.clinic_appointment_cancel_view_form")


@tagged("post_install", "-at_install")
class TestCallingOff(CallingOffCase):
    def test_the_button_asks_and_does_nothing_yet(self):
        form = self.window(self.visit)

        self.assertEqual(form.appointment_ids[:], self.visit)
        self.assertEqual(form.who_text, "Leo Littleton")
        self.assertEqual(form.when_text, self.visit.local_time)
        self.assertEqual(self.visit.state, "booked")

    def test_it_is_cancelled_for_a_reason(self):
        for user in (self.doctor, self.front_desk):
            with self.subTest(user=user.name):
                self.visit.sudo()._update_state("booked")
                form = self.window(self.visit, user=user)
                form.reason_id = self.ill
                form.save().action_save()
                self.assertEqual(self.visit.state, "cancelled")
                self.assertEqual(self.visit.cancel_reason_id, self.ill)

    def test_several_are_cancelled_at_once_for_one_reason(self):
        later = self.appointment(TUESDAY, "14:00", [self.leo], payer_id=self.mira.id)
        form = self.window(later | self.visit)
        self.assertEqual(form.who_text, "Leo Littleton")
        self.assertEqual(form.when_text, f"{self.visit.local_time}\n{later.local_time}")

        form.reason_id = self.ill
        form.save().action_save()

        self.assertEqual((self.visit | later).mapped("state"), ["cancelled", "cancelled"])
        self.assertEqual((self.visit | later).cancel_reason_id, self.ill)

    def test_what_was_called_off_before_keeps_its_reason_and_is_not_named_in_the_answer(self):
        later = self.appointment(TUESDAY, "14:00", [self.leo], payer_id=self.mira.id)
        form = self.window(later | self.visit)
        earlier = self.env.ref("clinic_family.clinic_cancel_reason_away")
        earlier._call_off(self.visit, "cancelled")

        form.reason_id = self.ill
        answer = form.save().action_save()

        self.assertEqual((self.visit | later).mapped("state"), ["cancelled", "cancelled"])
        self.assertEqual(later.cancel_reason_id, self.ill)
        self.assertEqual(self.visit.cancel_reason_id, earlier)
        self.assertEqual(answer["infos"], {"ids": later.ids})

    def test_nothing_is_cancelled_without_a_reason(self):
        model = self.env["clinic.appointment.cancel"].with_user(self.front_desk)
        window = model.create({"appointment_ids": self.visit.ids})
        with self.assertRaisesRegex(UserError, "choose a reason"):
            window.action_save()
        self.assertEqual(self.visit.state, "booked")

    def test_a_reason_is_for_what_it_is_meant_for(self):
        model = self.env["clinic.appointment.cancel"].with_user(self.front_desk)
        window = model.create({"appointment_ids": self.visit.ids, "reason_id": self.late.id})
        with self.assertRaisesRegex(UserError, "no reason for this"):
            window.action_save()
        self.assertEqual(self.visit.state, "booked")

    def test_a_no_show_is_noted_once_the_visit_has_begun(self):
        form = self.window(self.begun, "action_mark_noshow")
        self.assertFalse(form.is_early)
        form.reason_id = self.late
        form.save().action_save()

        self.assertEqual(self.begun.state, "noshow")
        self.assertEqual(self.begun.cancel_reason_id, self.late)

    def test_before_it_has_begun_a_no_show_takes_a_yes(self):
        model = self.env["clinic.appointment.cancel"].with_user(self.front_desk)
        window = model.create({
            "appointment_ids": self.visit.ids, "target": "noshow", "reason_id": self.ill.id,
        })  # fmt: skip
        with self.assertRaisesRegex(UserError, "hasn't begun"):
            window.action_save()
        self.assertEqual(self.visit.state, "booked")

        form = self.window(self.visit, "action_mark_noshow")
        self.assertTrue(form.is_early)
        with self.assertRaisesRegex(AssertionError, "readonly"):
            form.reason_id = self.ill
        form.is_sure = True
        form.reason_id = self.ill
        form.save().action_save()
        self.assertEqual(self.visit.state, "noshow")

    def test_what_is_undone_has_no_reason_any_more(self):
        form = self.window(self.visit)
        form.reason_id = self.ill
        form.save().action_save()

        self.visit.with_user(self.front_desk).action_rebook()

        self.assertFalse(self.visit.cancel_reason_id)

    def test_who_may_not_change_a_visit_opens_no_window(self):
        for user in (self.employee, self.mother, self.stranger):
            for verb in ("action_cancel", "action_mark_noshow"):
                with self.subTest(user=user.name, verb=verb), self.assertRaises(UserError):
                    getattr(self.visit.with_user(user), verb)()

    def test_a_practitioner_calls_off_their_own_visits_alone(self):
        olga = self.practitioner("Olga Other")
        self.group.practitioner_ids |= olga
        other = self.appointment(
            TUESDAY, "10:00", [self.mother], practitioner_id=olga.id, payer_id=self.mira.id
        )
        with self.assertRaises(AccessError):
            self.window(other, user=self.doctor)

    def test_the_reason_is_not_for_patients(self):
        self.visit.cancel_reason_id = self.ill
        self.grant(self.leo, self.mother, "book")
        with self.assertRaises(AccessError):
            self.visit.with_user(self.mother).read(["cancel_reason_id"])

    def test_managers_keep_the_reasons(self):
        model = self.env["clinic.cancel.reason"]
        reason = model.with_user(self.manager).create({"name": "Moved away"})
        self.assertIn(reason, model.with_user(self.doctor).search([]))
        with self.assertRaises(AccessError):
            reason.with_user(self.front_desk).name = "Gone"

    def test_there_are_six_to_begin_with(self):
        names = self.env["clinic.cancel.reason"].search([]).mapped("name")
        self.assertEqual(names, [
            "Ill", "Another time suits better", "Practitioner is away", "Came too late",
            "No reason given", "Booked by mistake",
        ])  # fmt: skip
