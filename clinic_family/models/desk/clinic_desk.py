from datetime import date

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import format_date, format_time

from ...engine.instants import from_instant, from_stored, get_day, localize, to_stored
from ..family.res_partner import FRONT_DESK, STAFF

FARTHEST_DAY = date(9000, 1, 1)


class ClinicDesk(models.AbstractModel):
    """What the screens of the front desk share. They show plain values, read as who looks.

    A *place* is a day and minutes on the clock of a location, with a practitioner: what one
    points at on a day sheet. Minutes count from midnight as clocks show them.
    """

    _name = "clinic.desk"
    _description = "Front Desk"

    @api.model
    def _verify_staff(self, group=STAFF):
        if not self.env.user.has_group(group):
            raise AccessError(self.env._("The day sheet is for the staff of the clinic."))

    @api.model
    def _verify_front_desk(self):
        self._verify_staff(FRONT_DESK)

    @api.model
    def _find(self, model, number):
        """The record of this number, if the reader may see it; none otherwise."""
        number = number if isinstance(number, int) else 0
        return self.env[model].search([("id", "=", number)])

    @api.model
    def _read_day(self, text):
        """The day of a text such as "2026-11-30"; nothing where it is none."""
        try:
            day = date.fromisoformat(text or "")
        except (TypeError, ValueError):
            return None
        return day if date(2000, 1, 1) < day < FARTHEST_DAY else None

    @api.model
    def _read_minutes(self, minutes, most=24 * 60):
        """So many minutes of a day, within it."""
        return min(max(int(minutes or 0), 0), most)

    @api.model
    def _read_place(self, place):
        """Practitioner, location, and the start as stored; what isn't there is empty."""
        practitioner = self._find("clinic.practitioner", place.get("practitioner_id"))
        location = self._find("clinic.location", place.get("location_id"))
        day = self._read_day(place.get("day"))
        start = False
        if day and location:
            hour = self._read_minutes(place.get("minutes")) / 60
            start = to_stored(localize(day, hour, location._get_zone()))
        return practitioner, location, start

    @api.model
    def _get_minutes(self, instant, day, zone):
        """What the clocks show then, in minutes of that day; what is on another day is cut off."""
        local = from_instant(instant).astimezone(zone)
        if local.date() != day:
            return 0 if local.date() < day else 24 * 60
        return local.hour * 60 + local.minute

    @api.model
    def _show_place(self, practitioner, location, start):
        """A stored start as a place, and as people say it."""
        instant, zone = from_stored(start), location._get_zone()
        day = get_day(instant, zone)
        return {
            "practitioner_id": practitioner.id,
            "location_id": location.id,
            "day": day.isoformat(),
            "minutes": self._get_minutes(instant, day, zone),
            "text": self.env._(
                "%(day)s, %(time)s",
                day=format_date(self.env, day, date_format="EEE d MMM"),
                time=self._format_time(instant, zone),
            ),
        }

    @api.model
    def _format_time(self, instant, zone):
        local = from_instant(instant).astimezone(zone)
        return format_time(self.env, local.time(), time_format="short")

    @api.model
    def _format_day(self, day):
        return format_date(self.env, day, date_format="d MMM y") if day else ""
