from odoo import api, models

from ...engine.person_file import Kept


class ClinicPersonFile(models.AbstractModel):
    """What was done to a person's visits; who else joined or left is not theirs to know."""

    _inherit = "clinic.person.file"

    @api.model
    def _get_list(self):
        return {
            **super()._get_list(),
            "clinic.appointment.log": Kept(
                self.env._("What was done to visits"),
                whose=("appointment_id.participant_ids.partner_id",),
                shows=(
                    "appointment_id.start", "create_date", "step", "old_text", "new_text",
                    "create_uid",
                ),
                also=("people_ids",),
                scrubs=("why", "old_text", "new_text"),
                company="appointment_id.company_id",
                only=lambda ids: [
                    "|", ("people_ids", "=", False), ("people_ids", "in", ids),
                ],
            ),
            "clinic.reschedule": Kept(
                self.env._("Visits moved online"),
                whose=("appointment_id.participant_ids.partner_id",),
                shows=("moved_at", "moved_by_id", "old_start", "new_start"),
                company="appointment_id.company_id",
            ),
        }  # fmt: skip
