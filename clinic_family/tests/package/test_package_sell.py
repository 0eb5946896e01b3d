"""A package on an ordinary invoice: a line for each session, and nothing made by hand."""

from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..package_common import PackageCase


@tagged("post_install", "-at_install")
class TestPackageSell(PackageCase):
    def test_each_session_has_a_line_with_its_own_price(self):
        package = self.package(self.single, self.group, count=2, price=45)
        purchase = self.draft(package, self.owner)

        invoice = self.invoice_of(purchase)
        lines = invoice.invoice_line_ids.filtered("clinic_session_id")
        self.assertEqual(lines.clinic_session_id, purchase.session_ids)
        self.assertEqual(lines.mapped("quantity"), [1] * 4)
        self.assertEqual(lines.mapped("price_unit"), [45] * 4)
        self.assertEqual(lines.product_id, self.product)
        self.assertEqual((invoice.amount_total, package.price), (180, 180))
        self.assertEqual(
            [session.service_id.name for session in purchase.session_ids],
            ["Test Physio"] * 2 + ["Test Family Talk"] * 2,
        )

    def test_taxes_are_those_of_the_fee(self):
        tax = self.env["account.tax"].create({"name": "Ten", "amount": 10})
        self.product.taxes_id = tax

        invoice = self.invoice_of(self.draft(self.package(self.single), self.owner))

        self.assertEqual(invoice.invoice_line_ids.tax_ids, tax)
        self.assertEqual((invoice.amount_untaxed, invoice.amount_total), (150, 165))

    def test_prices_are_converted_to_the_invoices_currency(self):
        currency = self.env["res.currency"].create({
            "name": "TST",
            "symbol": "T",
            "rate_ids": [Command.create({"name": "2020-01-01", "rate": 2})],
        })  # fmt: skip

        purchase = self.draft(self.package(self.single), self.owner, currency_id=currency.id)

        self.assertEqual(self.invoice_of(purchase).amount_total, 300)

    def test_it_is_valid_until_the_end_of_its_last_day(self):
        purchase = self.draft(self.package(self.single, validity_days=30), self.owner)

        self.assertEqual(purchase.bought_on, date(2027, 3, 29))
        self.assertEqual(purchase.expires_on, date(2027, 4, 28))
        self.assertFalse(self.draft(self.package(self.single), self.owner).expires_on)

    def test_what_was_sold_keeps_its_terms(self):
        package = self.package(self.single, practitioner_ids=[Command.set(self.nora.ids)])
        purchase = self.draft(package, self.owner)

        package.write({"practitioner_ids": [Command.clear()], "is_shareable": False})

        self.assertEqual(purchase.practitioner_ids, self.nora)
        self.assertTrue(purchase.is_shareable)

    def test_it_is_sold_on_a_draft_of_a_customer_invoice_only(self):
        posted = self.invoice_of(self.sell(self.package(self.single), self.owner))
        bill = self.env["account.move"].create({"move_type": "in_invoice"})

        for move in (posted, bill):
            with self.assertRaisesRegex(UserError, "draft of a customer invoice"):
                self.package(self.single)._sell(move, self.owner)

    def test_a_line_is_one_session(self):
        invoice = self.invoice_of(self.draft(self.package(self.single), self.owner))

        with self.assertRaisesRegex(ValidationError, "quantity stays 1"):
            invoice.invoice_line_ids.filtered("clinic_session_id")[0].quantity = 2

    def test_a_copy_of_the_invoice_sells_nothing_twice(self):
        invoice = self.invoice_of(self.draft(self.package(self.single), self.owner))

        self.assertFalse(invoice.copy().invoice_line_ids.clinic_session_id)

    def test_a_removed_line_takes_its_session_along(self):
        purchase = self.draft(self.package(self.single), self.owner)
        line = self.invoice_of(purchase).invoice_line_ids.filtered("clinic_session_id")[0]

        line.unlink()

        self.assertStates(purchase, free=2)
        self.invoice_of(purchase).unlink()
        self.assertFalse(purchase.exists())

    def test_the_front_desk_sells_it(self):
        invoice = self.env["account.move"].with_user(self.desk).create({
            "move_type": "out_invoice", "partner_id": self.owner.id,
        })  # fmt: skip

        purchase = self.package(self.single).with_user(self.desk)._sell(invoice, self.owner)

        self.assertEqual(purchase.session_count, 3)

    def test_one_sold_by_mistake_is_deleted_whole(self):
        package = self.package(self.single)
        first = self.draft(package, self.owner)
        invoice = self.invoice_of(first)
        invoice.invoice_line_ids = [Command.create({"product_id": self.product.id})]
        second = package._sell(invoice, self.owner)

        second.with_user(self.desk).action_delete()

        self.assertFalse(second.exists())
        self.assertEqual(first.session_count, 3)
        self.assertEqual(
            invoice.invoice_line_ids.mapped("display_type"),
            ["line_section", *["product"] * 4],
        )
        invoice.invoice_line_ids.filtered(lambda line: not line.clinic_session_id)[1:].unlink()
        first.with_user(self.desk).action_delete()
        self.assertFalse(first.exists())
        self.assertFalse(invoice.exists())

    def test_one_on_a_confirmed_invoice_is_cancelled_with_it(self):
        purchase = self.draft(self.package(self.single), self.owner)
        self.invoice_of(purchase).action_post()

        purchase.with_user(self.desk).action_delete()

        self.assertEqual(self.invoice_of(purchase).state, "cancel")
        self.assertStates(purchase, refunded=3)

    def test_one_that_was_paid_is_not_deleted(self):
        purchase = self.sell(self.package(self.single), self.owner)

        with self.assertRaisesRegex(UserError, "Refund the unused"):
            purchase.action_delete()
