from odoo import api, fields, models


class ClinicAppointment(models.Model):
    """What a posted invoice says that isn't true any more: it is credited, never rewritten."""

    # A room of its own in a large model.
    _inherit = "clinic.appointment"  # pylint: disable=consider-merging-classes-inherited

    invoice_difference = fields.Char(
        compute="_compute_invoice_difference",
        groups="clinic_family.clinic_family_group_billing",
        help="What the invoice says that isn't so any more.",
    )

    @api.depends(
        "state",
        "payer_id",
        "participant_ids.state",
        "session_ids.state",
        "invoice_id.state",
        "invoice_id.reversal_move_ids.state",
    )
    def _compute_invoice_difference(self):
        for appointment in self:
            posted = appointment.invoice_id.state == "posted"
            appointment.invoice_difference = (
                posted
                and not appointment.invoice_id._is_credited()
                and " ".join(appointment._get_differences())
            )

    def _get_differences(self):
        """A sentence for each thing that the invoice says and that isn't so."""
        invoice = self.invoice_id
        if self.state == "cancelled":
            # Whatever was credited, the clinic has decided what it keeps.
            return [] if invoice._get_credits() else [self._get_cancelled_words()]
        words = []
        if invoice.partner_id != self.payer_id:
            words.append(self.env._(
                "%(now)s pays, and the invoice is addressed to %(then)s.",
                now=self.payer_id.name,
                then=invoice.partner_id.name,
            ))  # fmt: skip
        return words + self._get_people_differences()

    def _get_cancelled_words(self):
        return self.env._(
            "The visit was cancelled, and %s has an invoice for it.",
            self.invoice_id.partner_id.name,
        )

    def _get_people_differences(self):
        """Who is invoiced and doesn't come, when each pays for themselves; who isn't and does."""
        invoiced = self._get_invoiced_people()
        to_pay = self.env["res.partner"].union(*(fee.partner_id for fee in self._get_fees()))
        words = []
        away = invoiced - self._get_coming().partner_id
        if self.service_id.fee_per == "participant" and away:
            words.append(self.env._(
                "On the invoice, but no longer coming: %s.", self._list(away)
            ))  # fmt: skip
        if invoiced - away - to_pay:
            words.append(self.env._(
                "On the invoice, and paid with a package session too: %s.",
                self._list(invoiced - away - to_pay),
            ))  # fmt: skip
        if self.service_id.fee_per == "participant" and to_pay - invoiced:
            words.append(self.env._(
                "Coming, but not on the invoice: %s.", self._list(to_pay - invoiced)
            ))  # fmt: skip
        return words

    def _list(self, people):
        return ", ".join(people.mapped("name"))

    def _get_invoiced_people(self):
        """For whom there are more fees of this visit on the invoice than were credited."""
        lines = (self.invoice_id + self.invoice_id._get_credits()).invoice_line_ids
        balance = dict.fromkeys(lines.clinic_patient_ids, 0)
        for line in lines.filtered(lambda one: one.clinic_appointment_id == self):
            sign = 1 if line.move_id == self.invoice_id else -1
            for patient in line.clinic_patient_ids:
                balance[patient] += sign * line.quantity
        return self.env["res.partner"].union(*(one for one, left in balance.items() if left > 0))

    def action_credit_invoice(self):
        """Opens Odoo's own window for the credit note."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_view_account_move_reversal"
        )
        context = {"active_model": "account.move", "active_ids": self.invoice_id.ids}
        return {**action, "views": [(False, "form")], "context": context}
