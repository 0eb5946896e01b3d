from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicParticipantMove(models.TransientModel):
    """Moves one of those who come to another visit of the service that has room for them."""

    _name = "clinic.participant.move"
    _inherit = ["clinic.assistant"]
    _description = "Move to Another Visit"

    participant_id = fields.Many2one("clinic.participant", required=True, ondelete="cascade")
    name = fields.Char(related="participant_id.name")
    candidate_ids = fields.Many2many("clinic.appointment", compute="_compute_candidate_ids")
    target_id = fields.Many2one("clinic.appointment", string="To", ondelete="cascade")

    @api.depends("participant_id")
    def _compute_candidate_ids(self):
        for window in self:
            window.candidate_ids = window._search_candidates()

    def _search_candidates(self):
        visit, person = self.participant_id.appointment_id, self.participant_id.partner_id
        found = visit.search(
            [
                ("service_id", "=", visit.service_id.id),
                ("state", "=", "booked"),
                ("start", ">", fields.Datetime.now()),
                (
                    "participant_ids",
                    "not any",
                    [("partner_id", "=", person.id), ("state", "!=", "cancelled")],
                ),
            ],
            order="start",
        )
        return found.filtered(lambda one: one.participant_count < one.seats)

    def action_save(self):
        self.ensure_one()
        if self.target_id not in self._search_candidates():
            raise UserError(self.env._(
                "Please choose a visit of this service that is ahead and has room."
            ))  # fmt: skip
        before = self.participant_id.appointment_id
        moved = self.participant_id._move_to(self.target_id)
        done = self.env._("%(name)s: %(time)s", name=moved.name, time=self.target_id.local_time)
        return {
            "type": "ir.actions.act_window_close",
            "infos": {"done": done, "participant_id": moved.id, "back_id": before.id},
        }
