"""A newcomer taps a time, and it is kept until they have an account and hold it."""

from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

from lxml import html

from odoo import fields
from odoo.tests import tagged

from ...models.booking import clinic_kept_time
from ..common import TUESDAY, written
from ..common_site import TEN, SiteCase
from ..kept_common import KeptBuilders
from ..signup_common import NEWCOMER, SignUps


@tagged("post_install", "-at_install")
class TestKeptSite(KeptBuilders, SignUps, SiteCase):
    def setUp(self):
        super().setUp()
        self.open_sign_up()
        self.slug = self.single.website_url

    def tap(self, start=TEN):
        """The page above which stands what a visitor has just tapped."""
        return self.submit(self.form(self.get(self.slug), "/hold"), start=start)

    def use_another_browser(self, user=None):
        self.opener.cookies.clear()
        self.authenticate(*[user and user.login] * 2)

    def chosen(self, answer):
        """What stands above the login, in one line."""
        (found,) = html.fromstring(answer.content).find_class("o_clinic_chosen")
        return " ".join(found.text_content().split())

    def countdown(self, answer):
        """For how many seconds the page says that it is kept."""
        found = html.fromstring(answer.content).find_class("o_clinic_countdown")
        return [int(one.get("data-seconds") or 0) for one in found]

    def onward(self, answer):
        return html.fromstring(answer.content).xpath("//input[@name='redirect']/@value")[0]

    def is_on_the_page(self):
        return TEN in self.free_times(self.page(self.get(self.slug, day=TUESDAY)))

    def test_a_tap_keeps_it_and_the_login_counts_down(self):
        answer = self.tap()

        self.assertEqual(urlsplit(answer.url).path, "/web/login")
        self.assertEqual(self.countdown(answer), [600])
        self.assertRegex(self.chosen(answer), "Held for you: until 9:10")
        self.assertNotIn("kept for you before", self.chosen(answer))
        self.assertTrue(self.is_on_the_page())

    def test_no_other_browser_is_offered_it(self):
        self.tap()

        for user in (None, self.mother):
            self.use_another_browser(user)
            self.assertFalse(self.is_on_the_page())

    def log_in(self, login):
        """Where the form of this page leads the mother."""
        page = html.fromstring(login.content, base_url=login.url)
        [form] = page.xpath("//form[.//input[@id='login']]")
        return self.submit(form, login=self.mother.login, password=self.mother.login)

    def test_who_logs_in_holds_it(self):
        who = self.log_in(self.tap())

        self.assertEqual(self.countdown(who), [600])
        basket = self.submit(self.form(who, "/hold"), participant=[self.mother.partner_id.id])
        self.assertIn("Check and book", self.text(basket))
        self.assertEqual(self.visits().mapped("state"), ["held"])
        self.assertFalse(self.kept())

    def test_who_adds_their_family_first_reads_how_long_it_waits(self):
        add = "/my/family/add"
        login = self.tap()
        onward = self.onward(login)
        who = self.log_in(login)

        page = self.get(add, redirect=onward)
        self.assertEqual(self.countdown(page), [600])
        self.assertIn("10:00", page.text)
        # Held in the basket by then.
        self.submit(self.form(who, "/hold"), participant=[self.mother.partner_id.id])
        self.assertEqual(self.countdown(self.get(add, redirect=onward)), [600])
        for elsewhere in ("/my/family", onward.replace("10%3A00", "11%3A00"), "//evil.example"):
            self.assertEqual(self.countdown(self.get(add, redirect=elsewhere)), [])

    def test_who_asks_for_an_account_has_as_long_again(self):
        page = self.ask_for_account(redirect=self.onward(self.tap()))

        self.assertEqual(self.countdown(self.url_open(page)), [1200])
        page = self.ask_for_account(redirect=self.onward(self.url_open(page)))
        self.assertEqual(self.countdown(self.url_open(page)), [1200])

    def test_in_another_browser_it_is_whose_who_confirms_the_address(self):
        page = self.ask_for_account(redirect=self.onward(self.tap()))
        code = self.read_code()
        self.use_another_browser()
        self.assertFalse(self.is_on_the_page())

        self.assertEqual(self.confirm(page, code).status_code, 303)

        self.assertTrue(self.env["res.users"].search([("login", "=", NEWCOMER)]))
        self.assertTrue(self.is_on_the_page())
        self.use_another_browser()
        self.assertFalse(self.is_on_the_page())

    def test_who_confirms_twice_at_once_reads_no_error_of_the_database(self):
        page = self.ask_for_account(redirect=self.onward(self.tap()))
        code = self.read_code()
        self.use_another_browser()

        # The first press has locked the question, and written whose the time is.
        locked = patch.object(
            type(self.env["clinic.signup"]), "try_lock_for_update", lambda asked: asked.browse()
        )
        with locked, self.beaten_once("key_hash"):
            self.assertEqual(self.confirm(page, code).status_code, 303)

        self.assertTrue(self.is_on_the_page())

    def test_of_two_choices_a_newcomer_keeps_the_one_made_here(self):
        page = self.ask_for_account(redirect=self.onward(self.tap()))
        code = self.read_code()
        self.use_another_browser()
        self.tap(written(TUESDAY, "14:00"))

        self.assertEqual(self.confirm(page, code).status_code, 303)

        self.assertFalse(self.is_on_the_page())

    def test_where_none_is_kept_the_page_says_so(self):
        self.company.clinic_most_kept = 0

        answer = self.tap()

        self.assertEqual(self.countdown(answer), [])
        self.assertIn("It isn't kept for you before you are logged in.", self.chosen(answer))
        self.assertEqual(urlsplit(answer.url).path, "/web/login")

    def test_who_chose_too_often_goes_on_without_and_reads_so(self):
        with patch.object(clinic_kept_time, "MOST_IN_HOUR", 1):
            self.tap()
            answer = self.tap(written(TUESDAY, "14:00"))

        self.assertEqual(self.countdown(answer), [])
        self.assertIn("It isn't kept for you before you are logged in.", self.chosen(answer))
        self.assertEqual(urlsplit(answer.url).path, "/web/login")
        self.assertEqual(len(self.kept()), 1)

    def test_what_ran_out_is_not_promised(self):
        again = self.tap().url
        self.kept().kept_until = fields.Datetime.now() - timedelta(seconds=1)

        self.assertEqual(self.countdown(self.url_open(again)), [0])
        self.appointment(TUESDAY, "10:00", [self.leo])
        self.assertIn("This time isn't free any more.", self.chosen(self.url_open(again)))
        self.assertEqual(self.countdown(self.url_open(again)), [])

    def test_a_link_keeps_nothing(self):
        self.get(f"{self.slug}/who", location=self.harbour.id, start=TEN)
        self.get(f"{self.slug}/hold", location=self.harbour.id, start=TEN)

        self.assertFalse(self.kept())
