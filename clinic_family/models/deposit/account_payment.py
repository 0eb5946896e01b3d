from odoo import api, fields, models

SETTLED_A_RUN = 100


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
        groups="account.group_account_invoice,clinic_family.clinic_family_group_billing",
        help="What of it is neither used by an invoice nor paid back.",
    )
    clinic_settle_at = fields.Datetime(
        string="Looked At Again On",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="account.group_account_invoice,clinic_family.clinic_family_group_billing",
    )
    clinic_to_return = fields.Boolean(
        string="To Pay Back by Hand",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="account.group_account_invoice,clinic_family.clinic_family_group_billing",
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
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )

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

    # Paid back

    def _return(self, deposit):
        """Matched with the deposit, so that neither stays open on the customer's statement."""
        self.clinic_payer_id = deposit.clinic_payer_id
        (self + deposit)._get_open_lines().reconcile()

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
            payment._settle()
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return

    def _settle(self):
        self.clinic_settle_at = False
        visit = self.clinic_appointment_id
        if not visit or visit._is_deposit_over(self.partner_id.commercial_partner_id):
            self._pay_back(self._get_to_pay_back())

    def _get_to_pay_back(self):
        """What is left of it, less what is on its way back."""
        on_its_way = self.env["payment.transaction"].search([
            ("clinic_payment_id", "=", self.id),
            ("state", "not in", ("cancel", "error")),
            ("payment_id", "=", False),
        ])  # fmt: skip
        return self.clinic_left + sum(on_its_way.mapped("amount"))

    def _pay_back(self, amount):
        """To whom it came from, through its provider; where that can't be, staff are told."""
        if self.currency_id.compare_amounts(amount, 0) <= 0:
            return
        transaction = self.payment_transaction_id
        refund = transaction.browse()
        if transaction._can_pay_back(amount):
            refund = transaction._refund(amount_to_refund=amount)
            refund.clinic_payment_id = self
        if not refund or refund.state in ("error", "cancel"):
            self.clinic_to_return = True
            self.message_post(body=self.env._(
                "%(amount)s of this deposit have to be paid back by hand: the provider can't do "
                "it.",
                amount=self.currency_id.format(amount),
            ))  # fmt: skip
