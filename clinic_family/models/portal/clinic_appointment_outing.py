from odoo import models


class ClinicAppointment(models.Model):
    """What the page of a visit offers to do to all of its outing."""

    _inherit = "clinic.appointment"

    def _get_outing_text(self, actor):
        count = len(self._get_outing()) > 1 and len(self._get_going_of(actor))
        return self.env._("Cancel all %s visits of this outing", count) if count > 1 else ""

    def _get_outing_move_text(self, actor):
        count = len(self._get_outing()) > 1 and len(self._get_moving_of(actor))
        return self.env._("Move all %s visits of this outing", count) if count > 1 else ""
