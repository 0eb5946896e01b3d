from odoo import api, fields, models


class ClinicRelationshipEnd(models.TransientModel):
    """What one waits for in the other's place ends with the permission to book."""

    _inherit = "clinic.relationship.end"

    wait_request_ids = fields.Many2many(
        "clinic.wait.request", string="On the Wait List", compute="_compute_wait_request_ids"
    )

    @api.depends("person_id", "relative_id")
    def _compute_wait_request_ids(self):
        for assistant in self:
            requests = self.env["clinic.wait.request"]
            assistant.wait_request_ids = requests._find_between(
                assistant.person_id, assistant.relative_id
            )
