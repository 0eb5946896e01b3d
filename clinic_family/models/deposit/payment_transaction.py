from odoo import fields, models


class PaymentTransaction(models.Model):
    """A payment for a check-out books it; what comes too late goes back."""

    _name = "payment.transaction"
    _inherit = ["payment.transaction", "clinic.written.mixin"]

    clinic_booking_id = fields.Many2one(
        "clinic.booking",
        string="Online Booking",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    clinic_is_booked = fields.Boolean(string="Booked Its Visits", readonly=True)
    clinic_payment_id = fields.Many2one(
        "account.payment",
        string="Pays Back",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    def _is_clinics(self):
        return bool(self.clinic_booking_id) or super()._is_clinics()

    # What a provider tells

    def _set_done(self, **told):
        done = super()._set_done(**told)
        done._book()
        return done

    def _set_authorized(self, **told):
        authorized = super()._set_authorized(**told)
        authorized._book()
        return authorized

    def _set_pending(self, **told):
        pending = super()._set_pending(**told)
        pending.clinic_booking_id._keep_pending()
        return pending

    def _book(self):
        for transaction in self.filtered(lambda one: one._pays_booking()):
            transaction.clinic_booking_id._book_paid(transaction)

    def _pays_booking(self):
        return bool(self.clinic_booking_id) and self.operation != "refund"

    def _create_child_transaction(self, amount, is_refund=False, **custom_create_values):
        """What captures a part of the money is for the same check-out."""
        same = {} if is_refund or not self.clinic_booking_id else {
            "clinic_booking_id": self.clinic_booking_id.id,
            "clinic_is_booked": self.clinic_is_booked,
        }  # fmt: skip
        return super()._create_child_transaction(
            amount, is_refund=is_refund, **same, **custom_create_values
        )

    # In the books

    def _post_process(self):
        """What was paid and isn't booked goes back; a job does it, as soon as this is stored."""
        result = super()._post_process()
        late = self.filtered(
            lambda one: one._pays_booking() and one.state == "done" and not one.clinic_is_booked
        )
        if late.payment_id:
            late.payment_id.clinic_settle_at = fields.Datetime.now()
            self.env.ref("clinic_family.ir_cron_settle_deposits")._trigger()
        return result

    def _create_payment(self, **extra_create_values):
        """A deposit for each visit, on its payer; what is paid back, on whom it was taken from."""
        deposit, visits = self._get_paid_back(), self._get_booked_visits()
        if deposit:
            payment = super()._create_payment(**{
                **extra_create_values, "partner_id": deposit.partner_id.id,
            })  # fmt: skip
            payment.sudo()._return(deposit.sudo())
            return payment
        if not visits:
            return super()._create_payment(**extra_create_values)
        payments = self.env["account.payment"]
        for visit in visits:
            payer = visit.payer_id.commercial_partner_id
            payment = super()._create_payment(**{
                **extra_create_values, "amount": visit.deposit, "partner_id": payer.id,
            })  # fmt: skip
            payment.sudo().write({
                "clinic_appointment_id": visit.id,
                "clinic_payer_id": payer != self.partner_id and self.partner_id.id,
            })  # fmt: skip
            payment.sudo()._use_for(visit.sudo()._get_standing_invoice())
            payments += payment
        payments.sudo()._plan_settling()
        return payments[:1]

    def _get_booked_visits(self):
        """The visits it has booked, of which something was to be paid."""
        if not self.clinic_is_booked or self.operation == "refund":
            return self.env["clinic.appointment"]
        return self.clinic_booking_id.sudo().appointment_ids.filtered("deposit")

    def _get_paid_back(self):
        """The deposit it pays back; through Odoo's own window, one of those that came together."""
        if self.clinic_payment_id:
            return self.clinic_payment_id
        if self.operation != "refund" or not self.source_transaction_id.clinic_booking_id:
            return self.env["account.payment"]
        deposits = self.env["account.payment"].sudo().search([
            ("payment_transaction_id", "=", self.source_transaction_id.id),
        ])  # fmt: skip
        left = deposits.filtered(lambda one: one.clinic_left >= -self.amount)
        return left[:1] or deposits[:1]

    def _can_pay_back(self, amount):
        """Whether its provider pays back this much."""
        provider, method = self.provider_id, self.payment_method_id
        method = method.primary_payment_method_id or method
        ways = {provider.support_refund, method.support_refund}
        if self.state != "done" or "none" in ways or not all(ways):
            return False
        is_all = self.currency_id.compare_amounts(amount, self.amount) == 0
        return is_all or ways == {"partial"}
