"""Choosing somebody who gives a service."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import NO_ID, ROLE, WEDNESDAY
from ..common_site import SiteCase


@tagged("post_install", "-at_install")
class TestPractitioners(SiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nora.job_title = "Test nurse"
        cls.ben = cls.practitioner("Ben Test-Other")

    def links(self, url, **params):
        """Where the entries of the list on this page lead."""
        page = self.page(self.get(url, **params))
        return page.xpath(".//a[contains(@class, 'list-group-item')]/@href")

    def test_the_front_page_leads_to_those_who_give_something(self):
        (pill,) = self.page(self.get("/book")).xpath(
            ".//a[normalize-space()='By practitioner']/@href"
        )

        page = self.get(pill)

        self.assertRegex(self.text(page), "Nora Test-Nightingale Test nurse")
        self.assertNotIn("Ben Test-Other", page.text)

    def test_a_search_finds_people_by_name_and_profession(self):
        by_name = self.links("/book/with", search="test-nightingale")
        by_profession = self.links("/book/with", search=" test NURSE ")
        nobody = self.text(self.get("/book/with", search="zzz<b>"))

        self.assertEqual((by_name, by_profession), ([self.nora.website_url],) * 2)
        self.assertIn('Nobody here is called "zzz<b>"', nobody)

    def test_the_page_of_a_practitioner_leads_to_the_times_with_them(self):
        self.group.practitioner_ids = [Command.set(self.ben.ids)]

        links = self.links(self.nora.website_url)
        times = self.page(self.get(links[0]))

        query = f"practitioner={self.nora.id}&location={self.harbour.id}"
        self.assertEqual(links, [f"{self.single.website_url}?{query}"])
        chosen = times.xpath(".//select[@name='practitioner']/option[@selected]/@value")
        self.assertEqual(chosen, [str(self.nora.id)])

    def test_whoever_comes_by_service_takes_the_first_available(self):
        times = self.page(self.get(self.single.website_url))

        self.assertEqual(times.xpath(".//select[@name='practitioner']/option[@selected]"), [])

    def test_the_page_of_a_practitioner_says_where_they_work(self):
        self.schedule(self.nora, self.calendar((18, 19)), self.location("Test Hill"))

        text = self.text(self.get(self.nora.website_url))

        self.assertRegex(text, "Nora Test-Nightingale Test nurse Test Harbour, Test Hill")

    def test_languages_and_what_they_say_of_themselves_stand_where_one_chooses(self):
        self.nora.write({"languages": "Test Klingon", "biography": "Likes <b>knees</b>."})

        listed = self.text(self.get("/book/with", search="klingon"))
        alone = self.text(self.get(self.nora.website_url))
        chosen = self.text(self.get(self.single.website_url, practitioner=self.nora.id))
        anybody = self.text(self.get(self.single.website_url))

        self.assertIn("Nora Test-Nightingale Test nurse Test Klingon", listed)
        self.assertIn("Likes <b>knees</b>.", alone)
        self.assertRegex(chosen, "Test Klingon About them Likes <b>knees</b>.")
        self.assertNotIn("Klingon", anybody)

    def test_each_says_when_they_are_next_free_for_what_they_give_online(self):
        hill = self.location("Test Hill")
        self.schedule(self.ben, self.calendar((8, 9)), hill)
        self.ben.schedule_ids.filtered(lambda one: one.location_id != hill).date_from = WEDNESDAY
        self.single.practitioner_ids += self.ben

        page = self.page(self.get("/book/with", search="test-"))
        alone = self.page(self.get(self.ben.website_url))
        (link,) = self.links(self.ben.website_url)
        times = self.page(self.get(link))

        self.assertEqual(
            self.firsts(page),
            [
                "Next free: Tue 30 Mar, 8:00 AM, Test Hill",
                "Next free: Mon 29 Mar, 11:00 AM, Test Harbour",
            ],
        )
        self.assertEqual(self.firsts(alone), ["Next free: Tue 30 Mar, 8:00 AM, Test Hill"])
        self.assertEqual(times.xpath(".//option[@selected]/@value")[-1], str(hill.id))

    def test_what_is_not_given_online_is_nobodys_next_free_time(self):
        self.company.clinic_notice_hours = 2.25
        self.service("Test Hidden", self.nora, duration=5, step=5, is_published=False)

        visitor = self.page(self.get(self.nora.website_url))
        self.login(self.user("test_desk", "Desk", f"{ROLE}front_desk"))
        staff = self.page(self.get(self.nora.website_url))

        for page in (visitor, staff):
            self.assertEqual(self.firsts(page), ["Next free: Mon 29 Mar, 11:30 AM, Test Harbour"])

    def firsts(self, page):
        return [" ".join(one.text_content().split()) for one in page.find_class("o_clinic_first")]

    def test_more_of_them_need_no_more_queries(self):
        few = self.count_queries()
        self.single.practitioner_ids += self.ben.union(
            *(self.practitioner(f"Test {number}") for number in range(8))
        )

        self.assertEqual(self.count_queries(), few)

    def count_queries(self):
        """How often the database is asked for the list, everything warm."""
        self.get("/book/with")
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.assertTrue(self.page(self.get("/book/with")).find_class("o_clinic_first"))
        return self.env.cr.sql_log_count - before

    def test_only_the_manager_says_who_somebody_is_and_visitors_read_it_of_published_ones(self):
        self.nora.biography = "Test Story"
        public = self.env.ref("base.public_user")
        manager = self.user("test_manager", "Manager", f"{ROLE}manager")
        desk = self.user("test_desk", "Desk", f"{ROLE}front_desk")

        self.nora.with_user(manager).biography = "Test Story, longer"
        read = self.nora.with_user(public).read(["biography", "languages"])
        with self.assertRaises(AccessError):
            self.nora.with_user(desk).biography = "Test rumour"
        self.nora.is_published = False
        self.env.invalidate_all()

        self.assertEqual(read[0]["biography"], "Test Story, longer")
        with self.assertRaises(AccessError):
            self.nora.with_user(public).read(["biography"])

    def test_an_unpublished_practitioner_is_an_unknown_page(self):
        url = self.nora.website_url
        published = self.get(url).status_code
        self.nora.is_published = False

        self.assertEqual((published, self.get(url).status_code), (200, 404))
        self.assertEqual(self.get(f"/book/with/nobody-{NO_ID}").status_code, 404)
        self.assertEqual(self.get("/book/with/nobody").status_code, 404)
        self.assertNotIn("Nightingale", self.get("/book/with").text)

    def test_a_practitioner_without_anything_online_is_an_unknown_page(self):
        self.single.is_published = self.group.is_published = False

        self.assertEqual(self.get(self.nora.website_url).status_code, 404)

    def test_everybody_has_a_portrait(self):
        page = self.page(self.get(self.nora.website_url))

        (portrait,) = page.find_class("o_clinic_portrait")
        response = self.get(portrait.get("src"))

        self.assertEqual(response.status_code, 200)
        self.assertIn("svg", response.headers["Content-Type"])

    def test_an_unknown_practitioner_stands_for_anybody(self):
        self.single.practitioner_ids += self.ben

        times = self.page(self.get(self.single.website_url, practitioner=NO_ID))

        self.assertEqual(times.xpath(".//select[@name='practitioner']/option[@selected]"), [])
        self.assertTrue(times.find_class("o_clinic_starts"))
