"""What Odoo makes in place of an invoice, “Reverse and Create Invoice”: its payer's, as it was."""

from ast import literal_eval

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..invoice_common import InvoiceCase
from ..payer_common import Payers


@tagged("post_install", "-at_install")
class TestPayersAnew(Payers, InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_payers()

    def divided(self):
        """A visit of Leo's, its invoice of 80 in halves: her mother's, his father's."""
        visit = self.visit(self.leo, payer_id=self.mira.id)
        self.divide(self.draft(visit), (self.fergus, 50, 0))
        return visit, *self.confirm_whole(visit.invoice_id)

    def make_anew(self, invoices, user=None):
        """Odoo's own window; the drafts, in the order of the invoices."""
        window = self.env["account.move.reversal"].with_user(user or self.desk).with_context(
            active_model="account.move", active_ids=invoices.ids
        ).create({"journal_id": invoices.journal_id.id})  # fmt: skip
        window.modify_moves()
        self.env.invalidate_all()
        new = window.sudo().new_move_ids.with_env(self.env).grouped("partner_id")
        return [new[invoice.partner_id] for invoice in invoices]

    def is_listed(self, visit):
        """Whether the front desk finds it by the filter *Not Invoiced*."""
        visits = self.env["clinic.appointment"].with_user(self.desk)
        search = etree.fromstring(visits.get_view(view_type="search")["arch"])
        domain = literal_eval(search.find(".//filter[@name='to_invoice']").get("domain"))
        return bool(visits.search([*domain, ("id", "=", visit.id)]))

    def test_his_part_made_anew_is_his_part(self):
        visit, hers, his = self.divided()

        [again] = self.make_anew(his)

        self.assertEqual((again.state, again.partner_id), ("draft", self.fergus))
        self.assertEqual(visit._get_bills(), hers + again)
        again.with_user(self.desk).action_post()
        self.env.invalidate_all()
        self.assertEqual(self.totals(visit._get_bills()), {
            "Mira Motherwell": 40, "Fergus Fatherly": 40,
        })  # fmt: skip
        self.assertFalse(visit.invoice_difference)
        with self.assertRaisesRegex(UserError, "credit it"):
            again.with_user(self.desk).button_draft()

    def test_somebody_else_pays_the_rest_and_his_part_stays_his(self):
        visit, hers, his = self.divided()
        new_hers, new_his = self.make_anew(hers + his)

        visit._change_payer(self.grandmother.partner_id)

        self.assertEqual(new_hers.partner_id, self.grandmother.partner_id)
        self.assertEqual(new_his.partner_id, self.fergus)

    def test_each_is_found_from_the_other(self):
        _visit, hers, his = self.divided()
        new_hers, new_his = self.make_anew(hers + his)

        for one in (hers, his, new_hers, new_his):
            self.assertEqual(one._get_parts(), new_hers + new_his)
        self.assertEqual((new_hers + new_his)._get_rest(), new_hers)

    def test_a_draft_that_is_deleted_was_never_there(self):
        visit, hers, his = self.divided()
        [again] = self.make_anew(his)

        again.unlink()
        self.env.invalidate_all()

        self.assertEqual(visit._get_bills(), hers + his)

    def test_a_fee_goes_on_no_draft_of_somebody_who_pays_a_share(self):
        self.group.noshow_fee = 60
        visit, _hers, his = self.divided()
        [again] = self.make_anew(his)

        visit._charge("noshow", visit._get_coming())
        visit._update_state("noshow")

        self.assertFalse(again.invoice_line_ids.filtered("clinic_missed"))

    def test_cancelled_it_leaves_no_draft(self):
        visit, hers, his = self.divided()
        drafts = self.make_anew(hers + his)

        visit._update_state("cancelled")
        self.env.invalidate_all()

        self.assertEqual([draft.state for draft in drafts], ["cancel", "cancel"])
        self.assertFalse(visit.is_invoiced)
        self.assertFalse(visit.invoice_difference)

    def test_an_undivided_one_follows_its_visit_too(self):
        visit = self.posted(self.leo, payer_id=self.mira.id).sudo(False)
        [again] = self.make_anew(visit.sudo().invoice_id)

        self.assertEqual(visit.action_view_invoice()["res_id"], again.id)
        visit.sudo()._update_state("cancelled")

        self.assertEqual(again.state, "cancel")

    def test_an_accountant_who_is_nothing_else_makes_it_anew(self):
        visit, hers, his = self.divided()
        accountant = self.user("test_books", "Bo Books", "account.group_account_invoice")

        [again] = self.make_anew(his, accountant)

        self.assertEqual(visit._get_bills(), hers + again)

    def test_not_invoiced_is_what_has_no_standing_invoice(self):
        visit, hers, his = self.divided()
        self.assertFalse(self.is_listed(visit))

        hers._reverse_moves(cancel=True)
        self.assertFalse(self.is_listed(visit), "his part stands")
        [again] = self.make_anew(his)
        self.assertFalse(self.is_listed(visit), "what was made in its place stands")
        again.button_cancel()

        self.assertTrue(self.is_listed(visit))
        self.assertFalse(visit.is_invoiced)

    def test_credited_though_paid_it_is_not_invoiced(self):
        visit = self.posted(self.leo, payer_id=self.mira.id)
        self.assertFalse(self.is_listed(visit))
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=visit.sudo().invoice_id.ids
        )
        register.create({})._create_payments()

        self.credit(visit)

        self.assertTrue(self.is_listed(visit))
