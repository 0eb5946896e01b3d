from odoo import api, fields, models

from .clinic_permission_kind import KINDS


class ClinicAgeRule(models.Model):
    """The age at which one kind of permission over a child ends, or comes up for review.

    What has no rule ends at the clinic's age of own decisions, and nothing outlives it. What comes
    up for review goes on until the front desk renews or ends it, or that age ends it.
    """

    _name = "clinic.age.rule"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Age of a Permission"
    _order = "age, kind, id"

    kind = fields.Selection(KINDS, string="Permission", required=True)
    age = fields.Integer(required=True, default=16)
    effect = fields.Selection(
        [("end", "Ends"), ("review", "Comes up for review")],
        string="At the Birthday",
        required=True,
        default="end",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )

    _unique_effect = models.Constraint(
        "UNIQUE (company_id, kind, effect)", "There is an age for this permission already."
    )
    _age_plausible = models.Constraint("CHECK (age BETWEEN 0 AND 25)", "This age can't be right.")

    @api.depends("kind", "age")
    def _compute_display_name(self):
        names = self.env["clinic.permission.kind"]._get_all_names()
        for rule in self:
            rule.display_name = self.env._(
                "%(kind)s: at %(age)s", kind=names.get(rule.kind), age=rule.age
            )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._move_ends()
        return rules

    def write(self, vals):
        companies = self.company_id
        result = super().write(vals)
        self._move_ends(companies)
        return result

    def unlink(self):
        companies = self.company_id
        result = super().unlink()
        self.browse()._move_ends(companies)
        return result

    def _move_ends(self, companies=None):
        companies = self.company_id | (companies or self.env["res.company"])
        # Whose permissions these are isn't asked: they follow from the clinic's ages.
        self.env["clinic.permission"].sudo()._follow_ages(companies)
