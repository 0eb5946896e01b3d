from odoo import api, models
from odoo.fields import Domain

from ...engine.person_file import Kept


class ClinicPersonFile(models.AbstractModel):
    """What a person waits for, and what they were offered."""

    _inherit = "clinic.person.file"

    @api.model
    def _get_list(self):
        return {
            **super()._get_list(),
            "clinic.wait.request": Kept(
                self.env._("Wait list"),
                whose=("booker_id", "patient_ids"),
                shows=(
                    "booker_id", "patient_ids", "service_id.name", "asked_at", "date_from",
                    "date_until", "state", "ended_why",
                ),
                loses=True,
            ),
            "clinic.wait.offer": Kept(
                self.env._("Offered times"),
                whose=("request_id.booker_id", "request_id.patient_ids"),
                shows=("start", "practitioner_id.name", "location_id.name", "made_at", "state"),
            ),
        }  # fmt: skip

    def _part_with(self, selves, words, alias):
        result = super()._part_with(selves, words, alias)
        requests = self.env["clinic.wait.request"].search(
            Domain("booker_id", "in", selves.ids) | Domain("patient_ids", "in", selves.ids)
        )
        shared = requests.filtered(
            lambda one: one.booker_id not in selves and one.patient_ids - selves
        )
        (requests - shared).unlink()
        for request in shared:
            request.patient_ids -= selves
        return result
