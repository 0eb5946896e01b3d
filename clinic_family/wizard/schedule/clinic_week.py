from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ...engine.weeks import judge_shifts, read_shifts, split_shifts


class ClinicWeek(models.TransientModel):
    """Writes down a practitioner's week at a location, and makes Odoo's working hours of it."""

    _name = "clinic.week"
    _inherit = ["clinic.assistant"]
    _description = "Weekly Hours"

    schedule_id = fields.Many2one("clinic.schedule", ondelete="cascade")
    practitioner_id = fields.Many2one("clinic.practitioner", required=True, ondelete="cascade")
    location_id = fields.Many2one("clinic.location", required=True, ondelete="cascade")
    tz = fields.Selection(related="location_id.tz", string="Time Zone")
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="Until", help="Empty: until further notice.")
    line_ids = fields.One2many("clinic.week.line", "week_id", string="Hours")

    @api.model
    def default_get(self, fields):
        """What the schedule says that is changed, or else the usual hours on the days left."""
        defaults = super().default_get(fields)
        schedule = self.env["clinic.schedule"].browse(defaults.get("schedule_id"))
        if schedule:
            defaults |= {
                "practitioner_id": schedule.practitioner_id.id,
                "location_id": schedule.location_id.id,
                "date_from": schedule.date_from,
                "date_to": schedule.date_to,
            }
            parts = schedule.calendar_id._get_clinic_parts()
        else:
            defaults.setdefault("date_from", self.env.company._get_clinic_today())
            locations = self.env["clinic.location"].search([], limit=2)
            if len(locations) == 1:
                defaults.setdefault("location_id", locations.id)
            practitioner = self.practitioner_id.browse(defaults.get("practitioner_id"))
            parts = self._get_usual_parts(practitioner)
        lines = [self.line_ids._get_values(shift) for shift in read_shifts(parts)]
        return {**defaults, "line_ids": [Command.create(values) for values in lines]}

    def _get_usual_parts(self, practitioner):
        """The company's own hours, on the days on which the practitioner works nowhere yet."""
        today = self.env.company._get_clinic_today()
        schedules = practitioner.schedule_ids.filtered(
            lambda schedule: not schedule.date_to or schedule.date_to >= today
        )
        calendars = schedules.calendar_id
        worked = {part.day for calendar in calendars for part in calendar._get_clinic_parts()}
        usual = self.env.company.sudo().resource_calendar_id
        if not (usual and usual._is_clinic_week()):
            return []
        return [part for part in usual._get_clinic_parts() if part.day not in worked]

    def _verify_hours(self, shifts):
        """Raises ValidationError with the first thing that is wrong with the week."""
        if not shifts:
            raise ValidationError(self.env._(
                "Please add a line with the hours. To end hours, choose their last day under Until."
            ))  # fmt: skip
        decision = judge_shifts(shifts)
        if decision:
            return
        days = self.line_ids._get_day_names()
        day = days[decision.facts.get("day", 0)]
        words = {
            "days": self.env._("Please tick the days on which these hours are worked."),
            "order": self.env._("On %(day)s, the hours end before they begin.", day=day),
            "break": self.env._("On %(day)s, the break lies outside the hours.", day=day),
            "overlap": self.env._("On %(day)s, two lines overlap.", day=day),
        }
        raise ValidationError(words[decision.reason])

    def action_save(self):
        """Writes the hours; from a day on, where the schedule began before it."""
        self.ensure_one()
        shifts = [line._get_shift() for line in self.line_ids]
        self._verify_hours(shifts)
        parts = split_shifts(shifts)
        schedule, calendar = self.schedule_id, self.schedule_id.calendar_id
        if schedule:
            # Whose hours are changed is whose visits are looked after.
            self.practitioner_id = schedule.practitioner_id
            self.location_id = schedule.location_id
        period = {"date_from": self.date_from, "date_to": self.date_to}
        if not schedule:
            commands = [Command.create(self._make_schedule(parts) | period)]
        elif schedule.date_from < self.date_from:
            last_day = fields.Date.subtract(self.date_from, days=1)
            # Hours that had ended before stay ended.
            last_day = min(last_day, schedule.date_to or last_day)
            commands = [
                Command.update(schedule.id, {"date_to": last_day}),
                Command.create(self._make_schedule(parts) | period),
            ]
        elif calendar._is_used_beside(schedule):
            commands = [Command.update(schedule.id, self._make_schedule(parts) | period)]
        else:
            calendar.write({"attendance_ids": calendar._get_clinic_attendances(parts)})
            commands = [Command.update(schedule.id, period)]
        self.practitioner_id.write({"schedule_ids": commands})
        return {"type": "ir.actions.act_window_close"}

    def _make_schedule(self, parts):
        """What a schedule says that has hours of its own."""
        calendars = self.env["resource.calendar"]
        calendar = calendars.create({
            "name": self.env._(
                "%(practitioner)s at %(location)s",
                practitioner=self.practitioner_id.name,
                location=self.location_id.name,
            ),
            "company_id": self.location_id.company_id.id,
            "tz": self.location_id.tz,
            "two_weeks_calendar": False,
            "attendance_ids": calendars._get_clinic_attendances(parts),
        })  # fmt: skip
        return {"location_id": self.location_id.id, "calendar_id": calendar.id}
