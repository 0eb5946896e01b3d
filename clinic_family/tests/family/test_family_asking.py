"""Questions and invitations: whoever is asked decides, once."""

from datetime import timedelta

from odoo import http

from ..family_common import FamilyHttpCase


class TestAsking(FamilyHttpCase):
    def answer(self, user, path, answer, *kinds):
        return self.post(user, path, [("answer", answer), *(("kind", kind) for kind in kinds)])

    def test_a_relative_is_asked_and_agrees_to_less(self):
        self.post(
            self.mother,
            f"/my/family/{self.grandmother.partner_id.id}/ask",
            [("kind", "book"), ("kind", "pay")],
        )
        question = f"/my/family/question/{self.invitations().id}"
        words = self.see(self.grandmother, "/my/family")

        self.answer(self.grandmother, question, "accept", "book", "packages")

        self.assertIn(
            "Mira Motherwell asks: name as payer and pay invoices, book appointments", words
        )
        self.assertEqual(self.held(self.grandmother, self.mother), ["book"])
        self.assertFalse(self.held(self.mother, self.grandmother))

    def test_a_relative_who_declines_shares_nothing(self):
        question = f"/my/family/question/{self.ask(self.mother, self.grandmother).id}"

        self.answer(self.grandmother, question, "decline", "book")
        late = self.answer(self.grandmother, question, "accept", "book")

        self.assertEqual(late.status_code, 404)
        self.assertFalse(self.held(self.grandmother, self.mother))

    def test_a_question_to_a_child_is_answered_by_who_looks_after_the_child(self):
        self.link(self.grandmother, self.leo, "other")
        question = f"/my/family/question/{self.ask(self.grandmother, self.leo).id}"
        words = self.see(self.mother, "/my/family")

        self.answer(self.mother, question, "accept", "book")

        self.assertIn("Greta Grandison asks for Leo: book appointments", words)
        self.assertEqual(self.held(self.leo, self.grandmother), ["book"])

    def test_a_question_taken_back_is_answered_no_more(self):
        invitation = self.ask(self.mother, self.grandmother)
        question = f"/my/family/question/{invitation.id}"

        self.post(self.mother, f"{question}/withdraw")

        self.assertEqual(self.answer(self.grandmother, question, "accept", "book").status_code, 404)
        self.assertFalse(self.held(self.grandmother, self.mother))

    def test_an_invitation_says_who_asks_for_what_and_asks_before_anything_is_shared(self):
        _invitation, token = self.invite(self.mother, offered_kinds="pay")

        words = self.see(self.stranger, f"/clinic/invitation/{token}")

        self.assertIn("Mira Motherwell asks", words)
        self.assertIn("Lets Mira book your visits", words)
        self.assertIn("In return, Mira lets you do this Name as payer", words)
        self.assertFalse(self.held(self.stranger, self.mother))

    def test_whoever_accepts_shares_their_own_and_nobody_elses(self):
        _invitation, token = self.invite(self.mother, email="fergus@example.com")
        ours = self.held(self.leo, self.mother)

        self.answer(self.stranger, f"/clinic/invitation/{token}", "accept", "book")

        self.assertEqual(self.held(self.stranger, self.mother), ["book"])
        self.assertFalse(self.held(self.father, self.mother))
        self.assertEqual(self.held(self.leo, self.mother), ours)

    def test_declining_an_invitation_shares_nothing_and_names_nobody(self):
        invitation, token = self.invite(self.mother)

        self.answer(self.stranger, f"/clinic/invitation/{token}", "decline", "book")

        self.assertEqual((invitation.state, invitation.grantor_id.id), ("declined", False))
        self.assertNotIn("Strangeways", self.see(self.mother, "/my/family"))

    def test_a_dead_an_unknown_and_an_answered_link_look_the_same(self):
        _answered, used = self.invite(self.mother, email="one@example.com")
        self.answer(self.stranger, f"/clinic/invitation/{used}", "accept")
        dead, late = self.invite(self.mother, email="two@example.com")
        dead.expires_at = self.env.cr.now() - timedelta(seconds=1)

        answers = [
            self.get(self.father, f"/clinic/invitation/{token}") for token in (used, late, "none")
        ]

        self.assertEqual({answer.status_code for answer in answers}, {404})
        self.assertEqual(len({self.words(answer) for answer in answers}), 1)
        self.assertIn("nothing to answer here", self.words(answers[0]))

    def test_nobody_answers_their_own_invitation(self):
        invitation, token = self.invite(self.mother)

        words = self.see(self.mother, f"/clinic/invitation/{token}")
        answer = self.answer(self.mother, f"/clinic/invitation/{token}", "accept", "book")

        self.assertIn("You asked this yourself.", words)
        self.assertEqual((answer.status_code, invitation.state), (422, "open"))

    def test_an_invitation_names_nobody_until_one_has_logged_in(self):
        invitation, token = self.invite(self.mother)
        self.authenticate(None, None)

        page = self.url_open(f"/clinic/invitation/{token}")
        token_of_form = http.Request.csrf_token(self)
        for answer in ("accept", "decline"):
            self.url_open(page.url, data={"answer": answer, "csrf_token": token_of_form})

        self.assertIn(f"/web/login?redirect=%2Fclinic%2Finvitation%2F{token}", page.text)
        self.assertNotRegex(self.words(page), "Mira|Motherwell|Book appointments|Somebody else")
        self.assertEqual(invitation.state, "open")
