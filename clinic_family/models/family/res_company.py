from odoo import fields, models

from ...engine.age_presets import REVIEWED
from .res_partner import STAFF


class ResCompany(models.Model):
    """What people may do about their families, and from which age they do it themselves."""

    _inherit = "res.company"

    clinic_allow_related = fields.Boolean(string="Patients Add Family Members", default=True)
    clinic_added_a_day = fields.Integer(string="Family Members Added a Day", default=10)
    clinic_child_age = fields.Integer(string="Age of Own Decisions", default=16)
    clinic_age_rule_ids = fields.One2many("clinic.age.rule", "company_id", groups=STAFF)

    _clinic_child_age_plausible = models.Constraint(
        "CHECK (clinic_child_age BETWEEN 0 AND 25)", "This age can't be right."
    )
    _clinic_added_positive = models.Constraint(
        "CHECK (clinic_added_a_day > 0)", "How many people may be added a day must be at least one."
    )

    def write(self, vals):
        result = super().write(vals)
        if "clinic_child_age" in vals:
            # Whose permissions these are isn't asked: they follow from the clinic's ages.
            self.env["clinic.permission"].sudo()._follow_ages(self)
        return result

    def _get_age_of(self, kind, effect):
        """The age at which this kind ends, or comes up for review; None if it never does.

        Nothing that is permitted for a child outlives the age of own decisions.
        """
        company_sudo = self.sudo()
        rules_sudo = company_sudo.clinic_age_rule_ids.filtered(
            lambda rule: (rule.kind, rule.effect) == (kind, effect)
        )
        if effect == "review":
            return rules_sudo.age if rules_sudo else None
        return min([company_sudo.clinic_child_age, *rules_sudo.mapped("age")])

    def _use_age_preset(self, preset):
        """Sets the ages a country's preset proposes, instead of those that were set."""
        self.clinic_child_age = preset.own
        self.clinic_age_rule_ids.unlink()
        if preset.review is not None:
            self.env["clinic.age.rule"].create([
                {"company_id": self.id, "kind": kind, "age": preset.review, "effect": "review"}
                for kind in REVIEWED
            ])  # fmt: skip
