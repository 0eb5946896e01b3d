from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClinicSchedule(models.Model):
    """A practitioner's working hours at a location over a period.

    The hours of the Odoo calendar are read in the location's time zone, whatever zone the
    calendar itself names, so that one calendar can serve several locations. Both dates are
    days at the location and belong to the period.
    """

    _name = "clinic.schedule"
    _inherit = ["clinic.written.mixin"]
    _description = "Schedule"
    _order = "practitioner_id, date_from, id"

    practitioner_id = fields.Many2one(
        "clinic.practitioner", required=True, index=True, ondelete="restrict"
    )
    location_id = fields.Many2one("clinic.location", required=True, ondelete="restrict")
    company_id = fields.Many2one(related="location_id.company_id", store=True)
    calendar_id = fields.Many2one(
        "resource.calendar", string="Working Hours", required=True, ondelete="restrict"
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self.env.company._get_clinic_today()
    )
    date_to = fields.Date(string="Until", help="Empty: until further notice.")

    _period_forward = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)", "A schedule must end after it begins."
    )

    @api.depends("practitioner_id", "location_id")
    def _compute_display_name(self):
        for schedule in self:
            schedule.display_name = self.env._(
                "%(practitioner)s at %(location)s",
                practitioner=schedule.practitioner_id.name,
                location=schedule.location_id.name,
            )

    @api.constrains("location_id", "practitioner_id", "calendar_id")
    def _check_companies(self):
        for schedule in self.sudo():
            schedule.location_id.company_id._verify_together(
                schedule.practitioner_id, schedule.calendar_id
            )

    @api.constrains("calendar_id")
    def _check_fixed_hours(self):
        for schedule in self:
            if schedule.calendar_id.flexible_hours:
                raise ValidationError(self.env._(
                    "%(calendar)s has flexible hours. Times can only be offered from fixed ones.",
                    calendar=schedule.calendar_id.name,
                ))  # fmt: skip
