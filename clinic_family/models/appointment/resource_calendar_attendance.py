from odoo import api, models


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        calendars = self.env["resource.calendar"].browse(
            {vals["calendar_id"] for vals in vals_list if vals.get("calendar_id")}
        )
        with self.env["clinic.ground"]._watching_hours(calendars._get_clinic_practitioners()):
            return super().create(vals_list)

    def write(self, vals):
        calendars = self.calendar_id | self.calendar_id.browse(vals.get("calendar_id"))
        with self.env["clinic.ground"]._watching_hours(calendars._get_clinic_practitioners()):
            return super().write(vals)

    def unlink(self):
        practitioners = self.calendar_id._get_clinic_practitioners()
        with self.env["clinic.ground"]._watching_hours(practitioners):
            return super().unlink()
