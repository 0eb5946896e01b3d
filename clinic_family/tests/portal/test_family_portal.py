"""The family page, and what strangers find there: nothing."""

from datetime import date, timedelta
from urllib.parse import quote

from lxml import html

from ..common import NO_ID, WEDNESDAY, written
from ..family_common import ADULT_BORN, FamilyHttpCase

FIFTEEN = date(2012, 1, 15)
TEN = written(WEDNESDAY, "10:00")


class TestFamilyPage(FamilyHttpCase):
    def test_both_halves_are_shown_with_basis_and_since_when(self):
        self.grant(self.mother.partner_id, self.grandmother, "book")

        words = self.see(self.mother, "/my/family")

        self.assertIn("What Greta may do for you book Consent, since", words)
        self.assertIn("What you may do for Greta Nothing yet.", words)
        self.assertIn("What you may do for Leo payer book forms messages Parental", words)

    def test_a_name_is_text_in_the_sentences_of_a_page(self):
        self.grandmother.partner_id.name = "<b>& Grandison"

        page = self.get(self.mother, "/my/family").text

        self.assertIn("What &lt;b&gt;&amp; may do for you", page)
        self.assertNotIn("<b>&", page)

    def link_girl(self):
        """Ana, who is fifteen and has a login, and her mother, of whom she decides nothing."""
        girl = self.user("test_girl", "Ana Anderling", email="ana@example.com")
        girl.partner_id.birth_date = FIFTEEN
        self.link(girl, self.mother, "parent")
        return girl

    def test_a_child_is_offered_no_question_that_it_may_not_ask(self):
        girl = self.link_girl()
        choice = f"practitioner=0&location={self.harbour.id}&start={quote(TEN)}"
        pages = ("/my/family", f"{self.group.website_url}/who?{choice}")

        for path in pages:
            self.assertNotIn("Ask Mira", self.see(girl, path), path)

        girl.partner_id.birth_date = ADULT_BORN
        for path in pages:
            self.assertIn("Ask Mira", self.see(girl, path), path)

    def test_a_child_is_offered_nothing_that_is_decided_for_it(self):
        girl = self.link_girl()
        offered = ("Change what Mira", "Share a card", "End with Mira", "Add family member")

        words = self.see(girl, "/my/family")
        self.assertEqual([one for one in offered if one in words], [])
        self.assertIn("Family members are added by the person who looks after you.", words)

        girl.partner_id.birth_date = ADULT_BORN
        words = self.see(girl, "/my/family")
        self.assertEqual([one for one in offered if one not in words], [])

    def test_a_child_may_change_what_it_decides_alone(self):
        girl = self.link_girl()
        self.env["clinic.age.rule"].create({
            "company_id": self.company.id, "kind": "book", "age": 14, "effect": "end",
        })  # fmt: skip

        words = self.see(girl, "/my/family")

        self.assertIn("Change what Mira", words)
        self.assertNotIn("End with Mira", words)

    def test_what_rests_is_shown_as_such(self):
        self.grant(self.mother.partner_id, self.grandmother, "book")._suspend("A reason")

        self.assertIn("Paused by the clinic: book", self.see(self.mother, "/my/family"))

    def test_the_other_household_is_a_name_and_what_it_may_do_for_the_child(self):
        sister = self.person("Sophie Secondfamily", birth_date=self.leo.birth_date)
        self.link(self.father, sister, "child")
        self.guard(self.father, sister)

        answer = self.get(self.mother, "/my/family")

        self.assertIn("Fergus Fatherly (Leo's parent)", self.words(answer))
        self.assertNotIn("Father Road", answer.text)
        self.assertNotIn("fergus@example.com", answer.text)
        self.assertNotIn("Secondfamily", answer.text)

    def test_a_stranger_sees_nobody(self):
        words = self.see(self.stranger, "/my/family")

        self.assertIn("No family members yet. Add someone you book for.", words)
        self.assertNotIn("Leo", words)

    def test_many_relatives_are_folded_and_few_are_not(self):
        folded = "//section//details[contains(@class, 'o_clinic_folded')]"
        self.add_relatives(3)
        self.assertEqual(self.main(self.stranger).xpath(folded), [])

        self.add_relatives(9)

        cards = self.main(self.stranger).xpath(folded)
        self.assertGreaterEqual(len(cards), 12)
        self.assertFalse(self.main(self.stranger).xpath(f"{folded}[@open]"))

    def main(self, user):
        self.authenticate(user.login, user.login)
        return html.fromstring(self.url_open("/my/family").content).xpath("//main")[0]

    def test_thirty_relatives_need_no_more_queries_than_three(self):
        me, page = self.stranger.partner_id, self.env["clinic.page.family"]
        self.add_relatives(3)
        few = self.count_queries(page, me)

        self.add_relatives(27)

        self.assertEqual(self.count_queries(page, me), few)
        self.assertLessEqual(few, 15)

    def add_relatives(self, count):
        for number in range(count):
            relative = self.person(f"Relative {number}", birth_date=self.leo.birth_date)
            self.link(self.stranger, relative, "child")
            self.guard(self.stranger, relative, "book")
            self.grant(self.stranger.partner_id, self.father, "book")
            self.env["clinic.permission"]._grant(
                relative, self.grandmother.partner_id, ["book"], "consent"
            )

    def count_queries(self, page, me):
        page._get_family(me)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        page._get_family(me)
        return self.cr.sql_log_count - before


class TestStrangers(FamilyHttpCase):
    def test_every_page_answers_strangers_as_if_there_were_nothing(self):
        question = self.ask(self.mother, self.grandmother).id
        mother, leo = self.mother.partner_id.id, self.leo.id
        paths = [
            f"/my/family/{mother}/share",
            f"/my/family/{mother}/share?for={leo}",
            f"/my/family/{leo}/share",
            f"/my/family/{self.stranger.partner_id.id}/share",
            f"/my/family/{mother}/end",
            f"/my/family/{self.stranger.partner_id.id}/end",
            f"/my/family/question/{question}",
        ]

        real = {self.get(self.stranger, path).status_code for path in paths}
        unknown = self.get(self.stranger, f"/my/family/{NO_ID}/share")

        self.assertEqual(real, {404})
        self.assertEqual(unknown.status_code, 404)

    def test_every_change_answers_strangers_as_if_there_were_nothing(self):
        question = self.ask(self.mother, self.grandmother)
        mother, leo = self.mother.partner_id.id, self.leo.id
        paths = [
            f"/my/family/{mother}/share",
            f"/my/family/{mother}/ask",
            f"/my/family/{mother}/end",
            f"/my/family/{leo}/end/{mother}",
            f"/my/family/{self.stranger.partner_id.id}/end/{NO_ID}",
            f"/my/family/question/{question.id}",
            f"/my/family/question/{question.id}/withdraw",
            f"/my/family/{NO_ID}/ask",
        ]
        form = [("kind", "book"), ("answer", "accept")]

        answers = {self.post(self.stranger, path, form).status_code for path in paths}

        self.assertEqual((answers, question.state), ({404}, "open"))

    def test_looking_changes_nothing(self):
        self.grant(self.leo, self.grandmother, "book")
        question = self.ask(self.mother, self.grandmother).id
        _invitation, token = self.invite(self.stranger)
        grandmother = self.grandmother.partner_id.id
        paths = [
            "/my/family",
            "/my/family?done=ended",
            "/my/family/add?first_name=Tessa&another=1",
            f"/my/family/{grandmother}/share?kind=book",
            f"/my/family/{grandmother}/share?for={self.leo.id}&kind=pay",
            f"/my/family/{grandmother}/end?confirm=1",
            f"/my/family/{grandmother}/ask?kind=book",
            f"/my/family/{self.leo.id}/end/{grandmother}",
            f"/my/family/question/{question}?answer=accept",
            f"/my/family/question/{question}/withdraw",
            f"/clinic/invitation/{token}?answer=accept",
        ]
        before = self.snapshot()

        for path in paths:
            self.get(self.mother, path)
            self.get(self.grandmother, path)

        self.assertEqual(self.snapshot(), before)

    def snapshot(self):
        self.env.invalidate_all()
        models = ("clinic.permission", "clinic.relationship", "clinic.invitation", "mail.mail")
        found = [self.env[name].search([]) for name in models]
        states = self.env["clinic.invitation"].search([]).mapped("state")
        ends = self.env["clinic.permission"].search([]).mapped("ended_at")
        return [records.ids for records in found], states, ends

    def test_acting_for_others_is_said_on_top_of_the_page(self):
        visit = self.visit([self.leo])
        mine = self.visit([self.mother], start=visit.start + timedelta(days=1))

        theirs = self.see(self.mother, f"/my/appointments/{visit.id}")

        self.assertIn("You are acting for Leo Littleton · Switch", theirs)
        self.assertNotIn("acting for", self.see(self.mother, f"/my/appointments/{mine.id}"))

    def test_an_adult_who_may_know_the_clinic_is_never_named_before_agreeing(self):
        self.father.partner_id.birth_date = ADULT_BORN
        form = self.relative("Somebody", "fergus@example.com", "sibling")

        self.post(self.stranger, "/my/family/add", form)

        self.assertNotIn("Fatherly", self.see(self.stranger, "/my/family"))
