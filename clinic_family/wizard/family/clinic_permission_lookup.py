from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date


class ClinicPermissionLookup(models.TransientModel):
    """Who could see what on a day? Staff name a patient and a day of the past, or today."""

    _name = "clinic.permission.lookup"
    _inherit = ["clinic.assistant"]
    _description = "Who Could See What?"

    partner_id = fields.Many2one("res.partner", string="Patient", required=True)
    day = fields.Date(
        required=True,
        default=lambda self: self.env.company._get_clinic_today(),
        help="A day at the clinic, from midnight to midnight.",
    )

    def action_show_permissions(self):
        """The rows that counted for any while on that day."""
        self.ensure_one()
        return self._open(
            "clinic_family.clinic_permission_action",
            self.env._(
                "Who could act for %(name)s on %(day)s",
                name=self.partner_id.name,
                day=format_date(self.env, self.day),
            ),
            Domain("grantor_id", "=", self.partner_id.id)
            & Domain("in_force_on", "=", fields.Date.to_string(self.day)),
        )

    def action_show_refusals(self):
        """What the patient, or somebody the patient asked, declined."""
        self.ensure_one()
        involved = Domain("grantor_id", "=", self.partner_id.id)
        involved |= Domain("asker_id", "=", self.partner_id.id)
        if self.partner_id.email:
            involved |= Domain("email", "=ilike", self.partner_id.email)
        return self._open(
            "clinic_family.clinic_invitation_action",
            self.env._("Refusals: %s", self.partner_id.name),
            involved & Domain("state", "=", "declined"),
        )

    def _open(self, action, name, domain):
        values = self.env["ir.actions.act_window"]._for_xml_id(action)
        return {
            **values,
            "name": name,
            "display_name": name,
            "domain": list(domain),
            "context": {},
            "target": "current",
        }
