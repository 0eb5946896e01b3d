from odoo import fields, models


class ResCompany(models.Model):
    """From which age on patients may ask for a confidential visit as they book."""

    _inherit = "res.company"

    clinic_confidential_age = fields.Integer(
        string="Age to Ask for Confidentiality", help="0: patients can't ask for it online."
    )

    _clinic_confidential_age_possible = models.Constraint(
        "CHECK (clinic_confidential_age BETWEEN 0 AND 120)",
        "The age from which patients may ask for confidentiality is between 0 and 120 years.",
    )
