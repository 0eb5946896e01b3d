from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.appointment.clinic_appointment import EXPECTED


class ClinicAppointmentCancel(models.TransientModel):
    """Says which fee will be invoiced, and to whom; it can be waived, which takes a reason."""

    _inherit = "clinic.appointment.cancel"

    fee_text = fields.Text(string="Fee", compute="_compute_fee_text")
    waives_fee = fields.Boolean(string="Waive the fee")
    waive_reason = fields.Char()

    @api.depends("appointment_ids", "target")
    def _compute_fee_text(self):
        for window in self:
            # Who may not cancel a visit isn't told what it would cost.
            visits = window.appointment_ids._filtered_access("write")
            words = visits._describe_fees(window.target)
            if words and window.target == "cancelled":
                words.append(window._describe_free_reasons())
            window.fee_text = "\n".join(filter(None, words))

    def _describe_free_reasons(self):
        reasons = self.env["clinic.cancel.reason"].search([
            ("is_clinics", "=", True),
            ("applies_to", "in", ("both", self.target)),
            ("company_id", "in", [False, *self.company_ids.ids]),
        ])  # fmt: skip
        names = ", ".join(reasons.mapped("name"))
        return names and self.env._("It costs nothing for these reasons: %s.", names)

    def action_save(self):
        if not self.waives_fee:
            return super().action_save()
        why = (self.waive_reason or "").strip()
        if not why:
            raise UserError(self.env._("Please write why nobody has to pay the fee."))
        expected = self.appointment_ids.filtered(lambda visit: visit.state in EXPECTED)
        owed_before_sudo = expected.sudo().participant_ids.filtered("owes")
        with expected._changing():
            result = super().action_save()
            expected._waive_fee(why, but=owed_before_sudo)
        return result
