from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from .clinic_appointment import STATES

# Working hours are counted that far back and ahead.
BACK = timedelta(days=2 * 366)
AHEAD = timedelta(weeks=8)


class ClinicAppointmentReport(models.Model):
    """What became of visits, and how much of the working hours they took.

    A row a visit that was ever booked, and a row for each line of the working hours on each day,
    less time off and closing days; those have no service and no status. Nobody is named.
    """

    _name = "clinic.appointment.report"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Analysis of Appointments"
    _auto = False
    _order = "start desc, id"
    _depends = {
        "clinic.appointment": ["start", "stop", "state", "booked_at", "cancel_reason_id"],
        "clinic.participant": ["appointment_id", "partner_id", "state"],
        "clinic.schedule": ["practitioner_id", "location_id", "calendar_id", "date_from"],
    }

    start = fields.Datetime(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    practitioner_id = fields.Many2one("clinic.practitioner", readonly=True)
    location_id = fields.Many2one("clinic.location", readonly=True)
    service_id = fields.Many2one("clinic.service", readonly=True)
    state = fields.Selection(STATES, string="Status", readonly=True)
    reason_id = fields.Many2one("clinic.cancel.reason", string="Why Not", readonly=True)
    visit_count = fields.Integer(string="Appointments", readonly=True)
    cancelled_count = fields.Integer(string="Cancelled", readonly=True)
    noshow_count = fields.Integer(string="No-shows", readonly=True)
    new_count = fields.Integer(string="New Patients", readonly=True)
    booked_hours = fields.Float(readonly=True, help="Of visits that weren't cancelled.")
    open_hours = fields.Float(readonly=True, help="Working hours less time off and closing days.")
    utilization = fields.Float(
        string="Utilisation (%)",
        readonly=True,
        aggregator="avg",
        help="Booked of open hours. Working hours are of no service.",
    )
    lead_days = fields.Float(
        string="Lead Time (Days)",
        readonly=True,
        aggregator="avg",
        help="How long before it begins a visit is booked.",
    )

    @property
    def _table_query(self):
        return SQL("%s UNION ALL %s", self._get_visits(), self._get_open_hours())

    def _get_visits(self):
        # EXTRACT would count the seconds of each visit as numeric, which takes half as long again.
        return SQL(
            """
            SELECT visit.id::bigint AS id,
                   visit.start,
                   visit.company_id,
                   visit.practitioner_id,
                   visit.location_id,
                   visit.service_id,
                   visit.state,
                   visit.cancel_reason_id AS reason_id,
                   1 AS visit_count,
                   (visit.state = 'cancelled')::integer AS cancelled_count,
                   (visit.state = 'noshow')::integer AS noshow_count,
                   (SELECT count(*)
                      FROM clinic_participant one
                     WHERE one.appointment_id = visit.id
                       AND one.state <> 'cancelled'
                       AND NOT EXISTS (SELECT FROM clinic_participant known
                                         JOIN clinic_appointment earlier
                                           ON earlier.id = known.appointment_id
                                        WHERE known.partner_id = one.partner_id
                                          AND known.state IN ('arrived', 'fulfilled')
                                          AND earlier.start < visit.start))::integer AS new_count,
                   CASE WHEN visit.state <> 'cancelled'
                        THEN date_part('epoch', visit.stop - visit.start) / 3600
                        ELSE 0
                         END AS booked_hours,
                   0::double precision AS open_hours,
                   NULL::double precision AS utilization,
                   greatest(date_part('epoch', visit.start - visit.booked_at) / 86400, 0)
                       AS lead_days
              FROM clinic_appointment visit
             WHERE visit.booked_at IS NOT NULL AND visit.state <> 'held'
            """
        )

    def _get_open_hours(self):
        """The hours as practitioners work them, by the clock of the location, day by day.

        Time off is asked for in the list of columns: beside a lateral join PostgreSQL counts
        nothing of the report with two processes.
        """
        today = fields.Date.today()
        return SQL(
            """
            SELECT -(line.id::bigint * 1000000000 + schedule.id::bigint * 100000
                     + (day.day::date - DATE '2000-01-01')) AS id,
                   span.start,
                   location.company_id,
                   schedule.practitioner_id,
                   schedule.location_id,
                   NULL::integer,
                   NULL,
                   NULL::integer,
                   0,
                   0,
                   0,
                   0,
                   0::double precision,
                   greatest(date_part('epoch', span.stop - span.start) - coalesce((
                       SELECT sum(date_part('epoch', least(away.date_to, span.stop)
                                                     - greatest(away.date_from, span.start)))
                         FROM resource_calendar_leaves away
                        WHERE away.time_type = 'leave'
                          AND away.date_from < span.stop AND away.date_to > span.start
                          AND (away.resource_id = practitioner.resource_id
                               OR away.resource_id IS NULL
                              AND (away.calendar_id IS NULL OR away.calendar_id = calendar.id)
                              AND (away.company_id IS NULL
                                   OR away.company_id = practitioner.company_id))
                   ), 0), 0) / 3600,
                   NULL::double precision,
                   NULL::double precision
              FROM clinic_schedule schedule
              JOIN clinic_practitioner practitioner ON practitioner.id = schedule.practitioner_id
              JOIN clinic_location location ON location.id = schedule.location_id
              JOIN resource_calendar calendar ON calendar.id = schedule.calendar_id
              JOIN resource_calendar_attendance line
                ON line.calendar_id = calendar.id
               AND line.display_type IS NULL
               AND line.day_period <> 'lunch'
        CROSS JOIN LATERAL generate_series(
                       greatest(schedule.date_from, %(first)s)::timestamp,
                       least(schedule.date_to, %(last)s)::timestamp,
                       interval '1 day'
                   ) AS day(day)
        CROSS JOIN LATERAL (
                   SELECT (day.day + line.hour_from * interval '1 hour')
                              AT TIME ZONE location.tz AT TIME ZONE 'UTC' AS start,
                          (day.day + line.hour_to * interval '1 hour')
                              AT TIME ZONE location.tz AT TIME ZONE 'UTC' AS stop
                   ) span
             WHERE EXTRACT(ISODOW FROM day.day) - 1 = line.dayofweek::integer
               AND (calendar.two_weeks_calendar IS NOT TRUE
                    OR line.week_type::integer
                       = (day.day::date - DATE '0001-01-01') / 7 %% 2)
               AND (practitioner.active AND location.active OR day.day < %(today)s)
            """,
            first=today - BACK,
            last=today + AHEAD,
            today=today,
        )

    def _read_group_select(self, aggregate_spec, query):
        """The utilisation of several rows is of all their hours, not the mean of theirs."""
        if aggregate_spec != "utilization:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "100 * sum(%(booked)s) / nullif(sum(%(open)s), 0)",
            booked=self._field_to_sql(self._table, "booked_hours", query),
            open=self._field_to_sql(self._table, "open_hours", query),
        )
