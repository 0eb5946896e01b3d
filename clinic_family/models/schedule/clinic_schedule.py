from datetime import time, timedelta

from babel.dates import get_day_names

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date, format_time
from odoo.tools.misc import babel_locale_parse, get_lang

from ...engine.hours import expand
from ...engine.instants import get_day
from ...engine.intervals import intersect
from ...engine.weeks import group_days, read_shifts

# After so many days, hours are the same again, in weeks that take turns too.
TWO_WEEKS = timedelta(days=13)


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

    hours_text = fields.Char(string="Week", compute="_compute_hours_text")

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

    @api.depends(
        "calendar_id.attendance_ids.dayofweek",
        "calendar_id.attendance_ids.hour_from",
        "calendar_id.attendance_ids.hour_to",
        "calendar_id.attendance_ids.day_period",
        "calendar_id.two_weeks_calendar",
    )
    @api.depends_context("lang")
    def _compute_hours_text(self):
        """The hours in a line, such as “Mon–Fri 9:00 AM – 5:00 PM; Sat 9:00 AM – 12:00 PM”."""
        for schedule in self:
            calendar = schedule.calendar_id
            shifts = read_shifts(calendar._get_clinic_parts())
            schedule.hours_text = (
                "; ".join(schedule._describe_shift(shift) for shift in shifts)
                if calendar and calendar._is_clinic_week()
                else calendar.name
            )

    def _describe_shift(self, shift):
        names = get_day_names("abbreviated", locale=babel_locale_parse(get_lang(self.env).code))
        values = {
            "days": ", ".join(
                names[first] if first == last else f"{names[first]}–{names[last]}"
                for first, last in group_days(shift.days)
            ),
            "hour_from": self._format_hour(shift.hour_from),
            "hour_to": self._format_hour(shift.hour_to),
        }
        if not shift.pause:
            return self.env._("%(days)s %(hour_from)s – %(hour_to)s", **values)
        begins, ends = map(self._format_hour, shift.pause)
        return self.env._(
            "%(days)s %(hour_from)s – %(hour_to)s, break %(begins)s – %(ends)s",
            begins=begins,
            ends=ends,
            **values,
        )

    def _format_hour(self, hour):
        """An hour of the clock; midnight at the end of a day is written as its beginning is."""
        minutes = round(hour * 60) % (24 * 60)
        return format_time(self.env, time(*divmod(minutes, 60)), time_format="short")

    def _find_common(self, other):
        """When both are worked, within the first two weeks in which both count."""
        begins = max(self.date_from, other.date_from)
        ends = begins + TWO_WEEKS
        ends = min(ends, self.date_to or ends, other.date_to or ends)
        return intersect(self._expand(begins, ends), other._expand(begins, ends))

    def _expand(self, begins, ends):
        return expand(
            self.calendar_id._get_clinic_lines(), self.location_id._get_zone(), begins, ends
        )

    def _explain_doubled(self, other):
        """What is wrong with hours that another line says already."""
        day = get_day(self._find_common(other)[0].start, self.location_id._get_zone())
        return self.env._(
            "%(practitioner)s already works at %(location)s on %(day)s: %(hours)s. Please change "
            "those hours, or choose their last day under Until.",
            practitioner=self.practitioner_id.name,
            location=self.location_id.name,
            day=format_date(self.env, day, date_format="EEE d MMM y"),
            hours=self.hours_text,
        )

    def action_edit_week(self):
        """Opens the week, or what Odoo has for hours that no week says."""
        self.ensure_one()
        if self.calendar_id._is_clinic_week():
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "clinic_family.clinic_week_action"
            )
            return {**action, "context": {"default_schedule_id": self.id}}
        return {
            "type": "ir.actions.act_window",
            "res_model": "resource.calendar",
            "res_id": self.calendar_id.id,
            "views": [(False, "form")],
            "target": "new",
        }

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
