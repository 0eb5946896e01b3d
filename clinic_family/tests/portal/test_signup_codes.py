"""Whose codes are good on which page, however often somebody asks or guesses."""

from urllib.parse import urlsplit

from lxml import html

from odoo.sql_db import BaseCursor
from odoo.tests import tagged
from odoo.tests.test_cursor import TestCursor

from ..common_site import SiteCase
from ..signup_common import NEWCOMER, SignUps

NO_CODE = "This isn't the code"


@tagged("post_install", "-at_install")
class TestSignupCodes(SignUps, SiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What a request stores counts from the database's clock, as outside of tests.
        cls.classPatch(TestCursor, "now", BaseCursor.now)

    def setUp(self):
        super().setUp()
        self.open_sign_up()

    def find_asked(self):
        return self.env["clinic.signup"].search([("email", "=", NEWCOMER)])

    def has_account(self):
        self.env.invalidate_all()
        return bool(self.env["res.users"].search([("login", "=", NEWCOMER)]))

    def get_wrong_code(self):
        codes = {asked._get_code() for asked in self.find_asked()}
        return next(code for code in ("000000", "1" * 6, "2" * 6, "3" * 6) if code not in codes)

    def guess(self, page, times=5):
        for _ in range(times):
            self.confirm(page, self.get_wrong_code())

    def move_elsewhere(self, asked):
        """As if these had been asked from another connection."""
        asked.sender_hash = "elsewhere"

    def open_link(self, mail):
        """The path in a message."""
        [url] = html.fromstring(mail.body_html).xpath("//a[contains(@href, 'code=')]/@href")
        return urlsplit(url)._replace(scheme="", netloc="").geturl()

    def test_who_asks_twice_may_write_the_code_of_either_message(self):
        self.ask_for_account()
        code = self.read_code()
        page = self.ask_for_account()
        self.get_mails()

        self.assertEqual(self.confirm(page, code).status_code, 303)

        self.assertTrue(self.has_account())
        self.assertFalse(self.find_asked())

    def test_who_was_written_to_often_enough_uses_a_code_of_before(self):
        for _ in range(3):
            self.ask_for_account()
        code = self.read_code()
        page = self.ask_for_account()
        self.assertEqual(len(self.get_mails()), 3)

        self.assertIn("At most three messages a day", self.url_open(page).text)
        self.assertEqual(self.confirm(page, code).status_code, 303)

    def test_a_code_of_the_day_before_has_ended(self):
        self.ask_for_account()
        code = self.read_code()
        self.find_asked().asked_at = "2020-01-01"
        page = self.ask_for_account()

        self.assertIn(NO_CODE, self.confirm(page, code).text.replace("&#39;", "'"))

    def test_what_was_never_sent_is_no_code(self):
        for _ in range(4):
            page = self.ask_for_account()
        self.get_mails()
        spared = self.find_asked()[-1]

        self.confirm(page, spared._get_code())

        self.assertEqual(spared.state, "spared")
        self.assertFalse(self.has_account())

    def test_wrong_codes_of_somebody_elsewhere_end_nothing_that_was_sent(self):
        pages = [self.ask_for_account() for _ in range(3)]
        mails = self.get_mails()
        self.move_elsewhere(self.find_asked())
        code = self.read_code()
        for page in pages:
            self.guess(page)

        page = self.ask_for_account()
        self.assertEqual(len(self.get_mails()), len(mails))

        self.assertEqual(self.confirm(page, code).status_code, 303)

    def test_the_link_in_a_message_needs_no_try(self):
        page = self.ask_for_account()
        link = self.open_link(self.get_mails())
        self.guess(page)
        self.assertIn("This code has ended", self.url_open(page).text)

        document = html.fromstring(self.url_open(link).content)
        [key] = document.xpath("//input[@name='key']/@value")

        self.assertEqual(self.confirm(f"key={key}", "").status_code, 303)
        self.assertTrue(self.has_account())

    def test_who_asks_again_and_again_has_no_more_tries(self):
        self.ask_for_account()
        code = self.read_code()
        for _ in range(3):
            self.guess(self.ask_for_account())
        page = self.ask_for_account()
        self.guess(page, times=1)
        self.get_mails()

        self.confirm(page, code)
        self.assertFalse(self.has_account())

        self.move_elsewhere(self.find_asked()[:-1])
        self.assertEqual(self.confirm(page, code).status_code, 303)

    def test_over_however_many_connections_there_is_an_end(self):
        self.ask_for_account()
        code = self.read_code()
        page = self.ask_for_account()
        self.env["clinic.signup"]._ask(NEWCOMER, "", "a third")
        others = self.find_asked()[::2]
        for number, one in enumerate(others):
            one.write({"sender_hash": f"elsewhere {number}", "tries": 50})
        self.env.flush_all()

        self.confirm(page, code)
        self.assertFalse(self.has_account())

        others.tries = 49
        self.assertEqual(self.confirm(page, code).status_code, 303)
