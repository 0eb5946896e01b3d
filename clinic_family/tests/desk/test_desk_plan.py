"""At the desk a family gets a visit each at one time, found and booked as on the site."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import TUESDAY, utc
from ..package_common import PackageBuilders
from .test_desk_visit import PlaceCase

PLAN_QUERIES = 39


@tagged("post_install", "-at_install")
class TestDeskPlan(PackageBuilders, PlaceCase):
    """Mira with two small children; Nora gives one service, Otto another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leo.birth_date = date(2020, 5, 4)
        cls.ana = cls.person("Ana Littleton", birth_date=cls.leo.birth_date)
        cls.otto = cls.practitioner("Otto Test-Ortho")
        cls.massage = cls.service("Test Massage", cls.otto, duration=60)
        cls.people = cls.leo | cls.ana | cls.mira
        for child in (cls.leo, cls.ana):
            cls.grant(child, cls.mother, "pay")

    def desk(self, user=None):
        self.env.invalidate_all()
        return self.env["clinic.desk.plan"].with_user(user or self.front_desk)

    def values(self, **chosen):
        return {
            "place": self.place("10:00"),
            "people": self.people.ids,
            "service_id": self.single.id,
            "services": {str(self.mira.id): self.massage.id},
            "payer_id": self.mira.id,
            **chosen,
        }

    def find(self, **chosen):
        return self.desk().find(self.values(**chosen))

    def best(self, **chosen):
        """The first plan: who comes when."""
        plan = self.find(**chosen)["days"][0]["plans"][0]
        names = {person.id: person.name.split()[0] for person in self.people}
        return [(names[one["person_id"]], one["minutes"] / 60) for one in plan["visits"]]

    def book(self, visits=None, **chosen):
        visits = visits or self.find(**chosen)["days"][0]["plans"][0]["visits"]
        return self.desk().book_plan(self.values(**chosen), visits)

    def test_a_visit_for_each_is_found_on_the_day_one_looks_at(self):
        found = self.find()

        self.assertEqual(self.best(), [("Leo", 9), ("Ana", 9.5), ("Mira", 10)])
        [first] = found["days"][0]["plans"][:1]
        self.assertRegex(first["text"], r"^9:00\sAM to 11:00\sAM$")
        self.assertRegex(first["visits"][2]["text"], "Mira.*: Test Massage with Otto Test-Ortho$")
        self.assertEqual(first["visits"][0]["day"], TUESDAY.isoformat())
        self.assertEqual(found["along_id"], self.mira.id)
        self.assertEqual(found["warnings"], [])

    def test_without_a_choice_each_comes_for_what_they_came_for_last(self):
        self.appointment(TUESDAY, "15:00", [self.ana], service_id=self.massage.id,
                         practitioner_id=self.otto.id)  # fmt: skip

        shown = self.find(services={})["people"]

        self.assertEqual(
            [one["service_id"] for one in shown],
            [self.single.id, self.massage.id, self.single.id],
        )

    def test_where_other_locations_are_fine_they_are_found_with_the_way_between(self):
        city = self.harbour.copy({"name": "Test City"})
        self.otto.schedule_ids.location_id = city
        self.assertEqual(self.find(services={})["days"][0]["plans"][0]["visits"][2]["minutes"], 600)

        found = self.find(anywhere=True, way=60)

        self.assertTrue(found["may_go_elsewhere"] and found["anywhere"])
        plans = [plan["visits"] for plan in found["days"][0]["plans"]]
        last = max(plans[0], key=lambda one: one["minutes"])
        self.assertIn("Test City", last["text"])
        self.assertEqual(last["minutes"], 11 * 60)
        visits = self.env["clinic.appointment"].browse(self.book(plans[0], anywhere=True)["ids"])
        self.assertEqual(visits.location_id, self.harbour | city)

    def test_what_was_confidential_or_cancelled_is_no_default(self):
        for clock in ("15:00", "16:00"):
            self.appointment(TUESDAY, clock, [self.ana], service_id=self.massage.id,
                             practitioner_id=self.otto.id)  # fmt: skip
        hidden, gone = self.ana.participant_ids.appointment_id.sorted("start")
        hidden._set_confidential(True)
        gone._update_state("cancelled")

        shown = self.find(services={})["people"]

        self.assertEqual({one["service_id"] for one in shown}, {self.single.id})

    def test_who_pays_is_asked_for_each_visit(self):
        tom = self.person("Tom Alone", birth_date=date(1980, 5, 4))
        self.people = self.leo | tom | self.mira

        found = self.find()
        visits = self.env["clinic.appointment"].browse(self.book()["ids"])

        self.assertRegex(" ".join(found["warnings"]), "^Tom Alone pays for their own visit: Mira")
        payers = {one.participant_ids.partner_id: one.payer_id for one in visits}
        self.assertEqual(payers, {self.leo: self.mira, tom: tom, self.mira: self.mira})

    def test_for_a_child_nobody_pays_who_may_not_be_asked_to(self):
        self.people = self.leo | self.person("Zoe Small", birth_date=self.leo.birth_date)
        found = self.find()

        self.assertRegex(" ".join(found["warnings"]), "^Mira Motherwell.*to pay for Zoe Small")
        with self.assertRaisesRegex(UserError, "to pay for Zoe Small"):
            self.book()
        self.assertFalse(self.leo.participant_ids)

    def test_nobody_pays_instead_of_the_one_who_was_chosen(self):
        shown = self.find()["days"][0]["plans"][0]["visits"]

        for payer_id in (self.father.partner_id.id, 0, None):
            with self.assertRaises(UserError):
                self.book(shown, payer_id=payer_id)

    def test_who_comes_along_is_never_needed_in_two_places(self):
        self.appointment(TUESDAY, "9:00", [self.mira], service_id=self.massage.id,
                         practitioner_id=self.otto.id)  # fmt: skip
        self.people = self.leo | self.ana

        self.assertEqual(self.best(), [("Leo", 9), ("Ana", 9.5)])
        self.grant(self.leo, self.mother, "book")
        self.assertEqual(self.best(along_id=self.mira.id), [("Leo", 10), ("Ana", 10.5)])

    def test_side_by_side_where_several_are_free(self):
        self.massage.practitioner_ids |= self.nora
        self.people = self.leo | self.ana
        self.grant(self.leo, self.mother, "book")
        both = {str(one.id): self.massage.id for one in self.people}

        self.assertEqual([at for _who, at in self.best(services=both)], [9, 10])
        self.assertEqual([at for _who, at in self.best(services=both, side_by_side=True)], [9, 9])

    def test_one_click_books_all_of_it_as_one_outing_which_can_be_undone(self):
        answer = self.book()

        visits = self.env["clinic.appointment"].browse(answer["ids"])
        self.assertEqual(visits.mapped("start"), [
            utc(TUESDAY, clock) for clock in ("9:00", "9:30", "10:00")
        ])  # fmt: skip
        self.assertEqual(visits.payer_id, self.mira)
        self.assertEqual(visits[0]._get_outing(), visits)
        self.assertIn("3 visits", answer["done"])
        self.env["clinic.desk.series"].with_user(self.front_desk).undo_all(visits.ids)
        self.assertEqual(set(visits.mapped("state")), {"cancelled"})

    def paid(self, plan):
        """Of a plan, whose visits are said to be paid with a session."""
        return [one["person_id"] for one in plan["visits"] if one["session"]]

    def test_it_says_which_visits_sessions_will_pay_and_they_do(self):
        package = self.package(self.single, count=2, validity_days=3)
        self.sell(package, self.ana)
        self.sell(self.package(self.massage, count=1), self.mira)
        self.people = self.leo | self.ana | self.mira

        found = self.find()
        first, later = found["days"][0]["plans"][0], found["days"][-1]["plans"][0]
        visits = self.env["clinic.appointment"].browse(self.book(first["visits"])["ids"])

        self.assertEqual(self.paid(first), [self.ana.id, self.mira.id])
        self.assertEqual(self.paid(later), [self.mira.id])
        used = visits.filtered("session_ids").participant_ids.partner_id
        self.assertEqual(used, self.ana | self.mira)

    def test_a_session_of_who_pays_or_that_is_shared_pays_once_in_each_plan(self):
        self.people = self.leo | self.ana
        self.sell(self.package(self.single, count=1), self.mira)
        self.assertEqual(self.paid(self.find()["days"][0]["plans"][0]), [self.leo.id])
        greta = self.grandmother.partner_id
        self.sell(self.package(self.single, count=2, is_shareable=True), greta)
        self.assertEqual(len(self.paid(self.find()["days"][0]["plans"][0])), 1)

        self.grant(greta, self.mother, "packages")

        plan = self.find()["days"][0]["plans"][0]
        visits = self.env["clinic.appointment"].browse(self.book(plan["visits"])["ids"])
        self.assertEqual(self.paid(plan), (self.leo | self.ana).ids)
        self.assertEqual(len(visits.filtered("session_ids")), 2)

    def test_what_sessions_pay_is_asked_once_however_many_plans_there_are(self):
        self.sell(self.package(self.single, count=3), self.ana)
        self.sell(self.package(self.single, count=3), self.mira)
        self.find()

        with self.assertQueryCount(PLAN_QUERIES):
            self.find()
        self.people = self.leo | self.mira
        with self.assertQueryCount(PLAN_QUERIES):
            self.find()

    def test_of_a_plan_that_is_not_free_any_more_nothing_is_booked(self):
        shown = self.find()["days"][0]["plans"][0]["visits"]
        self.appointment(TUESDAY, "9:30", [self.father])

        answer = self.book(shown)

        self.assertIn("isn't free any more. Nothing was booked.", answer["refused"])
        self.assertFalse(self.env["clinic.participant"].search([
            ("partner_id", "in", self.people.ids),
        ]))  # fmt: skip

    def test_what_the_finder_does_not_offer_takes_the_usual_way_with_a_reason(self):
        shown = self.find()["days"][0]["plans"][0]["visits"]

        answer = self.book([*shown[:2], {**shown[2], "minutes": 20 * 60}])

        self.assertIn("Nothing was booked.", answer["refused"])
        self.assertNotIn("free any more", answer["refused"])

    def test_of_an_age_the_desk_is_warned_and_chooses_something_else(self):
        self.single.min_age = 18

        found = self.find()

        self.assertEqual(len(found["warnings"]), 2)
        self.assertEqual(found["days"], [])
        self.assertEqual(found["without"], ["Leo Littleton", "Ana Littleton"])
        self.single.min_age = 3
        visits = self.find()["days"][0]["plans"][0]["visits"]
        self.single.min_age = 18
        answer = self.book(visits)
        self.assertIn("is for people from 18 years on", answer["refused"])
        self.assertIn("Nothing was booked.", answer["refused"])

    def test_only_days_are_offered_on_which_they_are_old_enough(self):
        self.single.min_age = 7
        birthday = TUESDAY + timedelta(days=2)
        self.leo.birth_date = birthday.replace(year=birthday.year - 7)
        self.ana.birth_date = date(2018, 5, 4)

        [first, *_later] = self.find()["days"]

        self.assertEqual(first["plans"][0]["visits"][0]["day"], birthday.isoformat())

    def test_who_has_no_time_is_named(self):
        self.otto.schedule_ids.date_to = TUESDAY - timedelta(days=40)

        found = self.find()

        self.assertEqual((found["days"], found["without"]), ([], ["Mira Motherwell"]))

    def test_only_the_front_desk_asks_and_nonsense_is_refused(self):
        shown = self.find()["days"][0]["plans"][0]["visits"]

        for user in (self.doctor, self.employee, self.mother):
            with self.assertRaises(AccessError):
                self.desk(user).find(self.values())
            with self.assertRaises(AccessError):
                self.desk(user).book_plan(self.values(), shown)
        for visits in ([], shown[:2], [*shown[:2], shown[0]], [{}] * 3):
            with self.assertRaises(UserError):
                self.desk().book_plan(self.values(), visits)
        for people in ([], self.leo.ids, [0, "x"], self.env["res.partner"].search([]).ids):
            with self.assertRaises(UserError):
                self.find(people=people)
