from odoo import api, models


class ClinicParticipant(models.Model):
    """Package sessions follow those they are for."""

    _inherit = "clinic.participant"

    def _move_to(self, visit):
        """No cancellation: what they were to pay with is free before, and may pay there."""
        self.check_access("write")
        for session_sudo in self._find_sessions_leaving():
            session_sudo._update_state("free", self.env._("Moved to another visit."))
        return super()._move_to(visit)

    def _find_sessions_leaving(self):
        """Their own; and that of the whole visit, when nobody else comes to it."""
        sessions_sudo = self.appointment_id.sudo().session_ids
        if self.state not in ("booked", "arrived"):
            return sessions_sudo.browse()
        if self.appointment_id._get_coming() == self.sudo():
            return sessions_sudo
        return sessions_sudo.filtered(lambda session: session.participant_id == self.sudo())

    @api.ondelete(at_uninstall=True)
    def _unlink_free_sessions(self):
        sessions_sudo = self.env["clinic.package.session"].sudo().search([
            ("participant_id", "in", self.ids),
        ])  # fmt: skip
        for session in sessions_sudo:
            session._leave_appointment()
