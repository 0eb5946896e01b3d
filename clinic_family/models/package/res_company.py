from odoo import fields, models


class ResCompany(models.Model):
    """When package sessions count, and what becomes of them."""

    _inherit = "res.company"

    clinic_package_use = fields.Selection(
        [("paid", "When the invoice is paid"), ("posted", "As soon as the invoice is confirmed")],
        string="Package Sessions Count",
        required=True,
        default="paid",
    )
    clinic_late_uses_session = fields.Boolean(string="Late Cancellation Uses the Session")
    clinic_noshow_uses_session = fields.Boolean(string="No-Show Uses the Session", default=True)
    clinic_honour_reserved = fields.Boolean(string="Reserved Sessions Stay Reserved", default=True)
