"""What was refused of who makes an account is marked where it was typed, as elsewhere."""

from lxml import html

from odoo import http
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common_site import SiteCase
from ..invited_common import InvitedCase
from ..marked_common import Marks
from ..signup_common import SignUps

ASKED = {"clinic_asks_phone": True, "clinic_asks_birth_date": True, "clinic_terms": "Be there."}


@tagged("post_install", "-at_install")
class TestMarkedInvitation(Marks, InvitedCase):
    def refuse(self, link, **form):
        """The form that was refused."""
        answer = self.make_account(link, **form)
        self.assertEqual(answer.status_code, 422)
        return html.fromstring(answer.content)

    def test_what_one_logs_in_with(self):
        self.stranger.login = "taken"
        _invitation, link, _code = self.offer()

        self.assertMarked(self.refuse(link, login="rita at home"), "login")
        self.assertMarked(self.refuse(link, login="taken"), "login")
        self.assertMarked(self.refuse(link, password="short"), "password")
        self.assertMarked(self.refuse(link, password="x" * 5000), "password")
        self.assertMarked(self.refuse(link, confirm_password="another"), "confirm_password")

    def test_the_code_of_who_has_no_account_and_of_who_has_one(self):
        _invitation, link, _code = self.offer(with_code=True)

        self.assertMarked(self.refuse(link, code="x"), "code")
        self.log_in(self.stranger)
        answer = self.send(link, answer="accept", code="x")
        self.assertMarked(html.fromstring(answer.content), "code")

    def test_the_name_of_whom_a_patient_asked(self):
        _asked, token = self.invite(self.mother)

        page = self.refuse(f"/clinic/invitation/{token}", name="see evil.example")

        self.assertMarked(page, "name")

    def test_what_the_clinic_asks_of_newcomers(self):
        self.company.write(ASKED)
        _invitation, link, _code = self.offer()
        agreed = self.env["clinic.signup.questions"]._get_asked()["terms_key"]
        right = {"phone": "09 555 0100", "birth_text": "1990-01-02", "agreed": agreed}

        for field in right:
            for wrong in ("", "2099-01-02") if field == "birth_text" else ("",):
                with self.subTest(field=field, wrong=wrong):
                    self.assertMarked(self.refuse(link, **{**right, field: wrong}), field)
        self.assertMarked(self.refuse(link, **{**right, "birth_text": "2025-01-02"}), "birth_text")

    def test_the_password_alone_is_marked_where_it_is_too_simple(self):
        def refuse(*_args):
            raise UserError("Too simple.")  # pylint: disable=translation-required

        self.patch(type(self.env["res.users"]), "_set_new_password", refuse)
        self.patch(type(self.env["res.users"]), "_set_password", refuse)
        _invitation, link, _code = self.offer()

        self.assertMarked(self.refuse(link), "password")

    def test_a_child_who_may_not_accept_finds_no_field_marked(self):
        _invitation, link, code = self.offer(with_code=True)
        self.log_in(self.child_user())

        answer = self.send(link, answer="accept", code=code)

        self.assertEqual(answer.status_code, 422)
        self.assertEqual(self.get_marked(html.fromstring(answer.content)), [])


@tagged("post_install", "-at_install")
class TestMarkedSignup(Marks, SignUps, SiteCase):
    def setUp(self):
        super().setUp()
        self.open_sign_up()

    def read_form(self, answer):
        self.assertEqual(answer.status_code, 200)
        return html.fromstring(answer.content)

    def test_an_address_that_is_none(self):
        self.assertMarked(self.read_form(self.post_sign_up(login="nina at home")), "login")

    def test_what_is_refused_beside_the_code(self):
        self.company.write(ASKED)
        agreed = self.env["clinic.signup.questions"]._get_asked()["terms_key"]
        page = self.ask_for_account()
        code = self.read_code()
        right = {"phone": "09 555 0100", "birth_text": "1990-01-02", "agreed": agreed}

        for field, wrong in {
            "code": "x",
            "name": "see evil.example",
            "password": "short",
            "confirm_password": "another password",
            **dict.fromkeys(right, ""),
        }.items():
            with self.subTest(field=field):
                form = {"code": code, **right, field: wrong}
                answer = self.confirm(page, **form)
                self.assertMarked(self.read_form(answer), field)

    def get_link(self, person, kind="signup"):
        person.signup_prepare(signup_type=kind)
        return person._generate_signup_token()

    def test_the_login_of_who_was_invited_by_a_link_of_odoos(self):
        ivo = self.person("Ivo Invited", email="ivo@example.com")
        word = "a long password"
        form = {"token": self.get_link(ivo), "login": "nowhere@example.com", "password": word}

        page = self.read_form(self.post_sign_up(**form, confirm_password=word))

        self.assertMarked(page, "login")

    def test_a_new_password(self):
        token = self.get_link(self.mother.partner_id, "reset")
        words = {"password": "short", "confirm_password": "short"}
        form = {"csrf_token": http.Request.csrf_token(self), "token": token, **words}

        page = self.read_form(self.url_open("/web/reset_password", data=form))

        self.assertMarked(page, "password")

    def test_who_has_no_address_is_asked_for_a_login(self):
        for email, label in (
            (False, "Login"),
            ("none", "Login"),
            ("ivo@example.com", "E-mail, or a name"),
        ):
            token = self.get_link(self.person("Ivo Invited", email=email))
            page = html.fromstring(self.url_open(f"/web/signup?token={token}").content)
            [shown] = page.xpath("//label[@for='login']")
            self.assertEqual(shown.text_content().strip(), label)
            [field] = page.xpath("//input[@name='login']")
            self.assertEqual(field.get("value") or False, email)
        page = html.fromstring(self.url_open("/web/signup").content)
        self.assertEqual(page.xpath("//label[@for='login']")[0].text_content().strip(), "Email")
