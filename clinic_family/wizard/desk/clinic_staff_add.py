from odoo import models


class ClinicStaffAdd(models.TransientModel):
    _inherit = "clinic.staff.add"

    def _get_account(self, login):
        """Who works here sees the clinic's day first, whatever else is installed."""
        day = self.env.ref("clinic_family.clinic_desk_day_action")
        return {**super()._get_account(login), "action_id": day.id}
