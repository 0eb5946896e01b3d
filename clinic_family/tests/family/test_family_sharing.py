"""People decide what they share, guardians what a child shares."""

from datetime import timedelta

from ..family_common import PARENTAL, TEENAGER_BORN, FamilyHttpCase


class TestSharing(FamilyHttpCase):
    def share_path(self, grantee, ward=None):
        path = f"/my/family/{grantee.partner_id.id}/share"
        return f"{path}?for={ward.id}" if ward else path

    def share(self, user, grantee, *kinds, ward=None, until=""):
        data = [("kind", kind) for kind in kinds] + [("until", until)]
        if ward:
            data.append(("for", ward.id))
        return self.post(user, f"/my/family/{grantee.partner_id.id}/share", data)

    def test_exactly_what_is_switched_on_is_shared(self):
        self.share(self.mother, self.grandmother, "book", "pay")
        self.share(self.mother, self.grandmother, "book", "notify")

        self.assertEqual(self.held(self.mother, self.grandmother), ["book", "notify"])

    def test_sharing_ends_with_the_last_day_that_was_chosen(self):
        self.share(self.mother, self.grandmother, "book", until="2090-01-31")

        held = self.env["clinic.permission"]._get_held(
            self.mother.partner_id, self.grandmother.partner_id
        )
        self.assertEqual(str(held.ends_at), "2090-01-31 10:59:59")
        self.assertIn(
            'value="2090-01-31"', self.get(self.mother, self.share_path(self.grandmother)).text
        )

    def test_an_end_in_the_past_or_unreadable_is_refused(self):
        past = self.share(self.mother, self.grandmother, "book", until="2020-01-31")
        unreadable = self.share(self.mother, self.grandmother, "book", until="soon")

        self.assertEqual((past.status_code, unreadable.status_code), (422, 422))
        self.assertFalse(self.held(self.mother, self.grandmother))

    def test_each_switch_says_what_it_means(self):
        words = self.see(self.mother, self.share_path(self.grandmother))

        meaning = "Lets Greta bill visits to your account, and see and pay your invoices."
        self.assertIn(meaning, words)
        self.assertIn("we write to you about what is newly shared", words)

    def test_a_guardian_decides_what_the_child_shares(self):
        words = self.see(self.mother, self.share_path(self.grandmother, self.leo))
        self.share(self.mother, self.grandmother, "book", ward=self.leo)

        self.assertIn("You are acting for Leo Littleton", words)
        self.assertEqual(self.held(self.leo, self.grandmother), ["book"])

    def test_nobody_is_said_to_be_written_to_who_has_no_address(self):
        path = self.share_path(self.grandmother, self.leo)
        self.leo.email = False
        without = self.see(self.mother, path)
        self.leo.email = "leo@example.com"
        with_address = self.see(self.mother, path)

        self.assertIn("Who is told: Leo has no e-mail address, so nobody is written to.", without)
        self.assertNotIn("we write to", without)
        self.assertIn("we write to Leo's address", with_address)

    def test_who_guards_nobody_decides_for_nobody(self):
        page = self.get(self.grandmother, self.share_path(self.father, self.leo))
        answer = self.share(self.grandmother, self.mother, "pay", ward=self.leo)

        self.assertEqual((page.status_code, answer.status_code), (404, 404))

    def test_what_rests_is_not_shared_anew_by_the_way(self):
        self.grant(self.mother.partner_id, self.grandmother, "book")._suspend("A reason")

        self.share(self.mother, self.grandmother, "book")

        self.assertFalse(self.held(self.mother, self.grandmother))

    def test_neither_parent_takes_from_the_other(self):
        self.share(self.mother, self.father, ward=self.leo)
        ended = [
            self.post(one, f"/my/family/{self.leo.id}/end/{other.partner_id.id}")
            for one, other in ((self.mother, self.father), (self.father, self.mother))
        ]

        self.assertEqual([answer.status_code for answer in ended], [422, 422])
        self.assertIn("Only the clinic can end this", self.words(ended[0]))
        self.assertEqual(self.held(self.leo, self.father), sorted(PARENTAL))
        self.assertEqual(self.held(self.leo, self.mother), sorted(PARENTAL))

    def test_a_guardian_ends_what_the_grandmother_may_do(self):
        self.grant(self.leo, self.grandmother, "book")

        answer = self.post(
            self.mother, f"/my/family/{self.leo.id}/end/{self.grandmother.partner_id.id}"
        )

        self.assertEqual(answer.status_code, 303)
        self.assertFalse(self.held(self.leo, self.grandmother))

    def test_what_ended_meanwhile_is_not_shared(self):
        self.see(self.mother, self.share_path(self.grandmother))
        self.post(self.grandmother, f"/my/family/{self.mother.partner_id.id}/end")

        answer = self.share(self.mother, self.grandmother, "book")

        self.assertEqual(answer.status_code, 404)
        self.assertFalse(self.held(self.mother, self.grandmother))

    def test_at_sixteen_one_decides_oneself_and_not_before(self):
        teenager = self.user("test_teenager", "Tilda Teenager", birth_date=TEENAGER_BORN)
        self.link(self.mother, teenager, "child")
        self.share(teenager, self.mother, "book")
        grown = self.held(teenager, self.mother)

        teenager.partner_id.birth_date = TEENAGER_BORN + timedelta(days=60)
        answer = self.share(teenager, self.mother, "book", "pay")

        self.assertEqual((grown, self.held(teenager, self.mother)), (["book"], ["book"]))
        self.assertEqual(answer.status_code, 422)
