"""Two sites of one clinic, the second with accounts of its own: nobody has one at the other."""

from odoo.sql_db import BaseCursor
from odoo.tests import tagged, test_cursor

from ..invited_common import InvitedCase
from ..signup_common import SignUps

THERE = "mira@example.com"


@tagged("post_install", "-at_install")
class TestSignupSites(SignUps, InvitedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.classPatch(test_cursor.TestCursor, "now", BaseCursor.now)
        cls.first = cls.env["website"].get_current_website()
        cls.second = cls.first.create({
            "name": "Second",
            "company_id": cls.company.id,
            "domain": "https://second.example",
            "specific_user_account": True,
        })  # fmt: skip
        cls.mother.write({"login": THERE, "website_id": cls.second.id})
        cls.mother.partner_id.email = THERE

    def at(self, website, model):
        return self.env[model].with_context(website_id=website.id)

    def ask_at(self, website):
        """What is written to the address of somebody who has an account at the second site."""
        self.at(website, "clinic.signup")._ask(THERE, "", "")
        return self.get_mails(THERE)[0].body_html

    def test_who_has_an_account_at_another_site_gets_a_code_here(self):
        self.assertRegex(self.ask_at(self.first), r"<strong>\d{6}</strong>")
        self.assertIn("There is one already", self.ask_at(self.second))

    def test_who_has_an_account_at_all_sites_is_told_at_each(self):
        self.mother.website_id = False

        for website in (self.first, self.second):
            self.assertIn("There is one already", self.ask_at(website))

    def test_the_account_of_another_site_stands_in_nobodys_way_here(self):
        _invitation, link, _code = self.offer(email=THERE)

        answer = self.make_account(link, login=THERE)

        self.assertEqual(answer.status_code, 303)
        self.assertEqual(len(self.find_account(THERE)), 2)

    def test_a_new_password_is_for_the_account_of_this_site(self):
        for website, count in ((self.first, 0), (self.second, 1)):
            for asked in (THERE, THERE.title()):
                self.at(website, "res.users").sudo().reset_password(asked)
                self.env.cr.flush()
                marked = self.mother.filtered("reset_asked_at")
                self.assertEqual(len(marked), count)
                marked.reset_asked_at = False

    def test_no_time_tells_of_an_account_at_another_site(self):
        has = [
            self.at(website, "res.users")._has_password(THERE)
            for website in (self.first, self.second)
        ]

        self.assertEqual(has, [False, True])
