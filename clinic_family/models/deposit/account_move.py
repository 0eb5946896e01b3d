import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ValidationError

_logger = logging.getLogger(__name__)
CHARGED_A_RUN = 50


class AccountMove(models.Model):
    """A visit's invoice uses what was paid for it at booking; its credit note sets that free."""

    _inherit = "account.move"

    clinic_charge_at = fields.Datetime(
        string="Card Charged From",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="account.group_account_invoice",
    )

    def _post(self, soft=True):
        # Who confirms an invoice may know nothing of the visits on it.
        credited = self.sudo().filtered(lambda move: move.move_type == "out_refund")
        credited = credited.reversed_entry_id
        for invoice in credited:
            invoice._get_clinic_appointments().deposit_payment_ids._let_go_of(invoice)
        posted = super()._post(soft)
        for invoice in posted.sudo() | credited:
            visits = invoice._get_clinic_appointments()
            deposits = visits.deposit_payment_ids
            deposits._use_for(invoice)
            deposits.filtered("clinic_left")._plan_settling()
        posted.sudo()._plan_charging()
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._look_at_deposits()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._look_at_deposits()
        return result

    def _look_at_deposits(self):
        """What the invoice had taken, or waited for, is free again."""
        visits_sudo = self.sudo()._get_clinic_appointments()
        visits_sudo.deposit_payment_ids._plan_settling()

    # A fee for a missed visit, charged to the card that was agreed

    def _get_fee_card(self):
        """The card its customer has agreed to, where it is for nothing but visits missed for it."""
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        cards = {line.clinic_missed and line.clinic_appointment_id.fee_card_id for line in lines}
        card = cards.pop() if len(cards) == 1 else False
        is_theirs = (
            card
            and card.active
            and card.partner_id == self.partner_id
            and card.provider_id.state != "disabled"
            and card.provider_id.company_id == self.company_id
            and self._is_as_agreed(lines.clinic_appointment_id)
        )
        return card if is_theirs else self.env["payment.token"]

    def _is_as_agreed(self, visits):
        """Whether it is no more than what was read before booking, and the service still asks it.

        Of a confidential visit nothing is charged: that alone would say that it was missed.
        """
        currency, amount = self.company_id.currency_id, abs(self.amount_total_signed)
        limit = sum(visits.mapped("fee_card_limit"))
        is_asked = all(visits.service_id.mapped("charges_card"))
        is_within = currency.compare_amounts(amount, limit) <= 0
        return is_asked and is_within and not self._is_confidential()

    def _plan_charging(self):
        for invoice in self.filtered(lambda one: one.move_type == "out_invoice"):
            if invoice._get_fee_card():
                invoice.clinic_charge_at = fields.Datetime.now()
                self.env.ref("clinic_family.ir_cron_charge_fees")._trigger()

    @api.model
    def _charge_fees_due(self):
        """Charges what is due, one after the other."""
        due = self.search(
            [("clinic_charge_at", "<=", fields.Datetime.now())],
            order="clinic_charge_at, id",
            limit=CHARGED_A_RUN,
        )
        for left, invoice in zip(reversed(range(len(due))), due, strict=True):
            invoice._charge_fee()
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return

    def _charge_fee(self):
        """Charges the card once; whatever comes of it, it isn't tried again.

        What isn't charged is paid as any other invoice, and so is what somebody has begun to pay:
        they may finish it at the provider's whenever they like.
        """
        self.clinic_charge_at = False
        try:
            with self.env.cr.savepoint():
                transaction = self._begin_fee()
        except OperationalError:
            # Somebody else was faster: the next run looks again.
            raise
        except Exception:
            _logger.exception("The fee of invoice %s is charged to no card", self.id)
            return
        if transaction:
            transaction._charge_saved()

    def _begin_fee(self):
        """The payment by which the fee is to be charged; none where it isn't."""
        transactions = self.env["payment.transaction"]
        card, currency = self._get_fee_card(), self.currency_id
        is_open = self.state == "posted" and not currency.is_zero(self.amount_residual)
        if not card or not is_open or card.partner_id.clinic_pays_no_fees:
            return transactions
        try:
            self._verify_nobody_pays(card.partner_id)
        except ValidationError:
            return transactions
        if self.transaction_ids:
            return transactions
        # Used once: what is invoiced in its place, or confirmed once more, is charged by nobody.
        self.invoice_line_ids.clinic_appointment_id.fee_card_id = False
        code = card.provider_id.code
        return transactions.create({
            "provider_id": card.provider_id.id,
            "payment_method_id": card.payment_method_id.id,
            "token_id": card.id,
            "reference": transactions._compute_reference(code, prefix=self.name),
            "operation": "offline",
            "amount": self.amount_residual,
            "currency_id": currency.id,
            "partner_id": card.partner_id.id,
            "invoice_ids": [fields.Command.set(self.ids)],
            "clinic_is_fee": True,
        })  # fmt: skip
