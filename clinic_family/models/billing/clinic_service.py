from odoo import api, fields, models
from odoo.tools import format_amount

MOMENTS = [
    ("by_hand", "By hand"),
    ("booking", "When it is booked"),
    ("arrival", "On arrival"),
    ("completion", "When the visit is done"),
]
# The states of a visit in which it has come to the moment, or is past it.
DUE_IN = {
    "by_hand": (),
    "booking": ("booked", "arrived", "fulfilled"),
    "arrival": ("arrived", "fulfilled"),
    "completion": ("fulfilled",),
}

# What is missed costs a fee of its own.
MISSED = [("late", "Late cancellation"), ("noshow", "No-show")]
UNITS = [("amount", "Amount"), ("percent", "% of the price")]


class ClinicService(models.Model):
    """When a visit of this service is invoiced, how many fees it costs, and with which tax.

    What is cancelled late, or missed, costs a fee of its own: an amount, or a part of the price.
    """

    _inherit = "clinic.service"

    invoice_moment = fields.Selection(
        MOMENTS,
        string="Invoice",
        required=True,
        default="by_hand",
        groups="base.group_user",
        help="By hand: the clinic clicks Create Invoice on the appointment. Otherwise the invoice "
        "is made automatically at that moment. The settings say whether it is confirmed at once.",
    )
    fee_per = fields.Selection(
        [("appointment", "Appointment"), ("participant", "Participant")],
        string="One Fee Per",
        required=True,
        default="appointment",
        help="Appointment: one fee, however many come. Participant: one fee, and one line on the "
        "invoice, for everybody who comes.",
    )

    late_fee = fields.Float(
        string="Late Cancellation",
        digits="Product Price",
        help="What it costs to cancel later than patients may for free. Up to the beginning of the "
        "visit they may cancel online then. 0: it costs nothing, and they have to call.",
    )
    late_fee_unit = fields.Selection(UNITS, required=True, default="amount")
    noshow_fee = fields.Float(
        string="No-Show",
        digits="Product Price",
        help="What it costs not to come. 0: it costs nothing of its own.",
    )
    noshow_fee_unit = fields.Selection(UNITS, required=True, default="amount")

    # To staff, beside the fee as its product has it; patients read what they pay.
    tax_text = fields.Char(compute="_compute_tax_text", compute_sudo=True, groups="base.group_user")

    _missed_fees_possible = models.Constraint(
        "CHECK (late_fee >= 0 AND noshow_fee >= 0"
        " AND (late_fee_unit = 'amount' OR late_fee <= 100)"
        " AND (noshow_fee_unit = 'amount' OR noshow_fee <= 100))",
        "A fee can't be negative, and a part of the price no more than 100 %.",
    )

    @api.depends("product_id.taxes_id.price_include", "product_id.taxes_id.amount", "company_id")
    @api.depends_context("lang")
    def _compute_tax_text(self):
        """Whether the price that is shown is the whole price; nothing where there is no tax."""
        for service in self:
            taxes = service._get_taxes()
            if not taxes:
                service.tax_text = False
            elif all(taxes.mapped("price_include")):
                service.tax_text = self.env._("tax included")
            else:
                service.tax_text = self.env._("plus tax")

    def _get_taxes(self):
        taxes = self.product_id.taxes_id._filter_taxes_by_company(self.company_id)
        return taxes.filtered("amount")

    # What is paid, with taxes

    def _get_totals_for(self, buyer):
        """What one fee of each comes to for this buyer, by its id: a `Total`.

        Nobody stands for a visitor whom the clinic doesn't know.
        """
        totals = {}
        for company, services in self.sudo().grouped("company_id").items():
            taxes_sudo = self.env["account.tax"].sudo().with_company(company)
            taxes_sudo._read_clinic_products(services.product_id)
            invoices = [[(one.product_id, one.fee)] for one in services]
            found = self.env["account.tax"]._get_clinic_totals(company, buyer, invoices)
            totals.update(zip(services.ids, found, strict=True))
        return totals

    def _get_price_for(self, buyer, count, price=None):
        """What so many fees come to for this buyer, or so many of another price."""
        self.ensure_one()
        service_sudo = self.sudo()
        unit = service_sudo.fee if price is None else price
        return self.env["account.tax"]._get_clinic_total(
            service_sudo.company_id, buyer, [(service_sudo.product_id, unit)] * count
        )

    # What a late cancellation ("late") or a no-show ("noshow") costs

    def _get_missed_fee(self, kind):
        """What it costs, for each fee that a visit of this service costs."""
        self.ensure_one()
        service_sudo = self.sudo()
        price = service_sudo[f"{kind}_fee"]
        if service_sudo[f"{kind}_fee_unit"] == "percent":
            price = service_sudo.fee * price / 100
        return price and service_sudo.currency_id.round(price)

    def _get_missed_price(self, kind, buyer):
        """The same in words, as this buyer would pay it; nothing where it costs nothing."""
        fee = self._get_missed_fee(kind)
        if not fee:
            return ""
        is_each = self.fee_per == "participant" and self.is_group
        price = self._format_fee(fee, buyer)
        return self.env._("%s for each person", price) if is_each else price

    def _format_fee(self, price, buyer):
        """What a fee of this price comes to for who pays it, taxes and all."""
        total = self._get_price_for(buyer, 1, price)
        return format_amount(self.env, total, self.sudo().currency_id)

    def _becomes_due(self, old_state, new_state):
        """Whether a visit that changes so comes to the moment at which it is invoiced."""
        due_in = DUE_IN[self.invoice_moment]
        return new_state in due_in and old_state not in due_in
