from odoo import models


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        with self.env["clinic.ground"]._watching_hours(self._get_clinic_practitioners()):
            return super().write(vals)

    def _get_clinic_practitioners(self):
        """Who works by these hours somewhere."""
        # Schedules are the clinic's own affair, and not of those who change a calendar.
        schedules_sudo = self.env["clinic.schedule"].sudo()
        return schedules_sudo.search([("calendar_id", "in", self.ids)]).practitioner_id
