from odoo import api, models

from ...engine.person_file import Kept


class ClinicPersonFile(models.AbstractModel):
    """What a person booked online."""

    _inherit = "clinic.person.file"

    @api.model
    def _get_list(self):
        return {
            **super()._get_list(),
            "clinic.booking": Kept(
                self.env._("Bookings made online"),
                whose=("booker_id",),
                shows=("opened_at", "state"),
            ),
        }
