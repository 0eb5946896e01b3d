from odoo import fields, models


class ClinicReschedule(models.Model):
    """One move of an appointment by a patient or a relative: from where to where, and by whom."""

    _name = "clinic.reschedule"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Move of an Appointment"
    _order = "id desc"

    appointment_id = fields.Many2one(
        "clinic.appointment", required=True, readonly=True, index=True, ondelete="cascade"
    )
    moved_at = fields.Datetime(
        required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )
    moved_by_id = fields.Many2one("res.partner", required=True, readonly=True, ondelete="restrict")
    permission_ids = fields.Many2many(
        "clinic.permission",
        string="Moved Under",
        readonly=True,
        help="The permissions under which a relative moved it; empty for those who pay or come.",
    )
    old_start = fields.Datetime(required=True, readonly=True)
    old_practitioner_id = fields.Many2one("clinic.practitioner", readonly=True)
    old_location_id = fields.Many2one("clinic.location", readonly=True)
    new_start = fields.Datetime(required=True, readonly=True)
    new_practitioner_id = fields.Many2one("clinic.practitioner", readonly=True)
    new_location_id = fields.Many2one("clinic.location", readonly=True)
