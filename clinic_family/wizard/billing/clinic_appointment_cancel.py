from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.appointment.clinic_appointment import EXPECTED


class ClinicAppointmentCancel(models.TransientModel):
    """Says which fee will be invoiced, and to whom; it can be waived, which takes a reason."""

    _inherit = "clinic.appointment.cancel"

    fee_text = fields.Text(string="Fee", compute="_compute_fee_text")
    # What the window said of the fee when it was opened, for a window may stay open for long.
    told_fee = fields.Text()
    is_fee_new = fields.Boolean()
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

    def _open_again(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_appointment_cancel_action"
        )
        return {**action, "res_id": self.id}

    def _describe_free_reasons(self):
        reasons = self.env["clinic.cancel.reason"].search([
            ("is_clinics", "=", True),
            ("applies_to", "in", ("both", self.target)),
            ("company_id", "in", [False, *self.company_ids.ids]),
        ])  # fmt: skip
        names = ", ".join(reasons.mapped("name"))
        return names and self.env._("It costs nothing for these reasons: %s.", names)

    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        if "told_fee" in fields and defaults.get("appointment_ids"):
            defaults["told_fee"] = self.new(defaults)._get_told_fee()
        return defaults

    def _get_told_fee(self):
        return self.fee_text or self.env._("It costs nothing.")

    def action_save(self):
        """Shows the window again when the fee isn't the one that it said."""
        if self.told_fee and self.told_fee != self._get_told_fee():
            self.write({
                "told_fee": self._get_told_fee(), "is_fee_new": True, "reason_id": False,
            })  # fmt: skip
            return self._open_again()
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
