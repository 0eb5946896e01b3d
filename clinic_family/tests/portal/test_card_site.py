"""Sharing a saved card on the family page, and what each of the two reads there."""

from odoo.tests import tagged

from ..family_common import FamilyHttpCase


@tagged("post_install", "-at_install")
class TestCardSite(FamilyHttpCase):
    """Greta shares with Mira, her relative; Stan is nobody's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.greta, cls.mira = cls.grandmother.partner_id, cls.mother.partner_id
        cls.link(cls.greta, cls.mira, "child")
        cls.provider = cls.env.ref("payment.payment_provider_demo")
        cls.provider.write({"state": "test", "is_published": True, "company_id": cls.company.id})
        cls.first, cls.second = cls.card(cls.greta, "4242"), cls.card(cls.greta, "1111")
        cls.url = f"/my/family/{cls.mira.id}/card"

    @classmethod
    def card(cls, partner, digits):
        return cls.env["payment.token"].create({
            "provider_id": cls.provider.id,
            "payment_method_id": cls.provider.payment_method_ids[:1].id,
            "partner_id": partner.id,
            "provider_ref": "test",
            "payment_details": digits,
            "demo_simulated_state": "done",
        })  # fmt: skip

    def share(self, user=None, **form):
        form = {"only": "1", "card": self.first.id, "limit": "60", "until": "", **form}
        return self.post(user or self.grandmother, self.url, form)

    def find(self):
        self.env.invalidate_all()
        return self.env["clinic.family"]._find_card_permission(self.greta, self.mira)

    def test_the_owner_chooses_a_card_an_amount_and_an_end(self):
        page = self.see(self.grandmother, self.url)
        self.assertIn("May Mira Motherwell pay with your card?", page)
        self.assertIn("Demo 4242", page)
        self.assertIn("Demo 1111", page)

        self.share(until="2099-12-31")

        permission = self.find()
        self.assertEqual((permission.card_ids, permission.card_limit), (self.first, 60))
        self.assertEqual(str(permission.ends_at.date()), "2099-12-31")
        for user in (self.grandmother, self.mother):
            words = self.see(user, "/my/family").replace("\xa0", " ")
            self.assertRegex(words, "Card: Demo 4242, at most \\$ 60.00 a month, \\$ 0.00 used")
            self.assertNotIn("1111", words)

    def test_all_and_future_ones_any_amount_until_it_is_ended(self):
        self.share(only="", limit="", card="")

        permission = self.find()
        self.assertEqual(permission._find_cards(), self.first | self.second)
        later = self.card(self.greta, "2222")
        self.assertIn(later, self.find()._find_cards())

        self.post(self.grandmother, f"{self.url}/end")

        self.assertFalse(self.find())
        self.assertNotIn("Card:", self.see(self.mother, "/my/family"))

    def test_what_cannot_be_meant_is_said_and_kept(self):
        for form, sentence in (
            ({"limit": "sixty"}, "can't be read as an amount"),
            ({"limit": "-5"}, "can't be read as an amount"),
            ({"limit": "0"}, "can't be read as an amount"),
            ({"limit": "nan"}, "can't be read as an amount"),
            ({"until": "soon"}, "can't be read as a date"),
            ({"until": "2020-01-01"}, "must lie in the future"),
            ({"card": ""}, "choose at least one card"),
            ({"card": self.card(self.stranger.partner_id, "9999").id}, "at least one card"),
        ):
            with self.subTest(**form):
                answer = self.share(**form)
                self.assertEqual(answer.status_code, 422)
                self.assertIn(sentence, self.words(answer))
                self.assertFalse(self.find())

    def test_an_amount_is_read_with_a_point_or_a_comma(self):
        for typed, amount in (("60", 60), ("60.5", 60.5), ("60,50", 60.5)):
            self.share(limit=typed)
            self.assertEqual(self.find().card_limit, amount)

    def test_nobody_shares_with_a_stranger_or_ends_what_is_not_theirs(self):
        self.assertEqual(self.get(self.stranger, self.url).status_code, 404)
        self.assertEqual(self.share(self.stranger).status_code, 404)
        self.assertEqual(self.post(self.stranger, f"{self.url}/end").status_code, 404)
        self.share()
        self.assertEqual(self.post(self.father, f"{self.url}/end").status_code, 404)
        self.assertTrue(self.find())

    def test_a_switch_of_the_sharing_page_neither_gives_nor_takes_it(self):
        self.share()
        share = f"/my/family/{self.mira.id}/share"

        self.post(self.grandmother, share, {"kind": ["book", "card"]})
        self.assertEqual(self.find().card_limit, 60)
        self.find()._revoke("test")
        self.post(self.grandmother, share, {"kind": ["book", "card"]})

        self.assertFalse(self.find())

    def test_what_the_clinic_has_paused_is_not_shared_anew(self):
        self.share()
        self.find()._suspend("test")

        answer = self.share()

        self.assertIn("The clinic has paused this", self.words(answer))
        self.assertFalse(self.find())

    def test_who_bills_to_an_account_pays_with_all_saved_cards(self):
        invitation, token = self.invite(self.grandmother, offered_kinds="card")
        page = self.see(self.stranger, f"/clinic/invitation/{token}")
        self.assertIn("In return, Greta lets you do this Pay with a saved card", page)

        self.post(self.stranger, f"/clinic/invitation/{token}", {"answer": "accept"})

        given = invitation.permission_ids.filtered(lambda one: one.kind == "card")
        self.assertEqual(given.grantor_id, self.greta)
        self.assertEqual(given._find_cards(), self.first | self.second)
