from odoo import api, models


class ClinicParticipant(models.Model):
    """Package sessions follow those they are for."""

    _inherit = "clinic.participant"

    @api.ondelete(at_uninstall=True)
    def _unlink_free_sessions(self):
        sessions_sudo = self.env["clinic.package.session"].sudo().search([
            ("participant_id", "in", self.ids),
        ])  # fmt: skip
        for session in sessions_sudo:
            session._leave_appointment()
