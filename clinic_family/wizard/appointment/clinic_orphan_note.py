from odoo import fields, models


class ClinicOrphanNote(models.TransientModel):
    """Notes that appointments whose hours are taken away are to wait, and why."""

    _name = "clinic.orphan.note"
    _inherit = ["clinic.assistant"]
    _description = "Let Appointments Wait"

    appointment_ids = fields.Many2many("clinic.appointment", string="Appointments", required=True)
    note = fields.Char(string="Why", required=True)

    def action_save(self):
        self.ensure_one()
        self.appointment_ids._note_orphaned(self.note)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Noted. Please save your change again; the appointments are then found as "
                    "orphaned."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
