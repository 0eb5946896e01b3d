"""What is measured in `make bench`: the pages of patients, the day sheet, calendars and reports.

Beside some of them is the least they could take: the same in plain SQL, or a list of Odoo's own.
"""

import json
from datetime import datetime, timedelta, timezone

from tools.bench_data import (
    PEOPLE,
    PRACTITIONERS,
    SHEET_PRACTITIONERS,
    SHEET_VISITS,
    VISITS_OF_EACH,
)

DOCTOR = "moreau"
DAYS_OF_SLOTS, SHEET_BYTES, SHOWN = 28, 150_000, 80
# What Odoo's own list of contacts shows.
CONTACT = {
    "complete_name": {}, "email": {}, "phone": {}, "country_id": {"fields": {"display_name": {}}},
    "user_id": {"fields": {"display_name": {}}}, "category_id": {"fields": {"display_name": {}}},
}  # fmt: skip

# The same question without the view of authorities: my own, or of whoever lets me book.
NAIVE = """
    SELECT id
      FROM clinic_appointment AS appointment
     WHERE stop >= %(now)s
       AND state IN ('booked', 'arrived')
       AND (EXISTS (SELECT 1
                      FROM clinic_participant
                     WHERE appointment_id = appointment.id AND partner_id = %(user_partner)s)
            OR EXISTS (SELECT 1
                         FROM clinic_participant AS participant
                         JOIN clinic_permission ON grantor_id = participant.partner_id
                        WHERE participant.appointment_id = appointment.id
                          AND grantee_id = %(user_partner)s
                          AND kind = 'book'
                          AND ended_at IS NULL
                          AND starts_at <= %(now)s
                          AND (ends_at IS NULL OR ends_at > %(now)s)))
  ORDER BY start
"""
# The least that free times need: what blocks these people, answered by an index alone.
BLOCKED = """
    SELECT practitioner_id, blocked_start, blocked_stop
      FROM clinic_appointment
     WHERE practitioner_id = ANY(%(practitioners)s)
       AND blocked_start >= %(begins)s AND blocked_start < %(ends)s
       AND (state IN ('booked', 'arrived', 'fulfilled') OR state = 'held' AND held_until > now())
"""

# The least that a full day sheet needs: its visits, and who comes to each.
SHEET_IN_SQL = """
    SELECT visit.id, visit.practitioner_id, visit.start, visit.stop, visit.state,
           string_agg(person.name, ', ' ORDER BY participant.id)
      FROM clinic_appointment visit
      JOIN clinic_participant participant ON participant.appointment_id = visit.id
      JOIN res_partner person ON person.id = participant.partner_id
     WHERE visit.practitioner_id = ANY(%(sheet_practitioners)s)
       AND visit.start >= %(sheet_start)s
       AND visit.start < %(sheet_start)s + interval '12 hours'
  GROUP BY visit.id
  ORDER BY visit.start, visit.id
"""


def check_same_answer(env, values):
    """Stop when the rule and the naive question disagree, or hardly anything is found."""
    found = set(search(env).ids)
    naive = {row[0] for row in run(env, NAIVE, values)}
    if found != naive or len(found) < PEOPLE * VISITS_OF_EACH / 4:
        raise AssertionError(f"the rule finds {len(found)} appointments, naively {len(naive)}")


def search(env, limit=None):
    appointments = env["clinic.appointment"]
    return appointments.search(appointments._get_my_domain("upcoming"), order="start", limit=limit)


def run(env, statement, values):
    env.cr.execute(statement, values)
    return env.cr.fetchall()


def get_family(env):
    return env["clinic.page.family"]._get_family(env.user.partner_id)


def get_visits(env):
    if not env["clinic.appointment"]._get_my_page("upcoming", 20, 0):
        raise AssertionError("there is nothing on the page of appointments")


def get_packages(env):
    return env["clinic.page.package"]._get_packages(env.user.partner_id)


def get_week(env, service_id):
    """Read what a visitor sees of a service first, with whoever is free."""
    service = env["clinic.service"].browse(service_id)
    if not any(
        day["count"] for day in env["clinic.page.booking"]._get_times(service, 0, 0, None)["days"]
    ):
        raise AssertionError("nothing is free")


def get_starts(env, service_id):
    """Find the free times of some weeks as the booking site does for this user."""
    from odoo.addons.clinic_family.engine.intervals import Interval

    service = env["clinic.service"].browse(service_id)
    window = Interval(*(int(moment.timestamp()) for moment in get_weeks()))
    return service._get_starts(window, *service._get_places())


def get_sheet(env):
    """Read the sheet of today, on which each of the many practitioners sees a dozen patients."""
    sheet = env["clinic.desk.day"].get_sheet()
    if sum(len(column["cards"]) for column in sheet["columns"]) < PRACTITIONERS:
        raise AssertionError("the day sheet is empty")
    return sheet


def get_full_sheet(env, values):
    """Read a sheet with all its visits, which is small enough to be sent each minute."""
    day, location_id = values["sheet_day"], values["sheet_location"]
    sheet = env["clinic.desk.day"].get_sheet(day, location_id)
    count = sum(len(column["cards"]) for column in sheet["columns"])
    if (len(sheet["columns"]), count) != (SHEET_PRACTITIONERS, SHEET_VISITS):
        raise AssertionError(f"the day sheet shows {count} visits")
    if len(json.dumps(sheet)) > SHEET_BYTES:
        raise AssertionError(f"the day sheet takes more than {SHEET_BYTES} bytes")
    return sheet


def find_patient(env, values):
    person = get_patient(env, values)
    first, last = person.name.split()
    found = env["clinic.desk.booking"].search_people(f"{last} {first[:3]}")
    if not found:
        raise AssertionError("the desk finds nobody")


def find_like(env, values):
    """What the front desk waits for as it opens a registration."""
    columns = env["clinic.duplicates"]._compare(get_patient(env, values))["people"]
    if not columns:
        raise AssertionError("a registration shows nobody")


def get_patient(env, values):
    return env["res.partner"].browse(values["first"] + values["people"] + 7)


def make_feed(env, service):
    """The calendar of one of the many practitioners, which has the visits they give."""
    doctor = env["res.users"].search([("login", "=", DOCTOR)])
    # Of the demo clinic they aren't any more: whose visits are many depends on how many they are.
    env["clinic.practitioner"].search([("user_id", "=", doctor.id)]).user_id = False
    service.practitioner_ids[0].user_id = doctor
    env.flush_all()
    env["clinic.calendar.feed"]._renew(doctor)
    return env["clinic.calendar.feed"]._find_for(doctor)._as_owner()


def get_report(env, days=None):
    """Read what the pivot shows first: of the last days, or of all visits and hours."""
    measures = ("visit_count", "cancelled_count", "noshow_count", "booked_hours", "open_hours")
    domain = []
    if days:
        today, _end = get_weeks()
        domain = [("start", ">=", (today - timedelta(days=days)).replace(tzinfo=None))]
    specs = [f"{name}:sum" for name in measures] + ["utilization:avg"]
    rows = env["clinic.appointment.report"]._read_group(domain, ["practitioner_id"], specs)
    if len(rows) < PRACTITIONERS:
        raise AssertionError("the report is empty")


def get_weeks():
    begins = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    return begins, begins + timedelta(days=DAYS_OF_SLOTS)


def get_blocked_values(service):
    begins, ends = (moment.replace(tzinfo=None) for moment in get_weeks())
    return {"practitioners": service.practitioner_ids.ids, "begins": begins, "ends": ends}


def get_contacts(env):
    """Read Odoo's own list of contacts."""
    env["res.partner"].web_search_read([], CONTACT, limit=SHOWN, count_limit=10_001)


def explain(env):
    """Return the lines of the plan that PostgreSQL makes and runs for the search."""
    from odoo.tools import SQL

    appointments = env["clinic.appointment"]
    domain = appointments._get_my_domain("upcoming")
    query = appointments._search(domain, order="start", limit=20)
    env.cr.execute(SQL("EXPLAIN (ANALYZE, BUFFERS off) %s", query.select()))
    return [line for (line,) in env.cr.fetchall()]
