from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.intake.survey_survey import FORM


class ClinicFormAsk(models.TransientModel):
    """The front desk asks those who come to a visit for a form that its service doesn't name."""

    _name = "clinic.form.ask"
    _inherit = ["clinic.assistant"]
    _description = "Ask for a Form"

    appointment_id = fields.Many2one("clinic.appointment", required=True, ondelete="cascade")
    participant_ids = fields.Many2many(
        "clinic.participant",
        string="Of",
        compute="_compute_participant_ids",
        store=True,
        readonly=False,
    )
    form = fields.Selection("_select_forms", required=True)

    @api.model
    def _select_forms(self):
        """The clinic's forms; who asks for them needn't be one who designs surveys."""
        forms_sudo = self.env["survey.survey"].sudo().search([("survey_type", "=", FORM)])
        return [(str(form_sudo.id), form_sudo.title) for form_sudo in forms_sudo]

    @api.depends("appointment_id")
    def _compute_participant_ids(self):
        for assistant in self:
            coming = assistant.appointment_id.participant_ids.filtered(lambda one: one._get_truth())
            assistant.participant_ids = coming

    def action_ask(self):
        self.ensure_one()
        if not self.participant_ids:
            raise UserError(self.env._("Please choose who is asked."))
        asked = self.appointment_id._ask_for_form(self.participant_ids, int(self.form))
        if not asked:
            raise UserError(self.env._("They have begun to fill in this form already."))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The form is among those to fill in."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
