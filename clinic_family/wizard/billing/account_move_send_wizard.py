from odoo import api, fields, models


class AccountMoveSendWizard(models.TransientModel):
    """The window of one invoice remembers whom it filled in itself."""

    _inherit = "account.move.send.wizard"

    clinic_proposed_ids = fields.Many2many(
        "res.partner",
        relation="clinic_move_send_wizard_proposed_rel",
        compute="_compute_clinic_proposed_ids",
        store=True,
        readonly=False,
    )

    @api.depends("move_id")
    def _compute_clinic_proposed_ids(self):
        for wizard in self:
            # Computed with full rights, as all that is stored: asked with the reader's.
            move = wizard.move_id.sudo(False)._filtered_access("read")
            wizard.clinic_proposed_ids = self._get_clinic_readers(move.sudo()) if move else False

    def _get_sending_settings(self):
        settings = super()._get_sending_settings()
        if "mail_partner_ids" in settings:
            settings["mail_partner_ids"] = self.env["clinic.receipt.copy"]._leave_out_ended(
                self.move_id, self.mail_partner_ids, self.clinic_proposed_ids
            ).ids  # fmt: skip
        return settings
