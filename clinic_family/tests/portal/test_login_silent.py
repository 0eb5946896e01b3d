"""Who tries to log in, or asks for a new password, learns nothing of who has an account."""

from unittest.mock import patch

from lxml import html

from odoo.exceptions import UserError
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from ..common_site import SiteCase

NOBODY = "nobody@example.com"


@tagged("post_install", "-at_install")
class TestLoginSilent(SiteCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.env["ir.config_parameter"].set_param("base.login_cooldown_after", "0")
        self.env["ir.config_parameter"].set_param("auth_signup.reset_password", "True")
        self.mother.partner_id.email = "mira@example.com"

    # Logging in

    def form(self, page):
        answer = self.url_open(f"/web/{page}")
        document = html.fromstring(answer.content, base_url=answer.url)
        [form] = document.xpath("//form[.//input[@name='login']]")
        form.action = f"/web/{page}"
        return form

    def words(self, answer):
        """What one reads; the login that was typed stands in its field."""
        [main] = html.fromstring(answer.content).xpath("//main")
        return " ".join(main.text_content().split())

    def try_password(self, login, password="wrong"):
        """The page after a try, and how often a password was computed for it."""
        users = type(self.env["res.users"])
        context = self.env["res.users"]._crypt_context()
        form, count = self.form("login"), []

        class Counting:
            def hash(self, *args):
                count.append("hash")
                return context.hash(*args)

            def verify_and_update(self, password, hashed):
                if hashed:
                    count.append("verify")
                return context.verify_and_update(password, hashed)

        with patch.object(users, "_crypt_context", lambda _users: Counting()):
            answer = self.submit(form, login=login, password=password)
        return self.words(answer), len(count)

    @mute_logger("odoo.addons.base.models.res_users")
    def test_a_wrong_password_is_refused_alike_and_takes_as_long_whoever_it_is(self):
        known = self.try_password(self.mother.login)
        self.father.active = False
        self.env.cr.execute(
            "UPDATE res_users SET password = NULL WHERE id = %s", [self.stranger.id]
        )

        self.assertEqual(known[1], 1)
        for login in (NOBODY, self.father.login, self.stranger.login, "1"):
            with self.subTest(login):
                self.assertEqual(self.try_password(login), known)

    @mute_logger("odoo.addons.base.models.res_users")
    def test_no_password_is_refused_before_it_is_looked_whose(self):
        known = self.try_password(self.mother.login, "")

        self.assertEqual(known[1], 0)
        self.assertEqual(self.try_password(NOBODY, ""), known)

    # A new password

    def ask(self, login):
        """The page after asking for a new password."""
        return self.words(self.submit(self.form("reset_password"), login=login))

    def send(self):
        """Whom the job sends a link."""
        self.env.ref("clinic_family.ir_cron_send_resets").method_direct_trigger()
        self.env.invalidate_all()
        people = self.env["res.partner"].search([("signup_type", "=", "reset")])
        people.signup_type = False
        return people

    def test_asking_for_a_new_password_is_answered_alike_and_a_job_writes(self):
        known, unknown = self.ask(self.mother.login), self.ask(NOBODY)

        self.assertEqual(known, unknown)
        self.assertIn("If there is an account with this address", known)
        self.assertIn("please call the clinic", known)
        self.assertEqual(self.send(), self.mother.partner_id)
        self.assertFalse(self.send())

    def test_asking_takes_as_many_questions_to_the_database_whoever_it_is(self):
        users = self.env["res.users"].sudo()
        users.reset_password(NOBODY)
        self.env.cr.flush()

        counts = []
        for login in (self.mother.login, "nobody", "mira@example.com", NOBODY):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            users.reset_password(login)
            self.env.cr.flush()
            counts.append(self.env.cr.sql_log_count - before)

        self.assertEqual(counts[0], counts[1])
        self.assertEqual(counts[2], counts[3])

    def test_two_who_ask_at_once_read_what_everybody_reads(self):
        unknown = self.ask(NOBODY)
        with self.beaten_once("reset_asked_at"):
            known = self.ask(self.mother.login)

        self.assertEqual(known, unknown)
        self.assertEqual(self.send(), self.mother.partner_id)

    def test_nobody_reads_that_an_address_is_shared_or_that_no_message_can_leave(self):
        self.father.partner_id.email = "mira@example.com"
        self.stranger.partner_id.email = False

        answers = {self.ask(login) for login in ("mira@example.com", self.stranger.login, NOBODY)}

        self.assertEqual(len(answers), 1)
        with mute_logger("odoo.addons.clinic_family.models.family.res_users"):
            self.assertEqual(self.send(), self.mother.partner_id | self.father.partner_id)

    def test_a_login_is_somebodys_own_though_others_have_the_address(self):
        self.father.partner_id.email = self.mother.login

        self.ask(self.mother.login)

        self.assertEqual(self.send(), self.mother.partner_id)

    def test_who_was_closed_is_sent_nothing(self):
        self.mother.active = False

        self.ask(self.mother.login)

        self.assertFalse(self.send())

    # How long a new password is

    def choose(self, password):
        """What the page of a link to a new password says to this one."""
        form = {"password": password, "confirm_password": password}
        return self.words(self.submit(self.form_of_link(), **form))

    def form_of_link(self):
        self.mother.partner_id.signup_prepare(signup_type="reset")
        page = f"/web/reset_password?token={self.mother.partner_id._generate_signup_token()}"
        document = html.fromstring(self.url_open(page).content, base_url=self.base_url() + page)
        [form] = document.xpath("//form[.//input[@name='password']]")
        form.action = "/web/reset_password"
        return form

    def test_a_new_password_is_as_long_as_that_of_a_new_account(self):
        [field] = self.form_of_link().xpath(".//input[@name='password']")

        self.assertEqual(field.get("minlength"), "8")
        self.assertIn("At least 8 characters.", self.choose("1234567"))
        self.assertIn("Please choose a password of at least 8 characters.", self.choose("1234567"))
        self.assertIn("has been reset", self.choose("12345678"))

    def test_odoos_policy_for_passwords_may_ask_more(self):
        params = self.env["ir.config_parameter"]
        for policy, least in (("12", "12"), ("4", "8"), ("many", "8")):
            params.set_param("auth_password_policy.minlength", policy)
            [field] = self.form_of_link().xpath(".//input[@name='password']")
            self.assertEqual(field.get("minlength"), least)

        params.set_param("auth_password_policy.minlength", "12")
        self.assertIn("at least 12 characters", self.choose("12345678901"))
        self.assertIn("has been reset", self.choose("123456789012"))

    # How long one is that somebody changes who is logged in

    def form_to_change(self, user):
        """The form on the page of Odoo's portal, as this user sees it."""
        self.authenticate(user.login, user.login)
        answer = self.url_open("/my/security")
        document = html.fromstring(answer.content, base_url=answer.url)
        [form] = document.xpath("//form[.//input[@name='new1']]")
        form.action = "/my/security"
        return form

    def change(self, user, password):
        """What the page says to who changes their password to this one."""
        form, old = self.form_to_change(user), user.login.ljust(8, "x")
        return self.words(self.submit(form, old=old, new1=password, new2=password))

    def test_a_patient_who_changes_a_password_reads_how_long_it_is_and_chooses_no_shorter_one(self):
        form = self.form_to_change(self.mother)
        [help_id] = form.xpath(".//input[@name='new1']/@aria-describedby")

        self.assertEqual(
            form.xpath(".//input[@name='new1' or @name='new2']/@minlength"), ["8", "8"]
        )
        self.assertEqual(form.get_element_by_id(help_id).text, "At least 8 characters.")
        self.assertIn(
            "Please choose a password of at least 8 characters.",
            self.change(self.mother, "1234567"),
        )
        self.assertIn("Password Updated!", self.change(self.mother, "12345678"))

    def test_a_policy_that_asks_more_holds_for_who_changes_a_password(self):
        self.env["ir.config_parameter"].set_param("auth_password_policy.minlength", "12")

        self.assertIn("At least 12 characters.", self.form_to_change(self.mother).text_content())
        self.assertIn("at least 12 characters", self.change(self.mother, "12345678901"))
        self.assertIn("Password Updated!", self.change(self.mother, "123456789012"))

    @mute_logger("odoo.http")
    def test_no_call_of_a_program_gives_a_patient_a_short_password(self):
        old = self.mother.login.ljust(8, "x")
        self.authenticate(self.mother.login, self.mother.login)
        with self.assertRaisesRegex(JsonRpcException, "FamilyRefused"):
            self.make_jsonrpc_request(
                "/web/dataset/call_kw",
                {
                    "model": "res.users",
                    "method": "change_password",
                    "args": [old, "1234567"],
                    "kwargs": {},
                },
            )
        window = self.env["change.password.wizard"].with_context(
            active_model="res.users", active_ids=self.mother.ids
        )
        window = window.create({})
        window.user_ids.new_passwd = "  1234567  "
        with self.assertRaisesRegex(UserError, "at least 8 characters"):
            window.change_password_button()

        self.assertIn("Password Updated!", self.change(self.mother, "12345678"))

    def test_staff_change_theirs_as_odoo_has_it(self):
        self.env["ir.config_parameter"].set_param("auth_password_policy.minlength", "0")
        desk = self.user("test_desk", "Fran Frontdesk", "base.group_user")

        form = self.form_to_change(desk)

        self.assertNotIn("At least", form.text_content())
        self.assertNotIn("8", form.xpath(".//input/@minlength"))
        self.assertIn("Password Updated!", self.change(desk, "short"))
