from odoo import fields, models


class AccountMoveLine(models.Model):
    """A fee of an appointment, and for whom it is; a credit note says the same as its invoice."""

    _inherit = "account.move.line"

    clinic_appointment_id = fields.Many2one(
        "clinic.appointment",
        string="Appointment",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="clinic_family.clinic_family_group_practitioner",
    )
    clinic_patient_ids = fields.Many2many(
        "res.partner",
        relation="clinic_account_move_line_patient_rel",
        column1="line_id",
        column2="patient_id",
        string="For",
        readonly=True,
        ondelete="restrict",
        groups="base.group_user",
    )

    def _is_as_written(self):
        """Whether it says what was written for its visit, and nobody has changed it."""
        visit = self.clinic_appointment_id
        return bool(visit) and self.name == visit._get_invoice_text(self.clinic_patient_ids)
