from odoo import models


class PaymentToken(models.Model):
    """Saved cards pay a check-out too."""

    _inherit = "payment.token"

    def _find_company_paid(self, custom):
        booking_sudo = self.env["clinic.booking"].sudo().browse(custom.get("clinic_booking_id"))
        return booking_sudo.company_id or super()._find_company_paid(custom)
