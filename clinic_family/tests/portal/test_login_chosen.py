"""Whoever chose a time before they logged in reads above the login what waits for them."""

from urllib.parse import quote, urlsplit

from lxml import html

from ..common import TUESDAY
from ..common_site import TEN, SiteCase


class TestLoginChosen(SiteCase):
    def setUp(self):
        super().setUp()
        self.env["website"].search([]).auth_signup_uninvited = "b2c"
        self.authenticate(None, None)
        self.onward = (
            f"{self.slug}/who?practitioner=0&location={self.harbour.id}&start={quote(TEN)}"
        )

    def document(self, answer):
        return html.fromstring(answer.content, base_url=answer.url)

    def login_page(self, onward, page="login"):
        return self.url_open(f"/web/{page}?redirect={quote(onward)}")

    def chosen(self, answer):
        """What stands above the form, in one line; nothing where nothing was chosen."""
        found = self.document(answer).find_class("o_clinic_chosen")
        return " ".join(found[0].text_content().split()) if found else ""

    def way(self, answer, words):
        return self.document(answer).xpath(f"//a[normalize-space()='{words}']")[0]

    def test_the_service_time_and_place_stand_above_the_login(self):
        answer = self.url_open(self.onward)

        self.assertEqual(urlsplit(answer.url).path, "/web/login")
        for words in (self.group.name, "10:00", self.harbour.name, "with whoever is free"):
            self.assertIn(words, self.chosen(answer))

    def test_nothing_takes_the_focus_from_who_writes_an_address(self):
        """Odoo's choice of those who logged in before would, as soon as its script is there."""
        chosen = self.document(self.login_page(self.onward))
        usual = self.document(self.login_page("/my"))

        for page, number in ((chosen, 0), (usual, 1)):
            [form] = page.find_class("oe_login_form")
            self.assertEqual(len(page.xpath("//owl-component[@name='web.user_switch']")), number)
            self.assertEqual("d-none" in form.get("class"), bool(number))

    def log_in_form(self, answer):
        return self.document(answer).xpath("//form[.//input[@id='login']]")[0]

    def newcomers_form(self, answer):
        """With one field, beside the login."""
        [form] = self.document(answer).xpath("//form[contains(@action, '/web/signup')]")
        return form

    def test_there_are_two_ways_and_both_keep_it(self):
        login = self.login_page(self.onward)

        signup = self.submit(self.newcomers_form(login), login="nina@example.com")
        back = self.url_open(self.way(signup, "I have an account").get("href"))

        self.assertIn("10:00", self.chosen(signup))
        self.assertEqual(self.chosen(back), self.chosen(login))
        self.assertIn("start=", self.newcomers_form(back).fields["redirect"])
        [current] = self.document(signup).xpath("//nav/*[@aria-current='page']")
        self.assertEqual((current.tag, current.text), ("span", "No account yet"))
        self.assertIn("We are sending a message to nina@example.com", signup.text)
        self.assertNotIn("Don't have an account?", login.text)

    def test_it_stays_when_the_password_is_wrong_and_while_it_is_reset(self):
        form = self.log_in_form(self.login_page(self.onward))

        again = self.submit(form, login="nobody@example.com", password="wrong")
        reset = self.url_open(self.way(again, "Reset Password").get("href"))
        asking = self.log_in_form(reset)
        asking.action = "/web/reset_password"
        asked = self.submit(asking, login=self.mother.login)

        self.assertIn("Wrong login/password", again.text)
        for answer in (again, self.url_open(self.way(asked, "Back to Login").get("href"))):
            self.assertIn("10:00", self.chosen(answer))

    def test_who_logs_in_comes_to_the_time_that_stands_above(self):
        eleven = quote(TEN.replace("10:00", "11:00"))
        login = self.login_page(f"{self.onward}&start={eleven}&evil=1")
        self.assertIn("10:00", self.chosen(login))
        form = self.log_in_form(login)
        self.assertNotIn("evil", form.fields["redirect"])

        there = self.submit(form, login=self.mother.login, password=self.mother.login)

        self.assertEqual(urlsplit(there.url).path, f"{self.slug}/who")
        self.assertIn("10:00", self.text(there))
        self.assertNotIn("11:00", self.text(there))

    def test_where_nobody_signs_up_the_clinic_makes_the_account(self):
        self.env["website"].search([]).auth_signup_uninvited = "b2b"
        self.harbour.phone = "+64 9 555 0100"

        words = self.chosen(self.login_page(self.onward))

        self.assertIn("No account yet? Please call", words)
        self.assertIn("+64 9 555 0100", words)
        self.assertNotIn("I have an account", words)
        self.harbour.phone, self.company.phone = False, "+64 9 555 0199"
        self.assertIn("+64 9 555 0199", self.chosen(self.login_page(self.onward)))

    # Times for several people

    def test_who_looks_for_times_for_several_reads_why_they_log_in(self):
        answer = self.url_open(f"/book/family?service={self.single.id}")

        self.assertEqual(urlsplit(answer.url).path, "/web/login")
        self.assertIn("Times for several people at once", self.chosen(answer))
        signup = self.submit(self.newcomers_form(answer), login="nina@example.com")
        self.assertIn("Times for several people at once", self.chosen(signup))
        back = self.url_open(self.way(signup, "I have an account").get("href"))
        there = self.submit(
            self.log_in_form(back), login=self.mother.login, password=self.mother.login
        )
        parts = urlsplit(there.url)
        self.assertEqual((parts.path, parts.query), ("/book/family", f"service={self.single.id}"))

    def test_who_is_new_there_is_asked_for_their_family_next(self):
        def get_wish(onward):
            signup = self.submit(self.newcomers_form(self.login_page(onward)), login="n@x.com")
            [box] = self.document(signup).xpath("//input[@id='family']")
            return box.checked

        self.assertEqual([get_wish("/book/family"), get_wish(self.onward)], [True, False])

    def test_where_nobody_signs_up_they_are_told_whom_to_ask(self):
        self.env["website"].search([]).auth_signup_uninvited = "b2b"

        words = self.chosen(self.login_page("/book/family"))

        self.assertIn("Please call the clinic: it makes one for you.", words)

    def test_nobody_is_led_to_another_site_for_several(self):
        self.assertEqual(self.chosen(self.login_page("//evil.example/book/family")), "")

    def test_what_nobody_offers_is_not_shown(self):
        hidden = self.service("Not online", self.nora, is_published=False)

        for onward in (
            self.onward.replace(self.slug, hidden.website_url),
            self.onward.replace(quote(TEN), "<b>now</b>"),
            f"//evil.example{self.onward}",
            "/my/appointments",
            "",
        ):
            with self.subTest(onward=onward):
                self.assertEqual(self.chosen(self.login_page(onward)), "")

    def test_nothing_of_the_address_is_carried_on_but_what_was_chosen(self):
        form = self.newcomers_form(self.login_page(f"{self.onward}&evil=1"))

        self.assertNotIn("evil", form.fields["redirect"])
        self.assertIn("start", form.fields["redirect"])

    def test_a_time_that_was_taken_meanwhile_is_not_promised(self):
        self.assertNotIn("free any more", self.chosen(self.login_page(self.onward)))
        self.appointment(TUESDAY, "10:00", [self.leo])

        login = self.login_page(self.onward)

        self.assertIn("This time isn't free any more.", self.chosen(login))
        self.assertIsNotNone(self.newcomers_form(login))
        times = self.url_open(self.way(login, "Other times").get("href"))
        self.assertEqual(urlsplit(times.url).path, self.slug)
