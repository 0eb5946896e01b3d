from odoo import api, models
from odoo.fields import Domain


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        practitioners = self._get_clinic_practitioners(
            [vals.get("resource_id") for vals in vals_list]
        )
        with self.env["clinic.ground"]._watching_hours(practitioners):
            return super().create(vals_list)

    def write(self, vals):
        resource_ids = [leave.resource_id.id for leave in self]
        if "resource_id" in vals:
            resource_ids.append(vals["resource_id"])
        practitioners = self._get_clinic_practitioners(resource_ids)
        with self.env["clinic.ground"]._watching_hours(practitioners):
            result = super().write(vals)
            if "resource_id" in vals:
                # Odoo asks before it is somebody else's, and not after.
                self.check_access("write")
            return result

    @api.model
    def _get_clinic_practitioners(self, resource_ids):
        """Who has this time off: the practitioner, or everybody on a closing day."""
        # Who enters time off need not be able to read every practitioner.
        practitioners_sudo = self.env["clinic.practitioner"].sudo()
        concerned = Domain("resource_id", "in", resource_ids) if all(resource_ids) else Domain.TRUE
        return practitioners_sudo.with_context(active_test=False).search(concerned)
