from odoo import fields, models


class ResCompany(models.Model):
    """What people may do about their families, and from which age they do it themselves."""

    _inherit = "res.company"

    clinic_allow_related = fields.Boolean(string="Patients Add Family Members", default=True)
    clinic_added_a_day = fields.Integer(string="Family Members Added a Day", default=10)
    clinic_child_age = fields.Integer(string="Age of Own Decisions", default=16)

    _clinic_child_age_plausible = models.Constraint(
        "CHECK (clinic_child_age BETWEEN 0 AND 25)", "This age can't be right."
    )
    _clinic_added_positive = models.Constraint(
        "CHECK (clinic_added_a_day > 0)", "How many people may be added a day must be at least one."
    )
