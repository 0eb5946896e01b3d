from odoo import fields, models
from odoo.exceptions import UserError

TARGETS = [("cancelled", "Cancelling"), ("noshow", "No-show")]


class ClinicCancelReason(models.Model):
    """Why a visit didn't take place, in the clinic's own words; chosen when it is called off."""

    _name = "clinic.cancel.reason"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Reason for Cancelling"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    applies_to = fields.Selection(
        [*TARGETS, ("both", "Both")], string="For", required=True, default="both"
    )
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")

    def _call_off(self, visits, target):
        """Cancels the visits, or notes that nobody came, and says why; returns those it was.

        What was called off before keeps the reason it has.
        """
        self.ensure_one()
        if self.applies_to not in ("both", target):
            raise UserError(self.env._("“%s” is no reason for this. Choose another.", self.name))
        called_off = visits.filtered(lambda visit: visit.state != target)
        with visits._changing():
            visits._update_state(target)
            # Why is nobody's to write by hand.
            called_off.sudo().cancel_reason_id = self
        return called_off
