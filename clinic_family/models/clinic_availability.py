from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.hours import WorkLine, expand
from ..engine.instants import day_bounds, from_instant
from ..engine.intervals import Interval
from ..engine.slots import Diary

# No visit lasts longer (see the appointment's constraint), so nothing that began earlier matters.
LONGEST = 24 * 3600


class ClinicAvailability(models.AbstractModel):
    """Reads the diaries of practitioners: what the engine needs to find free times.

    A constant number of queries, whatever the number of practitioners and days. Everything is
    read with full rights, because what blocks a time may be nobody's business: only the free
    starts may leave the engine.
    """

    _name = "clinic.availability"
    _description = "Availability"

    @api.model
    def _read_diaries(self, practitioners, locations, window, without=()):
        """The diary of each practitioner at each location they work at, by both ids.

        Covers every visit that starts in the window of instants. The appointments ``without``
        which to read are about to be moved: they don't stand in their own way.
        """
        self.env.flush_all()
        reach = Interval(window.start - LONGEST, window.stop + LONGEST)
        schedules_sudo = self._search_schedules_sudo(practitioners, locations, reach)
        lines = self._read_work_lines(schedules_sudo.calendar_id.ids)
        leaves = self._read_leaves(reach)
        blocked = self._read_blocked_times(schedules_sudo.practitioner_id.ids, reach, without)
        events = self._read_busy_events(schedules_sudo.practitioner_id.ids, reach)
        diaries = {}
        pairs = schedules_sudo.grouped(lambda s: (s.practitioner_id, s.location_id))
        for (practitioner, location), pair_schedules in pairs.items():
            zone = location._get_zone()
            diaries[practitioner.id, location.id] = Diary(
                work=self._get_work(pair_schedules, lines, zone, window),
                closed=self._get_closed(practitioner, pair_schedules.calendar_id, leaves),
                busy=blocked[practitioner.id]
                + [self._get_event_interval(event, zone) for event in events[practitioner.id]],
            )
        return diaries

    def _search_schedules_sudo(self, practitioners, locations, reach):
        return self.env["clinic.schedule"].sudo().search([
            ("practitioner_id", "in", practitioners.ids),
            ("location_id", "in", locations.ids),
            ("date_from", "<=", from_instant(reach.stop).date()),
            "|", ("date_to", "=", False), ("date_to", ">=", from_instant(reach.start).date()),
        ])  # fmt: skip

    def _read_work_lines(self, calendar_ids):
        """The lines of the weekly working hours, breaks left out, by calendar id."""
        lines = defaultdict(list)
        for calendar_id, weekday, hour_from, hour_to, week in self.env.execute_query(SQL(
            """
            SELECT calendar.id, line.dayofweek, line.hour_from, line.hour_to,
                   CASE WHEN calendar.two_weeks_calendar THEN line.week_type END
              FROM resource_calendar_attendance line
              JOIN resource_calendar calendar ON calendar.id = line.calendar_id
             WHERE calendar.id = ANY(%s)
               AND line.display_type IS NULL
               AND line.day_period <> 'lunch'
            """,
            calendar_ids,
        )):  # fmt: skip
            lines[calendar_id].append(
                WorkLine(int(weekday), hour_from, hour_to, None if week is None else int(week))
            )
        return lines

    def _read_leaves(self, reach):
        """Time off of persons, and closing days (no resource), as rows."""
        return self.env.execute_query_dict(SQL(
            """
            SELECT resource_id, calendar_id, company_id,
                   EXTRACT(EPOCH FROM date_from)::bigint AS start,
                   EXTRACT(EPOCH FROM date_to)::bigint AS stop
              FROM resource_calendar_leaves
             WHERE time_type = 'leave' AND date_from < %s AND date_to > %s
            """,
            self._to_naive(reach.stop),
            self._to_naive(reach.start),
        ))  # fmt: skip

    def _read_blocked_times(self, practitioner_ids, reach, without=()):
        """What appointments and holds block, buffers included, by practitioner id."""
        blocked = defaultdict(list)
        for practitioner_id, starts, stops in self.env.execute_query(SQL(
            """
            SELECT practitioner_id,
                   array_agg(date_part('epoch', blocked_start)::bigint),
                   array_agg(date_part('epoch', blocked_stop)::bigint)
              FROM clinic_appointment
             WHERE practitioner_id = ANY(%s)
               AND blocked_start >= %s AND blocked_start < %s
               AND id <> ALL(%s)
               AND (state IN ('booked', 'arrived', 'fulfilled')
                    OR state = 'held' AND held_until > %s)
          GROUP BY practitioner_id
            """,
            practitioner_ids,
            self._to_naive(reach.start - LONGEST),
            self._to_naive(reach.stop),
            [appointment.id for appointment in without],
            fields.Datetime.now(),
        )):  # fmt: skip
            blocked[practitioner_id] = list(map(Interval, starts, stops))
        return blocked

    def _read_busy_events(self, practitioner_ids, reach):
        """Calendar entries that make the practitioner's user busy, as rows by practitioner id."""
        events = defaultdict(list)
        for event in self.env.execute_query_dict(SQL(
            """
            SELECT practitioner.id AS practitioner_id,
                   EXTRACT(EPOCH FROM event.start)::bigint AS start,
                   EXTRACT(EPOCH FROM event.stop)::bigint AS stop,
                   event.allday, event.start_date, event.stop_date
              FROM clinic_practitioner practitioner
              JOIN res_users ON res_users.id = practitioner.user_id
              JOIN calendar_event_res_partner_rel invited
                ON invited.res_partner_id = res_users.partner_id
              JOIN calendar_event event ON event.id = invited.calendar_event_id
         LEFT JOIN calendar_attendee attendee
                ON attendee.event_id = event.id AND attendee.partner_id = res_users.partner_id
             WHERE practitioner.id = ANY(%s)
               AND event.active AND event.show_as = 'busy'
               AND attendee.state IS DISTINCT FROM 'declined'
               AND event.start < %s AND event.stop > %s
            """,
            practitioner_ids,
            self._to_naive(reach.stop),
            self._to_naive(reach.start),
        )):  # fmt: skip
            events[event["practitioner_id"]].append(event)
        return events

    def _get_work(self, schedules, lines, zone, window):
        """The working hours of the schedules, one interval a line and day, unmerged."""
        first_day = from_instant(window.start).astimezone(zone).date()
        last_day = from_instant(window.stop).astimezone(zone).date() + timedelta(days=1)
        work = []
        for schedule in schedules:
            begins = max(first_day, schedule.date_from)
            ends = min(last_day, schedule.date_to or last_day)
            work += expand(lines[schedule.calendar_id.id], zone, begins, ends)
        return sorted(work)

    def _get_closed(self, practitioner, calendars, leaves):
        """The practitioner's time off, and their company's closing days."""
        resource, company = practitioner.resource_id.id, practitioner.company_id.id
        return [
            Interval(leave["start"], leave["stop"])
            for leave in leaves
            if leave["resource_id"] == resource
            or (
                leave["resource_id"] is None
                and leave["calendar_id"] in (None, *calendars.ids)
                and leave["company_id"] in (None, company)
            )
        ]

    def _get_event_interval(self, event, zone):
        """A whole-day entry takes whole days at the location, whatever hours Odoo stores."""
        if not event["allday"]:
            return Interval(event["start"], event["stop"])
        first, last = event["start_date"], event["stop_date"]
        return Interval(day_bounds(first, zone).start, day_bounds(last, zone).stop)

    @api.model
    def _to_naive(self, instant):
        return from_instant(instant).replace(tzinfo=None)
