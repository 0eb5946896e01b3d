from odoo import models


class ClinicParticipant(models.Model):
    """Who is asked to fill in a patient's forms, and in which words."""

    _inherit = "clinic.participant"

    def _get_form_readers(self):
        """Who is asked now, and at which address, for each participant.

        The patient and those who may fill in the patient's forms. Nobody twice at one address.
        """
        may = self._get_relatives(("kind", "=", "intake"))
        return {
            one: (one.partner_id | may.get(one.partner_id, one.partner_id))._get_clinic_addresses()
            for one in self
        }

    def _get_forms_letter(self):
        """What the template tells its reader: nothing of the visit, which they may not see."""
        self.ensure_one()
        reader = self._get_reader()
        due = self.env["clinic.form.request"]._find_due_for(self.partner_id, reader)
        company = self.appointment_id.company_id
        return {
            "reader": reader.name,
            "patient": self.partner_id.name,
            "is_own": reader == self.partner_id,
            "forms": due.filtered(lambda one: one.company_id == company)._name_to_do(),
            "url": f"{self.get_base_url()}/my/forms",
        }
