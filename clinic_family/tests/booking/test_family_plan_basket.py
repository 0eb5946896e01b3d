"""A family's plan beside what is in the basket already, and beside other children's visits."""

from datetime import date, timedelta

from odoo.tests import tagged

from ...exceptions import SlotTaken
from ..common import TUESDAY, written
from ..common_site import TEN
from .test_family_plan import ELEVEN, FamilyPlanCase

NINE = written(TUESDAY, "9:00")


@tagged("post_install", "-at_install")
class TestPlanBesideBasket(FamilyPlanCase):
    def choose_time(self, start):
        """A click on a time of the service's page, before anybody is named."""
        return self.hold(self.mother, self.checkout(
            self.single, start, [], payer=self.me, practitioner_id=self.nora.id, payer_id=0,
        ))  # fmt: skip

    def test_the_time_just_clicked_becomes_part_of_a_plan(self):
        self.choose_time(NINE)

        held = self.hold_all([self.at(self.leo, NINE), self.at(self.ana, TEN)])

        self.assertEqual([name for name, _time in held], ["Ana", "Leo"])
        held = self.hold_all([self.at(self.leo, ELEVEN), self.at(self.ana, TEN)])
        self.assertEqual(len(held), 2)

    def test_the_time_just_clicked_goes_when_the_plan_has_others(self):
        self.choose_time(NINE)

        self.assertEqual(len(self.hold_all([self.at(self.leo, TEN)])), 1)

    def test_plans_are_compared_as_often_as_one_likes(self):
        plans = [
            [
                self.at(self.leo, written(TUESDAY, f"{hour}:00")),
                self.at(self.ana, written(TUESDAY, f"{hour}:30")),
                self.at(self.me, written(TUESDAY, f"{hour + 2}:00"), self.massage, self.otto),
            ]
            for hour in (13, 14, 13, 14, 13, 14)
        ]

        self.assertEqual([len(self.hold_all(plan)) for plan in plans], [3] * len(plans))

    def test_what_a_smaller_plan_gives_back_counts_as_let_go(self):
        for _time in range(4):
            self.hold_all([self.at(self.leo, TEN), self.at(self.leo, ELEVEN)])
            self.hold_all([self.at(self.leo, NINE)])

        let_go = self.env["clinic.booking"]._get_let_go(self.me.sudo())
        self.assertEqual(len(let_go), 4)

    def test_what_was_chosen_by_itself_stays_beside_a_plan(self):
        self.hold(self.mother, self.at(self.leo, NINE))

        self.assertEqual(self.first((self.leo, self.single))[0][1], "9:30")
        self.hold_all([self.at(self.leo, TEN), self.at(self.ana, ELEVEN)])
        held = self.hold_all([self.at(self.leo, NINE), self.at(self.ana, ELEVEN)])

        self.assertEqual(len(held), 2)
        held = self.hold_all([self.at(self.leo, TEN), self.at(self.ana, ELEVEN)])
        self.assertEqual([name for name, _time in held], ["Ana", "Leo", "Leo"])

    def test_what_is_kept_confidential_gives_no_way_and_stays_so(self):
        self.company.clinic_confidential_age, self.me.birth_date = 14, date(2010, 1, 15)
        self.hold_all([self.at(self.me, NINE), self.at(self.leo, TEN)])
        self.hold(self.mother, self.at(self.me, NINE, is_confidential=True))
        basket = self.env["clinic.booking"]._find_basket(self.me)
        hidden = basket.appointment_ids.filtered("is_confidential")

        self.hold_all([self.at(self.me, ELEVEN), self.at(self.leo, TEN)])
        with self.assertRaises(SlotTaken):
            self.hold_all([self.at(self.me, NINE), self.at(self.leo, TEN)])

        self.assertEqual(hidden.exists().filtered("is_confidential"), hidden)
        self.assertEqual(hidden.participant_ids.partner_id, self.me)

    def test_a_time_that_is_held_for_one_child_is_not_given_to_another(self):
        self.hold(self.mother, self.at(self.leo, NINE))
        before = self.held()

        with self.assertRaises(SlotTaken):
            self.hold_all([self.at(self.ana, NINE)])

        self.assertEqual(self.held(), before)

    def test_one_time_is_not_held_for_two(self):
        self.choose_time(TEN)

        with self.assertRaises(SlotTaken):
            self.hold_all([self.at(self.leo, TEN), self.at(self.ana, TEN)])

    def test_two_visits_that_overlap_are_refused(self):
        self.single.write({"duration": 60, "step": 30})

        with self.assertRaises(SlotTaken):
            self.hold_all([
                self.at(self.leo, TEN), self.at(self.ana, written(TUESDAY, "10:30")),
            ])  # fmt: skip

        self.assertEqual(self.held(), [])


@tagged("post_install", "-at_install")
class TestPlanBesideOthers(FamilyPlanCase):
    def test_another_small_child_of_hers_needs_her_too(self):
        self.appointment(TUESDAY, "9:00", [self.ana], service_id=self.massage.id,
                         practitioner_id=self.otto.id)  # fmt: skip

        self.assertEqual(self.first((self.leo, self.single))[0][1], "10:00")
        self.assertEqual(self.first((self.leo, self.single), along_id=0)[0][1], "9:00")

    def test_so_does_the_one_whose_visit_is_in_the_basket(self):
        self.massage.practitioner_ids = self.otto
        self.hold(self.mother, self.at(self.ana, NINE, self.massage, self.otto))

        self.assertEqual(self.first((self.leo, self.single))[0][1], "10:00")

    def test_there_is_time_to_come_from_a_visit_before_the_first_hour_asked_for(self):
        hill = self.location("Test Hill")
        self.appointment(TUESDAY, "9:00", [self.me], service_id=self.massage.id,
                         practitioner_id=self.otto.id, location_id=hill.id)  # fmt: skip

        plan = self.first((self.leo, self.single), begin=10, way=45)

        self.assertEqual(plan[0][1], "11:00")

    def test_nothing_is_found_behind_the_horizon_nor_in_hours_that_end_before_they_begin(self):
        wish = (self.leo, self.single)
        late = self.outing(wish, first_day=date.max - timedelta(days=3))

        self.assertEqual(self.find(late), ([], self.leo))
        self.assertEqual(self.refusal(self.find, self.outing(wish, begin=17, end=9)), "hours")
