from odoo import api, fields, models

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


class ClinicService(models.Model):
    """When a visit of this service is invoiced, how many fees it costs, and with which tax."""

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

    # What is said of the tax is public; the taxes are not.
    tax_text = fields.Char(compute="_compute_tax_text", compute_sudo=True)

    @api.depends("product_id.taxes_id.price_include", "product_id.taxes_id.amount", "company_id")
    @api.depends_context("lang")
    def _compute_tax_text(self):
        """Whether the price that is shown is the whole price; nothing where there is no tax."""
        for service in self:
            taxes = service.product_id.taxes_id._filter_taxes_by_company(service.company_id)
            taxes = taxes.filtered("amount")
            if not taxes:
                service.tax_text = False
            elif all(taxes.mapped("price_include")):
                service.tax_text = self.env._("tax included")
            else:
                service.tax_text = self.env._("plus tax")

    def _becomes_due(self, old_state, new_state):
        """Whether a visit that changes so comes to the moment at which it is invoiced."""
        due_in = DUE_IN[self.invoice_moment]
        return new_state in due_in and old_state not in due_in
