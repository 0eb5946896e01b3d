from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from ..models.family.res_partner import STAFF


class ClinicDayReport(models.AbstractModel):
    """The visits of a day on paper, a page a practitioner; for those who work at the clinic.

    Odoo prints any report of a record for whoever may read the record, and a patient reads their
    visit, but neither who else comes nor the staff's note.
    """

    _name = "report.clinic_family.report_day"
    _description = "The Day on Paper"
    _with_names = True

    @api.model
    def _get_report_values(self, docids, data=None):
        if not self.env.user.has_group(STAFF):
            raise AccessError(self.env._("The day is for the staff of the clinic."))
        visits = self.env["clinic.appointment"].search([("id", "in", docids)], order="start")
        return {
            "pages": [
                (practitioner, self._group_by_day(own))
                for practitioner, own in visits.grouped("practitioner_id").items()
            ],
            "with_names": self._with_names,
        }

    @api.model
    def _group_by_day(self, visits):
        """The visits of each day at each location, by what the day is called."""
        days = visits.grouped(lambda visit: (visit._get_day(), visit.location_id))
        return [
            (format_date(self.env, day, date_format="EEEE d MMMM y"), location.name, own)
            for (day, location), own in days.items()
        ]


class ClinicDayReportNameless(models.AbstractModel):
    """The same for a wall that patients pass: how many come, and not who."""

    _name = "report.clinic_family.report_day_nameless"
    _inherit = "report.clinic_family.report_day"
    _description = "The Day on Paper without Names"
    _with_names = False
