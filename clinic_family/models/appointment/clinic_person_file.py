from odoo import api, models
from odoo.fields import Domain

from ...engine.person_file import Kept
from .clinic_appointment import EXPECTED


class ClinicPersonFile(models.AbstractModel):
    """The visits of a person; of the others who come, how many."""

    _inherit = "clinic.person.file"

    @api.model
    def _get_list(self):
        listed = super()._get_list()
        return {
            **listed,
            "res.partner": listed["res.partner"].adds(shows=("clinic_practitioner_ids.name",)),
            "clinic.participant": Kept(
                self.env._("Visits"),
                whose=("partner_id",),
                shows=(
                    "appointment_id.start", "appointment_id.stop",
                    "appointment_id.service_id.name", "appointment_id.practitioner_id.name",
                    "appointment_id.location_id.name", "state", "appointment_id.participant_count",
                    "appointment_id.payer_id", "is_confidential", "booked_by_id",
                    "create_date", "cancelled_at", "cancelled_by_id",
                    "appointment_id.cancel_reason_id.name",
                ),
                # Not everybody who may have the file knows who comes along.
                also=("along_id",),
                wipes=("along_id",),
                company="appointment_id.company_id",
            ),
            # What was written of a visit is a patient's where they were there alone.
            "clinic.appointment": Kept(
                self.env._("Notes on visits"),
                whose=("participant_ids.partner_id",),
                notes=("start", "time_reason", "payer_reason"),
                also=("payer_id",),
                wipes=("time_reason", "time_finding", "payer_reason", "orphaned_note"),
                scrubs=("time_reason", "time_finding", "payer_reason", "orphaned_note"),
                loses=True,
                only=lambda ids: [("participant_ids", "not any", [("partner_id", "not in", ids)])],
            ),
        }  # fmt: skip

    @api.model
    def _find_obstacles(self, person):
        obstacles = super()._find_obstacles(person)
        # Whose they are counts, and not who erases.
        visits_sudo = self.env["clinic.appointment"].sudo()
        coming = Domain("participant_ids", "any", [
            ("partner_id", "=", person.id), ("state", "in", EXPECTED),
        ])  # fmt: skip
        theirs = coming | Domain("payer_id", "=", person.id)
        if visits_sudo.search_count(theirs & visits_sudo._get_domain_of_ahead(), limit=1):
            obstacles.append(self.env._(
                "Visits of theirs, or that they pay for, are ahead. Please cancel them first."
            ))  # fmt: skip
        return obstacles
