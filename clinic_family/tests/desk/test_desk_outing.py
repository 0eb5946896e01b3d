"""At the desk all of an outing is moved to another plan, and taken back as one visit is."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import TUESDAY, WEDNESDAY, utc
from .test_desk_visit import PlaceCase


@tagged("post_install", "-at_install")
class TestDeskOuting(PlaceCase):
    """Mira's two children have a visit each on Tuesday; Nora gives the service at two places."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leo.birth_date = date(2020, 5, 4)
        cls.ana = cls.person("Ana Littleton", birth_date=cls.leo.birth_date)
        cls.visits = cls.appointment(
            TUESDAY, "9:00", [cls.leo], service_id=cls.single.id, payer_id=cls.mira.id
        ) | cls.appointment(
            TUESDAY, "9:30", [cls.ana], service_id=cls.single.id, payer_id=cls.mira.id
        )
        cls.visits.plan_key = "together"

    def desk(self, user=None):
        self.env.invalidate_all()
        return self.env["clinic.desk.outing"].with_user(user or self.front_desk)

    def find(self, **chosen):
        return self.desk().find_times(self.visits[0].id, chosen)

    def move(self, *clocks, day=WEDNESDAY):
        places = [
            {**self.place(clock, day), "person_id": person.id}
            for clock, person in zip(clocks, (self.leo, self.ana), strict=False)
        ]
        return self.desk().move_outing(self.visits[0].id, places)

    def starts(self):
        self.env.invalidate_all()
        return [visit.start for visit in self.visits]

    def stands(self):
        return self.starts() == [utc(TUESDAY, "9:00"), utc(TUESDAY, "9:30")]

    def test_other_times_are_found_and_the_present_ones_are_not_offered(self):
        found = self.find()

        self.assertEqual(len(found["now"]), 2)
        self.assertEqual(found["day"], TUESDAY.isoformat())
        plans = [plan for day in found["days"] for plan in day["plans"]]
        self.assertTrue(plans)
        tuesday = [
            [one["minutes"] for one in plan["visits"]]
            for plan in plans
            if plan["visits"][0]["day"] == TUESDAY.isoformat()
        ]
        self.assertIn([570, 600], tuesday)
        self.assertNotIn([540, 570], tuesday)

    def test_what_is_found_is_moved_with_one_click_and_taken_back(self):
        plan = self.find(day=WEDNESDAY.isoformat())["days"][0]["plans"][0]

        answer = self.desk().move_outing(self.visits[1].id, plan["visits"])

        self.assertEqual(self.starts(), [utc(WEDNESDAY, "9:00"), utc(WEDNESDAY, "9:30")])
        self.assertEqual(self.visits[0]._get_outing(), self.visits)
        self.assertIn("Leo Littleton, Ana Littleton", answer["done"])
        self.desk().put_back(answer["back"])
        self.assertTrue(self.stands())
        for visit in self.visits:
            self.assertEqual(visit.blocked_start, visit.start)

    def test_they_take_each_others_times(self):
        self.move("9:30", "9:00", day=TUESDAY)

        self.assertEqual(self.starts(), [utc(TUESDAY, "9:30"), utc(TUESDAY, "9:00")])

    def ill(self):
        self.env["resource.calendar.leaves"].create({
            "name": "Ill",
            "resource_id": self.nora.resource_id.id,
            "date_from": utc(TUESDAY, "9:00"),
            "date_to": utc(TUESDAY, "12:00"),
        })  # fmt: skip

    def test_where_they_waited_without_hours_they_wait_again_for_the_reason_they_had(self):
        self.visits._note_orphaned("She is ill")
        self.ill()
        back = self.move("14:00", "14:30")["back"]
        self.assertFalse(any(self.visits.mapped("is_orphaned")))

        self.desk().put_back(back)

        self.assertTrue(self.stands())
        self.assertTrue(all(self.visits.mapped("is_orphaned")))
        self.assertEqual(self.visits.mapped("orphaned_note"), ["She is ill"] * 2)
        self.assertFalse(any(self.visits.mapped("time_reason")))

    def test_where_a_reason_is_asked_for_it_says_that_each_is_moved_by_itself(self):
        back = self.move("14:00", "14:30")["back"]
        self.ill()

        with self.assertRaisesRegex(UserError, "Nothing was moved.* each visit by itself"):
            self.desk().put_back(back)
        self.assertEqual(self.starts()[0], utc(WEDNESDAY, "14:00"))

    def test_asked_twice_it_is_moved_once_and_said_again(self):
        first, again = self.move("14:00", "14:30"), self.move("14:00", "14:30")

        self.assertEqual(again, {**first, "back": []})

    def test_what_is_over_or_was_moved_meanwhile_is_not_put_back(self):
        back = self.move("14:00", "14:30")["back"]
        self.desk().move(self.visits[1].id, self.place("15:00", WEDNESDAY))
        with self.assertRaisesRegex(UserError, "has changed meanwhile"):
            self.desk().put_back(back)

        self.desk().move(self.visits[1].id, self.place("14:30", WEDNESDAY))
        self.visits[0]._update_state("cancelled")
        with self.assertRaisesRegex(UserError, "has changed meanwhile"):
            self.desk().put_back(back)
        self.assertEqual(self.starts(), [utc(WEDNESDAY, "14:00"), utc(WEDNESDAY, "14:30")])

    def test_put_back_twice_it_says_the_same(self):
        back = self.move("14:00", "14:30")["back"]

        first, again = self.desk().put_back(back), self.desk().put_back(back)

        self.assertEqual(again, first)
        self.assertTrue(self.stands())

    def test_an_age_that_was_answered_for_is_not_asked_about_again(self):
        self.single.max_age = 3
        with self.assertRaisesRegex(UserError, "up to 3 years.* each visit by itself"):
            self.move("14:00", "14:30")
        for visit, clock in zip(self.visits, ("10:00", "10:30"), strict=True):
            self.desk().move(visit.id, self.place(clock), reason="Small for his age")

        self.move("14:00", "14:30")

        self.assertEqual(self.starts(), [utc(WEDNESDAY, "14:00"), utc(WEDNESDAY, "14:30")])
        self.assertEqual(self.visits.mapped("time_reason"), ["Small for his age"] * 2)
        with self.assertRaisesRegex(UserError, "Nothing was moved"):
            self.move("20:00", "20:30")

    def test_all_of_it_or_nothing(self):
        self.appointment(WEDNESDAY, "14:30", [self.father])

        with self.assertRaisesRegex(UserError, "Ana Littleton: .*Nothing was moved"):
            self.move("14:00", "14:30")
        with self.assertRaisesRegex(UserError, "Ana Littleton: .*Nothing was moved"):
            self.move("14:00", "20:00")
        self.assertTrue(self.stands())

    def test_everybody_has_a_time_there_or_it_is_refused(self):
        with self.assertRaisesRegex(UserError, "has changed meanwhile"):
            self.move("14:00")

        self.visits[0]._update_state("arrived")
        with self.assertRaisesRegex(UserError, "has changed meanwhile"):
            self.move("14:00", "14:30")
        self.visits[1]._update_state("cancelled")
        with self.assertRaisesRegex(UserError, "Nothing of this outing"):
            self.find()

    def test_nonsense_is_refused(self):
        for places in ([{}], [{}, {"person_id": self.leo.id}]):
            with self.assertRaises(UserError):
                self.desk().move_outing(self.visits[0].id, places)
        for back in ([{}], [{"id": self.visits[0].id}], [{"id": 0, "place": {}}]):
            with self.assertRaises(UserError):
                self.desk().put_back(back)
        self.assertTrue(self.stands())

    def test_a_confidential_visit_belongs_to_none(self):
        self.visits[1]._set_confidential(True)

        self.assertEqual(len(self.find()["now"]), 1)

    def test_only_the_front_desk_moves_it(self):
        for user in (self.doctor, self.employee, self.mother):
            with self.assertRaises(AccessError):
                self.desk(user).find_times(self.visits[0].id, {})
            with self.assertRaises(AccessError):
                self.desk(user).move_outing(self.visits[0].id, [])
            with self.assertRaises(AccessError):
                self.desk(user).put_back([])
