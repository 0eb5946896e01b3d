from typing import NamedTuple

from odoo import api, models


class Total(NamedTuple):
    """What an invoice comes to, and how much of it is tax."""

    amount: float
    tax: float


class AccountTax(models.Model):
    """What a clinic's invoice will come to, before there is one."""

    _inherit = "account.tax"

    @api.model
    def _get_clinic_total(self, company, buyer, lines):
        """What an invoice of these lines comes to for this buyer, with taxes.

        ``lines`` are products, each with its price: rounding may be by the line. Nobody stands for
        a visitor whom the clinic doesn't know.
        """
        return self._get_clinic_totals(company, buyer, [lines])[0].amount

    @api.model
    def _get_clinic_totals(self, company, buyer, invoices):
        """The `Total` of several invoices, each of its own lines: what they share is read once."""
        taxes_sudo = self.sudo().with_company(company.sudo())
        buyer_sudo = buyer.with_env(taxes_sudo.env)
        if buyer:
            # Odoo asks for the position first, and then where each of them is.
            (buyer_sudo | taxes_sudo.env.company.partner_id)._read_with("company_dependent")
        position_sudo = taxes_sudo.env["account.fiscal.position"]._get_fiscal_position(buyer_sudo)
        products = self.env["product.product"].union(
            *(one[0] for lines in invoices for one in lines)
        )
        taxes_sudo._read_clinic_products(products)
        # One by one out of them all, so that they are read together.
        taxes_of = {
            product_sudo.id: (
                product_sudo,
                taxes_sudo._get_clinic_taxes(product_sudo, position_sudo),
            )
            for product_sudo in products.with_env(taxes_sudo.env)
        }
        all_sudo = taxes_sudo.union(*(taxes for _product, taxes in taxes_of.values()))
        all_sudo._read_rows("invoice_repartition_line_ids")
        return [
            taxes_sudo._sum_clinic_lines(
                buyer_sudo,
                [
                    (
                        *taxes_of[product.id],
                        self._adapt_clinic_price(
                            company, taxes_of[product.id][0], price, position_sudo
                        ),
                    )
                    for product, price in lines
                ],
            )
            for lines in invoices
        ]

    def _read_clinic_products(self, products):
        """Reads at once what is asked of these products, and what this company says of them."""
        products.with_env(self.env).product_tmpl_id._read_with("company_dependent")

    def _sum_clinic_lines(self, buyer, lines):
        """What an invoice of these products with their taxes and prices comes to."""
        company = self.env.company
        bases = [
            self._prepare_base_line_for_taxes_computation(
                {},
                product_id=product,
                tax_ids=taxes,
                price_unit=price,
                quantity=1,
                currency_id=company.currency_id,
                partner_id=buyer,
            )
            for product, taxes, price in lines
        ]
        self._add_tax_details_in_base_lines(bases, company)
        self._round_base_lines_tax_details(bases, company)
        details = [base["tax_details"] for base in bases]
        tax = sum(each["tax_amount_currency"] for one in details for each in one["taxes_data"])
        untaxed = sum(
            one["total_excluded_currency"] + one["delta_total_excluded_currency"] for one in details
        )
        return Total(*map(company.currency_id.round, (untaxed + tax, tax)))

    @api.model
    def _adapt_clinic_price(self, company, product, price, position):
        """The price of the product on an invoice with this fiscal position.

        As Odoo does with the product's own price: where taxes that it includes aren't to be paid,
        or others are, it is another one.
        """
        return product._get_tax_included_unit_price(
            company,
            company.currency_id,
            company._get_clinic_today(),
            "sale",
            product_currency=company.currency_id,
            product_price_unit=price,
            fiscal_position=position,
        )

    @api.model
    def _get_clinic_taxes(self, product, position):
        """The taxes an invoice puts on the product: its own, else those of its account."""
        company = product.env.company
        taxes = product.taxes_id.filtered_domain(product.taxes_id._check_company_domain(company))
        if not taxes:
            income = product.product_tmpl_id.get_product_accounts(position)["income"]
            taxes = income.tax_ids.filtered(lambda tax: tax.type_tax_use == "sale")
        return position.map_tax(taxes._filter_taxes_by_company(company))
