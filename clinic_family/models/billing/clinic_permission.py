from datetime import timedelta

from odoo import api, models

# Runs daily; a few days more, should it have been down.
DAYS_OF_CLEARING = 7


class ClinicPermission(models.Model):
    """The links to invoices that somebody has seen die with the permission."""

    _inherit = "clinic.permission"

    def _close(self, end_kind, reason):
        result = super()._close(end_kind, reason)
        if end_kind != "renewed":
            self._kill_invoice_links()
        return result

    @api.model
    def _clear_after_ends(self):
        """What a permission that ended by itself leaves behind dies too, by the next day."""
        now = self.env.cr.now()
        self.search([
            ("kind", "=", "pay"),
            ("ended_at", "=", False),
            ("ends_at", "<=", now),
            ("ends_at", ">", now - timedelta(days=DAYS_OF_CLEARING)),
        ])._kill_invoice_links()  # fmt: skip

    def _kill_invoice_links(self):
        """Whoever has seen an invoice holds its link, which Odoo never lets die by itself."""
        payers = self.filtered(lambda permission: permission.kind == "pay").grantor_id
        self.env["account.move"].sudo().search([
            ("partner_id", "in", payers.ids), ("access_token", "!=", False),
        ]).access_token = False  # fmt: skip
