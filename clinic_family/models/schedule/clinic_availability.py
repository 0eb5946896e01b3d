import json
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain, starmap
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.hours import WorkLine, expand
from ...engine.instants import day_bounds, from_instant, get_day, read_periods, to_stored
from ...engine.intervals import Interval, subtract
from ...engine.slots import Diary

# No visit lasts longer (see the appointment's constraint), so nothing that began earlier matters.
LONGEST = 24 * 3600


class Schedule(NamedTuple):
    """What one schedule says: days and the lines of its calendar as the database writes them."""

    calendar_id: int
    date_from: str
    date_to: str | None
    lines: str


class Taken(NamedTuple):
    """What takes somebody's time: periods, and as rows what has no hours of its own.

    And, by the location's id first, when they have time.
    """

    periods: list
    rows: list
    schedules: list


@lru_cache(maxsize=1024)
def read_work(lines, zone, first_day, last_day):
    """When the lines of a calendar are worked: many work by the same ones."""
    return expand(starmap(WorkLine, json.loads(lines)), zone, first_day, last_day)


class ClinicAvailability(models.AbstractModel):
    """Reads the diaries of practitioners: what the engine needs to find free times.

    A constant number of queries, whatever the number of practitioners and days. Everything is
    read with full rights, because what blocks a time may be nobody's business: only the free
    starts may leave the engine.
    """

    _name = "clinic.availability"
    _description = "Availability"

    @api.model
    def _read_offered(self, practitioners, locations, window, without=(), more=()):
        """The diaries as the website offers times of them; see the next.

        ``more`` are selects of what is left out there, and doesn't stop the front desk.
        """
        return self._read_diaries(practitioners, locations, window, without, more=more)

    @api.model
    def _read_diaries(self, practitioners, locations, window, without=(), leaves=None, more=()):
        """The diary of each practitioner at each location they work at, by both ids.

        Covers every visit that starts in the window of instants, as if the appointments
        ``without`` were not there. Who has read the leaves of the window already brings them.
        """
        self.env.flush_all()
        reach = self._get_reach(window)
        arms = [
            self._select_schedules(practitioners.ids, locations.ids, reach),
            self._select_blocked_times(practitioners.ids, reach, without),
            self._select_busy_events(practitioners.ids, reach),
            *more,
        ]
        if leaves is None:
            arms.append(self._select_leaves(reach))
        taken = self._read_taken(arms)
        leaves = taken[None].rows if leaves is None else leaves
        hours = self._get_hours(practitioners, locations, window, taken, leaves)
        zones = {place.id: place._get_zone() for place in locations.sudo()}
        return {
            place: replace(diary, busy=self._get_busy(taken[place[0]], zones[place[1]]))
            for place, diary in hours.items()
        }

    @api.model
    def _read_hours(self, practitioners, locations, window):
        """The same without what others have booked: who works where and when, less time off."""
        self.env.flush_all()
        reach = self._get_reach(window)
        taken = self._read_taken([
            self._select_schedules(practitioners.ids, locations.ids, reach),
            self._select_leaves(reach),
        ])  # fmt: skip
        return self._get_hours(practitioners, locations, window, taken, taken[None].rows)

    def _get_hours(self, practitioners, locations, window, taken, leaves):
        people_sudo = {person.id: person for person in practitioners.sudo()}
        places_sudo = {place.id: place for place in locations.sudo()}
        schedules = defaultdict(list)
        for practitioner_id in filter(taken.__contains__, people_sudo):
            for location_id, *schedule in taken[practitioner_id].schedules:
                schedules[practitioner_id, location_id].append(Schedule(*schedule))
        diaries = {}
        for (practitioner_id, location_id), rows in schedules.items():
            zone = places_sudo[location_id]._get_zone()
            work = defaultdict(list)
            for row in rows:
                work[row.calendar_id] += self._get_work(row, zone, window)
            diaries[practitioner_id, location_id] = Diary(
                work=sorted(chain(*work.values())),
                closed=self._get_closed(people_sudo[practitioner_id], work, leaves),
            )
        return diaries

    @api.model
    def _read_time_off(self, practitioners, window, leaves=None):
        """When each of them is away, by id, wherever they work or don't."""
        if leaves is None:
            self.env.flush_all()
            leaves = self._read_leaves(self._get_reach(window))
        return {one.id: self._get_closed(one, {}, leaves) for one in practitioners.sudo()}

    def _get_reach(self, window):
        """What may matter for a visit that starts in the window."""
        return Interval(window.start - LONGEST, window.stop + LONGEST)

    def _select_schedules(self, practitioner_ids, location_ids, reach):
        """The schedules with the lines of their weekly hours, breaks left out."""
        return SQL(
            """
            SELECT schedule.practitioner_id, NULL::bytea AS sent, NULL::json AS rows,
                   json_build_array(
                       schedule.location_id, schedule.calendar_id,
                       schedule.date_from, schedule.date_to,
                       coalesce(json_agg(json_build_array(
                           line.dayofweek::integer, line.hour_from, line.hour_to,
                           CASE WHEN calendar.two_weeks_calendar THEN line.week_type::integer END
                       )) FILTER (WHERE line.id IS NOT NULL), '[]')::text
                   ) AS schedule
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
        )  # fmt: skip

    def _read_leaves(self, reach):
        """Time off of persons, and closing days (no resource), as rows."""
        return self._read_taken([self._select_leaves(reach)])[None].rows

    def _read_taken(self, arms):
        """What the selects find, in one query, by practitioner id; time off by none."""
        taken = defaultdict(lambda: Taken([], [], []))
        query = SQL(" UNION ALL ").join(arms)
        for practitioner_id, sent, rows, schedule in self.env.execute_query(query):
            taken[practitioner_id].periods.extend(read_periods(sent or b""))
            taken[practitioner_id].rows.extend(rows or ())
            taken[practitioner_id].schedules.extend([schedule] if schedule else ())
        return taken

    def _select_leaves(self, reach):
        return SQL(
            """
            SELECT NULL::integer AS practitioner_id, NULL::bytea AS sent,
                   json_agg(json_build_array(
                       resource_id, calendar_id, company_id,
                       EXTRACT(EPOCH FROM date_from)::bigint, EXTRACT(EPOCH FROM date_to)::bigint
                   )) AS rows,
                   NULL::json AS schedule
              FROM resource_calendar_leaves
             WHERE time_type = 'leave' AND date_from < %s AND date_to > %s
            """,
            to_stored(reach.stop),
            to_stored(reach.start),
        )  # fmt: skip

    def _select_blocked_times(self, practitioner_ids, reach, without=()):
        """What appointments and holds block, buffers included.

        Starts and stops as bytes: numbers or times in text take longer to write and to read.
        """
        return SQL(
            """
            SELECT practitioner_id,
                   string_agg(
                       timestamp_send(blocked_start) || timestamp_send(blocked_stop), ''
                   ) AS sent,
                   NULL::json AS rows,
                   NULL::json AS schedule
              FROM clinic_appointment
             WHERE practitioner_id = ANY(%s)
               AND blocked_start >= %s AND blocked_start < %s
               %s
               AND (state IN ('booked', 'arrived', 'fulfilled')
                    OR state = 'held' AND held_until > %s)
          GROUP BY practitioner_id
            """,
            practitioner_ids,
            to_stored(reach.start - LONGEST),
            to_stored(reach.stop),
            # The index alone knows all the rest.
            SQL("AND id <> ALL(%s)", [one.id for one in without]) if without else SQL(),
            fields.Datetime.now(),
        )  # fmt: skip

    def _select_busy_events(self, practitioner_ids, reach):
        """Calendar entries that make the practitioner's user busy; whole days are rows."""
        return SQL(
            """
            SELECT practitioner.id AS practitioner_id,
                   string_agg(timestamp_send(event.start) || timestamp_send(event.stop), '')
                       FILTER (WHERE event.allday IS NOT TRUE AND event.start < event.stop) AS sent,
                   json_agg(json_build_array(event.start_date, event.stop_date))
                       FILTER (WHERE event.allday) AS rows,
                   NULL::json AS schedule
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
          GROUP BY practitioner.id
            """,
            practitioner_ids,
            to_stored(reach.stop),
            to_stored(reach.start),
        )  # fmt: skip

    def _get_work(self, schedule, zone, window):
        """The working hours of the schedule, one interval a line and day, unmerged."""
        first_day = get_day(window.start, zone)
        last_day = get_day(window.stop, zone) + timedelta(days=1)
        begins = max(first_day, date.fromisoformat(schedule.date_from))
        ends = min(last_day, date.fromisoformat(schedule.date_to or last_day.isoformat()))
        return read_work(schedule.lines, zone, begins, ends)

    def _get_closed(self, practitioner, work, leaves):
        """The practitioner's time off, and their company's closing days.

        Where a calendar is closed, what is worked by another one, both by the id of the calendar
        in ``work``, stays open.
        """
        mine, company = practitioner.resource_id.id, practitioner.company_id.id
        closed, of_hours = [], defaultdict(list)
        for resource_id, calendar_id, company_id, start, stop in leaves:
            is_closing = resource_id is None and company_id in (None, company)
            if resource_id == mine or (is_closing and calendar_id is None):
                closed.append(Interval(start, stop))
            elif is_closing and calendar_id in work:
                of_hours[calendar_id].append(Interval(start, stop))
        if of_hours:
            worked = chain(*(subtract(work[one], of_hours.get(one, ())) for one in work))
            closed += subtract(chain(*of_hours.values()), worked)
        return closed

    def _get_busy(self, taken, zone):
        """What takes the practitioner's time.

        A whole-day entry takes whole days at the location, whatever hours Odoo stores.
        """
        return taken.periods + [
            Interval(
                day_bounds(date.fromisoformat(first), zone).start,
                day_bounds(date.fromisoformat(last), zone).stop,
            )
            for first, last in taken.rows
        ]
