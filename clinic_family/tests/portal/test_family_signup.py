"""Whoever signs up is asked whether they will book for family members."""

from ..family_common import FamilyHttpCase
from ..signup_common import SignUps


class TestSignUp(SignUps, FamilyHttpCase):
    def setUp(self):
        super().setUp()
        self.open_sign_up()

    def sign_up(self, **values):
        """Where one is sent after signing up."""
        asking = {name: value for name, value in values.items() if name == "redirect"}
        page = self.ask_for_account(**asking)
        answer = self.confirm(page, self.read_code(), **values)
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
        page = self.ask_for_account()
        asked = self.url_open(page).text
        again = self.confirm(page, self.read_code(), confirm_password="another", family="1").text

        self.assertIn("Will you book for family members?", asked)
        self.assertRegex(again, r'name="family"[^>]*checked')

    def test_where_the_front_desk_adds_family_it_is_not_asked(self):
        self.company.clinic_allow_related = False

        page = self.url_open(self.ask_for_account()).text

        self.assertNotIn("Will you book for family members?", page)
        self.assertEqual(self.sign_up(family="1", redirect="/book"), "/book")

    def test_an_invitation_waits_until_one_has_signed_up(self):
        _invitation, token = self.invite(self.mother)
        path = f"/clinic/invitation/{token}"

        self.assertEqual(self.sign_up(redirect=path), path)
        self.assertIn("Mira Motherwell asks", self.words(self.url_open(path)))
