from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import starmap

from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.hours import WorkLine, expand
from ...engine.instants import day_bounds, from_instant, get_day, to_stored
from ...engine.intervals import Interval
from ...engine.slots import Diary

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
    def _read_diaries(self, practitioners, locations, window, without=(), leaves=None):
        """The diary of each practitioner at each location they work at, by both ids.

        Covers every visit that starts in the window of instants, as if the appointments
        ``without`` were not there. Who has read the leaves of the window already brings them.
        """
        hours = self._read_hours(practitioners, locations, window, leaves)
        reach = self._get_reach(window)
        blocked = self._read_blocked_times(practitioners.ids, reach, without)
        events = self._read_busy_events(practitioners.ids, reach)
        zones = {place.id: place._get_zone() for place in locations.sudo()}
        for (practitioner_id, location_id), diary in hours.items():
            hours[practitioner_id, location_id] = replace(
                diary,
                busy=blocked[practitioner_id]
                + [
                    self._get_event_interval(event, zones[location_id])
                    for event in events[practitioner_id]
                ],
            )
        return hours

    @api.model
    def _read_hours(self, practitioners, locations, window, leaves=None):
        """The same without what others have booked: who works where and when, less time off."""
        self.env.flush_all()
        reach = self._get_reach(window)
        people_sudo = {person.id: person for person in practitioners.sudo()}
        places_sudo = {place.id: place for place in locations.sudo()}
        schedules = self._read_schedules(practitioners.ids, locations.ids, reach)
        leaves = self._read_leaves(reach) if leaves is None else leaves
        diaries = {}
        for (practitioner_id, location_id), rows in schedules.items():
            calendar_ids = {row["calendar_id"] for row in rows}
            diaries[practitioner_id, location_id] = Diary(
                work=self._get_work(rows, places_sudo[location_id]._get_zone(), window),
                closed=self._get_closed(people_sudo[practitioner_id], calendar_ids, leaves),
            )
        return diaries

    @api.model
    def _read_time_off(self, practitioners, window, leaves=None):
        """When each of them is away, by id, wherever they work or don't."""
        if leaves is None:
            self.env.flush_all()
            leaves = self._read_leaves(self._get_reach(window))
        return {one.id: self._get_closed(one, (), leaves) for one in practitioners.sudo()}

    def _get_reach(self, window):
        """What may matter for a visit that starts in the window."""
        return Interval(window.start - LONGEST, window.stop + LONGEST)

    def _read_schedules(self, practitioner_ids, location_ids, reach):
        """The schedules with the lines of their weekly hours, breaks left out, by both ids."""
        schedules = defaultdict(list)
        for row in self.env.execute_query_dict(SQL(
            """
            SELECT schedule.practitioner_id, schedule.location_id, schedule.calendar_id,
                   schedule.date_from, schedule.date_to,
                   coalesce(json_agg(json_build_array(
                       line.dayofweek::integer, line.hour_from, line.hour_to,
                       CASE WHEN calendar.two_weeks_calendar THEN line.week_type::integer END
                   )) FILTER (WHERE line.id IS NOT NULL), '[]') AS lines
              FROM clinic_schedule schedule
              JOIN resource_calendar calendar ON calendar.id = schedule.calendar_id
         LEFT JOIN resource_calendar_attendance line
                ON line.calendar_id = calendar.id
               AND line.display_type IS NULL
               AND line.day_period <> 'lunch'
             WHERE schedule.practitioner_id = ANY(%s) AND schedule.location_id = ANY(%s)
               AND schedule.date_from <= %s
               AND (schedule.date_to IS NULL OR schedule.date_to >= %s)
          GROUP BY schedule.id
            """,
            practitioner_ids,
            location_ids,
            from_instant(reach.stop).date(),
            from_instant(reach.start).date(),
        )):  # fmt: skip
            schedules[row["practitioner_id"], row["location_id"]].append(row)
        return schedules

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
            to_stored(reach.stop),
            to_stored(reach.start),
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
            to_stored(reach.start - LONGEST),
            to_stored(reach.stop),
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
            to_stored(reach.stop),
            to_stored(reach.start),
        )):  # fmt: skip
            events[event["practitioner_id"]].append(event)
        return events

    def _get_work(self, schedules, zone, window):
        """The working hours of the schedules, one interval a line and day, unmerged."""
        first_day = get_day(window.start, zone)
        last_day = get_day(window.stop, zone) + timedelta(days=1)
        work = []
        for schedule in schedules:
            begins = max(first_day, schedule["date_from"])
            ends = min(last_day, schedule["date_to"] or last_day)
            work += expand(starmap(WorkLine, schedule["lines"]), zone, begins, ends)
        return sorted(work)

    def _get_closed(self, practitioner, calendar_ids, leaves):
        """The practitioner's time off, and their company's closing days."""
        resource, company = practitioner.resource_id.id, practitioner.company_id.id
        return [
            Interval(leave["start"], leave["stop"])
            for leave in leaves
            if leave["resource_id"] == resource
            or (
                leave["resource_id"] is None
                and leave["calendar_id"] in (None, *calendar_ids)
                and leave["company_id"] in (None, company)
            )
        ]

    def _get_event_interval(self, event, zone):
        """A whole-day entry takes whole days at the location, whatever hours Odoo stores."""
        if not event["allday"]:
            return Interval(event["start"], event["stop"])
        first, last = event["start_date"], event["stop_date"]
        return Interval(day_bounds(first, zone).start, day_bounds(last, zone).stop)
