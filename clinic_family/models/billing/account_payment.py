from odoo import api, fields, models


class AccountPayment(models.Model):
    """A receipt names those whose visits were paid for, and who paid, if that was another."""

    _name = "account.payment"
    _inherit = ["account.payment", "clinic.written.mixin"]
    # Nobody's address in the headers of what somebody else gets.
    _CUSTOMER_HEADERS_LIMIT_COUNT = 0

    clinic_patient_names = fields.Char(
        string="For", compute="_compute_clinic_patient_names", compute_sudo=True
    )

    clinic_payer_id = fields.Many2one(
        "res.partner",
        string="Paid By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    def _is_confidential(self):
        """Whether it pays for a confidential visit."""
        return self.sudo().reconciled_invoice_ids._is_confidential()

    def _get_clinic_patients(self):
        """For whom it pays, told or not."""
        return self.reconciled_invoice_ids._get_clinic_patients()

    @api.depends(
        "reconciled_invoice_ids.invoice_line_ids.clinic_patient_ids.name",
        "reconciled_invoice_ids.invoice_line_ids.clinic_appointment_id.is_confidential",
        "partner_id",
    )
    @api.depends_context("lang")
    def _compute_clinic_patient_names(self):
        for payment in self:
            patients = payment.reconciled_invoice_ids.invoice_line_ids._get_named_patients()
            company = payment.company_id
            payment.clinic_patient_names = bool(patients) and company._get_invoice_names(
                patients, payment.partner_id
            )

    def _compute_amount_available_for_refund(self):
        """Of a part of what was paid for several, what its own refunds have left of it."""
        result = super()._compute_amount_available_for_refund()
        for payment in self:
            part_sudo = payment.payment_transaction_id.sudo()
            if part_sudo.clinic_is_part:
                back_sudo = part_sudo.search([("clinic_part_id", "=", part_sudo.id)])
                alive_sudo = back_sudo.filtered(lambda one: one.state not in ("cancel", "error"))
                left = payment.amount + sum(alive_sudo.mapped("amount"))
                payment.amount_available_for_refund = left if part_sudo._can_pay_back(left) else 0
        return result

    def _get_package_notes(self):
        """What is left of the packages that were paid for, as their owner may know it."""
        return [
            note
            for invoice in self.reconciled_invoice_ids
            for note in invoice._get_package_notes(self.partner_id)
        ]

    def _get_clinic_readers(self):
        """Who may have the receipts of the one who paid this to the clinic, as of now."""
        copies = self.env["clinic.receipt.copy"]
        if self.partner_type != "customer":
            return copies._get_readers(self.partner_id.browse())
        return copies._get_readers_of(self)
