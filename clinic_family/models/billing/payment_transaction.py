from odoo import models


class PaymentTransaction(models.Model):
    """What somebody pays online for another's invoice stands on the other's account."""

    _inherit = "payment.transaction"

    def _create_payment(self, **extra_create_values):
        """On the customer of the invoices; what is paid back, on whom it was paid for.

        Odoo books it on the payer: then an invoice that was paid stays open on its customer's
        statement, and the payer's shows a credit that nobody can explain.
        """
        customer = self._get_clinic_customer()
        if customer and customer != self.partner_id.commercial_partner_id:
            extra_create_values = {
                "partner_id": customer.id,
                "clinic_payer_id": self.partner_id.id,
                **extra_create_values,
            }
        return super()._create_payment(**extra_create_values)

    def _get_clinic_customer(self):
        """Whose invoices these are, if they are one customer's."""
        invoices = self.invoice_ids or self.source_transaction_id.invoice_ids
        customer = invoices.commercial_partner_id
        return customer if len(customer) == 1 else customer.browse()
