"""A patient invited to an account of their own makes it through the link, once, and is in."""

from datetime import date

from odoo.tests import tagged

from ..invited_common import InvitedCase


@tagged("post_install", "-at_install")
class TestInvitationOwn(InvitedCase):
    def setUp(self):
        super().setUp()
        self.env["website"].search([]).auth_signup_uninvited = "b2b"
        self.anna = self.person("Anna Alone", is_patient=True, email="anna@example.com")
        self.log_in(None)

    def invite(self):
        """The invitation, and the path of its link."""
        bulk = self.env["clinic.invitation.bulk"].with_user(self.desk)
        people = self.anna.with_user(self.desk)
        invitation = bulk._queue(people, people.browse(), "Book <b>online</b>.").sudo()
        invitation.state = "open"
        link = invitation._send_new_link()
        self.env.flush_all()
        return invitation, "/clinic" + link.partition("/clinic")[2]

    def test_the_page_says_for_whom_it_is_and_why_they_get_it(self):
        _invitation, link = self.invite()

        answer = self.url_open(link)

        words = self.words(answer)
        self.assertIn("invites you to an account of your own", words)
        self.assertIn("It is for Anna Alone.", words)
        self.assertIn("Book &lt;b&gt;online&lt;/b&gt;.", answer.text)
        self.assertNotIn("You have an account?", words)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_the_account_is_the_patients_and_the_link_has_done(self):
        invitation, link = self.invite()

        answer = self.make_account(link, login="anna@example.com")

        account = self.find_account("anna@example.com")
        self.assertEqual(account.partner_id, self.anna)
        self.assertTrue(account._is_portal())
        self.assertEqual((invitation.state, invitation.answered_by_id), ("accepted", account))
        self.assertEqual(answer.headers["Location"].removeprefix(self.base_url()), "/my")
        self.assertEqual(self.url_open(link).status_code, 404)

    def test_a_second_account_is_not_made(self):
        _invitation, link = self.invite()
        self.make_account(link, login="anna@example.com")

        again = self.make_account(link, login="second@example.com")

        self.assertEqual(again.status_code, 404)
        self.assertFalse(self.find_account("second@example.com"))

    def test_nobody_else_takes_it_with_their_own_account(self):
        invitation, link = self.invite()
        self.log_in(self.mother)

        page = self.words(self.url_open(link))
        self.send(link, answer="accept")
        self.send(link, answer="decline")

        self.assertIn("This link makes an account for Anna Alone.", page)
        self.assertEqual(invitation.state, "open")
        self.assertFalse(self.env["clinic.permission"].search([("grantor_id", "=", self.anna.id)]))

    def test_it_can_be_declined_without_an_account(self):
        invitation, link = self.invite()

        self.send(link, answer="decline")

        self.assertEqual(invitation.state, "declined")

    def assertDead(self, link):
        self.assertEqual(self.url_open(link).status_code, 404)
        self.assertEqual(self.make_account(link, login="ex@example.com").status_code, 404)
        self.assertFalse(self.find_account("ex@example.com"))

    def test_the_link_is_dead_once_the_address_is_another(self):
        invitation, link = self.invite()
        self.anna.email = "new@example.com"

        self.assertDead(link)
        self.assertEqual(invitation.state, "open")

    def test_the_link_is_dead_once_somebody_else_has_the_address(self):
        _invitation, link = self.invite()
        self.person("Somebody Else", email="anna@example.com")

        self.assertDead(link)

    def test_the_link_is_dead_once_it_is_a_childs(self):
        _invitation, link = self.invite()
        self.anna.birth_date = date(2018, 5, 1)

        self.assertDead(link)

    def test_the_link_is_dead_for_who_is_no_patient_any_more(self):
        _invitation, link = self.invite()
        self.anna.is_patient = False

        self.assertDead(link)

    def test_what_waits_to_be_sent_has_no_link(self):
        bulk = self.env["clinic.invitation.bulk"].with_user(self.desk)
        people = self.anna.with_user(self.desk)
        invitation = bulk._queue(people, people.browse(), "x").sudo()

        self.assertFalse(invitation.token_hash)
        self.assertEqual(self.url_open("/clinic/invitation/").status_code, 404)
