from datetime import datetime

from odoo import api, fields, models
from odoo.fields import NO_ACCESS

from ...engine.instants import from_stored


class ClinicAppointment(models.Model):
    """What was paid for a visit as it was booked, and what becomes of that."""

    _inherit = "clinic.appointment"

    currency_id = fields.Many2one(related="company_id.currency_id")
    deposit = fields.Monetary(
        string="To Pay at Booking",
        readonly=True,
        copy=False,
        groups="clinic_family.clinic_family_group_billing",
        help="What its booker was asked to pay online before it was booked.",
    )
    deposit_payment_ids = fields.One2many(
        "account.payment",
        "clinic_appointment_id",
        string="Paid at Booking",
        readonly=True,
        groups="account.group_account_invoice",
    )
    deposit_left = fields.Monetary(
        compute="_compute_deposit_left",
        compute_sudo=True,
        groups="clinic_family.clinic_family_group_billing",
        help="What was paid at booking, and is neither on an invoice nor paid back.",
    )

    # Which cards somebody has is nobody's to read.
    fee_card_id = fields.Many2one(
        "payment.token",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=NO_ACCESS,
    )
    # The most that missing it cost, tax included, as its booker read it.
    fee_card_limit = fields.Monetary(readonly=True, copy=False, groups=NO_ACCESS)
    fee_card_text = fields.Char(
        string="Fee Charged To",
        compute="_compute_fee_card_text",
        compute_sudo=True,
        groups="clinic_family.clinic_family_group_billing",
        help="The saved card that its booker has agreed to, should it be missed for a fee.",
    )

    @api.depends("fee_card_id.active")
    def _compute_fee_card_text(self):
        for visit in self:
            card = visit.fee_card_id.filtered("active")
            visit.fee_card_text = bool(card) and card._get_card_name()

    @api.depends("deposit_payment_ids.clinic_left")
    def _compute_deposit_left(self):
        for visit in self:
            visit.deposit_left = sum(visit.deposit_payment_ids.mapped("clinic_left"))

    def _get_unpaid_fees(self, plan):
        """For whom the fees are that no session of the plan pays."""
        paid = [row for row in plan if row.appointment == self and row.session]
        by_session = self.env["clinic.participant"].union(*(row.participant for row in paid))
        fees = [fee for _visit, fee in self._get_session_fees()]
        return [
            fee or self._get_coming()
            for fee in fees
            if not (fee & by_session or (paid and not fee))
        ]

    def _get_due_online(self, plan):
        """What is to be paid before it is booked, of the fees that no session pays.

        Where others pay a share of the visit, no more than what is left for its payer.
        """
        fees = self._get_unpaid_fees(plan)
        shares_sudo = self.env["clinic.payer.share"].sudo()
        return self.service_id._get_due_online(
            self.payer_id, len(fees), lambda total: shares_sudo._get_own_part(self, fees, total)
        )

    # A card for the fee

    def _get_card_for_fee(self):
        """The card on which the fee is charged by itself, should it be missed: its payer's own."""
        service_sudo = self.sudo().service_id
        wanted = (
            service_sudo.paid_online == "card"
            and service_sudo.charges_card
            and self.payer_id == self.booking_id.booker_id
            and any(map(service_sudo._get_missed_fee, ("late", "noshow")))
        )
        return self.booking_id._get_fee_card() if wanted else self.env["payment.token"]

    def _get_fee_limit(self):
        """The most that it costs that nobody comes, tax included, as it is read now."""
        service_sudo = self.sudo().service_id
        fee = max(map(service_sudo._get_missed_fee, ("late", "noshow")))
        count = len(self._get_coming()) if service_sudo.fee_per == "participant" else 1
        return self.env["account.tax"]._get_clinic_total(
            self.company_id, self.payer_id, [(service_sudo.product_id, fee)] * count
        )

    def _get_missed_rule(self, is_late):
        return super()._get_missed_rule(is_late) + self._get_fee_card_words()

    def _get_fee_card_words(self):
        """That such a fee is charged by itself; which card that is, is for its owner alone."""
        if self.state == "held":
            card_sudo = self.sudo()._get_card_for_fee()
            return [self.env._(
                "By booking you agree that such a fee is charged to your saved card %s. Delete the "
                "card under “Payment methods” if you don't want that any more: then it is "
                "invoiced.",
                card_sudo._get_card_name(),
            )] if card_sudo else []  # fmt: skip
        card_sudo = self.sudo().fee_card_id
        is_reader = card_sudo.active and card_sudo.partner_id == self.env.user.partner_id
        return [self.env._(
            "Such a fee is charged to your saved card %s.", card_sudo._get_card_name()
        )] if is_reader else []  # fmt: skip

    # What becomes of it

    def _after_change(self, old):
        result = super()._after_change(old)
        changed_sudo = self.sudo()._filter_changed(old, ["state", "payer_id"]).filtered("deposit")
        changed_sudo.deposit_payment_ids._plan_settling()
        return result

    def _drop_fees(self, owing):
        """What a fee was to take goes back when nobody owes it any more."""
        result = super()._drop_fees(owing)
        owing.appointment_id.deposit_payment_ids._plan_settling()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_deposits(self):
        """What was paid for what isn't there any more goes back."""
        self.sudo().deposit_payment_ids._plan_settling()

    def _credit_called_off(self, customer):
        """Cancelled in time, it costs nothing: who paid for it at booking gets their invoice back.

        Where the clinic has credited some of it already, it has decided what it keeps; and what
        was paid in another way would stay open on the account, so staff decide.
        """
        if self.state != "cancelled" or self._get_owed() or not self._was_called_off_in_time():
            return
        for bill in self._get_bills():
            is_theirs = bill.commercial_partner_id == customer and bill.state == "posted"
            if is_theirs and not bill._get_credits() and self._is_paid_by_deposits(bill):
                visit = self._as_payer_reads(bill.partner_id)
                bill._credit_lines(
                    visit.env._("Credit for %s", bill.name)
                    if self.is_confidential
                    else visit.env._("Cancelled in time: %s", bill.name),
                    lambda line: line.clinic_appointment_id == self,
                )

    def _is_paid_by_deposits(self, bill):
        """Whether nothing was paid of it but what was paid for the visit at booking."""
        matched = bill.line_ids.matched_credit_ids
        return matched.credit_move_id.move_id <= self.deposit_payment_ids.move_id

    def _was_called_off_in_time(self):
        """Whether patients could cancel for free then, or the clinic itself called it off."""
        when = self.participant_ids.filtered("cancelled_at").mapped("cancelled_at")
        is_late = not when or self._is_late(from_stored(max(when)))
        return self.cancel_reason_id.is_clinics or not is_late

    def _is_off_for_good(self):
        """Whether it was called off too long ago to be taken back, and nothing is owed for it."""
        undo = self.company_id._get_undo_until() - fields.Datetime.now()
        when = self.participant_ids.mapped(lambda one: one.cancelled_at or datetime.min)
        last = max(when, default=datetime.min)
        is_over = self.state == "cancelled" and last + undo <= fields.Datetime.now()
        return is_over and not (self._get_owed() or self._get_standing_invoice())

    def _is_deposit_over(self, customer):
        """Whether what this customer has paid isn't waiting for an invoice of the visit any more.

        A draft takes it when it is confirmed; a visit that took place waits for its invoice.
        """
        if customer != self.payer_id.commercial_partner_id:
            return True
        invoice = self._get_standing_invoice()
        is_owed = not invoice and self._get_owed()
        if invoice.state == "draft" or is_owed:
            return False
        is_settled = bool(invoice) or not self._get_fees()
        return self.state in ("cancelled", "noshow") or (self.state == "fulfilled" and is_settled)
