from odoo import api, models

from ...engine.person_file import Kept


class ClinicPersonFile(models.AbstractModel):
    """The calendar address of a person; what others have in theirs is their choice."""

    _inherit = "clinic.person.file"

    @api.model
    def _get_list(self):
        return {
            **super()._get_list(),
            "clinic.calendar.feed": Kept(
                self.env._("Calendar address"),
                whose=("user_id.partner_id",),
                shows=("since", "work_level"),
                goes=True,
            ),
            "clinic.calendar.level": Kept(
                self.env._("Who stands in the calendar"),
                whose=("feed_id.user_id.partner_id",),
                shows=("person_id", "level"),
            ),
        }

    def _part_with(self, selves, words, alias):
        result = super()._part_with(selves, words, alias)
        self.env["clinic.calendar.level"].search([("person_id", "in", selves.ids)]).unlink()
        return result
