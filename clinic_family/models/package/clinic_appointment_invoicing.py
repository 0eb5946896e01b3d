import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class ClinicAppointment(models.Model):
    """Invoices that are made by themselves, at the moment that the service says."""

    _inherit = "clinic.appointment"

    @api.model_create_multi
    def create(self, vals_list):
        appointments = super().create(vals_list)
        # What the front desk books is booked from the beginning, and moves nowhere.
        appointments.filtered(
            lambda one: one.sudo().service_id._becomes_due("held", one.state)
        )._invoice_by_itself()
        return appointments

    def _move_to(self, target):
        due = self.filtered(lambda one: one.sudo().service_id._becomes_due(one.state, target))
        moving = self.filtered(lambda one: one.state != target)
        result = super()._move_to(target)
        due._invoice_by_itself()
        if target == "cancelled":
            # Whoever cancels a visit need not be an accountant.
            moving.sudo()._cancel_drafts()
        return result

    def _invoice_what_is_due(self):
        """What has to be paid after all is invoiced if the moment for it is past."""
        for appointment in self:
            if appointment.sudo().service_id._becomes_due("held", appointment.state):
                appointment.sudo()._complete_draft()
                appointment._invoice_by_itself()

    def _invoice_by_itself(self):
        """Each that has none gets an invoice, confirmed when the clinic wants that."""
        for appointment in self:
            # Whoever checks a patient in, or books online, need not be an accountant, and isn't
            # the salesperson whom the invoice names.
            appointment_sudo = appointment.with_user(SUPERUSER_ID).with_company(
                appointment.sudo().company_id
            )
            if appointment_sudo._get_fees() and not appointment_sudo._get_standing_invoice():
                appointment_sudo._make_invoice_by_itself()

    def _make_invoice_by_itself(self):
        """Whatever is wrong with the accounts keeps nobody from being booked or treated."""
        try:
            with self.env.cr.savepoint():
                self.invoice_id = self.env["account.move"].create({
                    **self._prepare_invoice(), "invoice_user_id": False,
                })  # fmt: skip
        except UserError as error:
            _logger.warning("Appointment %s was not invoiced: %s", self.id, error)
            return
        if not self.company_id.clinic_post_invoices:
            return
        self.invoice_id.clinic_post_at = self._get_post_at()
        if self.invoice_id.clinic_post_at <= fields.Datetime.now():
            self.invoice_id._post_by_itself()

    def _get_post_at(self):
        """What was just booked may still be taken back, or lack a participant."""
        now = fields.Datetime.now()
        if self.state == "booked":
            return now + timedelta(minutes=self.company_id.clinic_undo_minutes)
        return now

    def _complete_draft(self):
        """A draft that nobody has looked at yet has a line for everybody who comes by now."""
        written = self._get_written_lines()
        self._adapt_draft_invoice(written)
        drafts = self._get_drafts()
        invoiced = drafts.invoice_line_ids.clinic_patient_ids
        missing = [fee for fee in self._get_fees() if not fee.partner_id & invoiced]
        if drafts and missing:
            drafts.invoice_line_ids = [
                fields.Command.create(self._prepare_line(fee.partner_id)) for fee in missing
            ]
