from odoo import models


class ClinicParticipant(models.Model):
    _inherit = "clinic.participant"

    def _make_patients(self):
        """Puts before the front desk who becomes a patient online, or was refused before."""
        # Those who book online don't read who is a patient.
        # A visit that comes back to booked later is a step of the staff's, and registers nobody.
        online_sudo = self.sudo().filtered(
            lambda one: (
                one.booked_by_id and one.state != "held" and not one.appointment_id.booked_at
            )
        )
        looked_at_sudo = online_sudo.filtered(
            lambda one: not one.partner_id.is_patient or one.partner_id.clinic_is_refused
        )
        result = super()._make_patients()
        for person_sudo, coming_sudo in looked_at_sudo.grouped("partner_id").items():
            # Several visits of one check-out are one registration.
            first_sudo = coming_sudo[0]
            self.env["clinic.registration"]._record_newcomers(
                person_sudo,
                "booking",
                first_sudo.booked_by_id,
                first_sudo.appointment_id.company_id,
            )
        return result
