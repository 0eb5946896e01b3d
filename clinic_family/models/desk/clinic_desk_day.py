from datetime import time, timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, format_time

from ...engine.instants import day_bounds, from_stored, get_day, get_now, to_stored
from ...engine.intervals import Interval, subtract
from ...engine.slots import Diary
from ..family.res_partner import FRONT_DESK, MANAGER
from .clinic_message import UNDELIVERED

BILLING = "clinic_family.clinic_family_group_billing"
COUNTED = [
    ("state", "in", UNDELIVERED),
    ("participant_id.appointment_id.start", ">", "now"),
]
# What is shown of a day on which nobody works.
USUAL = (9 * 60, 17 * 60)


class ClinicDeskDay(models.AbstractModel):
    """The day sheet: a column a practitioner, or a day of one; a card a visit.

    Everything is in the time of the location. A practitioner has their own column alone.
    """

    _name = "clinic.desk.day"
    _inherit = ["clinic.desk"]
    _description = "Day Sheet"

    @api.model
    def get_sheet(self, day=False, location_id=False, practitioner_id=False):
        """What there is on a day at a location; of one practitioner, in the week of that day."""
        self._verify_staff()
        locations = self.env["clinic.location"].search_fetch([], ["name", "tz", "company_id"])
        if not locations:
            return {"locations": [], "may_set_up": self.env.user.has_group(MANAGER)}
        location = locations.filtered(lambda one: one.id == location_id) or locations[0]
        today = get_day(get_now(), location._get_zone())
        day = self._read_day(day) or today
        practitioners = self._search_practitioners(location)
        one = practitioners.filtered(lambda each: each.id == practitioner_id)
        days = self._get_week(day) if one else [day]
        sheet = self._read_sheet(location, one or practitioners, days, bool(one))
        return {
            "day": day.isoformat(),
            "is_today": day == today,
            "title": self._get_title(days),
            "location_id": location.id,
            "practitioner_id": one.id,
            "locations": [{"id": place.id, "name": place.name} for place in locations],
            "practitioners": [{"id": each.id, "name": each.name} for each in practitioners],
            "may_book": self.env.user.has_group(FRONT_DESK),
            **sheet,
        }

    @api.model
    def get_undelivered(self):
        """How many messages about visits to come didn't arrive, or perhaps didn't."""
        self._verify_staff()
        if not self.env.user.has_group(FRONT_DESK):
            return 0
        return self.env["clinic.message"].search_count(COUNTED)

    @api.model
    def get_registrations(self):
        """How many people registered online and wait for the front desk."""
        self._verify_staff()
        if not self.env.user.has_group(FRONT_DESK):
            return 0
        return self.env["clinic.registration"].search_count([("state", "=", "new")])

    @api.model
    def _search_practitioners(self, location):
        """Whose columns the reader may look at."""
        domain = Domain("company_id", "in", (location.company_id.id, False))
        if not self.env.user.has_group(BILLING):
            domain &= Domain("user_id", "=", self.env.uid)
        names = ["name", "resource_id", "company_id", "user_id"]
        return self.env["clinic.practitioner"].search_fetch(domain, names)

    @api.model
    def _get_week(self, day):
        monday = day - timedelta(days=day.weekday())
        return [monday + timedelta(days=number) for number in range(7)]

    @api.model
    def _get_title(self, days):
        if len(days) == 1:
            return format_date(self.env, days[0], date_format="EEE d MMM")
        return self.env._(
            "%(first)s to %(last)s",
            first=format_date(self.env, days[0], date_format="d MMM"),
            last=format_date(self.env, days[-1], date_format="d MMM"),
        )

    # Columns

    @api.model
    def _read_sheet(self, location, practitioners, days, is_week):
        zone = location._get_zone()
        window = Interval(day_bounds(days[0], zone).start, day_bounds(days[-1], zone).stop)
        availability = self.env["clinic.availability"]
        self.env.flush_all()
        leaves = availability._read_leaves(availability._get_reach(window))
        diaries = availability._read_diaries(practitioners, location, window, leaves=leaves)
        others = practitioners.filtered(lambda one: (one.id, location.id) not in diaries)
        time_off = availability._read_time_off(others, window, leaves)
        visits = self._search_visits(practitioners, window)
        names = self._read_names_of_time_off(practitioners, window)
        cards = self._get_cards(visits, location, diaries, time_off)
        of_each = visits.grouped("practitioner_id")
        columns = []
        for day in days:
            for one in practitioners:
                diary = diaries.get((one.id, location.id)) or Diary(closed=time_off[one.id])
                column = self._get_column(one, location, day, diary, names)
                own = of_each.get(one, visits.browse())
                column["blocks"] += self._get_busy(day, zone, diary, own)
                column["cards"] = self._pick_cards(cards, own, day, zone)
                is_here = any(not card["is_elsewhere"] for card in column["cards"])
                if is_week or column["hours"] or is_here:
                    columns.append(column)
        first, last = self._get_range(columns)
        return {
            "columns": columns,
            "first": first,
            "last": last,
            "marks": self._get_marks(first, last),
            "now": self._get_minutes(get_now(), get_day(get_now(), zone), zone),
        }

    @api.model
    def _get_column(self, practitioner, location, day, diary, names):
        zone = location._get_zone()
        bounds = day_bounds(day, zone)
        hours = self._cut(diary.work, bounds, day, zone)
        away = [one for one in diary.closed if one.start < bounds.stop and one.stop > bounds.start]
        return {
            "key": f"{practitioner.id}-{day}",
            "practitioner_id": practitioner.id,
            "name": practitioner.name,
            "day": day.isoformat(),
            "date": format_date(self.env, day, date_format="EEE d MMM"),
            "is_today": day == get_day(get_now(), zone),
            "hours": hours,
            "hours_text": self._format_span(hours[0][0], hours[-1][1]) if hours else "",
            "blocks": [
                {
                    "kind": "away",
                    "from": self._get_minutes(one.start, day, zone),
                    "to": self._get_minutes(one.stop, day, zone),
                    "text": names.get((practitioner.resource_id.id, one))
                    or names.get((False, one))
                    or self.env._("Away"),
                }
                for one in away
            ],
        }

    @api.model
    def _cut(self, spans, bounds, day, zone):
        """The parts of these intervals on that day, as pairs of minutes, touching ones joined."""
        found = []
        for span in sorted(spans):
            if span.start >= bounds.stop or span.stop <= bounds.start:
                continue
            begins, ends = (self._get_minutes(each, day, zone) for each in span)
            if found and begins <= found[-1][1]:
                found[-1][1] = max(found[-1][1], ends)
            else:
                found.append([begins, ends])
        return found

    @api.model
    def _format_span(self, begins, ends):
        return f"{self._format_clock(begins)}–{self._format_clock(ends)}"

    @api.model
    def _format_clock(self, minutes):
        # A sheet says the same few times again and again.
        said = self.env.cr.cache.setdefault("clinic_family.clock", {})
        key = (self.env.context.get("lang"), minutes)
        if key not in said:
            clock = time(*divmod(min(minutes, 24 * 60 - 1), 60))
            said[key] = format_time(self.env, clock, time_format="short")
        return said[key]

    @api.model
    def _read_names_of_time_off(self, practitioners, window):
        """What time off and closing days are called, by resource and interval, if one may know."""
        leaves = self.env["resource.calendar.leaves"].search_fetch(
            [
                ("date_from", "<", to_stored(window.stop)),
                ("date_to", ">", to_stored(window.start)),
                ("resource_id", "in", [False, *practitioners.resource_id.ids]),
            ],
            ["name", "resource_id", "date_from", "date_to"],
        )
        return {
            (
                one.resource_id.id,
                Interval(*map(from_stored, (one.date_from, one.date_to))),
            ): one.name
            for one in leaves
        }

    @api.model
    def _get_busy(self, day, zone, diary, visits):
        """What blocks a practitioner besides their visits: told as *busy*, and no more."""
        bounds = day_bounds(day, zone)
        shown = [
            Interval(*map(from_stored, (one.blocked_start, one.blocked_stop))) for one in visits
        ]
        # Visits one after the other block as one.
        that_day = [
            one for one in diary.busy if one.start < bounds.stop and one.stop > bounds.start
        ]
        return [
            {
                "kind": "busy",
                "from": self._get_minutes(span.start, day, zone),
                "to": self._get_minutes(span.stop, day, zone),
                "text": self.env._("Busy"),
            }
            for span in subtract(that_day, shown)
        ]

    @api.model
    def _get_range(self, columns):
        """The whole hours from the first to the last of what there is on any of the columns."""
        spans = [span for column in columns for span in column["hours"]]
        spans += [(card["from"], card["to"]) for column in columns for card in column["cards"]]
        first = min((begins for begins, _ends in spans), default=USUAL[0])
        last = max((ends for _begins, ends in spans), default=USUAL[1])
        return first // 60 * 60, -(-last // 60) * 60

    @api.model
    def _get_marks(self, first, last):
        return [
            {"minutes": hour, "text": self._format_clock(hour)} for hour in range(first, last, 60)
        ]
