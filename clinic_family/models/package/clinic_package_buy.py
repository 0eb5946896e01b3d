from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import mute_logger


class ClinicPackage(models.Model):
    """What a package costs somebody, and buying it online."""

    # A room of its own in a large model.
    _inherit = "clinic.package"  # pylint: disable=consider-merging-classes-inherited

    def _get_price_for(self, buyer):
        """What its invoice to this buyer comes to, with taxes."""
        self.ensure_one()
        taxes_sudo = self.env["account.tax"].sudo().with_company(self.company_id.sudo())
        company_sudo = taxes_sudo.env.company
        lines = self._prepare_tax_lines(taxes_sudo, buyer)
        taxes_sudo._add_tax_details_in_base_lines(lines, company_sudo)
        taxes_sudo._round_base_lines_tax_details(lines, company_sudo)
        totals = taxes_sudo._get_tax_totals_summary(lines, company_sudo.currency_id, company_sudo)
        return totals["total_amount_currency"]

    def _prepare_tax_lines(self, taxes_sudo, buyer):
        """One line a session, as on the invoice: rounding may be by the line."""
        position_sudo = taxes_sudo.env["account.fiscal.position"]._get_fiscal_position(
            buyer.with_env(taxes_sudo.env)
        )
        lines = []
        for line_sudo in self.with_env(taxes_sudo.env).line_ids:
            product_sudo = line_sudo.service_id.product_id
            line = {
                "product_id": product_sudo,
                "tax_ids": self._get_taxes(product_sudo, position_sudo),
                "price_unit": line_sudo.price_unit,
                "quantity": 1,
                "currency_id": self.currency_id.with_env(taxes_sudo.env),
                "partner_id": buyer.with_env(taxes_sudo.env),
            }
            lines += [
                taxes_sudo._prepare_base_line_for_taxes_computation({}, **line)
                for _number in range(line_sudo.quantity)
            ]
        return lines

    def _get_taxes(self, product, position):
        """The taxes an invoice puts on the product: its own, else those of its account."""
        company = product.env.company
        taxes = product.taxes_id.filtered_domain(product.taxes_id._check_company_domain(company))
        if not taxes:
            income = product.product_tmpl_id.get_product_accounts(position)["income"]
            taxes = income.tax_ids.filtered(lambda tax: tax.type_tax_use == "sale")
        return position.map_tax(taxes._filter_taxes_by_company(company))

    def _buy(self, buyer, key):
        """The buyer's confirmed invoice for it, made once for each key."""
        self.ensure_one()
        purchases_sudo = self.env["clinic.package.purchase"].sudo()
        bought_sudo = purchases_sudo.search([
            ("owner_id", "=", buyer.id), ("order_key", "=", key),
        ])  # fmt: skip
        if not bought_sudo:
            bought_sudo = self._order_online(buyer, key)
        moves_sudo = bought_sudo.session_ids.line_ids.move_id
        return moves_sudo.filtered(lambda move: move.move_type == "out_invoice")[:1].sudo(False)

    def _order_online(self, buyer, key):
        # Patients may buy what is published, though they may not write invoices; and they aren't
        # the salesperson whom the invoice names.
        package = self.with_user(SUPERUSER_ID).with_company(self.company_id.sudo())
        invoice = package.env["account.move"].create({
            "move_type": "out_invoice",
            "partner_id": buyer.id,
            "company_id": package.company_id.id,
            "invoice_user_id": False,
        })  # fmt: skip
        purchase = package._sell(invoice, buyer.with_env(package.env)).sudo()
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                purchase.order_key = key
                purchase.flush_recordset()
        except UniqueViolation as error:
            raise ConcurrencyError("it was bought at the same moment") from error
        invoice.action_post()
        return purchase
