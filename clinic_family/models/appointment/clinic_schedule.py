from odoo import api, models


class ClinicSchedule(models.Model):
    """Who changes somebody's schedules is asked about the appointments that lose their hours."""

    _inherit = "clinic.schedule"

    @api.model_create_multi
    def create(self, vals_list):
        practitioners = self.practitioner_id.browse({v.get("practitioner_id") for v in vals_list})
        with self.env["clinic.ground"]._watching_hours(practitioners.exists()):
            return super().create(vals_list)

    def write(self, vals):
        practitioners = self.practitioner_id.browse(vals.get("practitioner_id"))
        with self.env["clinic.ground"]._watching_hours(self.practitioner_id | practitioners):
            return super().write(vals)

    def unlink(self):
        with self.env["clinic.ground"]._watching_hours(self.practitioner_id):
            return super().unlink()
