from odoo import fields, models
from odoo.exceptions import UserError


class ClinicBlockSet(models.TransientModel):
    """A manager keeps two people apart; nobody else learns of it."""

    _name = "clinic.block.set"
    _inherit = ["clinic.assistant"]
    _description = "Keep Two People Apart"

    person_id = fields.Many2one("res.partner", required=True)
    other_id = fields.Many2one("res.partner", string="Kept Apart From", required=True)
    reason = fields.Text(required=True, help="Only managers read it.")

    def action_save(self):
        self.ensure_one()
        if self.env["clinic.block"]._find(self.person_id, self.other_id):
            raise UserError(self.env._("These two people are kept apart already."))
        self.env["clinic.block"]._set(self.person_id, self.other_id, self.reason)
        return {"type": "ir.actions.act_window_close"}
