from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    clinic_notice_hours = fields.Float(string="Notice for Online Booking", default=2.0)
    clinic_horizon_days = fields.Integer(string="Horizon for Online Booking", default=60)

    _clinic_notice_positive = models.Constraint(
        "CHECK (clinic_notice_hours >= 0)", "The notice for online booking can't be negative."
    )
    _clinic_horizon_positive = models.Constraint(
        "CHECK (clinic_horizon_days > 0)", "The online booking must open at least one day ahead."
    )
