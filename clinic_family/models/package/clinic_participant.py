from odoo import api, models


class ClinicParticipant(models.Model):
    """Package sessions follow those they are for."""

    _inherit = "clinic.participant"

    @api.model_create_multi
    def create(self, vals_list):
        participants = super().create(vals_list)
        booked_sudo = participants.sudo().filtered(lambda p: p.state == "booked")
        # Where the whole visit is paid, nobody who joins it has to pay.
        booked_sudo.appointment_id.filtered(
            lambda visit: visit.state == "booked" and visit.service_id.fee_per == "participant"
        )._use_sessions()
        return participants

    def _cancel(self):
        result = super()._cancel()
        self.appointment_id._settle_sessions()
        self.appointment_id._recheck_sessions()
        return result

    def unlink(self):
        sessions_sudo = self.env["clinic.package.session"].sudo().search([
            ("participant_id", "in", self.ids),
        ])  # fmt: skip
        for session in sessions_sudo:
            session._leave_appointment()
        return super().unlink()
