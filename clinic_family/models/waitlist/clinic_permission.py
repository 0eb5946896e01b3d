from odoo import models


class ClinicPermission(models.Model):
    """Who may not book for somebody any more waits for them no more."""

    _inherit = "clinic.permission"

    def _close(self, end_kind, reason, moment=None):
        result = super()._close(end_kind, reason, moment)
        if end_kind != "renewed":
            self.env["clinic.waitlist"].sudo()._drop_without_permission(
                self.filtered(lambda one: one.kind == "book")
            )
        return result
