from odoo import api, fields, models


class ClinicInvitation(models.Model):
    """What the staff's lists show of a question in words."""

    _inherit = "clinic.invitation"

    kind_names = fields.Char(
        string="What For", compute="_compute_kind_names", groups="base.group_user"
    )

    @api.depends("kinds")
    def _compute_kind_names(self):
        names = self.env["clinic.permission"]._get_kind_names()
        for invitation in self:
            invitation.kind_names = ", ".join(names[kind] for kind in invitation._get_kinds())
