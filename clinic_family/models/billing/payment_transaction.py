from odoo import SUPERUSER_ID, Command, models


class PaymentTransaction(models.Model):
    """What somebody pays online for another's invoice stands on the other's account.

    Paid in one go for several people, it is booked in a part for each: a transaction of its own
    below the one that was paid, with a payment of its own, which Odoo can pay back by itself.
    """

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

    def _post_process(self):
        """The parts of what was paid for several people are booked with the whole."""
        result = super()._post_process()
        parts = self.child_transaction_ids.filtered(lambda one: one._is_part())
        new = parts.filtered(lambda one: not one.is_post_processed)
        for whole, own in new.grouped("source_transaction_id").items():
            own._post_process()
            whole._send_receipt(own.payment_id)
        return result

    def _create_payment(self, **extra_create_values):
        """On the customer of the invoices; what is paid back, on whom it was paid for.

        Odoo books it on the payer: then an invoice that was paid stays open on its customer's
        statement, and the payer's shows a credit that nobody can explain.
        """
        customers = self._get_clinic_customers()
        if len(customers) > 1 and self.amount > 0:
            self._create_parts()
            return self.env["account.payment"]
        if len(customers) != 1 or customers == self.partner_id.commercial_partner_id:
            return super()._create_payment(**extra_create_values)
        payment = super()._create_payment(**{"partner_id": customers.id, **extra_create_values})
        # Who books it, a job or the staff by hand, has no say in who paid.
        payment.sudo().clinic_payer_id = self.partner_id
        if not self._is_part():
            self._send_receipt(payment)
        return payment

    def _send_receipt(self, payments):
        """Who paid for somebody else gets a receipt, whatever else they may have of theirs."""
        if payments.clinic_payer_id:
            copies_sudo = self.env["clinic.receipt.copy"].sudo()
            copies_sudo.with_company(self.company_id)._send_to_payer(payments)

    def _get_clinic_invoices(self):
        return self.invoice_ids or self.source_transaction_id.invoice_ids

    def _get_clinic_customers(self):
        """Whose invoices these are, if there is a patient's among them."""
        invoices = self._get_clinic_invoices()
        is_patients = any(invoice._is_for_patient() for invoice in invoices)
        return invoices.commercial_partner_id if is_patients else invoices.browse().partner_id

    # One payment for several people

    def _create_parts(self):
        """A part for each whose invoices are paid: what is left of them by now.

        What isn't needed any more, since somebody paid an invoice meanwhile, is the payer's.
        """
        payer, currency = self.partner_id.commercial_partner_id, self.currency_id
        posted = self._get_clinic_invoices().filtered(lambda move: move.state == "posted")
        invoices = posted.grouped("commercial_partner_id")
        amounts, left = {}, self.amount
        for customer, own in invoices.items():
            amounts[customer] = min(left, currency.round(sum(own.mapped("amount_residual"))))
            left = currency.round(left - amounts[customer])
        amounts[payer] = currency.round(amounts.get(payer, 0) + left)
        return self.browse().union(*(
            self._create_part(invoices.get(customer, posted.browse()), amount)
            for customer, amount in amounts.items()
            if amount
        ))  # fmt: skip

    def _is_part(self):
        """Whether it is one person's part of what was paid for several."""
        return bool(self.source_transaction_id and self.invoice_ids)

    def _create_part(self, invoices, amount):
        """A part, as confirmed as the whole; the provider pays it back by the whole's reference."""
        return self.create({
            "provider_id": self.provider_id.id,
            "payment_method_id": self.payment_method_id.id,
            "reference": self._compute_reference(self.provider_code, prefix=f"P-{self.reference}"),
            "provider_reference": self.provider_reference,
            "source_transaction_id": self.id,
            "partner_id": self.partner_id.id,
            "amount": amount,
            "currency_id": self.currency_id.id,
            "state": "done",
            # Odoo would settle all the invoices of the whole with a child of the same kind.
            "operation": "offline",
            "invoice_ids": [Command.set(invoices.ids)],
        })  # fmt: skip

    def _log_message_on_linked_documents(self, message):
        """A part is told of on its own invoices, not on those of the others."""
        if not self._is_part():
            return super()._log_message_on_linked_documents(message)
        by_staff = self.env.uid == SUPERUSER_ID
        author = self.env.user.partner_id if by_staff else self.partner_id
        for invoice in self.invoice_ids:
            invoice.message_post(body=message, author_id=author.id)
        return None

    # Beginning anew

    def _get_replaceable(self, invoices, payer):
        """Those that give way to this payer: their own, and whatever is paid of their invoices."""
        mine = payer.commercial_partner_id
        return self.filtered(
            lambda one: (
                one.partner_id.commercial_partner_id == mine
                or (one.invoice_ids & invoices).commercial_partner_id == mine
            )
        )
