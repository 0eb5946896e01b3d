from odoo import api, fields, models


class ClinicAppointmentLog(models.Model):
    """That the staff wrote another note on a visit; what it says stands on the visit alone."""

    _inherit = "clinic.appointment.log"

    step = fields.Selection(selection_add=[("note", "Note changed")], ondelete={"note": "cascade"})

    @api.model
    def _compare(self, before, visit):
        yield from super()._compare(before, visit)
        if before and before["note"] != (visit.kept_note or ""):
            yield {"step": "note"}
