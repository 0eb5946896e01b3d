import logging
import sys

import requests
from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, Command, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)
# In these states the money is there, or promised.
TAKEN = ("authorized", "done")


def _is_answer_lost():
    """Whether what is being handled is a question that left, and whose answer didn't come."""
    error = sys.exc_info()[1]
    while error and not isinstance(error, requests.exceptions.RequestException):
        error = error.__context__
    left = (requests.exceptions.Timeout, requests.exceptions.ConnectionError)
    return isinstance(error, left) and not isinstance(error, requests.exceptions.ConnectTimeout)


class PaymentTransaction(models.Model):
    """What somebody pays online for another's invoice stands on the other's account.

    Paid in one go for several people, it is booked in a part for each: a transaction of its own
    below the one that was paid, with a payment of its own, which is paid back by itself. A provider
    knows the whole alone: what is paid back hangs on that, and names the part.
    """

    _name = "payment.transaction"
    _inherit = ["payment.transaction", "clinic.written.mixin"]

    clinic_is_part = fields.Boolean(string="Part of a Payment", readonly=True)
    clinic_part_id = fields.Many2one(
        "payment.transaction",
        string="Pays Back",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    clinic_card_permission_id = fields.Many2one(
        "clinic.permission",
        string="Card Shared Under",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    clinic_asked_at = fields.Datetime(
        string="Card Charged On",
        readonly=True,
        index="btree_not_null",
        help="When the provider was asked to charge a saved card.",
    )

    # Money that comes after all, for what was given up, is followed as any other: Odoo writes one
    # line into the log and keeps it.

    def _set_pending(self, *, extra_allowed_states=(), **told):
        also = self._get_late_states(extra_allowed_states)
        return super()._set_pending(extra_allowed_states=also, **told)

    def _set_authorized(self, *, extra_allowed_states=(), **told):
        also = self._get_late_states(extra_allowed_states)
        return super()._set_authorized(extra_allowed_states=also, **told)

    def _set_done(self, *, extra_allowed_states=(), **told):
        also = self._get_late_states(extra_allowed_states)
        return super()._set_done(extra_allowed_states=also, **told)

    def _set_error(self, *args, **told):
        """A provider that was asked to charge a card, and didn't answer, may have charged it."""
        lost = self.filtered(lambda one: one._is_unanswered()) if _is_answer_lost() else self[:0]
        return super(PaymentTransaction, self - lost)._set_error(*args, **told)

    def _get_late_states(self, states):
        is_clinics = bool(self) and all(one._is_clinics() for one in self)
        return (*states, "cancel") if is_clinics else states

    def _is_clinics(self):
        """Whether it is for a patient of the clinic."""
        return any(invoice._is_for_patient() for invoice in self.invoice_ids)

    def _post_process(self):
        """The parts of what was paid for several people are booked with the whole."""
        result = super()._post_process()
        parts = self.child_transaction_ids.filtered("clinic_is_part")
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
        if customers:
            # Odoo takes the day of who pays, anywhere, or of a job.
            extra_create_values.setdefault("date", self.company_id._get_clinic_today())
        if len(customers) > 1 and self.amount > 0 and not self.clinic_is_part:
            self._create_parts()
            return self.env["account.payment"]
        if len(customers) != 1 or customers == self.partner_id.commercial_partner_id:
            return super()._create_payment(**extra_create_values)
        payment = super()._create_payment(**{"partner_id": customers.id, **extra_create_values})
        # Who books it, a job or the staff by hand, has no say in who paid.
        payment.sudo().clinic_payer_id = self.partner_id
        if not self.clinic_is_part:
            self._send_receipt(payment)
        return payment

    def _send_receipt(self, payments):
        """Who paid for somebody else gets a receipt, whatever else they may have of theirs."""
        if payments.clinic_payer_id:
            copies_sudo = self.env["clinic.receipt.copy"].sudo()
            copies_sudo.with_company(self.company_id)._send_to_payer(payments)

    def _get_clinic_invoices(self):
        if self.clinic_is_part or self.invoice_ids:
            return self.invoice_ids
        return (self.clinic_part_id or self.source_transaction_id).invoice_ids

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

    def _create_part(self, invoices, amount, **values):
        """A part, as confirmed as the whole; the provider knows nothing of it."""
        return self.create({
            "provider_id": self.provider_id.id,
            "payment_method_id": self.payment_method_id.id,
            "reference": self._compute_reference(self.provider_code, prefix=f"P-{self.reference}"),
            "source_transaction_id": self.id,
            "partner_id": self.partner_id.id,
            "amount": amount,
            "currency_id": self.currency_id.id,
            "state": "done",
            # Odoo would settle all the invoices of the whole with a child of the same kind.
            "operation": "offline",
            "invoice_ids": [Command.set(invoices.ids)],
            "clinic_is_part": True,
            **values,
        })  # fmt: skip

    def _create_child_transaction(self, amount, is_refund=False, **custom_create_values):
        """What is paid back of a part is paid back of the whole, for that part."""
        whole, part = self, {}
        if is_refund and self.clinic_is_part:
            whole, part = self.source_transaction_id, {"clinic_part_id": self.id}
        return super(PaymentTransaction, whole)._create_child_transaction(
            amount, is_refund=is_refund, **part, **custom_create_values
        )

    def _can_pay_back(self, amount):
        """Whether its provider pays back this much."""
        provider, method = self.provider_id, self.payment_method_id
        method = method.primary_payment_method_id or method
        ways = {provider.support_refund, method.support_refund}
        if self.state != "done" or provider.state == "disabled":
            return False
        if "none" in ways or not all(ways):
            return False
        whole = self.source_transaction_id if self.clinic_is_part else self
        is_all = self.currency_id.compare_amounts(amount, whole.amount) == 0
        return is_all or ways == {"partial"}

    def _log_message_on_linked_documents(self, message):
        """A part is told of on its own invoices, not on those of the others."""
        if not (self.clinic_is_part or self.clinic_part_id):
            return super()._log_message_on_linked_documents(message)
        by_staff = self.env.uid == SUPERUSER_ID
        author = self.env.user.partner_id if by_staff else self.partner_id
        for invoice in self._get_clinic_invoices():
            invoice.message_post(body=message, author_id=author.id)
        return None

    # Saved cards

    def _charge_saved(self):
        """Charges a saved card, once it is stored for good that this is being done.

        Killed in the middle, the server finds it asked and not answered: nothing more is charged
        for the same until the provider tells of it, or staff who have looked there.
        """
        self.clinic_asked_at = fields.Datetime.now()
        self._keep_asked()
        # Outside of a job it does nothing but commit.
        self.env["ir.cron"]._commit_progress()
        # Nobody else says what became of it, as long as this server is alive and asks.
        self._lock_asked()
        self._charge_with_token()

    def _lock_asked(self):
        self.lock_for_update(allow_referencing=True)

    def _keep_asked(self):
        """What is kept for a payment as long as nobody knows what became of it."""

    def _is_unanswered(self):
        """Whether a provider was asked to charge a card and hasn't said what became of it."""
        return self.state == "draft" and bool(self.clinic_asked_at)

    def _get_charged(self):
        """What it takes in all: its amount, less what went back."""
        children = self.child_transaction_ids
        back = children.filtered(lambda one: one.operation == "refund" and one.state == "done")
        return self.amount + sum(back.mapped("amount"))

    def action_clinic_was_charged(self):
        """Staff have looked at the provider's: it was paid."""
        self._answer_by_hand()._set_done()

    def action_clinic_not_charged(self):
        """Staff have looked at the provider's: nothing was paid, and it may be paid again."""
        self._answer_by_hand()._set_canceled()

    def _answer_by_hand(self):
        self.check_access("write")
        if not all(one._is_unanswered() for one in self):
            raise UserError(self.env._("What became of this payment is known already."))
        self.lock_for_update(allow_referencing=True)
        return self.sudo()

    def _update_state(self, allowed_states, target_state, state_message):
        """The owner of a shared card hears of each use, once, and of what goes back to it."""
        known = self.filtered(lambda one: one.state in TAKEN)
        changed = super()._update_state(allowed_states, target_state, state_message)
        if target_state in TAKEN:
            for transaction in (changed - known).filtered("clinic_card_permission_id"):
                transaction._tell_owner()
        if target_state == "done":
            back = (changed - known).filtered(lambda one: one.operation == "refund")
            for transaction in back.filtered("source_transaction_id.clinic_card_permission_id"):
                transaction._tell_owner()
        return changed

    def _tell_owner(self):
        if self.operation == "refund":
            self._tell(lambda notices, refund: notices._tell_card_refunded(refund))
        else:
            self._tell(lambda notices, paid: notices._tell_card_used(paid))

    def _tell(self, write):
        """What is paid, or paid back, stays so, whatever is wrong with the message."""
        notices_sudo = self.env["clinic.sharing.notice"].sudo()
        try:
            with self.env.cr.savepoint():
                write(notices_sudo.with_company(self.company_id), self.sudo())
        except OperationalError:
            # Somebody else was faster: the whole request is tried again.
            raise
        except Exception:
            _logger.exception("The owner of the card of %s couldn't be told", self.reference)

    def _describe_paid(self):
        """What it pays, and for whom as far as the owner of the card may know: a line for each."""
        return [
            self.env._(
                "%(invoice)s, for %(names)s",
                invoice=invoice.name,
                names=invoice.clinic_patient_names or invoice.partner_id.name,
            )
            if not invoice._is_confidential()
            and self._is_known_to_owner(
                invoice.invoice_line_ids.clinic_patient_ids + invoice.partner_id
            )
            else self.env._("An invoice of the clinic")
            for invoice in self.invoice_ids
        ]

    def _is_known_to_owner(self, people):
        """Whether all of them let the owner of the card do something for them, or use the card."""
        permission_sudo = self.clinic_card_permission_id.sudo()
        owner = permission_sudo.grantor_id
        known_sudo = self.env["clinic.authority"].sudo().search_fetch(
            [("actor_id", "=", owner.id), ("person_id", "in", people.ids)], ["person_id"]
        ).person_id  # fmt: skip
        return people <= known_sudo + permission_sudo.grantee_id

    # Beginning anew

    def _get_replaceable(self, invoices, payer):
        """Those that give way to this payer: their own, and whatever is paid of their invoices."""
        # Who pays by a link isn't logged in, and reads nobody.
        mine = payer.sudo().commercial_partner_id
        return self.filtered(
            lambda one: (
                one.partner_id.commercial_partner_id == mine
                or (one.invoice_ids & invoices).commercial_partner_id == mine
            )
        )
