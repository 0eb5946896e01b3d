from odoo import api, models

from ..family.res_partner import FRONT_DESK


class ClinicRegistration(models.Model):
    """The front desk learns at once when somebody registers online, or is decided about."""

    _inherit = "clinic.registration"

    @api.model_create_multi
    def create(self, vals_list):
        registrations = super().create(vals_list)
        self._tell_desk()
        return registrations

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self._tell_desk()
        return result

    @api.model
    def _tell_desk(self):
        number = self.env["ir.model.data"]._xmlid_to_res_id(FRONT_DESK)
        desk_sudo = self.env["res.groups"].sudo().browse(number)
        # Nothing else is said: how many they are is asked by whoever may know.
        desk_sudo._bus_send("clinic_family/registrations", {})
