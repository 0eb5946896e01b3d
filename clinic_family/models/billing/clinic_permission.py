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
            payers = self.filtered(lambda permission: permission.kind == "pay").grantor_id
            self._find_linked_invoices(payers).access_token = False
        return result

    @api.model
    def _clear_after_ends(self):
        """Sweeps up the links that died when a permission ended by itself."""
        now = self.env.cr.now()
        ended = self.search([
            ("kind", "=", "pay"),
            ("ended_at", "=", False),
            ("ends_at", "<=", now),
            ("ends_at", ">", now - timedelta(days=DAYS_OF_CLEARING)),
        ])  # fmt: skip
        invoices = self._find_linked_invoices(ended.grantor_id)
        invoices.filtered(lambda invoice: invoice._has_dead_key()).access_token = False

    @api.model
    def _get_last_end(self, payer):
        """When a permission to pay for this person last ended by itself, if ever."""
        ended = self.search(
            [
                ("grantor_id", "=", payer.id),
                ("kind", "=", "pay"),
                ("ended_at", "=", False),
                ("ends_at", "<=", self.env.cr.now()),
            ],
            order="ends_at DESC",
            limit=1,
        )
        return ended.ends_at

    @api.model
    def _find_linked_invoices(self, payers):
        """Whoever has seen an invoice holds its link, which Odoo never lets die by itself."""
        return self.env["account.move"].sudo().search([
            ("partner_id", "in", payers.ids), ("access_token", "!=", False),
        ])  # fmt: skip
