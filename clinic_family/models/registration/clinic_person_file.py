from odoo import api, models

from ...engine.person_file import Kept


class ClinicPersonFile(models.AbstractModel):
    """How a person became a patient online, and the profiles that were made one with theirs."""

    _inherit = "clinic.person.file"

    @api.model
    def _get_list(self):
        listed = super()._get_list()
        return {
            **listed,
            "res.partner": listed["res.partner"].adds(
                also=("clinic_merged_into_id",), shows=("terms_agreed_at", "terms_agreed")
            ),
            # What it moved is in the other lists; erased, it brings nobody back.
            "clinic.merge": Kept(whose=("kept_id",), company="", goes=True),
            "clinic.registration": Kept(
                self.env._("Registration"),
                whose=("patient_id",),
                shows=("registered_at", "way", "registered_name", "registered_by_id", "state"),
                notes=("why",),
                goes=True,
            ),
        }

    @api.model
    def _get_selves(self, person):
        people = person.with_context(active_test=False)
        same = super()._get_selves(person)
        return same | people.search([("clinic_merged_into_id", "=", person.id)])
