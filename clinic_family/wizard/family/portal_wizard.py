from odoo import api, models

from ...models.family.res_partner import FRONT_DESK


class PortalWizard(models.TransientModel):
    """Odoo's way to an account takes an address for a person; patients are invited otherwise."""

    _inherit = "portal.wizard"

    @api.model
    def action_open_wizard(self):
        """Leads the front desk to the clinic's own invitation where a patient is chosen."""
        people = self.env["res.partner"].browse(self.env.context.get("active_ids") or ())
        if self.env.user.has_group(FRONT_DESK) and any(person.is_patient for person in people):
            return self.env["ir.actions.act_window"]._for_xml_id(
                "clinic_family.clinic_invitation_many_action"
            )
        return super().action_open_wizard()
