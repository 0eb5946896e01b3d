"""Choosing a time in a week or a month."""

from odoo.tests import tagged

from ..common import (
    CLOCKS_GO_BACK,
    CLOCKS_GO_FORWARD,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    written,
)
from ..common_site import SiteCase


@tagged("post_install", "-at_install")
class TestWeek(SiteCase):
    def starts(self, page):
        return [len(self.free_times(day)) for day in page.find_class("o_clinic_day")]

    def test_place_and_zone_are_named_above_the_times(self):
        text = self.text(self.get(self.slug))

        self.assertRegex(text, r"Test Harbour Times are in Auckland \(NZDT\)\. .*Monday 29 March")

    def test_the_week_before_the_clocks_go_back_says_so(self):
        page = self.get(self.slug, day=TUESDAY)

        self.assertIn(
            "Times are in Auckland (NZDT). The clocks change on Sunday 4 April: "
            "from then on in Auckland (NZST).",
            self.text(page),
        )
        self.assertEqual(self.starts(self.page(page)), [14] * 7)

    def test_the_day_on_which_the_clocks_go_back_has_the_new_time(self):
        page = self.get(self.slug, day=CLOCKS_GO_BACK)

        self.assertIn("Times are in Auckland (NZST).", self.text(page))
        self.assertNotIn("The clocks change", self.text(page))

    def test_the_week_in_which_the_clocks_go_forward_says_so(self):
        self.company.clinic_horizon_days = 365

        page = self.get(self.slug, day="2027-09-24")

        self.assertIn(
            "Times are in Auckland (NZST). The clocks change on Sunday 26 September: "
            "from then on in Auckland (NZDT).",
            self.text(page),
        )
        self.assertEqual(self.starts(self.page(page)), [14] * 7)
        self.assertIn(written(CLOCKS_GO_FORWARD, "9:00"), self.free_times(self.page(page)))

    def test_the_last_week_ends_with_the_book(self):
        page = self.get(self.slug, day="2027-05-27")

        self.assertEqual(self.starts(self.page(page)), [14, 14])
        self.assertIn(
            "That is as far ahead as this clinic opens its book: Friday 28 May.", self.text(page)
        )
        self.assertNotIn("Later", self.text(page))

    def test_a_day_beyond_the_book_shows_its_last_day(self):
        page = self.page(self.get(self.slug, day="2030-01-01"))

        self.assertEqual(page.xpath(".//h2/time/@datetime"), ["2027-05-28"])

    def test_a_day_without_times_stays_short(self):
        self.nora.schedule_ids.calendar_id = self.calendar((9, 12), weekdays="02")

        page = self.page(self.get(self.slug))

        (_monday, tuesday, *_others) = page.find_class("o_clinic_day")
        self.assertEqual(" ".join(tuesday.text_content().split()), "Tuesday 30 March No free times")
        self.assertEqual(self.starts(page), [2, 0, 6, 0, 0, 0, 0])

    def strip(self, page):
        """What the days of the week say above the times, and which can't be opened."""
        return [
            (" ".join(label.text_content().split()), bool(label.getprevious().get("disabled")))
            for label in page.xpath(".//*[hasclass('o_clinic_days')]/label")
        ]

    def opened(self, page):
        return page.xpath(".//*[hasclass('o_clinic_days')]/input[@checked]/@value")

    def test_the_days_say_how_many_times_are_free(self):
        self.nora.schedule_ids.calendar_id = self.calendar((9, 12), weekdays="02")

        page = self.page(self.get(self.slug))

        monday, tuesday, wednesday, *_others = self.strip(page)
        self.assertEqual(monday, ("Mon 29 2 free", False))
        self.assertEqual(tuesday, ("Tue 30 No free times", True))
        self.assertEqual(wednesday, ("Wed 31 6 free", False))

    def test_the_first_day_with_times_is_open(self):
        today = self.opened(self.page(self.get(self.slug)))
        self.nora.schedule_ids.calendar_id = self.calendar((9, 12), weekdays="2")

        later = self.opened(self.page(self.get(self.slug)))

        self.assertEqual((today, later), ([str(MONDAY)], [str(WEDNESDAY)]))

    def test_the_times_of_a_day_stand_under_its_parts(self):
        self.nora.schedule_ids.calendar_id = self.calendar((11, 12.5), (16.5, 17.5))

        (_monday, tuesday, *_others) = self.page(self.get(self.slug)).find_class("o_clinic_day")

        parts = [" ".join(one.text_content().split()) for one in tuesday.xpath(".//h3 | .//button")]
        self.assertEqual(
            parts,
            [
                *("Morning", "11:00 AM", "11:30 AM", "Afternoon", "12:00 PM", "4:30 PM"),
                *("Evening", "5:00 PM"),
            ],
        )

    def test_weeks_follow_each_other(self):
        first = self.page(self.get(self.slug))
        (later,) = first.xpath(".//a[@id='later']/@href")
        second = self.page(self.get(later))
        (earlier,) = second.xpath(".//a[@id='earlier']/@href")

        self.assertEqual(second.xpath(".//h2/time/@datetime")[0], "2027-04-05")
        self.assertEqual(first.xpath(".//a[@id='earlier']"), [])
        self.assertIn(f"day={MONDAY}", earlier)

    def test_whoever_narrows_a_later_week_stays_in_it(self):
        self.single.practitioner_ids += self.practitioner("Ben Test-Other")
        form = self.form(self.get(self.single.website_url, day=THURSDAY), self.single.website_url)

        page = self.page(self.submit(form, practitioner=self.nora.id))

        self.assertEqual(page.xpath(".//h2/time/@datetime")[0], str(THURSDAY))

    def test_the_next_free_time_is_one_tap_away(self):
        (next_free,) = self.page(self.get(self.slug, day="2027-05-01")).find_class(
            "o_clinic_soonest"
        )

        self.assertEqual(next_free.text, "Next free: Mon 29 Mar, 11:00\N{NARROW NO-BREAK SPACE}AM")
        self.assertEqual(next_free.get("value"), written(MONDAY, "11:00"))

    def test_whoever_is_logged_in_holds_the_next_free_time_at_once(self):
        self.login(self.mother)
        page = self.page(self.get(self.slug, day="2027-05-01"))
        (next_free,) = page.find_class("o_clinic_soonest")

        self.assertEqual(next_free.get("value"), written(MONDAY, "11:00"))
        self.assertTrue(next_free.getparent().get("action").endswith("/hold"))

    def test_the_choice_says_when_each_is_next_free(self):
        ben = self.practitioner("Ben Test-Other", self.calendar((9, 12), weekdays="3"))
        away = self.practitioner("Anna Test-Away", self.calendar())
        self.single.practitioner_ids += ben + away

        page = self.page(self.get(self.single.website_url, practitioner=ben.id))
        options = {
            int(one.get("value")): one.text_content().replace("\N{NARROW NO-BREAK SPACE}", " ")
            for one in page.xpath(".//select[@name='practitioner']/option")
        }

        self.assertEqual(
            options[self.nora.id], "Nora Test-Nightingale · next free Mon 29 Mar, 11:00 AM"
        )
        self.assertEqual(options[ben.id], "Ben Test-Other · next free Thu 1 Apr, 9:00 AM")
        self.assertEqual(options[away.id], "Anna Test-Away")
        (next_free,) = page.find_class("o_clinic_soonest")
        self.assertIn("Thu 1 Apr", next_free.text)

    def test_one_jumps_to_a_date(self):
        form = self.page(self.get(self.slug)).xpath(".//form[hasclass('o_clinic_jump')]")[0]
        field = form.xpath(".//input[@type='date']")[0]

        page = self.page(self.submit(form, day="2027-05-05"))

        self.assertEqual((field.get("min"), field.get("max")), (str(MONDAY), "2027-05-28"))
        self.assertEqual(self.opened(page), ["2027-05-05"])

    def test_a_month_says_how_many_times_are_free_on_each_day(self):
        self.nora.schedule_ids.calendar_id = self.calendar((9, 12), weekdays="02")
        first = self.page(self.get(self.slug, view="month"))
        (later,) = first.xpath(".//a[@id='later']/@href")

        second = self.page(self.get(later))
        (day,) = second.xpath(".//a[normalize-space()='5 6 free']/@href")

        self.assertEqual(self.month(first), ["29 2 free", "31 6 free"])
        self.assertEqual(self.month(second)[:3], ["5 6 free", "7 6 free", "12 6 free"])
        self.assertEqual(self.opened(self.page(self.get(day))), ["2027-04-05"])

    def test_no_crawler_is_led_through_the_book(self):
        for params in ({}, {"view": "month"}):
            answer = self.get(self.slug, day="2027-05-05", **params)

            self.assertGreater(len(self.page(answer).find_class("o_clinic_turn")), 2)
            self.assertEqual(answer.headers["X-Robots-Tag"], "nofollow")

    def test_a_month_ends_with_the_book(self):
        page = self.page(self.get(self.slug, day="2027-05-10", view="month"))

        self.assertEqual(len(self.month(page)), 28)
        self.assertEqual(page.xpath(".//a[@id='later']"), [])
        self.assertIn("opens its book: Friday 28 May", page.text_content())

    def month(self, page):
        """The days of the month that lead to times, with their words."""
        links = page.xpath(".//table[hasclass('o_clinic_month')]//a")
        return [" ".join(link.text_content().split()) for link in links]

    def test_a_full_week_with_fifty_practitioners_is_a_light_page(self):
        self.single.step = 20
        team = [self.practitioner(f"Practitioner {n}") for n in range(49)]
        self.single.practitioner_ids = self.nora.union(*team)

        answer = self.get(self.single.website_url, day=TUESDAY)

        self.assertGreater(len(self.free_times(self.page(answer))), 120)
        self.assertLess(len(answer.content), 43_000)

    def test_more_practitioners_need_no_more_queries(self):
        few, month = self.count_queries(), self.count_queries(view="month")
        team = [self.practitioner(f"Test {n}") for n in range(18)]
        self.single.practitioner_ids = self.nora.union(*team)

        self.assertEqual(self.count_queries(), few)
        self.assertEqual(self.count_queries(view="month"), month)
        self.assertLessEqual(month, few)

    def count_queries(self, **params):
        """How often the database is asked for the page of times, everything warm."""
        self.get(self.single.website_url, **params)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        page = self.page(self.get(self.single.website_url, day=WEDNESDAY, **params))
        self.assertTrue(self.free_times(page))
        return self.env.cr.sql_log_count - before
