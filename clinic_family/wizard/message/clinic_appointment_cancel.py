from odoo import models


class ClinicAppointmentCancel(models.TransientModel):
    """Says who will be told, by the same rules that tell them."""

    _inherit = "clinic.appointment.cancel"

    def _get_told_words(self):
        words = super()._get_told_words()
        if self.target == "noshow":
            return [*words, self.env._("Nobody is told of a no-show.")]
        return [*words, *self.appointment_ids.participant_ids._describe_cancelling()]
