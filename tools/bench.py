"""A clinic with a million appointments, and how long a relative waits for their own there.

`run` makes the database and judges; `measure` runs inside `odoo shell`. What is measured is what
one portal user sees through the record rules, who may book for five patients among the many.
"""

import json
import os
import re
import statistics
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from tools import databases, processes, server
from tools.environment import ROOT, Failure, step

LOGIN = "maria"
PEOPLE = 5
VISITS_OF_EACH = 20
PRACTITIONERS = 50
VISITS_A_DAY = 12  # of each practitioner, who has time for sixteen
DAYS_AHEAD = 60  # at most, and half of all days
DAYS_OF_SLOTS = 28
REPEATS = 15
LIMIT_MS = 5
TITLE = "Filling a large clinic and measuring"
SCRIPT = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tools import bench
bench.measure(env, {{size}}, {{path!r}})
"""
TABLES = ("res_partner", "clinic_appointment", "clinic_participant", "clinic_permission")
SCAN = re.compile(rf"Seq Scan on ({'|'.join(TABLES)})\b")

# Foreign keys come back after filling; the constraint against overlaps, by far the slowest to
# build, stays away, as no measured query uses it. Primary keys are kept.
CONSTRAINTS = """
    SELECT conrelid::regclass::text AS "table", conname AS name, contype = 'f' AS comes_back,
           pg_get_constraintdef(oid) AS definition
      FROM pg_constraint
     WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('f', 'x')
"""
INDEXES = """
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
      FROM pg_index
     WHERE indrelid::regclass::text = ANY(%s)
       AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
"""
# The ids are numbered from `first`, so that each table can name rows of the others by reckoning.
PARTNERS = """
    INSERT INTO res_partner (
        id, name, complete_name, commercial_partner_id, type, lang, active, is_company,
        partner_share, is_patient, autopost_bills, create_uid, write_uid, create_date, write_date
    )
    SELECT id, 'Patient ' || id, 'Patient ' || id, id, 'contact', 'en_US', true, false,
           true, true, 'ask', 1, 1, now(), now()
      FROM generate_series(%(first)s, %(first)s + %(partners)s - 1) AS id
"""
# Half-hour visits, without overlaps, from some days ahead backwards; one in ten is cancelled.
APPOINTMENTS = """
    INSERT INTO clinic_appointment (
        service_id, practitioner_id, location_id, company_id, payer_id, state, seats,
        participant_count, booked_at, start, stop, blocked_start, blocked_stop
    )
    SELECT %(service)s, (%(practitioners)s)[1 + n %% %(many)s], %(location)s, %(company)s,
           %(first)s + %(people)s + floor(random() * (%(partners)s - %(people)s))::integer,
           CASE WHEN random() < 0.1 THEN 'cancelled'
                WHEN start < %(now)s THEN 'fulfilled' ELSE 'booked' END,
           4, 1 + n %% 2, start - interval '20 days',
           start, start + interval '30 min', start, start + interval '30 min'
      FROM generate_series(0, %(size)s - 1) AS n
CROSS JOIN LATERAL (
        SELECT date_trunc('day', %(now)s) + interval '21 hours'
               + (%(ahead)s - n / %(many)s / %(a_day)s) * interval '1 day'
               + (n / %(many)s %% %(a_day)s) * interval '30 min' AS start
           ) AS at
"""
PAYERS_COME = """
    INSERT INTO clinic_participant (appointment_id, partner_id, state, booked_by_id)
    SELECT id, payer_id, state, payer_id FROM clinic_appointment WHERE seats = 4
"""
SECOND_PATIENTS_COME = """
    INSERT INTO clinic_participant (appointment_id, partner_id, state, booked_by_id)
    SELECT id,
           %(others)s + (payer_id - %(others)s + 1 + floor(random() * (%(partners)s / 2))::integer)
           %% (%(partners)s - %(people)s),
           state, payer_id
      FROM clinic_appointment
     WHERE seats = 4 AND participant_count = 2
"""
# The user's people take over seats of others in distinct appointments, half of them to come.
PEOPLE_COME = """
    UPDATE clinic_participant
       SET partner_id = %(first)s + (chosen.number %% %(people)s)
      FROM (
        SELECT participant.id,
               row_number() OVER (PARTITION BY start > %(now)s ORDER BY random()) AS number
          FROM clinic_participant AS participant
          JOIN clinic_appointment ON clinic_appointment.id = participant.appointment_id
         WHERE participant.partner_id = payer_id AND seats = 4 AND participant_count = 2
           ) AS chosen
     WHERE chosen.id = clinic_participant.id
       AND chosen.number <= %(people)s * %(visits)s / 2
"""
PERMISSIONS = """
    INSERT INTO clinic_permission (
        grantor_id, grantee_id, granted_by_id, kind, basis, starts_at, ends_at, ended_at, end_kind
    )
    SELECT grantor, %(others)s + (grantor - %(others)s + 1 + n %% 7) %% (%(partners)s - %(people)s),
           1, (ARRAY['pay','book','intake','notify','receipts','calendar','packages'])[1 + n %% 7],
           'consent', %(now)s - interval '300 days',
           CASE WHEN n %% 5 = 0 THEN %(now)s + interval '200 days'
                WHEN n %% 5 = 1 THEN %(now)s - interval '9 days' END,
           CASE WHEN n %% 5 = 2 THEN %(now)s - interval '50 days' END,
           CASE WHEN n %% 5 = 2 THEN 'ended' END
      FROM (
        SELECT n, %(others)s + floor(random() * (%(partners)s - %(people)s))::integer AS grantor
          FROM generate_series(1, %(permissions)s) AS n
           ) AS given
"""
PERMISSIONS_OF_THE_USER = """
    INSERT INTO clinic_permission (grantor_id, grantee_id, granted_by_id, kind, basis, starts_at)
    SELECT person, %(user_partner)s, 1, 'book', 'consent', %(now)s - interval '1 day'
      FROM generate_series(%(first)s, %(first)s + %(people)s - 1) AS person
"""
FILLING = (
    PARTNERS,
    APPOINTMENTS,
    PAYERS_COME,
    SECOND_PATIENTS_COME,
    PEOPLE_COME,
    PERMISSIONS,
    PERMISSIONS_OF_THE_USER,
)
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


def run(size):
    """Measure with so many appointments, print the table, and fail when the search is slow."""
    with databases.test_copy() as database, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        command = server.command(server.write_config(database), ["shell", "--no-http"])
        script = SCRIPT.format(size=size, path=str(path))
        with step(TITLE):
            processes.run(command, TITLE, script=script, env=server.environment())
        report = json.loads(path.read_text())
    _show(report)
    judge(report)


def read_size(text):
    """Return the number of appointments asked for.

    >>> read_size("20000")
    20000
    """
    if not text.isdigit() or int(text) < 5000:
        raise Failure(f"BENCH_SIZE={text} is too few or no number: take 5000 appointments or more.")
    return int(text)


def judge(report):
    """Fail when the search reads a whole table or takes longer than it may.

    >>> judge({"plan": ["Index Scan on clinic_appointment"], "jobs": [{"ms": 1.5}]})
    >>> judge({"plan": ["->  Parallel Seq Scan on clinic_permission p"], "jobs": [{"ms": 1.5}]})
    Traceback (most recent call last):
    tools.environment.Failure: The search reads all of clinic_permission: mend the record rule.
    """
    scanned = sorted(set(SCAN.findall("\n".join(report["plan"]))))
    if scanned:
        raise Failure(f"The search reads all of {', '.join(scanned)}: mend the record rule.")
    took = report["jobs"][0]["ms"]
    if took > LIMIT_MS:
        raise Failure(
            f"The search took {took:.1f} ms and may take {LIMIT_MS}: look at its plan above, or "
            "measure again when the machine does nothing else."
        )


def _show(report):
    """Print how much there is, the plan, and the table."""
    print("\n" + "\n".join(report["plan"]))
    print("\n" + ", ".join(f"{count:,} {table}" for table, count in report["rows"].items()))
    print(f"\n{'job':<46}{'median ms':>10}{'best':>9}{'queries':>9}{'ratio':>8}  target")
    first = report["jobs"][0]
    for job in report["jobs"]:
        ratio = f"{job['ms'] / first['ms']:.1f}" if job["compared"] else ""
        target = f"≤ {LIMIT_MS} ms" if job is first else ""
        times = f"{job['ms']:>10.2f}{job['best']:>9.2f}"
        line = f"{job['name']:<46}{times}{job['queries']:>9}{ratio:>8}  {target}"
        print(line.rstrip(), flush=True)


# Inside `odoo shell`


def measure(env, size, path):
    """Fill the database of this environment, time the jobs, and write the report."""
    service = _make_staff(env)
    user = env["res.users"].search([("login", "=", LOGIN)])
    values = _fill(env, service, user, size)
    mine = env(user=user.id)
    naive = NAIVE + "LIMIT 20"
    _check_same_answer(mine, values)
    jobs = [
        _time(mine, "my upcoming appointments, 20", lambda: _search(mine, limit=20), True),
        _time(mine, "  the same as a naive OR", lambda: _run(mine, naive, values), True),
        _time(mine, "family page", lambda: _get_family(mine)),
        _time(mine, f"free times, {PRACTITIONERS} practitioners, {DAYS_OF_SLOTS} days",
              lambda: _get_slots(mine, service.id)),
    ]  # fmt: skip
    report = {"jobs": jobs, "plan": _explain(mine), "rows": _count(env)}
    Path(path).write_text(json.dumps(report))


def _make_staff(env):
    """Return a service that fifty practitioners give, each with working hours of their own."""
    location = env["clinic.location"].search([], limit=1)
    practitioners = env["clinic.practitioner"].create(
        [{"name": f"Practitioner {n}", "is_published": True} for n in range(PRACTITIONERS)]
    )
    hours = [
        (0, 0, {"name": "Day", "dayofweek": str(day), "hour_from": 8, "hour_to": 16})
        for day in range(7)
    ]
    calendars = env["resource.calendar"].create(
        [{"name": p.name, "attendance_ids": [(5,), *hours]} for p in practitioners]
    )
    env["clinic.schedule"].create([
        {"practitioner_id": practitioner.id, "calendar_id": calendar.id,
         "location_id": location.id, "date_from": "2020-01-01"}
        for practitioner, calendar in zip(practitioners, calendars, strict=True)
    ])  # fmt: skip
    return env["clinic.service"].create({
        "name": "Visit",
        "company_id": location.company_id.id,
        "is_published": True,
        "practitioner_ids": [(6, 0, practitioners.ids)],
        "product_id": env["clinic.service"].search([], limit=1).product_id.id,
        "max_participants": 4,
    })  # fmt: skip


def _fill(env, service, user, size):
    """Fill the tables by SQL and commit; return the values that the statements took."""
    env.flush_all()
    env.cr.execute("SELECT setseed(0.5), max(id) + 1000 FROM res_partner")
    values = _get_values(env.cr.fetchone()[1], service, user, size)
    constraints, indexes = _take_down(env.cr)
    for statement in FILLING:
        env.cr.execute(statement, values)
    env.cr.execute(
        "SELECT setval('res_partner_id_seq', %s)", [values["first"] + values["partners"]]
    )
    _put_back(env.cr, constraints, indexes)
    env.cr.commit()
    # Outside a transaction; autovacuum does this in a real clinic.
    databases.query(env.cr.dbname, f"VACUUM ANALYZE {', '.join(TABLES)}")
    env.invalidate_all()
    return values


def _get_values(first, service, user, size):
    partners = size // 5
    location = service.practitioner_ids.sudo().schedule_ids.location_id
    return {
        "size": size,
        "first": first,
        "others": first + PEOPLE,
        "people": PEOPLE,
        "visits": VISITS_OF_EACH,
        "partners": partners,
        "permissions": size * 35 // 100 - PEOPLE,
        "service": service.id,
        "practitioners": service.practitioner_ids.ids,
        "many": PRACTITIONERS,
        "a_day": VISITS_A_DAY,
        "ahead": min(DAYS_AHEAD, size // PRACTITIONERS // VISITS_A_DAY // 2),
        "location": location.id,
        "company": location.company_id.id,
        "user_partner": user.partner_id.id,
        "now": _utc_now(),
    }


def _utc_now():
    return datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)


def _take_down(cr):
    """Drop what slows filling down; return what it was."""
    cr.execute(CONSTRAINTS, [list(TABLES)])
    constraints = cr.dictfetchall()
    for each in constraints:
        cr.execute(f'ALTER TABLE {each["table"]} DROP CONSTRAINT "{each["name"]}"')
    cr.execute(INDEXES, [list(TABLES)])
    indexes = cr.dictfetchall()
    for index in indexes:
        cr.execute(f"DROP INDEX {index['name']}")
    return constraints, indexes


def _put_back(cr, constraints, indexes):
    """Make the indexes and foreign keys again."""
    cr.execute("SET LOCAL maintenance_work_mem = '256MB'")
    for index in indexes:
        cr.execute(index["definition"])
    for each in constraints:
        if each["comes_back"]:
            name, definition = each["name"], each["definition"]
            cr.execute(f'ALTER TABLE {each["table"]} ADD CONSTRAINT "{name}" {definition}')


def _check_same_answer(env, values):
    """Stop when the rule and the naive question disagree, or hardly anything is found."""
    found = set(_search(env).ids)
    naive = {row[0] for row in _run(env, NAIVE, values)}
    if found != naive or len(found) < PEOPLE * VISITS_OF_EACH / 4:
        raise AssertionError(f"the rule finds {len(found)} appointments, naively {len(naive)}")


def _time(env, name, job, compared=False):
    """Return what several runs took, each with nothing in Odoo's record cache."""
    job()
    took = []
    for _ in range(REPEATS):
        env.invalidate_all()
        count, started = env.cr.sql_log_count, time.perf_counter()
        job()
        took.append((time.perf_counter() - started) * 1000)
    queries = env.cr.sql_log_count - count
    return {
        "name": name,
        "ms": statistics.median(took),
        "best": min(took),
        "queries": queries,
        "compared": compared,
    }


def _search(env, limit=None):
    appointments = env["clinic.appointment"]
    return appointments.search(appointments._get_my_domain("upcoming"), order="start", limit=limit)


def _run(env, statement, values):
    env.cr.execute(statement, values)
    return env.cr.fetchall()


def _get_family(env):
    return env["clinic.family.page"]._get_family(env.user.partner_id)


def _get_slots(env, service_id):
    """Find the free times of some weeks as the booking site does for this user."""
    from odoo.addons.clinic_family.engine.intervals import Interval

    service = env["clinic.service"].browse(service_id)
    begins = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    ends = begins + timedelta(days=DAYS_OF_SLOTS)
    window = Interval(int(begins.timestamp()), int(ends.timestamp()))
    return service._get_slots(window, *service._get_places())


def _explain(env):
    """Return the lines of the plan that PostgreSQL makes and runs for the search."""
    from odoo.tools import SQL

    appointments = env["clinic.appointment"]
    domain = appointments._get_my_domain("upcoming")
    query = appointments._search(domain, order="start", limit=20)
    env.cr.execute(SQL("EXPLAIN (ANALYZE, BUFFERS off) %s", query.select()))
    return [line for (line,) in env.cr.fetchall()]


def _count(env):
    rows = {}
    for table in TABLES:
        env.cr.execute(f"SELECT count(*) FROM {table}")
        rows[table] = env.cr.fetchone()[0]
    return rows


def size_from_environment():
    """Return the number of appointments that BENCH_SIZE asks for, or a million."""
    return read_size(os.environ.get("BENCH_SIZE") or "1000000")
