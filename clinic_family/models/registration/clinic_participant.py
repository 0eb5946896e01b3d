from odoo import models


class ClinicParticipant(models.Model):
    _inherit = "clinic.participant"

    def _make_patients(self):
        """Whoever becomes a patient by what was booked online is put before the front desk."""
        # Those who book online don't read who is a patient.
        online_sudo = self.sudo().filtered(lambda one: one.booked_by_id and one.state != "held")
        new_sudo = online_sudo.filtered(lambda one: not one.partner_id.is_patient)
        result = super()._make_patients()
        registrations = self.env["clinic.registration"]
        again_sudo = registrations._filter_refused((online_sudo - new_sudo).partner_id)
        for one_sudo in online_sudo:
            person_sudo = one_sudo.partner_id
            if one_sudo in new_sudo or person_sudo in again_sudo:
                registrations._record_newcomers(
                    person_sudo,
                    "booking",
                    one_sudo.booked_by_id,
                    one_sudo.appointment_id.company_id,
                )
        return result
