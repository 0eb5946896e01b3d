from odoo import fields, models
from odoo.exceptions import UserError


class ClinicPermissionStep(models.TransientModel):
    """Staff end, suspend, resume or renew one permission of the ledger."""

    _name = "clinic.permission.step"
    _inherit = ["clinic.assistant"]
    _description = "Next Step of a Permission"

    permission_id = fields.Many2one("clinic.permission", required=True)
    step = fields.Selection(
        [("end", "End"), ("suspend", "Suspend"), ("resume", "Resume"), ("renew", "Renew")],
        required=True,
    )
    reason = fields.Char(help="Kept in the ledger.")
    ends_on = fields.Date(
        help="Counts until midnight before this day. Empty: until somebody ends it."
    )

    def action_save(self):
        self.ensure_one()
        if self.step in ("end", "suspend") and not (self.reason or "").strip():
            raise UserError(self.env._("Please write why: the ledger keeps it."))
        if self.step == "renew" and self._is_over():
            raise UserError(self.env._("The permission must go on until a day to come."))
        # The ledger is written by verbs only.
        permission_sudo = self.permission_id.sudo()
        ends_at = self.ends_on and permission_sudo._get_midnight(self.ends_on)
        steps = {
            "end": lambda: permission_sudo._revoke(self.reason),
            "suspend": lambda: permission_sudo._suspend(self.reason),
            "resume": permission_sudo._resume,
            "renew": lambda: permission_sudo._review(ends_at),
        }
        continued = steps[self.step]()
        return continued and self._open(continued)

    def _is_over(self):
        return self.ends_on and self.ends_on <= self.env.company._get_clinic_today()

    def _open(self, permission):
        """Shows the row that continues the closed one."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.permission",
            "res_id": permission.id,
            "views": [(False, "form")],
        }
