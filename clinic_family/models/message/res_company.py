from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.reminders import read_hours


class ResCompany(models.Model):
    """How long before a visit its reminders leave."""

    _inherit = "res.company"

    clinic_reminder_hours = fields.Char(string="Reminders", default="24")

    @api.constrains("clinic_reminder_hours")
    def _check_clinic_reminder_hours(self):
        for company in self:
            if not read_hours(company.clinic_reminder_hours):
                raise ValidationError(self.env._(
                    "Please write how many hours before the visit a reminder leaves, from 1 to "
                    "720; several separated by commas, as in 48, 2."
                ))  # fmt: skip

    def _get_reminder_hours(self):
        reading = read_hours(self.clinic_reminder_hours)
        return reading.facts["hours"] if reading else ()
