from odoo import fields, models
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
    coming_text = fields.Text(related="registration_id.coming_text")
    why = fields.Char(required=True)

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
