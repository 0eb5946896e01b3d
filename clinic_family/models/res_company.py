from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    clinic_notice_hours = fields.Float(string="Notice for Online Booking", default=2.0)
    clinic_horizon_days = fields.Integer(string="Horizon for Online Booking", default=60)
    clinic_allow_related = fields.Boolean(string="Patients Add Family Members", default=True)
    clinic_child_age = fields.Integer(string="Age of Own Decisions", default=16)

    clinic_tz = fields.Char(
        compute="_compute_clinic_tz", help="The zone in which birthdays are: the first location's."
    )

    _clinic_child_age_plausible = models.Constraint(
        "CHECK (clinic_child_age BETWEEN 0 AND 25)", "This age can't be right."
    )
    _clinic_notice_positive = models.Constraint(
        "CHECK (clinic_notice_hours >= 0)", "The notice for online booking can't be negative."
    )
    _clinic_horizon_positive = models.Constraint(
        "CHECK (clinic_horizon_days > 0)", "The online booking must open at least one day ahead."
    )

    def _compute_clinic_tz(self):
        for company in self:
            location = self.env["clinic.location"].search(
                [("company_id", "=", company.id)], limit=1
            )
            company.clinic_tz = location.tz or "UTC"
