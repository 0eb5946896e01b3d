from odoo import api, fields, models

from ..family.res_partner import STAFF
from .clinic_appointment_ground import EXPECTED


class ResPartner(models.Model):
    """A contact's appointments: nobody is archived who is expected or pays for one who is."""

    # A room of its own in a large model.
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    participant_ids = fields.One2many(
        "clinic.participant", "partner_id", string="Appointments", groups=STAFF
    )
    appointment_count = fields.Integer(compute="_compute_appointment_count", groups=STAFF)

    @api.depends("participant_ids")
    def _compute_appointment_count(self):
        counts = dict(
            self.env["clinic.participant"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.appointment_count = counts.get(partner._origin, 0)

    def write(self, vals):
        archiving = "active" in vals and not vals["active"]
        leaving = self.filtered("active") if archiving else self.browse()
        if leaving:
            leaving._verify_not_expected()
        return super().write(vals)

    def _verify_not_expected(self):
        """Nobody is archived who is expected or pays for somebody who is."""
        ground = self.env["clinic.ground"]
        ground._verify_none_ahead("payer_id", self)
        # Whose participation it is counts, whoever archives.
        coming_sudo = self.env["clinic.participant"].sudo().search([
            ("partner_id", "in", self.ids), ("state", "in", EXPECTED),
        ])  # fmt: skip
        ahead = coming_sudo.appointment_id.filtered_domain(
            coming_sudo.appointment_id._get_domain_of_ahead()
        )
        ground._verify_none(ahead.sorted("start"), self)

    def action_view_appointments(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_appointment_action"
        )
        return {
            **action,
            "views": [(False, "list"), (False, "form")],
            "domain": [("participant_ids.partner_id", "=", self.id)],
            "context": {},
        }
