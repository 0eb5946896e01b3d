from odoo import models


class PaymentTransaction(models.Model):
    """What somebody pays online for another's invoice stands on the other's account."""

    _inherit = "payment.transaction"

    def _set_done(self, *, extra_allowed_states=(), **told):
        """Money that comes after all, for what was given up, is booked as any other.

        Odoo writes one line into the log and keeps it.
        """
        ours = self.filtered(lambda one: one._is_clinics())
        late = (*extra_allowed_states, "cancel")
        done = super(PaymentTransaction, ours)._set_done(extra_allowed_states=late, **told)
        others = super(PaymentTransaction, self - ours)
        return done + others._set_done(extra_allowed_states=extra_allowed_states, **told)

    def _is_clinics(self):
        """Whether it is for a patient of the clinic."""
        return any(invoice._is_for_patient() for invoice in self.invoice_ids)

    def _create_payment(self, **extra_create_values):
        """On the customer of the invoices; what is paid back, on whom it was paid for.

        Odoo books it on the payer: then an invoice that was paid stays open on its customer's
        statement, and the payer's shows a credit that nobody can explain.
        """
        customer = self._get_clinic_customer()
        if not customer or customer == self.partner_id.commercial_partner_id:
            return super()._create_payment(**extra_create_values)
        payment = super()._create_payment(**{"partner_id": customer.id, **extra_create_values})
        # Who books it, a job or the staff by hand, has no say in who paid.
        payment.sudo().clinic_payer_id = self.partner_id
        return payment

    def _get_clinic_customer(self):
        """Whose invoices these are, if they are one patient's."""
        invoices = self.invoice_ids or self.source_transaction_id.invoice_ids
        customer = invoices.commercial_partner_id
        is_patients = any(invoice._is_for_patient() for invoice in invoices)
        return customer if is_patients and len(customer) == 1 else customer.browse()
