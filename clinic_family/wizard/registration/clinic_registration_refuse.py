from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicRegistrationRefuse(models.TransientModel):
    """Asks why somebody who registered online is refused, and shows what they have booked.

    Their visits stay until somebody cancels them: who is told, and whether a fee is due, is asked
    there. So the visits open next.
    """

    _name = "clinic.registration.refuse"
    _inherit = ["clinic.assistant"]
    _description = "Refuse a Registration"

    registration_id = fields.Many2one("clinic.registration", required=True, ondelete="cascade")
    coming_text = fields.Text(string="Visits to Come", compute="_compute_coming_text")
    why = fields.Char(required=True)

    @api.depends("registration_id")
    def _compute_coming_text(self):
        for window in self:
            # A related field would be read with all rights, and name visits of other companies.
            window.coming_text = window.registration_id._write_coming()

    def action_save(self):
        self.ensure_one()
        why = (self.why or "").strip()
        if not why:
            raise UserError(self.env._("Please write why they are refused."))
        visits = self.registration_id._search_coming().appointment_id
        self.registration_id._refuse(why)
        if not visits:
            return {"type": "ir.actions.act_window_close"}
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_appointment_action"
        )
        return {
            **action,
            "name": self.env._("Please cancel what isn't to take place"),
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", visits.ids)],
            "context": {},
            "target": "current",
        }
