from odoo import fields, models

BILLING = "clinic_family.clinic_family_group_billing"


class ResPartner(models.Model):
    """The packages a patient bought."""

    # A room of its own in a large model.
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    package_purchase_ids = fields.One2many(
        "clinic.package.purchase", "owner_id", string="Purchased Packages", groups=BILLING
    )
    free_session_count = fields.Integer(
        string="Free Sessions", compute="_compute_free_session_count", groups=BILLING
    )

    def _compute_free_session_count(self):
        counts = dict(
            self.env["clinic.package.session"]._read_group(
                [("owner_id", "in", self.ids), ("state", "=", "free")], ["owner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.free_session_count = counts.get(partner._origin, 0)

    def action_view_package_purchases(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_package_purchase_action"
        )
        return {**action, "domain": [("owner_id", "=", self.id)], "context": {}}
