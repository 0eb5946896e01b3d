import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)
POSTED_A_RUN = 200


class AccountMove(models.Model):
    """An invoice of appointments names those it is for, wherever it is read."""

    _name = "account.move"
    _inherit = ["account.move", "clinic.written.mixin"]

    # Nobody's address in the headers of what somebody else gets.
    _CUSTOMER_HEADERS_LIMIT_COUNT = 0
    clinic_appointment_ids = fields.One2many(
        "clinic.appointment",
        "invoice_id",
        string="Appointments",
        readonly=True,
        groups="clinic_family.clinic_family_group_practitioner",
    )
    clinic_appointment_count = fields.Integer(
        compute="_compute_clinic_appointment_count",
        groups="clinic_family.clinic_family_group_practitioner",
    )
    # Readers of the invoice read them in its text anyway.
    clinic_patient_names = fields.Char(
        string="For", compute="_compute_clinic_patient_names", compute_sudo=True
    )
    clinic_post_at = fields.Datetime(
        string="Confirms Itself On",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="clinic_family.clinic_family_group_practitioner",
    )

    @api.depends("invoice_line_ids.clinic_appointment_id", "clinic_appointment_ids")
    def _compute_clinic_appointment_count(self):
        for move in self:
            move.clinic_appointment_count = len(move._get_clinic_appointments())

    def _get_clinic_appointments(self):
        return self.clinic_appointment_ids | self.invoice_line_ids.clinic_appointment_id

    @api.depends("invoice_line_ids.clinic_patient_ids.name", "partner_id")
    @api.depends_context("lang")
    def _compute_clinic_patient_names(self):
        for move in self:
            patients = move.invoice_line_ids.clinic_patient_ids
            company = move.company_id
            move.clinic_patient_names = bool(patients) and company._get_invoice_names(
                patients, move.partner_id
            )

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Gives nobody a key to a patient's invoice, as Odoo gives to all it writes to.

        Those who may see it log in, and the customer keeps a way of their own.
        """
        groups = super()._notify_get_recipients_groups(message, model_description, msg_vals)
        if not self.env["clinic.receipt.copy"]._is_of_patient(self):
            return groups
        return [group for group in groups if group[0] != "additional_intended_recipient"]

    def _is_standing(self):
        """Whether there is such an invoice, neither cancelled nor credited."""
        return bool(self) and self.state != "cancel" and not self._is_credited()

    def _is_credited(self):
        """Whether posted credit notes have taken all of it back."""
        credits = self._get_credits()
        amount = sum(credits.mapped("amount_total"))
        return bool(credits) and self.currency_id.compare_amounts(amount, self.amount_total) >= 0

    def _get_credits(self):
        return self.reversal_move_ids.filtered(lambda move: move.state == "posted")

    def action_view_clinic_appointment(self):
        """Opens the appointment this is about, or the list when there are several."""
        self.ensure_one()
        appointments = self._get_clinic_appointments()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Appointments"),
            "res_model": "clinic.appointment",
        }
        if len(appointments) == 1:
            return {**action, "res_id": appointments.id, "view_mode": "form"}
        return {**action, "domain": [("id", "in", appointments.ids)], "view_mode": "list,form"}

    # Invoices that confirm themselves

    @api.model
    def _post_clinic_due(self):
        """Confirms what is due, one after the other."""
        due = self.search(
            [("clinic_post_at", "<=", fields.Datetime.now())],
            order="clinic_post_at, id",
            limit=POSTED_A_RUN,
        )
        for left, invoice in zip(reversed(range(len(due))), due, strict=True):
            invoice._post_by_itself()
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return

    def _post_by_itself(self):
        """Confirms a draft as things are now; one that can't be stays a draft and says why."""
        self.clinic_post_at = False
        for visit in self.clinic_appointment_ids:
            visit._complete_draft()
        if self.state != "draft" or not self.invoice_line_ids:
            return
        try:
            with self.env.cr.savepoint():
                self.action_post()
        except UserError as error:
            _logger.info("Invoice %s was not confirmed: %s", self.id, error)
            self.message_post(body=self.env._("This didn't confirm itself: %s", error))
