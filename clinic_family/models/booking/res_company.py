from odoo import fields, models


class ResCompany(models.Model):
    """How much of the clinic's time one account may hold; how long what has passed is kept."""

    _inherit = "res.company"

    clinic_hold_minutes = fields.Integer(string="Hold at the Check-Out", default=10)
    clinic_most_upcoming = fields.Integer(string="Upcoming Visits Booked Online", default=15)
    clinic_most_kept = fields.Integer(string="Times Kept Before the Login", default=5)
    clinic_keep_months = fields.Integer(string="What Has Passed Is Kept For", default=60)

    _clinic_hold_positive = models.Constraint(
        "CHECK (clinic_hold_minutes BETWEEN 1 AND 60)",
        "A time is held for one to sixty minutes.",
    )
    _clinic_most_upcoming_positive = models.Constraint(
        "CHECK (clinic_most_upcoming > 0)", "At least one visit must be possible online."
    )
    _clinic_most_kept_positive = models.Constraint(
        "CHECK (clinic_most_kept BETWEEN 0 AND 100)",
        "Up to a hundred times are kept for newcomers at once, or with 0 none.",
    )
    _clinic_keep_months_positive = models.Constraint(
        "CHECK (clinic_keep_months BETWEEN 0 AND 1200)",
        "What has passed is kept for up to a hundred years, or with 0 for ever.",
    )
