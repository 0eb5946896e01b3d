"""Who asks for an account learns nothing of who has one; their address is confirmed before."""

from datetime import timedelta
from itertools import product
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from lxml import html

from odoo.exceptions import AccessDenied
from odoo.sql_db import BaseCursor
from odoo.tests import tagged, test_cursor
from odoo.tools import mute_logger

from ...models.registration import clinic_signup
from ..common_site import SiteCase
from ..signup_common import NEWCOMER, SignUps

KNOWN = "mira@example.com"
SIX_MINUTES = timedelta(minutes=6)
ONWARD = "/book/physio-1/who?start=x"


@tagged("post_install", "-at_install")
class TestSignupSilent(SignUps, SiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What a request stores counts from the database's clock, as outside of tests.
        cls.classPatch(test_cursor.TestCursor, "now", BaseCursor.now)

    def setUp(self):
        super().setUp()
        self.open_sign_up()
        self.mother.login = KNOWN

    def words(self, answer):
        [main] = html.fromstring(answer.content).xpath("//main")
        return " ".join(main.text_content().split())

    def find_account(self, login):
        self.env.invalidate_all()
        return self.env["res.users"].search([("login", "=", login)])

    # Asked

    def test_whoever_asks_is_answered_alike_and_makes_one_row(self):
        pages, counts = [], []
        for address in (KNOWN, NEWCOMER):
            page = self.ask_for_account(address, redirect=ONWARD)
            pages.append(self.words(self.url_open(page)).replace(address, "…"))
            counts.append(self.env["clinic.signup"].search_count([("email", "=", address)]))

        self.assertEqual(pages[0], pages[1])
        self.assertIn("We are sending a message to …", pages[0])
        self.assertEqual(counts, [1, 1])
        self.assertFalse(self.find_account(NEWCOMER))

    def test_asking_takes_as_many_questions_to_the_database_whoever_it_is(self):
        signup = self.env(user=self.env.ref("base.public_user"))["clinic.signup"]
        signup._ask("first@example.com", "", "")
        self.env.flush_all()

        counts = []
        for address in (KNOWN, NEWCOMER):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            signup._ask(address, "", "")
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)

        self.assertEqual(counts[0], counts[1])

    def test_who_has_an_account_is_written_that_there_is_one(self):
        self.ask_for_account(KNOWN.upper(), redirect=ONWARD)

        [mail] = self.get_mails(KNOWN)

        self.assertIn("There is one already", mail.body_html)
        self.assertIn("/web/login?redirect=%2Fbook%2Fphysio-1%2Fwho%3Fstart%3Dx", mail.body_html)
        self.assertIn("/web/reset_password?redirect=", mail.body_html)
        self.assertNotRegex(mail.body_html, r"code=|\d{6}<")

    def test_whose_account_was_closed_is_written_the_same(self):
        self.mother.active = False
        self.ask_for_account(KNOWN)

        self.assertIn("There is one already", self.get_mails(KNOWN).body_html)

    def test_the_message_is_in_the_language_of_the_page(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("clinic_family.mail_template_signup")
        template.with_context(lang="fr_FR").subject = "Votre code"

        self.env["clinic.signup"].with_context(lang="fr_FR")._ask(NEWCOMER, "", "")

        self.assertEqual(self.get_mails().subject, "Votre code")

    def test_who_cannot_be_written_to_stops_nobody_else(self):
        for address in ("first@example.com", NEWCOMER):
            self.ask_for_account(address)
        signups = type(self.env["clinic.signup"])
        write = signups._get_letter

        def fail_first(asked):
            if asked.email.startswith("first"):
                raise ValueError
            return write(asked)

        with (
            patch.object(signups, "_get_letter", fail_first),
            mute_logger("odoo.addons.clinic_family.models.registration.clinic_signup"),
        ):
            self.assertEqual(len(self.get_mails()), 1)

        self.assertEqual(len(self.get_mails("first@example.com")), 1)

    def test_a_company_writes_so_many_messages_an_hour_and_the_rest_later(self):
        signups = self.env["clinic.signup"]
        others = [f"one{number}@example.com" for number in range(3)]
        for address in (*others, NEWCOMER):
            signups._ask(address, "", address)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        signups.with_company(elsewhere)._ask("there@example.com", "", "")

        with self.letting(3):
            self.assertFalse(self.get_mails())
            self.assertTrue(self.get_mails("there@example.com"))
            signups.search([("email", "=", others[0])]).written_at = "2020-01-01"
            self.assertEqual(len(self.get_mails()), 1)

    def test_whoever_asks_once_does_not_wait_behind_all_that_a_program_asks(self):
        signups = self.env["clinic.signup"]
        for number in range(3):
            for sender in ("one", "two"):
                signups._ask(f"{sender}{number}@example.com", "", sender)
        signups._ask("third@example.com", "", "third")

        with self.letting(3):
            # One of each connection is written to within the first hour.
            self.assertTrue(self.get_mails("third@example.com"))
            signups._ask(NEWCOMER, "", "fourth")
            self.assertFalse(self.get_mails())
            signups.search([("state", "=", "written")])[0].written_at = "2020-01-01"
            self.assertEqual(len(self.get_mails()), 1)

    def test_a_program_that_has_used_up_what_leaves_at_once_makes_nobody_wait_for_long(self):
        signups = self.env["clinic.signup"]
        for number in range(400):
            signups._ask(f"one{number}@example.com", "", f"192.0.2.{number % 40}")
        self.get_mails()
        self.ask_for_account()

        self.assertFalse(self.get_mails())
        self.pass_minutes(6)
        self.assertTrue(self.get_mails())
        for _run in range(8):
            self.pass_minutes(6)
            self.get_mails()
        self.assertEqual(signups.search_count([("state", "=", "written")]), 190)

    def test_who_is_to_wait_for_room_wakes_the_job_again(self):
        signups, triggers = self.env["clinic.signup"], self.env["ir.cron.trigger"]
        of_job = [("cron_id", "=", self.env.ref("clinic_family.ir_cron_send_signups").id)]
        signups._ask("first@example.com", "", "one")
        signups._ask(NEWCOMER, "", "another")
        triggers.search(of_job).unlink()

        with self.letting(1):
            self.assertFalse(self.get_mails())
            [woken] = triggers.search(of_job)
            self.pass_minutes(6)
            self.assertTrue(self.get_mails())

        self.assertEqual(woken.call_at, self.env.cr.now().replace(microsecond=0) + SIX_MINUTES)
        self.assertEqual(triggers.search(of_job), woken)

    def letting(self, most):
        """A company writes to so many at once, and to none beyond them."""
        return patch.multiple(clinic_signup, MOST_AT_ONCE=most, MOST_LATELY=most)

    def pass_minutes(self, minutes):
        """As if so many minutes had gone on the database's clock, of which none can be said."""
        for asked in self.env["clinic.signup"].search([("written_at", "!=", False)]):
            asked.written_at -= timedelta(minutes=minutes)

    def test_what_cannot_be_answered_any_more_is_not_written_to(self):
        self.ask_for_account()
        self.env["clinic.signup"].search([("email", "=", NEWCOMER)]).asked_at = "2020-01-01"

        self.assertFalse(self.get_mails())

    def test_the_message_leads_to_the_site_where_somebody_asked(self):
        second = self.env["website"].create({
            "name": "Second", "company_id": self.company.id, "domain": "https://second.example",
        })  # fmt: skip
        for address in (NEWCOMER, KNOWN):
            self.env["clinic.signup"].with_context(website_id=second.id)._ask(address, "", "")

        self.assertIn('"https://second.example/web/signup?', self.get_mails().body_html)
        self.assertIn('"https://second.example/web/login', self.get_mails(KNOWN).body_html)
        self.ask_for_account("first@example.com")
        self.assertNotIn("second.example", self.get_mails("first@example.com").body_html)

    def test_the_message_leads_nowhere_but_to_this_site(self):
        self.ask_for_account(redirect="https://evil.example/x")

        [mail] = self.get_mails()
        [url] = html.fromstring(mail.body_html).xpath("//a[contains(@href, 'code=')]/@href")

        self.assertEqual(set(parse_qs(urlsplit(url).query)), {"key", "code"})

    def test_what_is_no_address_is_refused_before_it_is_looked_whose(self):
        before = self.env["clinic.signup"].search_count([])
        for login in (
            "rosa",
            "@b.com",
            "a@b",
            "a\x01@b.com",
            "a@b.com, c@d.com",
            "rosa h@b.com",
            "",
        ):
            with self.subTest(login):
                answer = self.post_sign_up(login=login)
                self.assertIn("isn't an e-mail address", self.words(answer))

        self.assertEqual(self.env["clinic.signup"].search_count([]), before)

    def test_an_address_of_any_letters_is_one(self):
        for address in ("o'brien@example.co.nz", "jos\xe9@ex\xe4mple.com", "a.b+c@example.com"):
            self.ask_for_account(f" {address} ")
            self.assertTrue(self.env["clinic.signup"].search([("email", "=", address)]), address)

    def test_what_no_database_holds_is_refused(self):
        page = self.ask_for_account()
        nul = "\0"
        with mute_logger("odoo.http"):
            answers = [
                self.post_sign_up(login=f"a{nul}@b.com"),
                self.confirm(page, self.read_code(), name=f"Nina{nul}"),
                self.url_open("/web/signup?key=%C3%A9%00"),
                self.url_open("/web/reset_password?login=%00"),
            ]

        self.assertEqual([answer.status_code for answer in answers], [422] * 4)

    def test_no_computer_keeps_the_page_with_an_address_and_a_code(self):
        self.env["ir.config_parameter"].set_param("auth_signup.reset_password", "True")
        for page in (self.ask_for_account(), "/web/signup", "/web/reset_password"):
            answer = self.url_open(page)
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.headers["Cache-Control"], "no-store", page)

    def test_options_do_nothing(self):
        form = {"login": NEWCOMER}
        with mute_logger("odoo.http"):
            for page in ("signup", "reset_password"):
                answer = self.url_open(f"/web/{page}", data=form, method="OPTIONS")
                self.assertEqual(answer.status_code, 405)
        self.assertFalse(self.env["clinic.signup"].search([("email", "=", NEWCOMER)]))

    def test_an_address_is_written_to_three_times_a_day(self):
        for _ in range(4):
            self.ask_for_account()

        self.assertEqual(len(self.get_mails()), 3)
        self.env["clinic.signup"].search([("email", "=", NEWCOMER)]).asked_at = "2020-01-01"
        self.ask_for_account()
        self.assertEqual(len(self.get_mails()), 4)

    def test_a_program_cannot_have_the_clinic_write_to_many(self):
        signup = self.env["clinic.signup"]
        for number in range(49):
            signup._ask(f"one{number}@example.com", "", "here")
        self.ask_for_account()
        asked = signup.search([])
        asked.sender_hash = asked[-1].sender_hash

        answer = self.post_sign_up(login=NEWCOMER)

        self.assertIn("Too many accounts were asked for from here", self.words(answer))
        signup._ask(NEWCOMER, "", "another connection")
        asked.asked_at = "2020-01-01"
        self.ask_for_account()

    def test_a_connection_of_ipv6_is_a_network(self):
        signup = self.env["clinic.signup"]
        senders = ("2001:db8:1:2::3", "2001:db8:1:2:ffff::4", "2001:db8:1:3::3")
        asked = [signup._find(signup._ask(NEWCOMER, "", sender)) for sender in senders]
        first, same, other = (one.sender_hash for one in asked)

        self.assertEqual(first, same)
        self.assertNotEqual(first, other)

    def test_the_chosen_time_is_read_once_a_request(self):
        pages = type(self.env["clinic.page.login"])
        with patch.object(pages, "_get_chosen", return_value={}) as read:
            page = self.ask_for_account(redirect=ONWARD)
            self.assertEqual(read.call_count, 1)
            self.confirm(page, "no code", redirect=ONWARD)
            self.assertEqual(read.call_count, 2)

    # Confirmed

    def test_who_has_read_the_message_makes_the_account_of_that_address(self):
        page = self.ask_for_account(redirect=ONWARD)
        values = {"login": "somebody.else@example.com", "redirect": ONWARD}

        answer = self.confirm(page, self.read_code(), **values)

        self.assertEqual(urlsplit(answer.headers["Location"]).path, "/book/physio-1/who")
        self.assertEqual(self.find_account(NEWCOMER).name, "Nina Newcomer")
        self.assertFalse(self.find_account("somebody.else@example.com"))
        self.assertFalse(self.env["clinic.signup"].search([("email", "=", NEWCOMER)]))

    def test_the_link_in_the_message_has_the_code_and_opening_it_changes_nothing(self):
        self.ask_for_account(redirect=ONWARD)
        [url] = html.fromstring(self.get_mails().body_html).xpath(
            "//a[contains(@href, 'code=')]/@href"
        )
        code = self.read_code()

        for _ in range(2):
            document = html.fromstring(
                self.url_open(urlsplit(url)._replace(scheme="", netloc="").geturl()).content
            )
            self.assertEqual(document.xpath("//input[@name='code']/@value"), [code])
            self.assertEqual(document.xpath("//input[@name='redirect']/@value"), [ONWARD])
        self.assertFalse(self.find_account(NEWCOMER))

    def test_without_the_code_there_is_no_account_and_five_tries_are_all(self):
        page = self.ask_for_account()
        right = self.read_code()
        wrong = "000000" if right != "000000" else "111111"

        for _ in range(5):
            self.assertIn("This isn't the code", self.words(self.confirm(page, wrong)))

        self.confirm(page, right)
        self.assertFalse(self.find_account(NEWCOMER))
        self.assertIn("This code has ended", self.url_open(page).text)

    def test_what_is_wrong_otherwise_costs_no_try(self):
        page = self.ask_for_account()
        code = self.read_code()

        for _ in range(6):
            self.confirm(page, code, confirm_password="another")

        self.assertEqual(self.confirm(page, code).status_code, 303)

    def test_no_code_opens_an_account_that_is_there(self):
        page = self.ask_for_account(KNOWN)
        self.get_mails(KNOWN)
        asked = self.env["clinic.signup"].search([("email", "=", KNOWN)])

        answer = self.confirm(page, asked._get_code())

        self.assertEqual(answer.status_code, 200)
        self.assertIn("already registered", answer.text)

    def test_whom_odoo_does_not_let_in_has_no_account_yet(self):
        page = self.ask_for_account()
        code = self.read_code()
        users = type(self.env["res.users"])

        with patch.object(users, "_check_credentials", side_effect=AccessDenied("Not now")):
            self.assertIn("Not now", self.words(self.confirm(page, code)))

        self.assertFalse(self.find_account(NEWCOMER))
        self.assertEqual(self.confirm(page, code).status_code, 303)
        self.assertTrue(self.find_account(NEWCOMER))

    def test_a_password_is_as_long_as_that_of_who_was_invited(self):
        page = self.ask_for_account()
        code = self.read_code()

        for password in ("", "1234567"):
            answer = self.confirm(page, code, password=password, confirm_password=password)
            self.assertIn("a password of at least 8 characters", self.words(answer))

        self.assertFalse(self.find_account(NEWCOMER))

    def test_who_writes_no_name_is_told_so(self):
        page = self.ask_for_account()
        code = self.read_code()

        for name in (None, "", "  ", "see evil.example", "0800 555 123", "<b>Nina</b>"):
            with self.subTest(name):
                answer = self.confirm(page, code, name=name)
                self.assertIn("Please write your first and last name.", self.words(answer))

        self.assertFalse(self.find_account(NEWCOMER))

    def test_whatever_a_form_says_breaks_no_page(self):
        fields = ("key", "code", "name", "password", "confirm_password", "redirect", "family")
        nonsense = (None, "x" * 10_000, ["a", "b"], "\x01\u202e", "%00")
        for number, (field, value) in enumerate(product(fields, nonsense)):
            address = f"one{number}@example.com"
            self.authenticate(None, None)
            form = {
                "key": self.ask_for_account(address).partition("key=")[2],
                "code": self.read_code(address),
                "name": "Nina Newcomer",
                "password": "a long password",
                "confirm_password": "a long password",
                field: value,
            }
            with self.subTest(field=field, value=str(value)[:9]):
                self.assertIn(self.post_sign_up(**form).status_code, (200, 303))

    def test_a_long_name_is_cut(self):
        page = self.ask_for_account()

        self.confirm(page, self.read_code(), name="Nina " * 2_000)

        self.assertEqual(self.find_account(NEWCOMER).name, ("Nina " * 16).strip())

    def test_a_code_is_good_for_its_own_question_alone(self):
        self.ask_for_account("other@example.com")
        code = self.read_code("other@example.com")
        page = self.ask_for_account()

        self.assertIn("This isn't the code", self.words(self.confirm(page, code)))

    def test_a_key_that_nobody_signed_or_none_makes_no_account(self):
        for key in ("key=nonsense", "key=%C3%A9", "key="):
            with self.subTest(key):
                self.confirm(key, "123456")
                self.assertEqual(self.url_open(f"/web/signup?{key}").status_code, 200)
        self.assertFalse(self.find_account(NEWCOMER))

    def test_where_sign_up_is_closed_nobody_asks(self):
        page = self.ask_for_account()
        code = self.read_code()
        self.env["website"].search([]).auth_signup_uninvited = "b2b"

        with mute_logger("odoo.http"):
            self.assertEqual(self.post_sign_up(login=NEWCOMER).status_code, 404)
            self.assertEqual(self.confirm(page, code).status_code, 404)

    def test_nothing_is_kept_of_who_never_answers(self):
        self.ask_for_account()
        asked = self.env["clinic.signup"].search([("email", "=", NEWCOMER)])
        asked._clear_unanswered()
        self.assertTrue(asked.exists())

        asked.asked_at = "2020-01-01"
        asked._clear_unanswered()

        self.assertFalse(asked.exists())

    # What Odoo asks beside it

    def test_an_address_in_a_link_tells_nothing(self):
        self.env["ir.config_parameter"].set_param("auth_signup.reset_password", "True")
        for page in ("signup", "reset_password"):
            for token in ("", "&token=dead"):
                with self.subTest(page=page, token=token):
                    answers = {
                        self.url_open(
                            f"/web/{page}?signup_email={address}{token}", allow_redirects=False
                        ).headers.get("Location", "").replace(address.replace("@", "%40"), "…")
                        for address in (KNOWN, NEWCOMER)
                    }  # fmt: skip
                    self.assertEqual(len(answers), 1, answers)

    def test_who_was_invited_has_read_a_message_already(self):
        invited = self.person("Ivo Invited", email="ivo@example.com")
        invited.signup_prepare()
        page = f"/web/signup?token={invited._generate_signup_token()}"

        document = html.fromstring(self.url_open(page).content)

        self.assertTrue(document.xpath("//input[@name='password']"))
        self.assertFalse(document.xpath("//input[@name='code']"))
