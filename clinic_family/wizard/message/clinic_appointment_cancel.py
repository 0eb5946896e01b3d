from odoo import models


class ClinicAppointmentCancel(models.TransientModel):
    """Says who will be told, by the same rules that tell them."""

    _inherit = "clinic.appointment.cancel"

    def _get_told_words(self):
        words = super()._get_told_words()
        if self.target == "noshow":
            return [*words, self.env._("Nobody is told of a no-show.")]
        # Who may not cancel a visit isn't told whom a message about it would reach.
        visits = self.appointment_ids._filtered_access("write")
        return [*words, *visits.participant_ids._describe_cancelling()]
