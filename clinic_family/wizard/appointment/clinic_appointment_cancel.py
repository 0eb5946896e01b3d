from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.appointment.clinic_cancel_reason import TARGETS


class ClinicAppointmentCancel(models.TransientModel):
    """Asks why before visits are cancelled or nobody came, and says first who will be told.

    Of several at once, as of a series, the reason is the same.
    """

    _name = "clinic.appointment.cancel"
    _inherit = ["clinic.assistant"]
    _description = "Cancel an Appointment"

    appointment_ids = fields.Many2many("clinic.appointment", required=True)
    target = fields.Selection(TARGETS, required=True, default="cancelled")
    company_ids = fields.Many2many("res.company", compute="_compute_company_ids")
    who_text = fields.Char(string="Who", compute="_compute_visit_text")
    when_text = fields.Text(string="When", compute="_compute_visit_text")
    reason_id = fields.Many2one(
        "clinic.cancel.reason",
        domain="[('applies_to', 'in', ('both', target)),"
        " '|', ('company_id', '=', False), ('company_id', 'in', company_ids)]",
    )
    told_text = fields.Text(string="Who Will Be Told", compute="_compute_told_text")
    is_early = fields.Boolean(compute="_compute_is_early")
    is_sure = fields.Boolean(string="They won't come: note it already now")

    @api.depends("appointment_ids")
    def _compute_company_ids(self):
        for window in self:
            window.company_ids = window.appointment_ids.company_id

    @api.depends("appointment_ids")
    def _compute_visit_text(self):
        for window in self:
            visits = window.appointment_ids.sorted("start")
            window.who_text = " · ".join(
                dict.fromkeys(filter(None, visits.mapped("patient_names")))
            )
            window.when_text = "\n".join(visits.mapped("local_time"))

    @api.depends("appointment_ids", "target")
    def _compute_told_text(self):
        for window in self:
            window.told_text = "\n".join(dict.fromkeys(window._get_told_words()))

    def _get_told_words(self):
        """Who will be told, a sentence each; the messages know."""
        return []

    @api.depends("appointment_ids", "target")
    def _compute_is_early(self):
        now = fields.Datetime.now()
        for window in self:
            starts = window.appointment_ids.mapped("start")
            window.is_early = window.target == "noshow" and any(start > now for start in starts)

    def action_save(self):
        self.ensure_one()
        if not self.reason_id:
            raise UserError(self.env._("Please choose a reason."))
        if self.is_early and not self.is_sure:
            raise UserError(self.env._(
                "The visit hasn't begun. Please say that they won't come, or cancel it instead."
            ))  # fmt: skip
        called_off = self.reason_id._call_off(self.appointment_ids, self.target)
        return {"type": "ir.actions.act_window_close", "infos": {"ids": called_off.ids}}
