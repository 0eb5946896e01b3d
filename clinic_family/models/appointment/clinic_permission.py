from odoo import fields, models


class ClinicPermission(models.Model):
    """When somebody last booked under a permission."""

    _inherit = "clinic.permission"

    last_used_at = fields.Datetime(string="Last Used", compute="_compute_last_used_at")

    def _compute_last_used_at(self):
        # Everybody who sees the permission is told when it was used, and not what for.
        used = dict(
            self.env["clinic.participant"]
            .sudo()
            ._read_group(
                [("permission_id", "in", self.ids)], ["permission_id"], ["create_date:max"]
            )
        )
        for permission in self:
            permission.last_used_at = used.get(permission.sudo(), False)
