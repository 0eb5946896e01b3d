"""The window in which the hours of a week are written, and what is offered then."""

from odoo.tests import Form

from .common import MONDAY, ROLE, ClinicCase, days


class WeekCase(ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.user("test_manager", "Max Manager", ROLE + "manager")
        cls.newcomer = cls.env["clinic.practitioner"].create({
            "name": "Nick Newcomer", "is_published": True, "service_ids": cls.single.ids,
        })  # fmt: skip

    def week(self, practitioner=None, schedule=None, user=None):
        """The window as it opens, on the form of a practitioner or for a schedule."""
        model = self.env["clinic.week"].with_user(user or self.manager)
        if schedule:
            return Form(model.with_context(default_schedule_id=schedule.id))
        week = Form(model.with_context(default_practitioner_id=practitioner.id))
        week.location_id = self.harbour
        return week

    def write_week(self, practitioner, **values):
        """Somebody's only line of hours."""
        week = self.week(practitioner)
        while len(week.line_ids):
            week.line_ids.remove(0)
        with week.line_ids.new() as line:
            for name, value in values.items():
                setattr(line, name, value)
        week.save().action_save()
        return practitioner.schedule_ids

    def offered(self, practitioner, first=MONDAY, count=7):
        """On which days of the week times are offered, and the first and last of them."""
        starts = self.single._get_slots(days(first, count), practitioner, self.harbour)
        by_day = {}
        for slot in starts:
            clock = self.harbour._get_time_values(slot.start)["param"]
            day, hour = clock.split("T")
            by_day.setdefault(day, []).append(hour[:5])
        return {day: (hours[0], hours[-1]) for day, hours in by_day.items()}
