from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    clinic_notice_hours = fields.Float(string="Notice for Online Booking", default=2.0)
    clinic_horizon_days = fields.Integer(string="Horizon for Online Booking", default=60)
    clinic_allow_related = fields.Boolean(string="Patients Add Family Members", default=True)
    clinic_child_age = fields.Integer(string="Age of Own Decisions", default=16)

    _clinic_child_age_plausible = models.Constraint(
        "CHECK (clinic_child_age BETWEEN 0 AND 25)", "This age can't be right."
    )
    _clinic_notice_positive = models.Constraint(
        "CHECK (clinic_notice_hours >= 0)", "The notice for online booking can't be negative."
    )
    _clinic_horizon_positive = models.Constraint(
        "CHECK (clinic_horizon_days > 0)", "The online booking must open at least one day ahead."
    )
