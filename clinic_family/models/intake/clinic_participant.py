from odoo import models


class ClinicParticipant(models.Model):
    """Who is asked to fill in a patient's forms, and in which words."""

    _inherit = "clinic.participant"

    def _is_asked_for_forms(self):
        """Whether they come, and nobody learns of a confidential visit by what it asks for."""
        return bool(self._get_truth()) and not self.is_confidential

    def _get_form_readers(self):
        """Who is asked now, and at which address, for each participant.

        The patient and those who may fill in the patient's forms. Nobody twice at one address. Of a
        confidential visit the patient alone, where nobody else reads.
        """
        may = self._get_relatives(("kind", "=", "intake"))
        recipients = {}
        for participant in self:
            if participant.is_confidential:
                recipients[participant] = participant._get_private_recipient()
                continue
            patient = participant.partner_id
            relatives = may.get(patient, patient.browse()) - patient
            # As with all that is written about a child: a relative at its address is the one.
            is_child = relatives and participant._is_childs(patient)
            readers = relatives + patient if is_child else patient + relatives
            recipients[participant] = readers._get_clinic_addresses()
        return recipients

    def _make_letter(self):
        """What is outstanding is added, for those who may fill it in."""
        letter = super()._make_letter()
        patients = {}
        for one in self._get_messages().participant_id or self:
            if one._get_truth():
                patients.setdefault(one.partner_id, one)
        forms = [words for one in patients.values() for words in one._get_outstanding_words()]
        return {**letter, "forms": forms, "forms_url": f"{self.get_base_url()}/my/forms"}

    def _get_outstanding_words(self):
        """The forms of this patient that the reader may fill in."""
        reader, patient = self._get_reader(), self.partner_id
        due = self.env["clinic.form.request"]._find_due_for(patient, reader)
        here = due.filtered(lambda one: one.company_id == self.appointment_id.company_id)
        forms = here._name_to_do()
        if reader == patient and not self._is_childs(reader):
            return forms
        return [
            self.env._("%(form)s, for %(patient)s", form=form, patient=patient.name)
            for form in forms
        ]

    def _get_forms_letter(self):
        """What the template tells its reader: nothing of the visit, which they may not see."""
        self.ensure_one()
        reader = self._get_reader()
        due = self.env["clinic.form.request"]._find_due_for(self.partner_id, reader)
        company = self.appointment_id.company_id
        return {
            "reader": self._get_greeted(reader),
            "patient": self.partner_id.name,
            "is_own": reader == self.partner_id and not self._is_childs(reader),
            "forms": due.filtered(lambda one: one.company_id == company)._name_to_do(),
            "url": f"{self.get_base_url()}/my/forms",
        }
