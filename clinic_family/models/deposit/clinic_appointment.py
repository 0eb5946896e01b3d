from odoo import api, fields, models


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

    @api.depends("deposit_payment_ids.clinic_left")
    def _compute_deposit_left(self):
        for visit in self:
            visit.deposit_left = sum(visit.deposit_payment_ids.mapped("clinic_left"))

    def _count_unpaid(self, plan):
        """How many fees of the visit no session of the plan pays."""
        paid = [row for row in plan if row.appointment == self and row.session]
        return len(self._get_session_fees()) - len(paid)

    def _get_due_online(self, plan):
        """What is to be paid before it is booked, of the fees that no session pays."""
        return self.service_id._get_due_online(self.payer_id, self._count_unpaid(plan))

    # What becomes of it

    def _after_change(self, old):
        result = super()._after_change(old)
        changed_sudo = self.sudo()._filter_changed(old, ["state"]).filtered("deposit")
        changed_sudo.deposit_payment_ids._plan_settling()
        return result

    def _drop_fees(self, owing):
        """What a fee was to take goes back when nobody owes it any more."""
        result = super()._drop_fees(owing)
        owing.appointment_id.deposit_payment_ids._plan_settling()
        return result

    def _change_payer(self, payer):
        """What the one before had paid goes back to them."""
        result = super()._change_payer(payer)
        self.sudo().deposit_payment_ids._plan_settling()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_deposits(self):
        """What was paid for what isn't there any more goes back."""
        self.sudo().deposit_payment_ids._plan_settling()

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
