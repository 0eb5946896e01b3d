"""What a family found together can be cancelled together: each visit as far as one may."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...exceptions import ChangeRefused
from ..booking.test_family_plan import FamilyPlanCase
from ..common import TUESDAY, WEDNESDAY, utc, written
from ..message_common import MailCatcher

NINE, HALF = written(TUESDAY, "9:00"), written(TUESDAY, "9:30")


class OutingCase(FamilyPlanCase):
    """Mira booked a visit for each of her two children, and one for herself, on one Tuesday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"clinic_allow_cancel": True, "clinic_cancel_hours": 24})
        cls.company.clinic_undo_minutes = 3

    def setUp(self):
        super().setUp()
        self.visits = self.outing_of(self.leo, self.ana)

    def outing_of(self, *people, day=TUESDAY):
        """The visits of these people, half an hour each, found together and booked by Mira."""
        starts = (written(day, "9:00"), written(day, "9:30"), written(day, "10:00"))
        self.hold_all([self.at(*each) for each in zip(people, starts, strict=False)])
        held = self.env["clinic.booking"]._find_basket(self.me).appointment_ids
        self.confirm(self.mother)
        return held.sorted("start")

    def seen(self, user, visit=None):
        self.env.invalidate_all()
        visit = (visit or self.visits[0]).with_user(user)
        return visit._get_outing_of(user.partner_id).sudo()

    def over(self):
        """The time to take it back is over."""
        self.visits.booking_id.undo_until = "2027-01-01 00:00:00"


@tagged("post_install", "-at_install")
class TestOuting(MailCatcher, OutingCase):
    def cancel(self, visits, user=None):
        user = user or self.mother
        self.env.invalidate_all()
        visits.with_user(user)._cancel_all_for(user.partner_id)
        self.env.invalidate_all()

    def test_what_was_found_together_belongs_together_and_other_visits_do_not(self):
        alone = self.book(self.mother, self.at(self.leo, written(TUESDAY, "14:00")))

        self.assertEqual(self.seen(self.mother), self.visits)
        self.assertEqual(self.seen(self.mother, alone), alone)

    def test_two_outings_of_one_day_are_two(self):
        later = [self.at(self.leo, written(TUESDAY, "13:00"), self.massage, self.otto),
                 self.at(self.ana, written(TUESDAY, "14:00"), self.massage, self.otto)]  # fmt: skip
        self.hold_all(later)
        self.confirm(self.mother)

        self.assertEqual(self.seen(self.mother), self.visits)

    def test_who_moves_one_to_another_day_takes_it_out(self):
        self.visits[1].start = utc(WEDNESDAY, "9:30")

        self.assertEqual(self.seen(self.mother), self.visits[0])

    def test_a_father_sees_his_sons_visit_and_nothing_of_the_rest(self):
        self.grant(self.leo, self.father, "book")

        self.assertEqual(self.seen(self.father), self.visits[0])
        with self.assertRaises(AccessError):
            self.visits[0].with_user(self.father).read(["plan_key"])

    def test_a_visit_marked_confidential_leaves_it_for_the_staff_too(self):
        desk = self.user("test_desk", "Dee", "clinic_family.clinic_family_group_front_desk")

        self.visits[1].with_user(desk).action_mark_confidential()

        self.assertEqual(self.seen(self.mother), self.visits[0])
        self.assertEqual(self.visits[0].with_user(desk)._get_outing().sudo(), self.visits[0])

    def test_a_visit_that_others_joined_is_not_hers_alone_to_cancel(self):
        self.visits[1].write({"seats": 2, "payer_id": self.father.partner_id.id})
        self.visits[1].participant_ids = [(0, 0, {"partner_id": self.father.partner_id.id})]

        self.assertEqual(self.seen(self.mother), self.visits[0])

    def test_nor_where_she_pays_for_a_visit_to_which_the_desk_added_somebody(self):
        self.visits[1].seats = 2
        self.visits[1].participant_ids = [(0, 0, {"partner_id": self.father.partner_id.id})]

        self.assertEqual(self.visits[1].payer_id, self.me)
        self.assertEqual(self.seen(self.mother), self.visits[0])

    def test_a_mother_who_works_here_has_no_more_at_home(self):
        self.mother.group_ids = self.env.ref("clinic_family.clinic_family_group_front_desk")
        self.env["clinic.permission"].search([("grantor_id", "=", self.ana.id)])._revoke("Test")

        self.assertEqual(self.seen(self.mother), self.visits[0])

    def test_taken_back_it_leaves_no_trace(self):
        self.cancel(self.visits)

        self.assertEqual(self.visits.mapped("state"), ["cancelled"] * 2)
        self.assertFalse(any(self.visits.mapped("booked_at")))

    def test_cancelled_all_of_it_each_reader_gets_one_message(self):
        self.me.email = "mira@example.com"
        for child in (self.leo, self.ana):
            self.grant(child, self.mother, "notify")
        self.send()
        self.over()

        self.cancel(self.visits)

        mails = self.send(10)
        self.assertEqual([mail.address for mail in mails], ["mira@example.com"])
        self.assertIn("Leo", mails[0].words)
        self.assertIn("Ana", mails[0].words)

    def test_all_of_it_or_none(self):
        self.over()
        self.visits[1].service_id = self.massage
        self.massage.write({"change_policy": "own", "allow_cancel": False})

        with self.assertRaisesRegex(ChangeRefused, "9:30"):
            self.cancel(self.visits)

        self.assertEqual(self.visits.mapped("state"), ["booked"] * 2)

    def test_pressed_twice_it_is_cancelled_once(self):
        self.over()
        self.cancel(self.visits)
        at = self.visits.participant_ids.mapped("cancelled_at")

        self.cancel(self.visits)

        self.assertEqual(self.visits.participant_ids.mapped("cancelled_at"), at)

    def test_many_outings_are_read_at_once(self):
        more = self.visits
        for week in (1, 2, 3):
            more |= self.outing_of(self.leo, self.ana, day=TUESDAY + timedelta(weeks=week))

        self.count(more)
        few = self.count(self.visits)
        self.assertLessEqual(self.count(more), few)

    def count(self, visits):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        visits.with_user(self.mother)._get_outings()
        return self.env.cr.sql_log_count - before
