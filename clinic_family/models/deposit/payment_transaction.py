from odoo import api, fields, models
from odoo.tools import format_list

# In these states the money is there, or on its way.
UNDER_WAY = ("pending", "authorized", "done")
# Nothing more comes of a transaction in these states, as far as anybody knows.
GIVEN_UP = ("cancel", "error")


class PaymentTransaction(models.Model):
    """A payment for a check-out books it; what comes too late goes back.

    It is booked in a part for each visit, as what is paid for several people is.
    """

    _inherit = "payment.transaction"

    clinic_booking_id = fields.Many2one(
        "clinic.booking",
        string="Online Booking",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    clinic_is_booked = fields.Boolean(string="Booked Its Visits", readonly=True)
    clinic_appointment_id = fields.Many2one(
        "clinic.appointment",
        string="Deposit For",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    clinic_is_fee = fields.Boolean(
        string="Fee Charged by Itself",
        readonly=True,
        help="The clinic has charged the card that was agreed when the visit was booked.",
    )

    def _is_clinics(self):
        return bool(self.clinic_booking_id) or super()._is_clinics()

    def _is_under_way(self):
        """Whether the money is there or on its way, as far as anybody knows."""
        return self.state in UNDER_WAY or self._is_unanswered()

    # What a provider tells

    def _keep_asked(self):
        if self.clinic_booking_id:
            self.clinic_booking_id.sudo()._keep_pending()
        return super()._keep_asked()

    def _lock_asked(self):
        """Nor does anybody touch the check-out meanwhile: the answer would be lost."""
        locked = super()._lock_asked()
        self.clinic_booking_id.sudo().lock_for_update(allow_referencing=True)
        return locked

    def _describe_paid(self):
        """For whom a visit is booked; of what, and when, is theirs."""
        visits = self.clinic_booking_id.sudo().appointment_ids
        return super()._describe_paid() + [self._describe_booked(visit) for visit in visits]

    def _describe_booked(self, visit):
        people = visit.participant_ids.partner_id
        if visit.is_confidential:
            return self.env._("A service of the clinic")
        if not self._is_known_to_owner(people):
            return self.env._("A visit, paid as it is booked")
        return self.env._(
            "A visit, paid as it is booked, for %s", format_list(self.env, people.mapped("name"))
        )

    def _update_state(self, allowed_states, target_state, state_message):
        """Every door through which a provider, or the staff, changes what is known of it."""
        known = self.filtered(lambda one: one.state == "done")
        changed = super()._update_state(allowed_states, target_state, state_message)
        if target_state in ("done", *GIVEN_UP):
            for transaction in (changed - known).filtered("clinic_is_fee"):
                transaction._tell(lambda notices, fee: notices._tell_fee_charged(fee))
        for transaction in changed:
            if transaction.clinic_booking_id:
                transaction._follow_state()
            elif target_state in GIVEN_UP and transaction._get_deposit():
                transaction._get_deposit()._leave_to_staff(-transaction.amount)
        return changed

    def _follow_state(self):
        """The check-out is booked when the money is there, and kept while it is on its way."""
        booking_sudo = self.clinic_booking_id.sudo()
        if self.state in ("done", "authorized"):
            booking_sudo._book_paid(self)
        elif self.state == "pending":
            booking_sudo._keep_pending()
        elif self.clinic_is_booked and not self.source_transaction_id:
            # Staff have let go of what was only authorized: the visit is paid as any other.
            booking_sudo.appointment_ids.deposit = 0
            self.clinic_is_booked = False
        else:
            booking_sudo._keep_no_longer()

    def _create_child_transaction(self, amount, is_refund=False, **custom_create_values):
        """What captures a part of the money is for the same check-out."""
        same = {} if is_refund or not self.clinic_booking_id else {
            "clinic_booking_id": self.clinic_booking_id.id,
            "clinic_is_booked": self.clinic_is_booked,
        }  # fmt: skip
        return super()._create_child_transaction(
            amount, is_refund=is_refund, **same, **custom_create_values
        )

    @api.model
    def _void_unbooked(self):
        """Lets go of money that was only authorized, for what isn't booked, or isn't any more."""
        stuck = self.search([
            ("clinic_booking_id", "!=", False),
            ("state", "=", "authorized"),
            ("child_transaction_ids", "=", False),
            ("provider_id.state", "!=", "disabled"),
        ])  # fmt: skip
        for transaction in stuck:
            visits = transaction.clinic_booking_id.appointment_ids
            if not transaction.clinic_is_booked or all(one._is_off_for_good() for one in visits):
                transaction._void()

    # In the books

    def _create_payment(self, **extra_create_values):
        """A deposit for each visit, on its payer; what is paid back, on whom it was taken from."""
        if self.clinic_booking_id:
            for visit, amount in self._get_shares():
                self._create_part(self.invoice_ids.browse(), amount, clinic_appointment_id=visit.id)
            return self.env["account.payment"]
        deposit_sudo, visit = self._get_deposit(), self.clinic_appointment_id
        customer = deposit_sudo.partner_id
        if self._is_share():
            customer = (visit.payer_id or self.partner_id).commercial_partner_id
        if not customer:
            return super()._create_payment(**extra_create_values)
        payment = super()._create_payment(**{
            # Odoo takes the day of who pays, anywhere, or of a job.
            "date": self.company_id._get_clinic_today(),
            **extra_create_values,
            "partner_id": customer.id,
        })  # fmt: skip
        if deposit_sudo:
            payment.sudo()._return(deposit_sudo)
        else:
            payment.sudo()._stand_for(visit.sudo(), self.partner_id)
        return payment

    def _get_shares(self):
        """Each visit it has booked with what is paid of it; what is for none goes back."""
        visits = self.env["clinic.appointment"].sudo()
        if self.clinic_is_booked:
            visits = self.clinic_booking_id.sudo().appointment_ids
        shares, left = [], self.amount
        for visit in visits.filtered("deposit"):
            wanted = visit.deposit - sum(visit.deposit_payment_ids.mapped("amount"))
            amount = self.currency_id.round(min(left, max(0, wanted)))
            left = self.currency_id.round(left - amount)
            shares += [(visit, amount)] if amount else []
        return shares + ([(visits.browse(), left)] if left > 0 else [])

    def _is_share(self):
        """Whether it is what was paid of one visit, or, for none, what goes back."""
        return self.clinic_is_part and bool(self.source_transaction_id.clinic_booking_id)

    def _get_deposit(self):
        """The deposit that this pays back, by the job or through Odoo's own window."""
        part = self.clinic_part_id
        return part.payment_id.sudo() if part._is_share() else part.browse().payment_id.sudo()
