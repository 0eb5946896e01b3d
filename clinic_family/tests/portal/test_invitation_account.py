"""Who was invited reads what it is about, makes an account where need be, and accepts once."""

from datetime import timedelta
from itertools import product

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..invited_common import InvitedCase
from ..privacy.test_route_fuzz import NONSENSE


@tagged("post_install", "-at_install")
class TestInvitationAccount(InvitedCase):
    def setUp(self):
        super().setUp()
        # Odoo's default: nobody signs up without having been invited.
        self.env["website"].search([]).auth_signup_uninvited = "b2b"
        self.log_in(None)

    def wrong(self, code):
        return str((int(code) + 1) % 10**6).zfill(6)

    # Before a login

    def test_the_page_says_who_asks_for_what_about_whom_as_far_as_the_message_did(self):
        _invitation, link, _code = self.offer()

        answer = self.url_open(link)

        words = self.words(answer)
        self.assertIn("invites you to act for Mira", words)
        self.assertIn("Lets you book Mira's visits", words)
        self.assertIn("Rita Relative", words)
        self.assertNotRegex(answer.text.partition("<main")[2], "Motherwell|home@example|Fran")
        self.assertIn('value="rita@example.com"', answer.text)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_the_page_is_the_same_whether_somebody_has_an_account_or_not(self):
        self.grandmother.login = self.greta.email = "rita@example.com"
        _invitation, known, _code = self.offer(name="Greta Grandison", person=self.greta)
        _invitation, unknown, _code = self.offer(name="Greta Grandison")

        self.assertEqual(self.plain(self.url_open(known)), self.plain(self.url_open(unknown)))

    # Accepting

    def test_an_existing_account_accepts_and_is_named_plainly(self):
        ends_at = self.env.cr.now().replace(microsecond=0) + timedelta(days=90)
        invitation, link, _code = self.offer(basis="attorney", ends_at=ends_at)
        self.log_in(self.stranger)

        words = self.words(self.url_open(link))
        answer = self.send(link, answer="accept")

        self.assertIn("You are logged in as Stan Strangeways . Use another account", words)
        self.assertIn("Accept as Stan Strangeways", words)
        self.assertTrue(answer.headers["Location"].endswith("/my/family?done=accepted"))
        held = self.env["clinic.permission"]._get_held(self.mira, self.stranger.partner_id)
        self.assertEqual(sorted(held.mapped("kind")), ["book", "notify"])
        self.assertEqual(set(held.mapped("basis")), {"attorney"})
        self.assertEqual(set(held.mapped("ends_at")), {ends_at})
        self.assertEqual(held.granted_by_id, self.desk)
        self.assertEqual(invitation.grantor_id, self.stranger.partner_id)
        self.assertTrue(self.env["clinic.relationship"]._find(self.mira, self.stranger.partner_id))
        self.assertFalse(self.held(self.stranger, self.mother))

    def test_the_patient_is_told_what_is_shared_now(self):
        _invitation, link, _code = self.offer()
        before = self.env["mail.mail"].search([])
        self.log_in(self.stranger)

        self.send(link, answer="accept")

        told = self.env["mail.mail"].search([]) - before
        self.assertEqual(told.mapped("email_to"), ["home@example.com"])
        self.assertIn("Stan Strangeways", told.body_html)

    def test_who_was_offered_little_does_not_take_more(self):
        _invitation, link, _code = self.offer(offered_kinds="notify")
        self.log_in(self.stranger)

        self.send(link, answer="accept", kind=["book", "pay", "notify"])

        self.assertEqual(self.held(self.mother, self.stranger), ["notify"])

    def test_who_declines_without_an_account_is_thanked_and_the_link_is_dead(self):
        invitation, link, _code = self.offer()

        answer = self.send(link, answer="decline")

        self.assertIn("You declined", self.words(answer))
        self.assertEqual(invitation.state, "declined")
        self.assertEqual(self.url_open(link).status_code, 404)

    def test_a_child_is_told_to_let_somebody_else_do_it(self):
        invitation, link, code = self.offer(with_code=True)
        self.log_in(self.child_user())

        answer = self.send(link, answer="accept", code=code)

        self.assertEqual((answer.status_code, invitation.state, invitation.tries), (422, "open", 0))
        self.assertIn("the person who looks after you", self.words(answer))

    # A new account

    def test_an_account_is_made_where_nobody_signs_up_freely_and_accepts(self):
        invitation, link, code = self.offer(with_code=True)

        answer = self.make_account(link, login="Rita@Example.com", code=code)
        words = self.words(self.answer(link, code=f"{code[:3]} {code[3:]}"))

        account = self.find_account("rita@example.com")
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith(link))
        self.assertIn("You are logged in as Rita Relative", words)
        self.assertTrue(account._is_portal())
        self.assertEqual(account.partner_id.name, "Rita Relative")
        self.assertEqual(account.partner_id.email, "rita@example.com")
        self.assertFalse(account.partner_id.is_patient)
        self.assertEqual(self.held(self.mother, account), ["book", "notify"])
        self.assertEqual(invitation.state, "accepted")

    def test_who_logs_in_with_a_name_is_written_to_where_the_link_went(self):
        _invitation, link, _code = self.offer()

        self.make_account(link, login="Rita.R")

        self.assertEqual(self.find_account("rita.r").partner_id.email, "rita@example.com")

    def test_nobody_logs_in_with_another_address_which_nobody_has_confirmed(self):
        self.stranger.login = "taken@example.com"
        invitation, link, _code = self.offer()

        answers = [
            self.words(self.make_account(link, login=login))
            for login in ("taken@example.com", "free@example.com", self.father.email)
        ]

        for words in answers:
            self.assertIn("Please log in with rita@example.com, or with a name", words)
        self.assertFalse(self.find_account("free@example.com"))
        self.assertEqual((invitation.tries, invitation.state), (0, "open"))

    def test_the_account_is_for_the_person_whom_staff_named(self):
        aunt = self.person("Agnes Aunt", email="home@example.com", company_id=self.company.id)
        _invitation, link, _code = self.offer(aunt, email="home@example.com")

        self.make_account(link, login="agnes")
        self.answer(link)

        self.assertEqual(self.find_account("agnes").partner_id, aunt)
        self.assertEqual((aunt.name, aunt.email), ("Agnes Aunt", "home@example.com"))
        self.assertEqual(self.held(self.mira, aunt), ["book", "notify"])

    def test_with_a_code_the_link_alone_makes_nobodys_account(self):
        aunt = self.person("Agnes Aunt", email="home@example.com", company_id=self.company.id)
        invitation, link, code = self.offer(aunt, email="home@example.com", with_code=True)

        answers = [
            self.make_account(link, login="agnes", code=guess) for guess in ("", self.wrong(code))
        ]

        self.assertEqual({answer.status_code for answer in answers}, {422})
        self.assertIn("This isn't the code.", self.words(answers[1]))
        self.assertEqual(invitation.tries, 2)
        self.assertFalse(aunt.user_ids)
        self.make_account(link, login="agnes", code=code)
        self.answer(link, code=code)
        self.assertEqual(self.find_account("agnes").partner_id, aunt)
        self.assertEqual(self.held(self.mira, aunt), ["book", "notify"])

    def test_who_is_kept_apart_gets_no_account_by_logging_out(self):
        _invitation, link, _code = self.offer(email="later@example.com")
        self.env["clinic.block"]._set(self.mira, self.father.partner_id, "Court order")
        self.assertEqual(self.url_open(link).status_code, 200)

        self.father.partner_id.email = "later@example.com"

        self.assertEqual(self.url_open(link).status_code, 404)
        self.assertEqual(self.make_account(link, login="new@example.com").status_code, 404)
        self.assertFalse(self.find_account("new@example.com"))

    def test_who_is_separated_accepts_nothing_from_before(self):
        greta, other = self.greta, self.kind("other")
        self.env["clinic.relationship"]._link(self.mira, greta, other)
        greta.email = "greta@example.com"
        to_her, _link, _code = self.offer(email="greta@example.com")
        to_others, _link, _code = self.offer(email="rita@example.com")

        self.env["clinic.family"]._separate(self.mira, greta, "Asked for")

        self.assertEqual((to_her.state, to_others.state), ("withdrawn", "open"))

    def test_a_shared_address_hands_nobody_somebody_elses_profile(self):
        _invitation, link, _code = self.offer(email="home@example.com")
        others = self.env["res.partner"].search([("email", "=", "home@example.com")])

        self.make_account(link, login="home@example.com")

        account = self.find_account("home@example.com")
        self.assertEqual(len(account), 1)
        self.assertNotIn(account.partner_id, others)
        self.assertEqual(self.held(self.leo, account), [])

    def test_why_no_account_is_made_is_one_answer(self):
        self.stranger.login = "Taken"
        self.grandmother.active = False
        _invitation, free, _code = self.offer()
        _invitation, closed, _code = self.offer(self.greta)
        _invitation, used, _code = self.offer(email="used@example.com")
        self.make_account(used, login="first")

        answers = [
            self.make_account(free, login="taken"),
            self.make_account(free, login="TAKEN"),
            self.make_account(closed, login="newly"),
            self.make_account(used, login="second"),
        ]

        self.assertEqual({answer.status_code for answer in answers}, {422})
        for answer in answers:
            self.assertIn("We can't make an account with this login.", self.words(answer))
        self.assertFalse(self.find_account("newly"))
        self.assertFalse(self.find_account("second"))

    def test_a_link_tries_out_no_more_than_five_logins(self):
        self.stranger.login = "taken"
        invitation, link, _code = self.offer()

        answers = [self.make_account(link, login="taken").status_code for _try in range(6)]

        self.assertEqual(answers, [422, 422, 422, 422, 404, 404])
        self.assertEqual(invitation.state, "locked")
        self.assertEqual(self.make_account(link, login="freely").status_code, 404)

    def test_what_is_missing_or_wrong_is_said_and_counts_nothing(self):
        invitation, link, _code = self.offer()

        for form, words in (
            ({"login": "rita at home"}, "Please log in with rita@example.com"),
            ({"login": "rita <rita@example.com>"}, "Please log in with rita@example.com"),
            ({"login": ""}, "Please log in with rita@example.com"),
            ({"password": "short", "confirm_password": "short"}, "at least 8 characters"),
            ({"confirm_password": "another password"}, "aren't the same"),
            ({"password": "x" * 5000, "confirm_password": "x" * 5000}, "shorter password"),
        ):
            answer = self.make_account(link, **form)
            self.assertEqual(answer.status_code, 422)
            self.assertIn(words, self.words(answer))
        self.assertEqual((invitation.tries, invitation.state), (0, "open"))

    def test_what_the_clinic_asks_of_newcomers_is_asked_of_who_was_invited(self):
        terms = "You may cancel until the day before."
        self.company.write({
            "clinic_asks_phone": True, "clinic_asks_birth_date": True, "clinic_terms": terms,
        })  # fmt: skip
        _invitation, link, _code = self.offer()
        asked = {"phone": "09 555 0100", "birth_text": "1990-01-02"}
        asked["agreed"] = self.env["clinic.signup.questions"]._get_asked()["terms_key"]

        for missing, words in (
            ("phone", "Please write your phone number."),
            ("birth_text", "Please write your date of birth."),
            ("agreed", "Please agree to the terms first."),
        ):
            answer = self.make_account(link, **{**asked, missing: ""})
            self.assertEqual(answer.status_code, 422)
            self.assertIn(words, self.words(answer))
            kept = [value for name, value in asked.items() if name != missing]
            for value in kept:
                self.assertIn(f'value="{value}"', answer.text)
        self.make_account(link, **asked)

        person = self.find_account("rita@example.com").partner_id
        self.assertEqual((person.phone, str(person.birth_date)), ("09 555 0100", "1990-01-02"))
        self.assertEqual(person.terms_agreed, terms)

    def test_what_the_clinic_knows_of_who_was_invited_is_not_asked(self):
        self.company.write({"clinic_asks_phone": True, "clinic_asks_birth_date": True})
        aunt = self.person("Agnes Aunt", phone="09 555 0123", company_id=self.company.id)
        _invitation, link, _code = self.offer(aunt)

        page = self.url_open(link).text
        self.make_account(link, birth_text="1990-01-02", phone="other")

        self.assertIn('name="birth_text"', page)
        self.assertNotIn('name="phone"', page)
        self.assertEqual((aunt.phone, str(aunt.birth_date)), ("09 555 0123", "1990-01-02"))

    def test_nobody_logs_in_with_what_is_no_address(self):
        invitation, link, _code = self.offer()
        invitation.email = "rita@home"

        self.assertEqual(self.make_account(link, login="rita@home").status_code, 422)
        self.assertEqual(self.make_account(link, login="rita.home").status_code, 303)

    def test_an_account_that_fails_leaves_nobody_behind(self):
        _invitation, link, _code = self.offer()

        def refuse(*_args):
            raise UserError("Too simple.")  # pylint: disable=translation-required

        self.patch(type(self.env["res.users"]), "_set_new_password", refuse)
        self.patch(type(self.env["res.users"]), "_set_password", refuse)

        answer = self.make_account(link)

        self.assertEqual(answer.status_code, 422)
        self.assertIn("Too simple.", self.words(answer))
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Rita Relative")]))

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_nothing_that_a_visitor_types_breaks_the_page(self):
        statuses = set()
        for field, nonsense in product(("name", "login", "password", "confirm_password"), NONSENSE):
            _invitation, link, _code = self.offer()
            statuses.add(self.make_account(link, **{field: nonsense}).status_code)

        self.assertLessEqual(statuses, {303, 422})

    def test_who_is_logged_in_makes_no_second_account(self):
        _invitation, link, _code = self.offer()
        self.log_in(self.stranger)

        answer = self.send(f"{link}/account", login="rita@example.com", password="a long password")

        self.assertTrue(answer.headers["Location"].endswith(link))
        self.assertFalse(self.find_account("rita@example.com"))

    def test_whom_a_patient_asks_makes_an_account_too(self):
        invitation, token = self.invite(self.mother, email="fay@example.com")
        link = f"/clinic/invitation/{token}"

        unnamed = self.make_account(link, login="fay@example.com")
        answer = self.make_account(link, login="fay@example.com", name="Fay Friend")
        words = self.words(self.answer(link, kind="book"))

        account = self.find_account("fay@example.com")
        self.assertEqual((unnamed.status_code, answer.status_code), (422, 303))
        self.assertIn("Mira Motherwell asks", words)
        self.assertIn("You are logged in as Fay Friend . Use another account", words)
        self.assertEqual(self.held(account, self.mother), ["book"])
        self.assertEqual(invitation.state, "accepted")

    # The code

    def test_five_wrong_codes_end_the_invitation_for_good(self):
        invitation, link, code = self.offer(with_code=True)
        self.log_in(self.stranger)

        answers = [
            self.send(link, answer="accept", code=self.wrong(code)).status_code for _try in range(5)
        ]
        last = self.send(link, answer="accept", code=code)

        self.assertEqual(answers, [422, 422, 422, 422, 404])
        self.assertEqual((last.status_code, invitation.state, invitation.tries), (404, "locked", 5))
        self.assertFalse(self.held(self.mother, self.stranger))

    def test_the_fifth_try_may_be_the_right_one(self):
        _invitation, link, code = self.offer(with_code=True)
        self.log_in(self.stranger)
        for guess in ("", "1", self.wrong(code), "x" * 999):
            self.send(link, answer="accept", code=guess)

        self.send(link, answer="accept", code=code)

        self.assertEqual(self.held(self.mother, self.stranger), ["book", "notify"])

    def test_a_new_link_brings_no_new_tries(self):
        invitation, link, code = self.offer(with_code=True)
        self.log_in(self.stranger)
        self.send(link, answer="accept", code=self.wrong(code))

        again = invitation.with_user(self.desk).action_resend()["context"]["default_link"]

        self.assertEqual(invitation.tries, 1)
        self.assertEqual(self.url_open(link).status_code, 404)
        self.send("/clinic" + again.partition("/clinic")[2], answer="accept", code=code)
        self.assertEqual(self.held(self.mother, self.stranger), ["book", "notify"])

    def test_the_code_of_one_invitation_opens_no_other(self):
        _first, _link, code = self.offer(with_code=True, email="one@example.com")
        second, link, other = self.offer(with_code=True, email="two@example.com")
        self.log_in(self.stranger)

        self.send(link, answer="accept", code=self.wrong(other) if code == other else code)

        self.assertEqual((second.state, second.tries), ("open", 1))

    # Who else knows of it

    def test_the_family_page_of_nobody_shows_what_staff_offered(self):
        invitation, _link, _code = self.offer(self.greta, email="secret@example.com")

        for user in (self.mother, self.grandmother):
            for path in ("/my/family", f"/my/family?asked={invitation.id}"):
                self.assertNotRegex(self.see(user, path), "secret@|hasn't answered|asks")
            question = f"/my/family/question/{invitation.id}"
            self.assertEqual(self.get(user, question).status_code, 404)
            self.assertEqual(self.post(user, f"{question}/withdraw").status_code, 404)
        self.assertEqual(invitation.state, "open")

    def test_what_a_patient_asks_at_an_address_has_a_link_of_its_own(self):
        self.offer(email="somebody@example.com")
        _staffs, link, _code = self.offer(email="somebody@example.com")

        _asked, token = self.invite(self.mother)

        self.assertNotEqual(link, f"/clinic/invitation/{token}")
        self.assertIn(
            "A question for you", self.words(self.url_open(f"/clinic/invitation/{token}"))
        )
