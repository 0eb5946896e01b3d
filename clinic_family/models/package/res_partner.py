from odoo import api, fields, models
from odoo.exceptions import ValidationError

BILLING = "clinic_family.clinic_family_group_billing"


class ResPartner(models.Model):
    """To which company somebody may be given."""

    _inherit = "res.partner"

    package_purchase_ids = fields.One2many(
        "clinic.package.purchase", "owner_id", string="Purchased Packages", groups=BILLING
    )
    free_session_count = fields.Integer(
        string="Free Sessions", compute="_compute_free_session_count", groups=BILLING
    )

    @api.constrains("company_id")
    def _check_nothing_elsewhere(self):
        """Nobody is given to one company while another has something to do with them.

        Past visits count: the other company would no longer read whose they were.
        """
        # Who changes a person need not see what binds them.
        for person_sudo in self.sudo().filtered("company_id"):
            if person_sudo._get_companies_of_records() - person_sudo.company_id:
                raise ValidationError(self.env._(
                    "%(name)s can't belong to %(company)s alone: there are visits, packages or "
                    "links with another company, or with somebody who belongs to one.",
                    name=person_sudo.name, company=person_sudo.company_id.name,
                ))  # fmt: skip

    def _get_companies_of_records(self):
        """The companies whose visits, packages and groups are this person's, or whose people
        this person is linked with."""
        lasting = [("ended_at", "=", False)]
        relationships = self.relationship_ids
        permissions = (self.granted_permission_ids + self.held_permission_ids).filtered_domain(
            lasting
        )
        paid = self.env["clinic.appointment"].search([("payer_id", "=", self.id)])
        brought = self.env["clinic.participant"].search([("along_id", "=", self.id)])
        bought = self.env["clinic.package.purchase"].search([("owner_id", "=", self.id)])
        asked = self.env["clinic.invitation"].search([
            "|", ("asker_id", "=", self.id), ("grantor_id", "=", self.id), ("state", "=", "open"),
        ])  # fmt: skip
        people = (
            relationships.person_a_id
            + relationships.person_b_id
            + permissions.grantor_id
            + permissions.grantee_id
        )
        return (
            people.company_id
            | (paid + (self.participant_ids + brought).appointment_id).company_id
            | bought.company_id
            | asked.company_id
            | self.patient_group_ids.company_id
        )

    # The packages a patient bought

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
