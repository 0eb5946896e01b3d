from odoo import models
from odoo.fields import Command

from ...engine.hours import WorkLine
from ...engine.weeks import Part

NOON = 12


class ResourceCalendar(models.Model):
    """Working hours as the week of a practitioner says them."""

    _inherit = "resource.calendar"

    def _is_clinic_week(self):
        """Whether one week says all of it: no two weeks in turn, no hours by their number alone."""
        self.ensure_one()
        return not (self.two_weeks_calendar or self.flexible_hours or self.duration_based)

    def _get_clinic_parts(self):
        """The lines of the week, breaks too."""
        return [
            Part(int(line.dayofweek), line.hour_from, line.hour_to, line.day_period == "lunch")
            for line in self.attendance_ids
            if not line.display_type
        ]

    def _get_clinic_lines(self):
        """When it is worked, as the engine reads it."""
        return [
            WorkLine(
                int(line.dayofweek),
                line.hour_from,
                line.hour_to,
                int(line.week_type) if self.two_weeks_calendar else None,
            )
            for line in self.attendance_ids
            if not line.display_type and line.day_period != "lunch"
        ]

    def _get_clinic_attendances(self, parts):
        """The commands that make these the lines of a calendar."""
        names = dict(self.attendance_ids._fields["dayofweek"]._description_selection(self.env))
        return [Command.clear()] + [
            Command.create({
                "name": names[str(part.day)],
                "dayofweek": str(part.day),
                "hour_from": part.hour_from,
                "hour_to": part.hour_to,
                "day_period": self._get_clinic_period(part),
            })
            for part in parts
        ]  # fmt: skip

    def _get_clinic_period(self, part):
        """What Odoo calls this part of a day."""
        if part.is_break:
            return "lunch"
        if part.hour_from < NOON < part.hour_to:
            return "full_day"
        return "morning" if part.hour_from < NOON else "afternoon"

    def _is_used_beside(self, schedule):
        """Whether anybody but this schedule, or its practitioner, goes by these hours."""
        self.ensure_one()
        # Whoever goes by them counts, and not only those the reader sees.
        calendar_sudo = self.sudo().with_context(active_test=False)
        here = [("calendar_id", "=", self.id)]
        return bool(
            calendar_sudo.env["clinic.schedule"].search_count(
                [*here, ("id", "!=", schedule.id)], limit=1
            )
            or calendar_sudo.env["resource.resource"].search_count(
                [*here, ("id", "!=", schedule.practitioner_id.resource_id.id)], limit=1
            )
            or calendar_sudo.env["res.company"].search_count(
                [("resource_calendar_id", "=", self.id)], limit=1
            )
        )
