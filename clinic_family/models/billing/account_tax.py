from odoo import api, models


class AccountTax(models.Model):
    """What a clinic's invoice will come to, before there is one."""

    _inherit = "account.tax"

    @api.model
    def _get_clinic_total(self, company, buyer, lines):
        """What an invoice of these lines comes to for this buyer, with taxes.

        ``lines`` are products, each with its price: rounding may be by the line.
        """
        taxes_sudo = self.sudo().with_company(company.sudo())
        company_sudo = taxes_sudo.env.company
        buyer_sudo = buyer.with_env(taxes_sudo.env)
        position_sudo = taxes_sudo.env["account.fiscal.position"]._get_fiscal_position(buyer_sudo)
        bases = [
            taxes_sudo._prepare_base_line_for_taxes_computation(
                {},
                product_id=product.with_env(taxes_sudo.env),
                tax_ids=taxes_sudo._get_clinic_taxes(
                    product.with_env(taxes_sudo.env), position_sudo
                ),
                price_unit=price,
                quantity=1,
                currency_id=company_sudo.currency_id,
                partner_id=buyer_sudo,
            )
            for product, price in lines
        ]
        taxes_sudo._add_tax_details_in_base_lines(bases, company_sudo)
        taxes_sudo._round_base_lines_tax_details(bases, company_sudo)
        totals = taxes_sudo._get_tax_totals_summary(bases, company_sudo.currency_id, company_sudo)
        return totals["total_amount_currency"]

    @api.model
    def _get_clinic_taxes(self, product, position):
        """The taxes an invoice puts on the product: its own, else those of its account."""
        company = product.env.company
        taxes = product.taxes_id.filtered_domain(product.taxes_id._check_company_domain(company))
        if not taxes:
            income = product.product_tmpl_id.get_product_accounts(position)["income"]
            taxes = income.tax_ids.filtered(lambda tax: tax.type_tax_use == "sale")
        return position.map_tax(taxes._filter_taxes_by_company(company))
