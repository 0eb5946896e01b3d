from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    clinic_appointment_ids = fields.One2many(
        "clinic.appointment",
        "invoice_id",
        string="Appointments",
        groups="clinic_family.clinic_family_group_practitioner",
    )

    def action_view_clinic_appointment(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.appointment",
            "res_id": self.clinic_appointment_ids[:1].id,
            "view_mode": "form",
        }
