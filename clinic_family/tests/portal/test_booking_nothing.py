"""When nothing is free, one sentence says why, and a link leads to what is."""

from datetime import date

from odoo import Command
from odoo.tests import tagged

from ..common import MONDAY, THURSDAY, TUESDAY, utc
from ..common_site import SiteCase

NEXT_MONDAY = date(2027, 4, 5)
IN_TWO_WEEKS = date(2027, 4, 12)
LAST_DAY = date(2027, 5, 28)
ANYONE = "First free time with anyone: Mon 29 Mar 11:00 AM"


@tagged("post_install", "-at_install")
class TestNothingIsFree(SiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.harbour.phone = "09 555 0100"
        cls.ben = cls.practitioner("Ben Test-Other")
        cls.schedule_of_ben = cls.ben.schedule_ids
        cls.single.practitioner_ids = [Command.set((cls.nora + cls.ben).ids)]

    def leave(self, first, last, practitioner=None):
        """Days on which the practitioner, or everybody, is away."""
        self.env["resource.calendar.leaves"].create({
            "name": "Test operation",
            "resource_id": practitioner and practitioner.resource_id.id,
            "calendar_id": False,
            "company_id": self.company.id,
            "date_from": utc(first, "0:00"),
            "date_to": utc(last, "23:59"),
        })  # fmt: skip

    def fill(self, first, last, practitioner):
        """A meeting that takes all these days."""
        user = self.user(f"test_busy_{practitioner.id}", "Busy", "base.group_user")
        practitioner.user_id = user
        self.env["calendar.event"].with_user(user).create({
            "name": "Test secret", "start": utc(first, "0:00"), "stop": utc(last, "23:59"),
        })  # fmt: skip

    def times(self, practitioner=None, **params):
        """The page with these times."""
        url = self.single.website_url
        return self.get(url, practitioner=practitioner.id if practitioner else 0, **params)

    def why(self, response):
        """The sentence, and the links below it by what they say."""
        page = self.page(response)
        self.assertEqual(page.find_class("o_clinic_day"), [])
        (why,) = page.find_class("o_clinic_why")
        links = {
            " ".join(link.text_content().split()): link.get("href")
            for link in why.getparent().xpath(".//a")
        }
        return " ".join(why.text_content().split()), links

    def assertLeadsToTimes(self, url, day):
        page = self.page(self.get(url))
        self.assertEqual(page.xpath(".//h2/time/@datetime")[0], str(day))
        self.assertTrue(page.find_class("o_clinic_day")[0].xpath(".//button"))

    def test_there_is_no_reason_where_something_is_free(self):
        self.assertEqual(self.page(self.times()).find_class("o_clinic_why"), [])

    def test_a_practitioner_who_does_not_work_there_in_these_days(self):
        self.nora.schedule_ids.date_from = IN_TWO_WEEKS

        sentence, links = self.why(self.times(self.nora))

        self.assertEqual(
            sentence, "Nora Test-Nightingale doesn't work at Test Harbour in these days."
        )
        self.assertEqual(
            list(links),
            ["Next free day: Monday 12 April", "First free time with anyone: Mon 29 Mar 11:00 AM"],
        )
        self.assertLeadsToTimes(links["Next free day: Monday 12 April"], IN_TWO_WEEKS)
        self.assertLeadsToTimes(links["First free time with anyone: Mon 29 Mar 11:00 AM"], MONDAY)

    def test_nobody_works_there_in_these_days(self):
        (self.nora + self.ben).schedule_ids.write({"date_from": IN_TWO_WEEKS})

        sentence, links = self.why(self.times())

        self.assertEqual(sentence, "Nobody gives this service at Test Harbour in these days.")
        self.assertEqual(list(links), ["Next free day: Monday 12 April"])

    def test_whoever_is_away_is_away_and_nobody_reads_why(self):
        self.leave(MONDAY, NEXT_MONDAY, self.nora)

        response = self.times(self.nora)
        sentence, links = self.why(response)

        self.assertEqual(sentence, "Nora Test-Nightingale is away in these days.")
        self.assertIn("Next free day: Tuesday 6 April", links)
        self.assertNotIn("operation", response.text)

    def test_a_closed_clinic(self):
        self.leave(MONDAY, NEXT_MONDAY)

        sentence, _links = self.why(self.times())

        self.assertEqual(sentence, "Nobody works at Test Harbour in these days.")

    def test_whoever_is_booked_is_booked_until_the_next_free_day(self):
        self.fill(MONDAY, NEXT_MONDAY, self.nora)

        response = self.times(self.nora)
        sentence, links = self.why(response)

        self.assertEqual(sentence, "Nora Test-Nightingale is fully booked until Tuesday 6 April.")
        self.assertIn("Next free day: Tuesday 6 April", links)
        self.assertNotIn("secret", response.text)

    def test_all_are_booked_until_one_is_free(self):
        self.fill(MONDAY, NEXT_MONDAY, self.nora)
        self.fill(MONDAY, IN_TWO_WEEKS, self.ben)

        sentence, links = self.why(self.times())

        self.assertEqual(
            sentence, "This service is fully booked at Test Harbour until Tuesday 6 April."
        )
        self.assertEqual(list(links), ["Next free day: Tuesday 6 April"])

    def test_some_are_booked_while_others_are_away(self):
        self.fill(MONDAY, NEXT_MONDAY, self.nora)
        self.leave(MONDAY, IN_TWO_WEEKS, self.ben)

        self.assertIn("fully booked", self.why(self.times())[0])
        self.assertIn("Ben Test-Other is away", self.why(self.times(self.ben))[0])

    def test_whoever_comes_too_late_for_the_notice_may_call(self):
        self.company.clinic_notice_hours = 200

        sentence, links = self.why(self.times(self.nora))

        self.assertEqual(
            sentence,
            "Online booking needs 200 hours' notice. To come earlier, please call Test Harbour.",
        )
        self.assertEqual(links["Call Test Harbour, 09 555 0100"], "tel:09 555 0100")
        self.assertIn("Next free day: Tuesday 6 April", links)

    def test_the_book_ends_before_they_work_again(self):
        self.nora.schedule_ids.calendar_id = self.calendar((9, 12), weekdays="3")

        sentence, links = self.why(self.times(self.nora, day=LAST_DAY))

        self.assertEqual(
            sentence, "That is as far ahead as this clinic opens its book: Friday 28 May."
        )
        self.assertLeadsToTimes(links["First free day: Thursday 1 April"], THURSDAY)

    def test_nothing_is_free_until_the_end_of_the_book(self):
        self.fill(MONDAY, LAST_DAY, self.nora)

        sentence, links = self.why(self.times(self.nora))

        self.assertEqual(
            sentence,
            "Nora Test-Nightingale is fully booked in these days. "
            "Nothing is free with Nora Test-Nightingale until Friday 28 May: "
            "that is as far ahead as this clinic opens its book.",
        )
        self.assertEqual(list(links), [ANYONE, "Call Test Harbour, 09 555 0100"])

    def test_anyone_is_offered_only_where_that_helps(self):
        self.leave(MONDAY, NEXT_MONDAY)

        _sentence, links = self.why(self.times(self.nora))

        self.assertEqual(list(links), ["Next free day: Tuesday 6 April"])

    def test_a_free_day_before_the_week_is_shown_when_none_comes_later(self):
        self.leave(THURSDAY, LAST_DAY, self.nora)

        sentence, links = self.why(self.times(self.nora, day=NEXT_MONDAY))

        self.assertIn("Nothing later is free", sentence)
        self.assertLeadsToTimes(links["First free day: Monday 29 March"], MONDAY)

    def test_a_month_without_free_times_says_why_and_leads_on(self):
        self.leave(MONDAY, date(2027, 4, 30), self.nora)

        april = self.times(self.nora, day=IN_TWO_WEEKS, view="month")
        sentence, links = self.why(april)
        may = self.page(self.times(self.nora, day=LAST_DAY, view="month"))

        self.assertEqual(sentence, "Nora Test-Nightingale is away in these days.")
        self.assertEqual(self.page(april).find_class("o_clinic_month"), [])
        self.assertLeadsToTimes(links["Next free day: Saturday 1 May"], date(2027, 5, 1))
        self.assertIn("First free time with anyone: Mon 29 Mar 11:00 AM", self.why(
            self.times(self.nora, day=MONDAY, view="month")
        )[1])  # fmt: skip
        self.assertEqual(may.find_class("o_clinic_why"), [])

    def test_times_elsewhere_do_not_count(self):
        hill = self.location("Test Hill")
        self.schedule(self.nora, self.calendar((18, 19)), hill)
        self.nora.schedule_ids.filtered(lambda s: s.location_id != hill).date_from = TUESDAY
        self.leave(MONDAY, NEXT_MONDAY)

        sentence, _links = self.why(self.times(self.nora, location=hill.id))

        self.assertEqual(sentence, "Nora Test-Nightingale is away in these days.")
