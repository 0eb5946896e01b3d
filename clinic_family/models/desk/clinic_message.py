from odoo import models

from ..family.res_partner import FRONT_DESK

UNDELIVERED = ("failed", "unknown")


class ClinicMessage(models.Model):
    """The front desk learns at once when a message doesn't arrive, or arrives at last."""

    _inherit = "clinic.message"

    def write(self, vals):
        if "state" not in vals:
            return super().write(vals)
        before = self._count_undelivered()
        result = super().write(vals)
        if before != self._count_undelivered():
            number = self.env["ir.model.data"]._xmlid_to_res_id(FRONT_DESK)
            desk_sudo = self.env["res.groups"].sudo().browse(number)
            # Nothing else is said: how many they are is asked by whoever may know.
            desk_sudo._bus_send("clinic_family/undelivered", {})
        return result

    def _count_undelivered(self):
        return len(self.filtered(lambda one: one.state in UNDELIVERED))
