"""One of those who come is moved to another visit of the service, in one step."""

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..common import MONDAY, THURSDAY, TUESDAY, WEDNESDAY
from ..staff_common import StaffCase


@tagged("post_install", "-at_install")
class TestParticipantMove(StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.mother, cls.leo])
        cls.later = cls.appointment(WEDNESDAY, "10:00", [cls.father])
        cls.leos = cls.visit.participant_ids.filtered(lambda one: one.partner_id == cls.leo)

    def window(self, user=None):
        user = user or self.front_desk
        action = self.leos.with_user(user).action_move()
        model = self.env[action["res_model"]].with_user(user).with_context(**action["context"])
        return Form(model, "clinic_family.clinic_participant_move_view_form")

    def test_they_come_to_the_other_visit_instead(self):
        form = self.window()
        form.target_id = self.later
        form.save().action_save()

        self.assertEqual(self.visit._get_coming().partner_id, self.mira)
        self.assertEqual(self.later._get_coming().partner_id, self.leo | self.fergus)
        self.assertEqual(self.leos.state, "cancelled")
        self.assertEqual(self.visit.log_ids[0].step, "left")
        self.assertEqual(self.later.log_ids[0].step, "joined")
        self.assertEqual(self.later.log_ids[0].people_ids, self.leo)

    def test_they_come_back_to_where_they_came_before(self):
        form = self.window()
        form.target_id = self.later
        moved = form.save().action_save()["infos"]
        self.assertRegex(moved["done"], "^Leo Littleton: Wednesday")

        self.env["clinic.participant.move"].with_user(self.front_desk).create({
            "participant_id": moved["participant_id"], "target_id": moved["back_id"],
        }).action_save()  # fmt: skip

        self.assertEqual(self.visit._get_coming().partner_id, self.mira | self.leo)
        self.assertEqual(self.later._get_coming().partner_id, self.fergus)
        self.assertEqual((self.leos.state, self.leos.cancelled_at), ("booked", False))
        self.assertEqual(self.visit.log_ids[0].step, "joined")

    def test_the_visits_of_the_service_that_have_room_are_offered(self):
        self.appointment(MONDAY, "8:00", [self.father])
        self.appointment(THURSDAY, "10:00", [self.leo])
        self.appointment(THURSDAY, "11:00", [self.father]).seats = 1
        other = self.service("Test Other", self.nora)
        self.appointment(THURSDAY, "14:00", [self.father], service_id=other.id)
        self.appointment(THURSDAY, "15:00", [self.father])._update_state("cancelled")

        self.assertEqual(self.window().candidate_ids[:], self.later)

    def test_they_are_offered_by_their_time(self):
        later = self.later.with_user(self.front_desk).with_context(clinic_with_time=True)

        self.assertIn(later.local_time, later.display_name)
        self.assertIn("Fergus Fatherly", later.display_name)

    def test_what_has_filled_up_meanwhile_is_refused(self):
        form = self.window()
        form.target_id = self.later
        window = form.save()
        self.later.seats = 1

        with self.assertRaisesRegex(UserError, "has room"):
            window.action_save()
        self.assertEqual(self.leos.state, "booked")

    def test_who_comes_alone_leaves_a_cancelled_visit(self):
        self.visit.participant_ids.filtered(lambda one: one.partner_id == self.mira)._cancel()
        form = self.window()
        form.target_id = self.later
        form.save().action_save()

        self.assertEqual(self.visit.state, "cancelled")

    def test_it_is_for_the_front_desk(self):
        for user in (self.doctor, self.employee, self.mother):
            with self.subTest(user=user.name), self.assertRaises(UserError):
                self.window(user)
