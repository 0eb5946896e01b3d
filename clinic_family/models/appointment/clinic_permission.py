from datetime import timedelta

from odoo import api, fields, models

# How far the daily job looks back, should it run late.
LOOKED_BACK = timedelta(days=2)


class ClinicPermission(models.Model):
    """When somebody last booked under a permission, and who brings nobody as the last one ends."""

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

    def _close(self, end_kind, reason, moment=None):
        result = super()._close(end_kind, reason, moment)
        if end_kind != "renewed":
            self._forget_along()
        return result

    @api.model
    def _announce_ends(self):
        """What has ended by the day that was set is closed by nobody: its names go with the job."""
        result = super()._announce_ends()
        now = self.env.cr.now()
        self.search([
            ("ended_at", "=", False), ("ends_at", "<=", now), ("ends_at", ">", now - LOOKED_BACK),
        ])._forget_along()  # fmt: skip
        return result

    def _forget_along(self):
        """Who is tied to the other by nothing else brings them no more."""
        for one in self:
            self.env["clinic.family"]._forget_along_untied(one.grantor_id, one.grantee_id)
