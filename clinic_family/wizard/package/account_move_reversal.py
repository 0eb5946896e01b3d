from odoo import api, fields, models


class AccountMoveReversal(models.TransientModel):
    """Says before an invoice is reversed what has become of the sessions on it."""

    _inherit = "account.move.reversal"

    clinic_package_note = fields.Char(
        compute="_compute_clinic_package_note", groups="account.group_account_invoice"
    )

    @api.depends("move_ids")
    def _compute_clinic_package_note(self):
        for reversal in self:
            sessions_sudo = reversal.move_ids.invoice_line_ids.clinic_session_id.sudo()
            states = sessions_sudo.mapped("state")
            used, reserved = states.count("used"), states.count("reserved")
            reversal.clinic_package_note = bool(used or reserved) and self.env._(
                "%(count)s package sessions are on it: %(used)s used, %(reserved)s reserved. "
                "What is used stays used; a visit whose session is reserved has to be paid then.",
                count=len(sessions_sudo),
                used=used,
                reserved=reserved,
            )
