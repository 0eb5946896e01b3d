"""What the clinic asks of whoever makes an account: once, on one page, and only what it chose."""

from odoo.tests import tagged

from ..common_site import SiteCase
from ..signup_common import NEWCOMER, SignUps

TERMS = "You may cancel until the day before. https://clinic.example/terms"
ASKED = ("birth_text", "phone", "agreed")


@tagged("post_install", "-at_install")
class TestSignupQuestions(SignUps, SiteCase):
    def setUp(self):
        super().setUp()
        self.open_sign_up()
        self.page = self.ask_for_account()
        self.code = self.read_code()

    def get_asked(self):
        form = self.url_open(self.page).text
        return {name for name in ASKED if f'name="{name}"' in form}

    def get_key(self):
        return self.env["clinic.signup.questions"]._get_asked()["terms_key"]

    def answer(self, **values):
        """The new person, and what the page says where there is none."""
        answer = self.confirm(self.page, self.code, **values)
        self.env.invalidate_all()
        person = self.env["res.users"].search([("login", "=", NEWCOMER)]).partner_id
        return person, "" if person else answer.text.replace("&#39;", "'")

    def test_nothing_is_asked_by_itself(self):
        self.assertEqual(self.get_asked(), set())
        person, _words = self.answer(phone="09 555", birth_text="1990-01-02", agreed="x")

        self.assertFalse(person.phone or person.birth_date or person.terms_agreed_at)

    def test_what_the_clinic_asks_is_kept_with_the_person(self):
        self.company.write({"clinic_asks_phone": True, "clinic_asks_birth_date": True})

        self.assertEqual(self.get_asked(), {"birth_text", "phone"})
        self.assertIn("Please write your phone number.", self.answer(birth_text="1990-01-02")[1])
        self.assertIn("Please write your date of birth.", self.answer(phone="09 555 0100")[1])
        person, _words = self.answer(phone="09 555 0100", birth_text="1990-01-02")
        self.assertEqual((person.phone, str(person.birth_date)), ("09 555 0100", "1990-01-02"))

    def test_a_child_has_no_account_by_themselves(self):
        self.company.write({"clinic_asks_birth_date": True, "clinic_child_age": 16})

        words = self.answer(birth_text="2015-01-02")[1]

        self.assertIn("Until the age of 16 a parent or guardian books for you.", words)
        self.assertIn("lies in the future", self.answer(birth_text="2099-01-02")[1])

    def test_who_agreed_to_which_terms_is_kept(self):
        self.company.clinic_terms = TERMS

        self.assertEqual(self.get_asked(), {"agreed"})
        self.assertIn("Please agree to the terms first.", self.answer()[1])
        person, _words = self.answer(agreed=self.get_key())
        self.assertEqual(person.terms_agreed, TERMS)
        self.assertTrue(person.terms_agreed_at)

    def test_nobody_agrees_to_what_they_did_not_read(self):
        self.company.clinic_terms = TERMS
        read = self.get_key()
        self.company.clinic_terms = "You may not cancel."

        self.assertIn("The terms have changed.", self.answer(agreed=read)[1])

    # By a link of Odoo's

    def get_token(self, person, signup_type="signup"):
        person.signup_prepare(signup_type=signup_type)
        return person._generate_signup_token()

    def get_asked_by_link(self, token):
        form = self.url_open(f"/web/signup?token={token}").text
        return {name for name in ASKED if f'name="{name}"' in form}

    def follow(self, token, **values):
        """What the page says to who was invited, and how many accounts they have then."""
        form = {"token": token, "name": "", "login": "ivo@example.com", **values}
        password = {"password": "a long password", "confirm_password": "a long password"}
        words = self.post_sign_up(**form, **password).text.replace("&#39;", "'")
        self.env.invalidate_all()
        return words

    def test_who_was_invited_is_asked_what_is_not_known_of_them(self):
        self.company.write({"clinic_asks_phone": True, "clinic_asks_birth_date": True})
        self.company.clinic_terms = TERMS
        ivo = self.person("Ivo Invited", email="ivo@example.com", phone="09 555 0123")
        token, agreed = self.get_token(ivo), self.get_key()

        self.assertEqual(self.get_asked_by_link(token), {"birth_text", "agreed"})
        self.assertIn("your date of birth.", self.follow(token, agreed=agreed))
        self.assertIn("agree to the terms first", self.follow(token, birth_text="1990-01-02"))
        self.assertFalse(ivo.user_ids)
        self.follow(token, birth_text="1990-01-02", agreed=agreed, phone="other")
        self.assertEqual(len(ivo.user_ids), 1)
        self.assertEqual((str(ivo.birth_date), ivo.phone), ("1990-01-02", "09 555 0123"))
        self.assertEqual(ivo.terms_agreed, TERMS)

    def test_what_is_known_is_not_asked_again(self):
        self.company.write({"clinic_asks_phone": True, "clinic_terms": TERMS})
        ivo = self.person("Ivo Invited", email="ivo@example.com", phone="09 555 0123")
        ivo.write({"terms_agreed": TERMS, "terms_agreed_at": "2027-01-01"})

        self.assertEqual(self.get_asked_by_link(self.get_token(ivo)), set())

    def test_who_was_invited_logs_in_with_their_address_or_a_name(self):
        ivo = self.person("Ivo Invited", email="ivo@example.com")
        token = self.get_token(ivo)

        for login in ("victim@example.com", "", "ivo@home", "ivo <ivo@example.com>"):
            self.assertIn("Please log in with ivo@example.com", self.follow(token, login=login))
        self.follow(token, login="ivo.invited")

        self.assertEqual(ivo.user_ids.login, "ivo.invited")
        self.assertEqual(ivo.email, "ivo@example.com")

    def test_who_was_invited_without_an_address_is_asked_for_a_name(self):
        for email in (False, "none"):
            rosa = self.person("Rosa Invited", email=email)
            for login in ("rosa@example.com", "", "r"):
                words = self.follow(self.get_token(rosa), login=login)
                self.assertIn("Please choose a name to log in with: letters and digits", words)
            self.assertFalse(rosa.user_ids)

    def test_a_name_one_logs_in_with_becomes_nobodys_address(self):
        rosa = self.person("Rosa Invited")

        self.follow(self.get_token(rosa), login="rosa.smith")

        self.assertEqual(rosa.user_ids.login, "rosa.smith")
        self.assertFalse(rosa.email)

    def test_nothing_else_is_asked_with_a_new_password_or_of_staff(self):
        self.company.write({"clinic_asks_phone": True, "clinic_terms": TERMS})
        desk = self.user("test_desk", "Fran Frontdesk", "base.group_user").partner_id

        for person, kind in ((self.mother.partner_id, "reset"), (desk, "signup")):
            token = self.get_token(person, kind)
            self.assertEqual(self.get_asked_by_link(token), set())
            self.assertNotIn("Please", self.follow(token))
            self.authenticate(None, None)
