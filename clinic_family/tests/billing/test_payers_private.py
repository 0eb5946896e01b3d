"""Two parents, each with an invoice for a part: for either the other's isn't there."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NO_ID, ROLE
from ..pay_common import PayCase
from ..payer_common import Payers


@tagged("post_install", "-at_install", "timeless")
class TestPayersPrivate(Payers, PayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_payers()
        cls.build_neighbours()
        cls.desk = cls.user("test_desk", "Dee Test-Desk", ROLE + "front_desk")
        cls.people |= {"mira": cls.mother, "fergus": cls.father}
        cls.mira.write({"street": "1 Hers Street"})
        cls.fergus.write({"street": "2 His Road"})

    def setUp(self):
        super().setUp()
        draft = self.invoice(self.mira, post=False)
        self.divide(draft, (self.fergus, 30, 0))
        hers, his = self.confirm_whole(draft)
        self.env.flush_all()
        self.parts = {"mira": hers, "fergus": his}

    def each_other(self):
        """Each parent logged in, with their own invoice and the other's."""
        for who, other in (("mira", "fergus"), ("fergus", "mira")):
            self.login(who)
            yield who, self.parts[who], self.parts[other]

    @mute_logger("odoo.addons.base.models.ir_actions_report", "odoo.http")
    def test_the_other_one_is_answered_as_none(self):
        def opens(number):
            answer = self.get(f"/my/invoices/{number}")
            return answer.status_code, answer.headers.get("Location"), answer.content

        def prints(number):
            answer = self.get(f"/my/invoices/{number}", report_type="html")
            return answer.status_code, answer.headers.get("Location"), answer.content

        def pays(number):
            return self.begin(number).get("error")

        def talks(number):
            params = {"thread_model": "account.move", "thread_id": number, "fetch_params": {}}
            answer = self.call("/mail/thread/messages", params)
            return answer.get("result") or answer["error"]["data"]["message"]

        for who, own, other in self.each_other():
            for way in (opens, prints, pays, talks):
                with self.subTest(who=who, way=way.__name__):
                    self.assertEqual(way(other.id), way(NO_ID))
            self.assertEqual(opens(own.id)[0], 200)

    @mute_logger("odoo.addons.base.models.ir_actions_report")
    def test_nothing_on_page_paper_and_lists_tells_of_the_other(self):
        names = {"mira": ("Hers Street", "56.00"), "fergus": ("His Road", "24.00")}

        for who, own, other in self.each_other():
            pages = [
                self.get(f"/my/invoices/{own.id}").text,
                self.get(f"/my/invoices/{own.id}", report_type="html").text,
                self.get("/my/invoices").text,
                self.get("/my/balance").text,
            ]
            [others] = [words for name, words in names.items() if name != who]
            with self.subTest(who=who):
                for page in pages:
                    for word in (*others, other.name, other.partner_id.name, "80.00"):
                        self.assertNotIn(word, page)
                self.assertIn(own.name, pages[2])

    def test_over_rpc_neither_finds_the_other_one_nor_who_shares(self):
        for who, own, other in self.each_other():
            moves = self.env["account.move"].with_user(self.people[who])
            with self.subTest(who=who):
                self.assertEqual(moves.search([("id", "in", (own + other).ids)]), own)
                self.assertFalse(moves.browse(own.id)._has_field_access(
                    moves._fields["clinic_share_ids"], "read"
                ))  # fmt: skip
                self.assertFalse(self.env["clinic.payer.share"].with_user(
                    self.people[who]
                ).has_access("read"))  # fmt: skip

    def test_no_verb_tells_that_there_is_another(self):
        whole = self.invoice(self.mira)
        for verb in ("action_view_parts", "button_draft"):
            for move in (self.parts["mira"], whole, self.parts["fergus"]):
                with self.subTest(verb=verb, move=move), self.assertRaises(AccessError):
                    getattr(move.with_user(self.mother), verb)()

    def test_who_may_pay_for_one_of_them_sees_that_one(self):
        """Greta may pay for Mira, as by a permission."""
        self.grant(self.mira, self.grandmother, "pay")

        moves = self.env["account.move"].with_user(self.grandmother)
        both = self.parts["mira"] + self.parts["fergus"]

        self.assertEqual(moves.search([("id", "in", both.ids)]), self.parts["mira"])

    def test_paying_ones_part_leaves_the_other_as_it_was(self):
        hers, his = self.parts["mira"], self.parts["fergus"]
        self.login("mira")

        payment = self.pay(hers, amount=56)

        self.assertEqual((hers.amount_residual, his.amount_residual), (0, 24))
        self.assertEqual(payment.partner_id, self.mira)
        self.assertEqual(payment.reconciled_invoice_ids, hers)

    def test_the_staff_of_another_company_know_nothing_of_it(self):
        self.agree(self.leo, self.fergus)

        shares = self.env["clinic.payer.share"]
        for name in ("billing", "manager"):
            self.assertFalse(shares.with_user(self.theirs[name]).search([]))
