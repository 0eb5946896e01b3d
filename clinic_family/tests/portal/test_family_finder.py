"""The page on which a family looks for times together, as a browser without JavaScript uses it."""

from datetime import date

from odoo.tests import tagged
from odoo.tools import SQL

from ..common import NO_ID, TUESDAY, written
from ..common_site import SiteCase
from ..package_common import PackageBuilders

FINDER = "/book/family"


@tagged("post_install", "-at_install")
class TestFamilyFinder(PackageBuilders, SiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leo.birth_date = date(2020, 5, 4)
        cls.ana = cls.person("Ana Littleton", birth_date=cls.leo.birth_date)
        cls.grant(cls.ana, cls.mother, "book")

    def setUp(self):
        super().setUp()
        self.login(self.mother)

    def finder(self, **params):
        return self.get(FINDER, **params)

    def look(self, *people, **changes):
        """The page with what is found for these people, all with the first service."""
        page = self.finder(service=self.single.id)
        changes = {"from": str(TUESDAY), "not_before": "9", "over_by": "17", **changes}
        return self.submit(
            self.form(page, FINDER), person=[person.id for person in people], **changes
        )

    def plans(self, response):
        return self.page(response).find_class("o_clinic_plan")

    def test_a_mother_finds_holds_and_books_times_for_both_her_children(self):
        found = self.look(self.leo, self.ana)
        plan = self.plans(found)[0]
        self.assertIn("9:00 AM to 10:00 AM", self.text(found))
        self.assertIn("Without a gap", self.text(found))

        basket = self.submit(plan)

        self.assertTrue(basket.url.endswith("/book/basket"))
        self.assertEqual(self.visits().mapped("state"), ["held", "held"])
        self.assertIn("Book all 2", self.text(basket))
        thanks = self.submit(self.form(basket, "/book/confirm"))
        self.assertIn("Booked", self.text(thanks))
        visits = self.visits()
        self.assertEqual(visits.participant_ids.partner_id, self.leo | self.ana)
        self.assertEqual(
            [(one.payer_id, one.state) for one in visits], [(self.mother.partner_id, "booked")] * 2
        )

    def test_it_says_for_whom_a_package_would_pay_before_anything_is_held(self):
        self.grant(self.ana, self.mother, "packages")
        package = self.package(self.single, count=1, validity_days=3, is_shareable=False)
        self.sell(package, self.ana)

        found = self.look(self.leo, self.ana)

        first, later = [
            [" ".join(line.text_content().split()) for line in plan.xpath(".//li")]
            for plan in (self.plans(found)[0], self.plans(found)[-1])
        ]
        paid = [line for line in first if "Paid with a session" in line]
        self.assertEqual((len(paid), "Ana" in paid[0]), (1, True))
        # By the last day it is over.
        self.assertFalse([line for line in later if "Paid with" in line])
        basket = self.submit(self.plans(found)[0])
        self.assertIn("Test visits", self.text(basket))

    def test_a_choice_of_service_is_named_by_the_name_as_it_is_written(self):
        self.leo.name = "Leo D'Angelo"

        page = self.page(self.finder())

        choice = page.xpath(f".//select[starts-with(option/@value, '{self.leo.id}-')]")[0]
        labels = page.xpath(f".//label[@for='{choice.get('id')}']/text()")
        said = [choice.get("aria-label"), *labels]
        self.assertEqual([one for one in said if one], ["Service for Leo D'Angelo"])

    def test_the_service_one_comes_from_is_chosen_for_everybody(self):
        form = self.form(self.finder(service=self.single.id), FINDER)

        self.assertEqual(
            set(form.xpath(".//select[@name='wish']/option[@selected]/@value")),
            {f"{one.id}-{self.single.id}" for one in (self.mother.partner_id, self.leo, self.ana)},
        )
        self.assertEqual(form.xpath(".//input[@name='person'][@checked]"), [])

    def test_what_each_came_for_last_is_chosen(self):
        other = self.service("Test Massage", self.nora)
        self.appointment(TUESDAY, "9:00", [self.leo], service_id=other.id)

        form = self.form(self.finder(), FINDER)

        chosen = form.xpath(".//select[@name='wish']/option[@selected]/@value")
        self.assertIn(f"{self.leo.id}-{other.id}", chosen)

    def test_neither_an_older_visit_nor_a_cancelled_one_counts_as_the_last(self):
        first, last, dropped = (self.service(f"Test {n}", self.nora) for n in (1, 2, 3))
        for clock, service in (("9:00", first), ("10:00", last), ("11:00", dropped)):
            visit = self.appointment(TUESDAY, clock, [self.leo], service_id=service.id)
        visit._update_state("cancelled")

        form = self.form(self.finder(), FINDER)

        chosen = form.xpath(".//select[@name='wish']/option[@selected]/@value")
        self.assertIn(f"{self.leo.id}-{last.id}", chosen)

    def test_hours_of_two_zones_each_name_their_own(self):
        perth = self.location("Test Perth", "Australia/Perth")
        away = self.service("Away", self.practitioner("Pia", location=perth))
        wish = [f"{self.leo.id}-{away.id}", f"{self.ana.id}-{self.single.id}"]

        found = self.text(self.look(self.leo, self.ana, wish=wish, along="0"))

        self.assertIn("9:00 AM Perth (AWST)", found)
        self.assertIn("2:00 PM Auckland (NZDT)", found)
        self.assertNotIn("2:00 PM to", found)
        alone = self.text(self.look(self.leo))
        self.assertEqual(alone.count("9:00 AM Auckland"), 0)

    def test_where_nobody_goes_on_one_day_it_says_to_look_separately(self):
        advice = "Nobody goes from one time zone to another on one day."
        wish = [f"{self.leo.id}-{self.single.id}"]
        nothing = self.text(self.look(self.leo, wish=wish, not_before="0", over_by="1"))
        perth = self.location("Test Perth", "Australia/Perth")
        away = self.service("Away", self.practitioner("Pia", location=perth))
        wish = [f"{self.leo.id}-{away.id}", f"{self.ana.id}-{self.single.id}"]

        found = self.look(self.leo, self.ana, wish=wish)

        self.assertEqual(self.plans(found), [])
        self.assertIn(advice, self.text(found))
        self.assertIn("We found no day in these four weeks", nothing)
        self.assertNotIn(advice, nothing)

    def test_hours_are_chosen_as_times_are_written(self):
        form = self.form(self.finder(), FINDER)

        begins, ends = (
            [" ".join(one.text.split()) for one in form.xpath(f".//select[@name='{name}']/option")]
            for name in ("not_before", "over_by")
        )
        self.assertEqual((begins[0], begins[13], begins[-1]), ("12:00 AM", "1:00 PM", "11:00 PM"))
        self.assertEqual((ends[0], ends[12], ends[-1]), ("1:00 AM", "1:00 PM", "midnight"))

    def test_hours_that_end_before_they_begin_are_said_to(self):
        page = self.look(self.leo, not_before="17", over_by="9")

        self.assertIn("Visits can't be over before they begin.", self.text(page, 422))
        chosen = self.page(page, 422).xpath("//select[@name='over_by']/option[@selected]/@value")
        self.assertEqual(chosen, ["9"])

    def test_who_is_archived_and_still_lets_her_book_is_not_offered_times(self):
        # In the database alone: archived as usual, nobody acts for them.
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE res_partner SET active = FALSE WHERE id = %s", self.ana.id))
        self.env.invalidate_all()

        page = self.finder(person=self.ana.id, wish=f"{self.ana.id}-{self.single.id}")

        self.assertIn("You can't book for one of the people you chose.", self.text(page, 422))

    def test_of_others_the_page_says_nothing(self):
        for person_id in (self.father.partner_id.id, self.grandmother.partner_id.id, NO_ID):
            page = self.finder(person=person_id, wish=f"{person_id}-{self.single.id}")
            self.assertIn("You can't book for one of the people you chose.", self.text(page, 422))
            self.assertEqual(self.plans_of_refused(page), [])
            self.assertNotIn("Fergus", page.text)
            self.assertNotIn("Greta", page.text)

    def plans_of_refused(self, response):
        return self.page(response, 422).find_class("o_clinic_plan")

    def test_who_is_too_late_is_shown_what_is_free_now_and_holds_nothing(self):
        found = self.look(self.leo, self.ana)
        plan = self.plans(found)[0]
        self.appointment(TUESDAY, "9:30", [self.stranger], service_id=self.single.id)

        again = self.submit(plan)

        self.assertIn("none of them is held for you", self.text(again))
        self.assertIn("10:00 AM to 11:00 AM", self.text(again))
        self.assertEqual(self.visits().mapped("state"), ["booked"])

    def test_what_is_refused_is_said_with_all_that_was_chosen(self):
        plan = self.plans(self.look(self.leo, self.ana))[0]
        self.company.clinic_most_upcoming = 1

        refused = self.submit(plan)

        self.assertIn("You can have 1 visits to come", self.text(refused, 422))
        form = self.page(refused, 422).find_class("o_clinic_finder")[0]
        self.assertEqual(
            form.xpath(".//input[@name='person'][@checked]/@value"),
            [str(self.ana.id), str(self.leo.id)],
        )

    def test_nothing_free_says_for_whom(self):
        night = self.service("Night Physio", self.practitioner("N", self.calendar((3, 4))))
        wish = [f"{self.leo.id}-{night.id}", f"{self.ana.id}-{self.single.id}"]

        page = self.text(self.look(self.leo, self.ana, wish=wish))

        self.assertIn("Nothing is free for Leo Littleton: Night Physio.", page)
        self.assertNotIn("Nothing is free for Ana", page)

    def test_later_weeks_are_a_click_away(self):
        first = self.look(self.leo)
        (later,) = self.page(first).xpath(".//a[contains(@href, '#plans')]/@href")

        second = self.get(later)

        shown = [
            [day.text_content() for day in self.page(one).xpath(".//h3/time")]
            for one in (first, second)
        ]
        self.assertEqual([(days[0], len(days)) for days in shown], [
            ("Tuesday 30 March", 7), ("Tuesday 6 April", 7),
        ])  # fmt: skip

    def test_only_the_days_that_are_ticked_are_searched(self):
        found = self.look(self.leo, day=["on_mon"])

        days = [day.text_content() for day in self.page(found).xpath(".//h3/time")]
        self.assertEqual(len(days), 4)
        self.assertEqual({day.split()[0] for day in days}, {"Monday"})

    def test_pages_lead_there(self):
        for address in ("/book", self.single.website_url, "/my/family"):
            page = self.get(address)
            self.assertIn(FINDER, page.text, address)
        who = self.get(
            f"{self.single.website_url}/who",
            practitioner=0,
            location=self.harbour.id,
            start=written(TUESDAY, "10:00"),
        )
        self.assertIn(f"{FINDER}?service={self.single.id}", who.text)
