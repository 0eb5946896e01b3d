"""Whoever signs up is asked whether they will book for family members."""

from odoo import http

from ..family_common import FamilyHttpCase


class TestSignUp(FamilyHttpCase):
    def setUp(self):
        super().setUp()
        self.env["website"].search([]).auth_signup_uninvited = "b2c"
        self.authenticate(None, None)

    def sign_up(self, **values):
        """Where one is sent after signing up."""
        answer = self.url_open(
            "/web/signup",
            data={
                "name": "Nina Newcomer",
                "login": "nina@example.com",
                "password": "a long password",
                "confirm_password": "a long password",
                "csrf_token": http.Request.csrf_token(self),
                **values,
            },
            allow_redirects=False,
        )
        self.assertEqual(answer.status_code, 303, answer.text)
        return answer.headers["Location"].removeprefix(self.base_url())

    def test_who_books_for_nobody_goes_where_they_wanted(self):
        self.assertEqual(
            self.sign_up(redirect="/book/physio-1/who?start=x"), "/book/physio-1/who?start=x"
        )

    def test_who_books_for_family_adds_them_first(self):
        self.assertEqual(
            self.sign_up(family="1", redirect="/book/physio-1/who?start=x"),
            "/my/family/add?redirect=%2Fbook%2Fphysio-1%2Fwho%3Fstart%3Dx",
        )

    def test_without_a_wish_one_continues_to_booking(self):
        self.assertEqual(self.sign_up(family="1"), "/my/family/add?redirect=%2Fbook")

    def test_nobody_is_sent_to_another_site(self):
        self.assertEqual(
            self.sign_up(family="1", redirect="https://evil.example/x"),
            "/my/family/add?redirect=%2Fbook",
        )

    def test_the_question_is_asked_and_remembered(self):
        page = self.url_open("/web/signup").text
        again = self.url_open("/web/signup", data={
            "name": "Nina Newcomer",
            "login": "nina@example.com",
            "password": "a long password",
            "confirm_password": "another password",
            "family": "1",
            "csrf_token": http.Request.csrf_token(self),
        }).text  # fmt: skip

        self.assertIn("Will you book for family members?", page)
        self.assertRegex(again, r'name="family"[^>]*checked')

    def test_where_the_front_desk_adds_family_it_is_not_asked(self):
        self.company.clinic_allow_related = False

        page = self.url_open("/web/signup").text

        self.assertNotIn("Will you book for family members?", page)
        self.assertEqual(self.sign_up(family="1", redirect="/book"), "/book")

    def test_an_invitation_waits_until_one_has_signed_up(self):
        _invitation, token = self.invite(self.mother)
        path = f"/clinic/invitation/{token}"

        self.assertEqual(self.sign_up(redirect=path), path)
        self.assertIn("Mira Motherwell asks", self.words(self.url_open(path)))
