from odoo import fields, models


class AccountMoveLine(models.Model):
    """A fee of an appointment, and for whom it is; a credit note says the same as its invoice."""

    _inherit = "account.move.line"

    clinic_appointment_id = fields.Many2one(
        "clinic.appointment",
        string="Appointment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        # An accountant who is nothing else at the clinic credits invoices of appointments too.
        groups="base.group_user",
    )
    clinic_patient_ids = fields.Many2many(
        "res.partner",
        relation="clinic_account_move_line_patient_rel",
        column1="line_id",
        column2="patient_id",
        string="For",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups="base.group_user",
    )

    def _copy_data_extend_business_fields(self, values):
        # What credits an invoice, or stands in for it, is for the same visit and people.
        result = super()._copy_data_extend_business_fields(values)
        values["clinic_appointment_id"] = self.clinic_appointment_id.id
        values["clinic_patient_ids"] = [fields.Command.set(self.clinic_patient_ids.ids)]
        return result

    def _is_as_written(self):
        """Whether it says what was written for its visit, and nobody has changed it."""
        visit = self.clinic_appointment_id
        return bool(visit) and self.name == visit._get_invoice_text(self.clinic_patient_ids)
