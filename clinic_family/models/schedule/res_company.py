from datetime import datetime

from odoo import fields, models
from odoo.exceptions import ValidationError

from .clinic_location import read_zone


class ResCompany(models.Model):
    """What is offered online, until when patients change it, and which day it is."""

    _inherit = "res.company"

    clinic_notice_hours = fields.Float(string="Notice for Online Booking", default=2.0)
    clinic_horizon_days = fields.Integer(string="Horizon for Online Booking", default=60)
    clinic_allow_cancel = fields.Boolean(string="Patients Cancel Online", default=True)
    clinic_cancel_hours = fields.Float(string="Cancel Until", default=24.0)
    clinic_allow_reschedule = fields.Boolean(string="Patients Move Online", default=True)
    clinic_reschedule_hours = fields.Float(string="Move Until", default=24.0)
    clinic_tz = fields.Char(
        compute="_compute_clinic_tz", help="The zone in which birthdays are: the first location's."
    )

    _clinic_notice_positive = models.Constraint(
        "CHECK (clinic_notice_hours >= 0)", "The notice for online booking can't be negative."
    )
    _clinic_horizon_positive = models.Constraint(
        "CHECK (clinic_horizon_days > 0)", "The online booking must open at least one day ahead."
    )
    _clinic_cancel_positive = models.Constraint(
        "CHECK (clinic_cancel_hours >= 0 AND clinic_reschedule_hours >= 0)",
        "How long before the visit patients may cancel or move can't be negative.",
    )

    def _compute_clinic_tz(self):
        locations = self.env["clinic.location"]
        for company in self:
            # With full rights it is the same for everybody, and asked for on nearly every page.
            number = company._origin.id
            tz = (
                locations._get_first_tz(number)
                if self.env.su
                else locations.search([("company_id", "=", number)], limit=1).tz
            )
            company.clinic_tz = tz or "UTC"

    def _get_clinic_zone(self):
        # Patients don't read where the clinic has its locations.
        return read_zone(self.sudo().clinic_tz)

    def _get_clinic_today(self):
        """The day it is now in the clinic's zone."""
        return datetime.now(self._get_clinic_zone()).date()

    def _verify_together(self, *records):
        """All of these belong to the company, or to none, and so are shared by all."""
        for record in records:
            if record.company_id - self:
                raise ValidationError(self.env._(
                    "%(name)s belongs to another company than %(company)s.",
                    name=record.display_name, company=self.name,
                ))  # fmt: skip
