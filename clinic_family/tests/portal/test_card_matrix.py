"""Paying with a saved card, over HTTP: whose card, in which state, for what, and what becomes."""

from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NO_ID, TUESDAY, written
from ..deposit_common import Deposits
from ..package_common import PackageBuilders
from ..pay_common import PayCase

UNKNOWN = "This card isn't there, or not yours to pay with. Please open the page again."
ELSEWHERE = "can't be paid that way"
# Each card, and what Mira reads when she pays with it; nothing where it pays.
CARDS = {
    "own": "",
    "shared": "",
    "shared, all and future ones": "",
    "within the amount a month": "",
    "over the amount a month": "Only $ 5.00 is left to pay with Over",
    "no longer shared": UNKNOWN,
    "suspended": UNKNOWN,
    "expired": UNKNOWN,
    "not yet begun": UNKNOWN,
    "of a relative no more": UNKNOWN,
    "of somebody blocked": UNKNOWN,
    "of somebody archived": UNKNOWN,
    "of somebody of another company": UNKNOWN,
    "deleted": UNKNOWN,
    "not among the chosen": UNKNOWN,
    "of a stranger": UNKNOWN,
    "shared with somebody else": UNKNOWN,
    "of another company's provider": UNKNOWN,
    "limited in another currency": UNKNOWN,
}
# What a tampered script sends with a card that would pay, and what it is answered.
TAMPERED = {
    "no such card": ({"token_id": NO_ID}, UNKNOWN),
    "no number": ({"token_id": "1 OR 1=1"}, UNKNOWN),
    "no card at all": ({"token_id": None}, UNKNOWN),
    "another provider": ({"provider_id": NO_ID}, ELSEWHERE),
    "more": ({"amount": 200}, "That isn't what is"),
    "nothing": ({"amount": 0}, "That isn't what is"),
    "less than nothing": ({"amount": -5}, "That isn't what is"),
    "a validation": ({"is_validation": True}, "That isn't what is"),
}
DOCUMENTS = ("invoice", "package", "deposit")


@tagged("post_install", "-at_install", "long")
class TestCardMatrix(Deposits, PackageBuilders, PayCase):
    """Mira pays her own invoice, her package, and a deposit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_neighbours()
        cls.build_deposits()
        cls.mira.email = "mira@example.com"
        cls.other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        cls.cards = {"own": cls.card(cls.mira)}
        for name in list(CARDS)[1:]:
            cls.cards[name] = cls.card(cls.person(f"{name.split()[0].title()} Owner"))
            cls.share(name)
        cls.change_cards()
        cls.bundle = cls.package(cls.single, count=1, price=20)
        cls.env.flush_all()

    @classmethod
    def share(cls, name):
        """The owner shares this card with Mira, a relative."""
        card = cls.cards[name]
        cls.env["clinic.relationship"]._link(card.partner_id, cls.mira, cls.other)
        if name in ("of a stranger", "shared with somebody else", "expired", "not yet begun"):
            return
        limit = {"within the amount a month": 20, "over the amount a month": 5}.get(name, 0)
        chosen = None if name == "shared, all and future ones" else card
        cls.env["clinic.permission"]._share_card(card.partner_id, cls.mira, chosen, limit, False)

    @classmethod
    def change_cards(cls):
        """Each card in the state that its name says."""
        now, day = cls.env.cr.now(), timedelta(days=1)
        owners = {name: card.partner_id for name, card in cls.cards.items()}
        held = {
            name: cls.env["clinic.permission"]._get_held(owner, cls.mira)
            for name, owner in owners.items()
        }
        held["no longer shared"]._revoke("test")
        held["suspended"]._suspend("test")
        expired = {"starts_at": now - 2 * day, "ends_at": now - day}
        cls.period(owners["expired"], cls.mother, "card", **expired)
        cls.period(owners["not yet begun"], cls.mother, "card", starts_at=now + day)
        ended = cls.env["clinic.relationship"]._find(owners["of a relative no more"], cls.mira)
        ended._end("test")
        cls.env["clinic.block"]._set(owners["of somebody blocked"], cls.mira, "test")
        owners["of somebody archived"].active = False
        # As it may be found where somebody has moved to another clinic.
        cls.env.cr.execute(
            "UPDATE res_partner SET company_id = %s WHERE id = %s",
            [cls.neighbour.id, owners["of somebody of another company"].id],
        )
        cls.cards["deleted"].active = False
        other = cls.card(owners["not among the chosen"])
        cls.cards["not among the chosen"] = other
        cls.env["clinic.permission"]._share_card(
            owners["shared with somebody else"], cls.father.partner_id, None, 0, False
        )
        theirs = cls.provider.copy({"company_id": cls.neighbour.id, "name": "Theirs"})
        cls.cards["of another company's provider"].provider_id = theirs
        euro = cls.env.ref("base.EUR")
        held["limited in another currency"]._close("renewed", "test")
        held["limited in another currency"]._reopen(card_limit=100, card_currency_id=euro.id)
        cls.env.invalidate_all()

    # What is paid

    def make(self, document, number=0):
        """Something of 20 that Mira is to pay: the way to pay it, and where its payment hangs."""
        if document == "deposit":
            clock = f"{9 + number // 2}:{30 * (number % 2):02}".zfill(5)
            booking = self.choose(start=written(TUESDAY, clock))
            return f"/book/pay/{booking.key}/transaction", booking
        if document == "package":
            invoice = self.invoice_of(self.draft(self.bundle, self.mira))
            invoice.action_post()
        else:
            invoice = self.invoice(self.mira, amount=20)
        return f"/invoice/transaction/{invoice.id}", invoice

    def use(self, url, card, **changes):
        """Pays with the card as the page's script does; what went wrong, if anything did."""
        answer = self.call(url, {
            "provider_id": card.provider_id.id,
            "payment_method_id": None,
            "token_id": card.id,
            "amount": 20,
            "flow": "token",
            "tokenization_requested": False,
            "landing_route": "/my",
            **changes,
        })  # fmt: skip
        told = answer["error"]["data"]["message"] if "error" in answer else ""
        return told.replace("\xa0", " ")

    def assertCharged(self, card, record):
        paid = record.transaction_ids
        self.assertEqual((paid.state, paid.token_id, paid.partner_id), ("done", card, self.mira))
        owner = card.partner_id
        shared = owner if owner != self.mira else owner.browse()
        self.assertEqual(paid.clinic_card_permission_id.grantor_id, shared)

    @mute_logger("odoo.http")
    def test_each_card_pays_what_it_may_and_nothing_else(self):
        self.login("pays")
        for document in DOCUMENTS:
            refused_at, refused = self.make(document)
            for number, (name, refusal) in enumerate(CARDS.items(), 1):
                card = self.cards[name]
                with self.subTest(card=name, document=document):
                    if refusal:
                        told = self.use(refused_at, card)
                        # That of another company's provider is refused with its provider.
                        self.assertTrue(refusal in told or ELSEWHERE in told, told)
                        self.assertFalse(refused.transaction_ids)
                        continue
                    url, record = self.make(document, number)
                    if "amount a month" in name:
                        self.forget_uses(card)
                    self.assertEqual(self.use(url, card), "")
                    self.assertCharged(card, record)

    def forget_uses(self, card):
        """As if what was paid with it were of another month."""
        before = "2027-02-27 20:00:00"
        card.transaction_ids.clinic_asked_at = before
        self.env.flush_all()

    @mute_logger("odoo.http")
    def test_whatever_else_is_sent_pays_nothing(self):
        self.login("pays")
        for document in DOCUMENTS:
            url, record = self.make(document)
            for name, (changes, refusal) in TAMPERED.items():
                for whose in ("own", "shared"):
                    with self.subTest(sent=name, document=document, card=whose):
                        told = self.use(url, self.cards[whose], **changes)
                        self.assertIn(refusal, told)
                        self.assertFalse(record.transaction_ids)

    @mute_logger("odoo.http")
    def test_what_is_not_open_is_paid_with_no_card(self):
        invoices = {
            "draft": self.invoice(self.mira, post=False),
            "cancelled": self.invoice(self.mira, post=False),
            "paid": self.invoice(self.mira),
            "somebody else's": self.invoice(self.father.partner_id),
        }
        invoices["cancelled"].button_cancel()
        self.register(invoices["paid"])
        self.env.flush_all()
        self.login("pays")
        for name, invoice in invoices.items():
            for whose in ("own", "shared"):
                with self.subTest(invoice=name, card=whose):
                    url = f"/invoice/transaction/{invoice.id}"
                    self.assertTrue(self.use(url, self.cards[whose], amount=80))
                    self.assertFalse(invoice.transaction_ids)

    @mute_logger("odoo.http")
    def test_nobody_who_is_not_logged_in_pays_with_a_saved_card_or_sees_one(self):
        _url, invoice = self.make("invoice")
        key = invoice._portal_ensure_token()
        self.env.flush_all()
        self.login("logged out")

        page = self.get(f"/my/invoices/{invoice.id}", access_token=key)

        self.assertEqual(page.status_code, 200)
        self.assertIn("o_payment_form", page.text)
        self.assertNotIn("4242", page.text)
        for whose in ("own", "shared"):
            url = f"/invoice/transaction/{invoice.id}"
            told = self.use(url, self.cards[whose], access_token=key)
            self.assertEqual(told, UNKNOWN)
        self.assertFalse(invoice.transaction_ids)

    @mute_logger("odoo.http")
    def test_odoos_own_doors_know_no_card_of_somebody_else(self):
        self.login("pays")
        shared = self.cards["shared"]
        page = self.get("/payment/pay", amount=20, currency_id=self.company.currency_id.id)
        signature = page.text.split('data-access-token="')[1].split('"')[0]
        form = {
            "currency_id": self.company.currency_id.id,
            "partner_id": self.mira.id,
            "access_token": signature,
            "reference_prefix": "tx",
        }

        self.assertNotIn(f"o_payment_token_{shared.id}", page.text)
        self.assertNotIn("Owner", self.get("/my/payment_method").text)
        for card in (shared, shared.browse(NO_ID)):
            told = self.use("/payment/transaction", shared, token_id=card.id, **form)
            self.assertEqual(told, UNKNOWN)
        self.call("/payment/archive_token", {"token_id": shared.id})
        self.assertTrue(shared.active)
        read = {"model": "payment.token", "method": "read", "kwargs": {}}
        for number in (shared.id, NO_ID):
            answer = self.call("/web/dataset/call_kw", {**read, "args": [[number], ["active"]]})
            self.assertFalse(answer.get("result"))
        self.assertFalse(shared.with_user(self.mother).has_access("read"))
