from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicPackageSessionChange(models.Model):
    """A row of the sessions' ledger: who changed which state, when, for what and why.

    Written once and never changed; it goes only together with a session that was never used.
    """

    _name = "clinic.package.session.change"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Change of a Package Session"
    _order = "id desc"

    session_id = fields.Many2one(
        "clinic.package.session", required=True, index=True, ondelete="cascade"
    )
    changed_at = fields.Datetime(
        string="On", required=True, default=lambda self: fields.Datetime.now()
    )
    user_id = fields.Many2one(
        "res.users", string="By", required=True, default=lambda self: self.env.user
    )
    old_state = fields.Char(required=True)
    new_state = fields.Char(required=True)
    old_state_name = fields.Char(string="From", compute="_compute_state_names")
    new_state_name = fields.Char(string="To", compute="_compute_state_names")
    reason = fields.Char(required=True)
    appointment_id = fields.Many2one(
        "clinic.appointment", index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one(
        "res.partner", string="For", index="btree_not_null", ondelete="restrict"
    )
    permission_id = fields.Many2one("clinic.permission", string="Under", ondelete="restrict")

    @api.depends("old_state", "new_state")
    def _compute_state_names(self):
        field = self.env["clinic.package.session"]._fields["state"]
        names = dict(field._description_selection(self.env))
        for change in self:
            change.old_state_name = names.get(change.old_state)
            change.new_state_name = names.get(change.new_state)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("What happened to a session is never rewritten."))
