from odoo import api, models

from ...engine.person_file import Kept


class ClinicPersonFile(models.AbstractModel):
    """The messages a person got, and what was written on their contact."""

    _inherit = "clinic.person.file"

    @api.model
    def _get_list(self):
        return {
            **super()._get_list(),
            "clinic.message": Kept(
                self.env._("Messages"),
                whose=("recipient_id",),
                shows=("create_date", "kind", "patient_id", "address", "state", "sent_at"),
                company="participant_id.appointment_id.company_id",
            ),
            "mail.message": Kept(
                self.env._("Notes and letters"),
                whose=("res_id",),
                notes=("date", "subject", "body"),
                only=lambda _ids: [("model", "=", "res.partner")],
            ),
        }
