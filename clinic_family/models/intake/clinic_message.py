from odoo import api, fields, models


class ClinicMessage(models.Model):
    """A message that asks for forms: one to the patient, and one to each who may fill them in."""

    _inherit = "clinic.message"

    kind = fields.Selection(
        selection_add=[("forms", "Forms to fill in")], ondelete={"forms": "cascade"}
    )

    @api.model
    def _queue_reminders(self):
        result = super()._queue_reminders()
        self.env["clinic.form.request"]._queue_messages()
        return result

    @api.model
    def _queue_forms(self, participant):
        """The messages to all who are asked; the staff find a failed one when nobody can be."""
        readers = participant._get_form_readers()[participant]
        now = fields.Datetime.now()
        addressed = [{"recipient_id": one.id, "try_at": now} for one in readers] or [
            self._get_unreachable_values(participant)
        ]
        common = {"kind": "forms", "participant_id": participant.id}
        return self.create([{**common, **values} for values in addressed])

    def _find_address(self):
        if self.kind != "forms":
            return super()._find_address()
        if not self._is_true():
            return None
        return self.participant_id._get_form_readers()[self.participant_id].get(self.recipient_id)

    def _is_true(self):
        """Whether there still is something that its reader may fill in."""
        if self.kind != "forms":
            return super()._is_true()
        requests = self.env["clinic.form.request"]
        return bool(requests._find_due_for(self.patient_id, self.recipient_id))

    def _is_said_anew(self):
        return self.kind != "forms" and super()._is_said_anew()
