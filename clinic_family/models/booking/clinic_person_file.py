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

    @api.model
    def _find_obstacles(self, person):
        obstacles = super()._find_obstacles(person)
        # Whose it is counts, and not who erases.
        if self.env["clinic.booking"].sudo().search_count(
            [("booker_id", "=", person.id), ("state", "!=", "confirmed"),
             ("appointment_ids", "!=", False)], limit=1,
        ):  # fmt: skip
            obstacles.append(self.env._(
                "They are booking something online just now. Please try again in an hour."
            ))  # fmt: skip
        return obstacles
