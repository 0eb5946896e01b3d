from odoo import fields, models

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
    """When a visit of this service is invoiced, and how many fees it costs."""

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

    def _becomes_due(self, old_state, new_state):
        """Whether a visit that changes so comes to the moment at which it is invoiced."""
        due_in = DUE_IN[self.invoice_moment]
        return new_state in due_in and old_state not in due_in
