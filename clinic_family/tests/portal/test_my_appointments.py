"""My appointments: mine and those of the people I may book for, and nobody else's."""

import re

from lxml import html

from odoo.tests import tagged

from ..common import NO_ID, ROLE, TUESDAY, WEDNESDAY, ClinicHttpCase


@tagged("post_install", "-at_install")
class TestMyAppointments(ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grant(cls.leo, cls.mother, "book")
        cls.grant(cls.leo, cls.father, "book")
        cls.both = cls.appointment(TUESDAY, "10:00", [cls.mother, cls.leo])
        cls.sons = cls.appointment(WEDNESDAY, "11:00", [cls.leo], payer_id=cls.mother.partner_id.id)
        cls.strangers = cls.appointment(TUESDAY, "14:00", [cls.stranger])

    def login(self, user):
        self.authenticate(user.login, user.login)

    def links(self, url="/my/appointments"):
        """The appointments listed, as the words on their links by address."""
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        return {
            link.get("href"): " ".join(link.text_content().split())
            for link in html.fromstring(response.text).xpath("//a[starts-with(@href, '/my/app')]")
            if re.fullmatch(r"/my/appointments/\d+", link.get("href"))
        }

    def address(self, visit):
        return f"/my/appointments/{visit.id}"

    def answer(self, record_id):
        """The status and the body for an id, without the id and what differs in every answer."""
        response = self.url_open(f"/my/appointments/{record_id}")
        body = re.sub(r'csrf_token: "\w+"', "", response.text)
        return response.status_code, re.sub(rf"(appointments(/|%2F)){record_id}\b", r"\1ID", body)

    def test_they_are_listed_in_order_and_say_who_each_is_for(self):
        self.login(self.mother)

        links = self.links()

        self.assertEqual(list(links), [self.address(self.both), self.address(self.sons)])
        self.assertRegex(links[self.address(self.both)], r"Mira Motherwell \(you\), Leo Littleton")
        self.assertRegex(links[self.address(self.both)], r"Tuesday 30 March.*10:00.*NZDT")
        self.assertRegex(links[self.address(self.sons)], "^Leo Littleton.*Booked$")
        self.assertNotIn("Motherwell", links[self.address(self.sons)].split("Pays")[0])

    def test_a_father_sees_the_visit_of_his_son_and_nobody_else_in_it(self):
        self.login(self.father)

        self.assertEqual(set(self.links()), {self.address(self.both), self.address(self.sons)})
        for url in ("/my/appointments", self.address(self.both), self.address(self.sons)):
            page = self.url_open(url)
            self.assertIn("Leo Littleton", page.text)
            self.assertNotRegex(page.text, "Mira|Motherwell")

    def test_a_stranger_sees_their_own(self):
        self.login(self.stranger)

        self.assertEqual(list(self.links()), [self.address(self.strangers)])

    def test_somebody_elses_is_an_unknown_page(self):
        self.login(self.stranger)

        self.assertEqual(self.answer(self.both.id)[0], 404)
        self.assertEqual(self.answer(self.both.id), self.answer(NO_ID))
        self.assertEqual(self.url_open(self.address(self.strangers)).status_code, 200)

    def test_once_a_permission_ends_the_page_is_unknown(self):
        self.login(self.father)
        before = self.url_open(self.address(self.sons)).status_code

        self.leo.granted_permission_ids._revoke("A quarrel.")

        self.assertEqual((before, self.answer(self.sons.id)[0]), (200, 404))
        self.assertEqual(self.links(), {})

    def test_what_is_over_is_history(self):
        past = self.appointment(TUESDAY.replace(day=1), "10:00", [self.leo])
        self.sons._update_state("cancelled")
        self.login(self.mother)

        upcoming, history = self.links(), self.links("/my/appointments?when=past")

        self.assertEqual(list(upcoming), [self.address(self.both)])
        self.assertEqual(list(history), [self.address(self.sons), self.address(past)])
        self.assertRegex(history[self.address(self.sons)], "Cancelled$")

    def test_staff_see_their_own_here_whatever_their_role(self):
        desk = self.user("test_desk", "Dee Test-Desk", ROLE + "front_desk")
        own = self.appointment(TUESDAY, "15:00", [desk])
        self.login(desk)

        self.assertEqual(list(self.links()), [self.address(own)])
        self.assertEqual(self.answer(self.both.id), self.answer(NO_ID))

    def test_staff_who_come_to_a_visit_take_nobody_elses_name_along(self):
        desk = self.user("test_desk", "Dee Test-Desk", ROLE + "front_desk")
        people = [desk, self.stranger]
        own = self.appointment(TUESDAY, "15:00", people, service_id=self.group.id)
        self.login(desk)

        for url in (self.address(own), self.address(own) + "/visit.ics"):
            with self.subTest(url=url):
                text = self.url_open(url).text
                self.assertIn("Test Family Talk", text.replace("%20", " "))
                self.assertNotIn("Stan", text)

    def test_what_is_no_longer_on_the_booking_site_is_shown_as_it_was_booked(self):
        self.login(self.mother)
        (self.both.service_id + self.sons.service_id).is_published = False
        self.nora.is_published = False

        links = self.links()

        self.assertRegex(links[self.address(self.both)], "Test Family Talk.*Nora")
        pages = [self.address(self.both) + end for end in ("", "/cancel?who=everyone", "/move")]
        self.assertEqual([self.url_open(page).status_code for page in pages], [200, 200, 422])
        names = self.both.with_user(self.mother).read(["display_name"])
        self.assertIn("Test Family Talk", names[0]["display_name"])

    def test_a_long_history_has_pages(self):
        for day in range(1, 23):
            self.appointment(TUESDAY.replace(month=1, day=day), "10:00", [self.leo])
        self.login(self.mother)

        first = self.links("/my/appointments?when=past")
        second = self.links("/my/appointments/page/2?when=past")

        self.assertEqual((len(first), len(second)), (20, 2))
        self.assertFalse(set(first) & set(second))

    def test_a_page_takes_no_more_queries_with_many_visits_than_with_two(self):
        mine = self.env["clinic.appointment"].with_user(self.mother)
        few = self.count_queries(mine)
        for day in range(1, 19):
            self.appointment(TUESDAY.replace(month=5, day=day), "10:00", [self.mother, self.leo])

        many = self.count_queries(mine)

        self.assertLessEqual(many, few)
        self.assertLessEqual(few, 13)

    def count_queries(self, appointments):
        """How many queries the first page takes, read anew."""
        # What somebody may do isn't remembered from when they were made.
        self.env.invalidate_all()
        appointments._get_my_page("upcoming", 20, 0)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        appointments._get_my_page("upcoming", 20, 0)
        return self.env.cr.sql_log_count - before

    def test_an_employee_without_a_role_has_a_page_too(self):
        self.login(self.user("test_employee", "Eve Test-Employee", "base.group_user"))

        self.assertEqual(self.links(), {})
