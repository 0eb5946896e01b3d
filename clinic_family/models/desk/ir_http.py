from odoo import models

from ..family.res_partner import FRONT_DESK


class IrHttp(models.AbstractModel):
    """What the front desk is shown from the beginning, without being asked for."""

    _inherit = "ir.http"

    def session_info(self):
        info = super().session_info()
        if self.env.user.has_group(FRONT_DESK):
            desk = self.env["clinic.desk.day"]
            info["clinic_undelivered"] = desk.get_undelivered()
            info["clinic_registrations"] = desk.get_registrations()
        return info
