"""The times a visit can be moved to: the one it has already isn't one of them."""

from datetime import date

from lxml import html

from odoo import Command
from odoo.tests import tagged

from ..common import THURSDAY
from .test_change_site import ChangeSiteCase

FRIDAY = date(2027, 4, 2)
TEN_ALONE = (10, 10.5)


@tagged("post_install", "-at_install")
class TestMoveTimes(ChangeSiteCase):
    def setUp(self):
        super().setUp()
        self.nora.schedule_ids.calendar_id = self.calendar(TEN_ALONE, weekdays="3")
        self.login(self.mother)

    def page(self, **params):
        answer = self.get("/move", **params)
        self.assertEqual(answer.status_code, 200)
        return html.fromstring(answer.content).xpath("//main")[0]

    def texts(self, page, path):
        return [
            " ".join(one.text_content().replace("\N{NARROW NO-BREAK SPACE}", " ").split())
            for one in page.xpath(path)
        ]

    def days(self, page):
        return self.texts(page, ".//*[hasclass('o_clinic_days')]/label")

    def options(self, page):
        return self.texts(page, ".//select[@name='practitioner']/option")

    def test_a_week_in_which_only_it_is_free_says_that_nothing_is(self):
        page = self.page()

        self.assertEqual(self.days(page), [])
        self.assertEqual(
            self.texts(page, ".//*[hasclass('o_clinic_why')]"),
            ["Nora Test-Nightingale is fully booked until Thursday 8 April."],
        )
        self.assertIn("Nora Test-Nightingale · next free Thu 8 Apr, 10:00 AM", self.options(page))

    def test_a_day_counts_what_is_free_beside_it(self):
        self.nora.schedule_ids.calendar_id = self.calendar((10, 11), weekdays="3")

        page = self.page()

        self.assertEqual(self.days(page)[0], "Thu 1 1 free")
        self.assertIn("10:00 AM Now", self.texts(page, ".//*[hasclass('disabled')]"))

    def test_who_pays_is_said_where_something_is_free_too(self):
        self.nora.schedule_ids.calendar_id = self.calendar((10, 11), weekdays="3")

        self.assertIn("Pays: Mira Motherwell (you)", self.page().text_content())

    def test_a_day_with_nothing_but_it_is_not_the_one_that_is_open(self):
        self.schedule(self.nora, self.calendar((14, 15), weekdays="4"), self.harbour)

        page = self.page()

        self.assertEqual(self.days(page)[:2], ["Thu 1 No free times", "Fri 2 2 free"])
        self.assertEqual(page.xpath(".//input[@name='open'][@checked]/@value"), [str(FRIDAY)])

    def test_a_month_does_not_count_it(self):
        links = self.texts(self.page(view="month"), ".//*[hasclass('o_clinic_month')]//a")

        self.assertEqual(links[0], "8 1 free")

    def test_with_somebody_else_or_elsewhere_its_time_is_a_new_one(self):
        ben = self.practitioner("Ben Test-Other", self.calendar(TEN_ALONE, weekdays="3"))
        self.group.practitioner_ids = [Command.link(ben.id)]
        hill = self.location("Test Hill")
        self.schedule(self.nora, self.calendar(TEN_ALONE, weekdays="4"), hill)

        nora, with_ben = self.page(), self.page(practitioner=ben.id)
        anyone, at_hill = self.page(practitioner=0), self.page(location=hill.id, day=THURSDAY)

        self.assertIn("Ben Test-Other · next free Thu 1 Apr, 10:00 AM", self.options(nora))
        self.assertEqual(self.days(with_ben)[0], "Thu 1 1 free")
        self.assertEqual(self.days(anyone), [])
        self.assertEqual(self.days(at_hill)[1], "Fri 2 1 free")
