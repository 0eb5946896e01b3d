from odoo import fields, models
from odoo.exceptions import UserError


class ClinicFeeWaive(models.TransientModel):
    """Asks why nobody has to pay for a late cancellation, or for not having come."""

    _name = "clinic.fee.waive"
    _inherit = ["clinic.assistant"]
    _description = "Waive the Fee"

    appointment_id = fields.Many2one("clinic.appointment", required=True, ondelete="cascade")
    owed_text = fields.Char(related="appointment_id.owed_text")
    reason = fields.Char(string="Why", required=True)

    def action_save(self):
        self.ensure_one()
        self.appointment_id.check_access("write")
        why = (self.reason or "").strip()
        if not why:
            raise UserError(self.env._("Please write why nobody has to pay the fee."))
        self.appointment_id._waive_fee(why)
        return {"type": "ir.actions.act_window_close"}
