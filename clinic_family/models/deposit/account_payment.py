import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError

_logger = logging.getLogger(__name__)
SETTLED_A_RUN = 100
LOOKED_AT_EVERY = timedelta(days=1)


class AccountPayment(models.Model):
    """A deposit: a payment on account for a visit, which its invoice uses.

    It stands on the visit's payer. What no invoice needs any more goes back the way it came.
    """

    _inherit = "account.payment"

    clinic_appointment_id = fields.Many2one(
        "clinic.appointment",
        string="Deposit For",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )
    clinic_left = fields.Monetary(
        string="Deposit Left",
        compute="_compute_clinic_left",
        compute_sudo=True,
        groups="account.group_account_invoice",
        help="What of it is neither used by an invoice nor paid back.",
    )
    clinic_settle_at = fields.Datetime(
        string="Looked At Again On",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="account.group_account_invoice",
    )
    clinic_to_return = fields.Boolean(
        string="To Pay Back by Hand",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="account.group_account_invoice",
        help="It has to go back, and its provider can't do that.",
    )

    @api.depends("move_id.line_ids.amount_residual_currency", "state")
    def _compute_clinic_left(self):
        for payment in self:
            lines = payment._get_open_lines()
            payment.clinic_left = max(0, -sum(lines.mapped("amount_residual_currency")))

    def _get_open_lines(self):
        """What stands on the customer's account and isn't matched with anything yet."""
        return self.move_id.line_ids.filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and line.parent_state == "posted"
                and not line.reconciled
            )
        )

    def _is_confidential(self):
        visits_sudo = self.sudo().clinic_appointment_id
        return any(visits_sudo.mapped("is_confidential")) or super()._is_confidential()

    def _stand_for(self, visit, payer):
        """It is a deposit for this visit, or, for none, too late for any: that goes back."""
        self.clinic_appointment_id = visit
        self.clinic_payer_id = payer if payer.commercial_partner_id != self.partner_id else False
        if visit:
            self._use_for(visit._get_standing_invoice()._get_parts())
            self._plan_settling()
        else:
            # A job does it, as soon as this is stored.
            self.clinic_settle_at = fields.Datetime.now()
            self.env.ref("clinic_family.ir_cron_settle_deposits")._trigger()

    # Used

    def _use_for(self, invoices):
        """The posted invoices of its visit take what they need of it."""
        for payment in self:
            theirs = invoices.filtered(
                lambda invoice, payment=payment: (
                    invoice.state == "posted"
                    and invoice.move_type == "out_invoice"
                    and invoice.commercial_partner_id == payment.partner_id.commercial_partner_id
                    and invoice.company_id == payment.company_id
                )
            )
            mine = payment._get_open_lines()
            wanted = theirs.line_ids.filtered(
                lambda line, mine=mine: line.account_id in mine.account_id and not line.reconciled
            )
            if mine and wanted:
                (mine + wanted).reconcile()

    def _let_go_of(self, invoice):
        """The credit note is matched with the invoice; what that still needs is used again."""
        lines = self.move_id.line_ids.matched_debit_ids
        lines.filtered(lambda one: one.debit_move_id.move_id == invoice).unlink()

    # Paid back

    def _return(self, deposit):
        """Matched with the deposit, so that neither stays open on the customer's statement."""
        self.clinic_payer_id = deposit.clinic_payer_id
        deposit.clinic_to_return = False
        mine, theirs = self._get_open_lines(), deposit._get_open_lines()
        same = theirs.filtered(lambda line: line.account_id in mine.account_id)
        if same:
            (mine + same).reconcile()

    def _plan_settling(self):
        """Looks at it when what was just done can't be undone any more."""
        for payment in self:
            payment.clinic_settle_at = payment.company_id._get_undo_until()

    @api.model
    def _settle_due(self):
        """Pays back what no invoice needs any more, one after the other."""
        due = self.search(
            [("clinic_settle_at", "<=", fields.Datetime.now())],
            order="clinic_settle_at, id",
            limit=SETTLED_A_RUN,
        )
        for left, payment in zip(reversed(range(len(due))), due, strict=True):
            payment._try_settling()
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return

    def _try_settling(self):
        """One that can't be paid back keeps no other waiting."""
        try:
            with self.env.cr.savepoint():
                self._settle()
        except (OperationalError, ConcurrencyError):
            raise
        except Exception:
            _logger.exception("Deposit %s was not paid back", self.id)
            self.clinic_settle_at = False
            self._leave_to_staff(self.clinic_left)

    def _settle(self):
        """Pays back what is over; what may still be needed is looked at after the visit again."""
        self.clinic_settle_at = False
        visit = self.clinic_appointment_id
        visit._credit_called_off(self.partner_id.commercial_partner_id)
        if not visit or visit._is_deposit_over(self.partner_id.commercial_partner_id):
            self._pay_back(self._get_to_pay_back())
        elif self.clinic_left:
            self.clinic_settle_at = max(fields.Datetime.now(), visit.stop) + LOOKED_AT_EVERY

    def _get_to_pay_back(self):
        """What is left of it, less what is on its way back."""
        on_its_way = self.env["payment.transaction"].search([
            ("clinic_part_id", "=", self.payment_transaction_id.id),
            ("state", "not in", ("cancel", "error")),
            ("payment_id", "=", False),
        ])  # fmt: skip
        return self.clinic_left + sum(on_its_way.mapped("amount"))

    def _pay_back(self, amount):
        """To whom it came from, through its provider; where that can't be, staff are told."""
        if self.currency_id.compare_amounts(amount, 0) <= 0:
            return
        transaction = self.payment_transaction_id
        if not transaction._can_pay_back(amount):
            self._leave_to_staff(amount)
            return
        # Locked before the provider is asked, so that nothing done meanwhile undoes what it did.
        self.lock_for_update()
        self.flush_recordset()
        transaction._refund(amount_to_refund=amount)

    def _leave_to_staff(self, amount):
        self.clinic_to_return = True
        self.message_post(body=self.env._(
            "%(amount)s of this deposit have to be paid back by hand: the provider can't do it, or "
            "didn't.",
            amount=self.currency_id.format(amount),
        ))  # fmt: skip
