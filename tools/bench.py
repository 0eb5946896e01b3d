"""A clinic with a million appointments, and how long a relative waits for their own there.

`run` makes the database and judges; `measure` runs inside `odoo shell`. What is measured is what
one portal user sees through the record rules, who may book for five patients among the many.
"""

import json
import os
import statistics
import tempfile
import time
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path

from tools import bench_booking, bench_desk, bench_watch, databases, processes, server
from tools.bench_data import (
    PEOPLE,
    PRACTITIONERS,
    SHEET_PRACTITIONERS,
    SHEET_VISITS,
    TABLES,
    VISITS_OF_EACH,
    fill,
    make_sheet_staff,
    make_staff,
)
from tools.bench_plan import make_search
from tools.environment import ROOT, Failure, step

LOGIN, DESK, MANAGER, DOCTOR = "maria", "frontdesk", "manager", "moreau"
DAYS_OF_SLOTS = 28
REPEATS = int(os.environ.get("BENCH_REPEATS", "50"))
LIMIT_MS = 5
# What a full day sheet may take: of milliseconds and of bytes.
SHEET_MS, SHEET_BYTES = 150, 150_000
FREE_MS = 25
# What a report may take, of all there is.
REPORT_MS = 300
# What the family finder may take, for three children and an adult over four weeks.
PLAN_MS = 100
# What the likely duplicates of a newcomer may take, of as many milliseconds.
LIKE_MS = 1000
# What a practitioner's calendar may take when nothing has changed, and when it is written.
ASKED_MS, WRITTEN_MS = 10, 150
TITLE = "Filling a large clinic and measuring"
SCRIPT = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tools import bench
bench.measure(env, {{size}}, {{path!r}})
"""

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
    scanned = sorted(set(bench_watch.SCAN.findall("\n".join(report["plan"]))))
    if scanned:
        raise Failure(f"The search reads all of {', '.join(scanned)}: mend the record rule.")
    bench_watch.judge_scans(report.get("scans", {}))
    most = report.get("most", {})
    many = [job for job in report["jobs"] if job.get("queries", 0) > most.get(job.get("name"), 999)]
    if many:
        words = (f"{job['name']}: {job['queries']}, not {most[job['name']]}" for job in many)
        raise Failure(f"These ask the database more often than they may: {'; '.join(words)}.")
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
    print(f"\n{'job':<46}{'median ms':>10}{'best':>9}{'queries':>13}{'ratio':>8}  target")
    took = {job["name"]: job["ms"] for job in report["jobs"]}
    for job in report["jobs"]:
        ratio = f"{job['ms'] / took[job['against']]:.1f}" if job["against"] else ""
        target = f"≤ {job['most_ms']} ms" if job["most_ms"] else ""
        times = f"{job['ms']:>10.2f}{job['best']:>9.2f}"
        most = report["most"].get(job["name"])
        queries = f"{job['queries']} of {most}" if most else str(job["queries"])
        line = f"{job['name']:<46}{times}{queries:>13}{ratio:>8}  {target}"
        print(line.rstrip(), flush=True)
    for text, took in sorted(report["slow"].items(), key=lambda one: -one[1]):
        print(f"{took:>8.0f} ms  {text}")
    print(f"\nindexes that nothing used: {', '.join(report['unused']) or 'none'}", flush=True)


# Inside `odoo shell`


def measure(env, size, path):
    """Fill the database of this environment, time the jobs, and write the report."""
    service, sheet_staff = make_staff(env), make_sheet_staff(env)
    user = env["res.users"].search([("login", "=", LOGIN)])
    values = fill(env, service, sheet_staff, user, size)
    mine = env(user=user.id)
    desk, manager = (
        env(user=env["res.users"].search([("login", "=", login)]).id) for login in (DESK, MANAGER)
    )
    feed = _make_feed(env, service)
    _check_same_answer(mine, values)
    upcoming, blocked = "my upcoming appointments, 20", "their blocked times in plain SQL"
    free = f"free times, {PRACTITIONERS} practitioners, {DAYS_OF_SLOTS} days"
    week, visits, packages = "a week of times", "my appointments, a page", "packages page"
    public = env(user=env.ref("base.public_user").id)
    blocked_values = _get_blocked_values(service)
    sheet = f"day sheet, {SHEET_PRACTITIONERS} practitioners, {SHEET_VISITS} visits"
    in_sql = "  who comes to them in plain SQL"
    jobs = [
        _time(mine, upcoming, lambda: _search(mine, limit=20), upcoming, LIMIT_MS),
        _time(
            mine,
            "  the same as a naive OR",
            lambda: _run(mine, NAIVE + "LIMIT 20", values),
            upcoming,
        ),
        _time(mine, visits, lambda: _get_page(mine)),
        _time(mine, "family page", lambda: _get_family(mine)),
        _time(mine, packages, lambda: _get_packages(mine)),
        _time(public, week, lambda: _get_week(public, service.id)),
        *bench_booking.time_jobs(mine, service.id),
        _time(mine, free, lambda: _get_starts(mine, service.id), blocked, FREE_MS),
        _time(mine, blocked, lambda: _run(mine, BLOCKED, blocked_values)),
        _time(mine, "a plan for three children and an adult", make_search(), None, PLAN_MS),
        _time(desk, f"day sheet, {PRACTITIONERS} practitioners", lambda: _get_sheet(desk)),
        _time(desk, sheet, lambda: _get_full_sheet(desk, values), in_sql, SHEET_MS),
        _time(desk, in_sql, lambda: _run(desk, SHEET_IN_SQL, values)),
        _time(desk, "the desk finds a patient", lambda: _find_patient(desk, values)),
        _time(desk, "whom a newcomer may be", lambda: _find_like(desk, values), None, LIKE_MS),
        _time(feed.env, "a calendar is asked for", feed._get_version, None, ASKED_MS),
        _time(feed.env, "  and written, 500 visits or more", feed._write, None, WRITTEN_MS),
        _time(manager, "report of three months", lambda: _get_report(manager, 92), None, REPORT_MS),
        _time(manager, "report of all there is", lambda: _get_report(manager), None, REPORT_MS),
    ]
    doctor = feed.env(user=feed.sudo().user_id.id)
    with bench_watch.watching() as slow:
        for name, (reader, job, ms) in bench_desk.make_jobs(desk, doctor, values).items():
            jobs.append(_time(reader, name, job, None, ms, repeats=bench_desk.REPEATS))
    pages = {visits: _get_page, packages: _get_packages, "family page": _get_family}
    indexed = {name: (mine, partial(job, mine)) for name, job in pages.items()}
    indexed |= bench_desk.pick_indexed(desk, doctor, values)
    most = {sheet: 10, free: 5, week: 13, visits: 14, "family page": 14, packages: 33}
    report = {
        "jobs": jobs,
        "most": {**most, **bench_booking.QUERIES, **bench_desk.QUERIES},
        "plan": _explain(mine),
        "scans": {name: bench_watch.find_scans(*job) for name, job in indexed.items()},
        "rows": _count(env),
        "slow": slow,
        "unused": bench_watch.find_unused(env.cr),
    }
    Path(path).write_text(json.dumps(report))


def _check_same_answer(env, values):
    """Stop when the rule and the naive question disagree, or hardly anything is found."""
    found = set(_search(env).ids)
    naive = {row[0] for row in _run(env, NAIVE, values)}
    if found != naive or len(found) < PEOPLE * VISITS_OF_EACH / 4:
        raise AssertionError(f"the rule finds {len(found)} appointments, naively {len(naive)}")


def _time(env, name, job, against=None, most_ms=None, repeats=REPEATS):
    """Return what several runs took, each with nothing in Odoo's record cache.

    The job is compared with the one whose name is *against*, and ought to take *most_ms*.
    """
    job()
    took = []
    for _ in range(repeats):
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
        "against": against,
        "most_ms": most_ms,
    }


def _search(env, limit=None):
    appointments = env["clinic.appointment"]
    return appointments.search(appointments._get_my_domain("upcoming"), order="start", limit=limit)


def _run(env, statement, values):
    env.cr.execute(statement, values)
    return env.cr.fetchall()


def _get_family(env):
    return env["clinic.page.family"]._get_family(env.user.partner_id)


def _get_page(env):
    if not env["clinic.appointment"]._get_my_page("upcoming", 20, 0):
        raise AssertionError("there is nothing on the page of appointments")


def _get_packages(env):
    return env["clinic.page.package"]._get_packages(env.user.partner_id)


def _get_week(env, service_id):
    """Read what a visitor sees of a service first, with whoever is free."""
    service = env["clinic.service"].browse(service_id)
    if not any(
        day["count"] for day in env["clinic.page.booking"]._get_times(service, 0, 0, None)["days"]
    ):
        raise AssertionError("nothing is free")


def _get_starts(env, service_id):
    """Find the free times of some weeks as the booking site does for this user."""
    from odoo.addons.clinic_family.engine.intervals import Interval

    service = env["clinic.service"].browse(service_id)
    window = Interval(*(int(moment.timestamp()) for moment in _get_weeks()))
    return service._get_starts(window, *service._get_places())


def _get_sheet(env):
    """Read the sheet of today, on which each of the many practitioners sees a dozen patients."""
    sheet = env["clinic.desk.day"].get_sheet()
    if sum(len(column["cards"]) for column in sheet["columns"]) < PRACTITIONERS:
        raise AssertionError("the day sheet is empty")
    return sheet


def _get_full_sheet(env, values):
    """Read a sheet with all its visits, which is small enough to be sent each minute."""
    day, location_id = values["sheet_day"], values["sheet_location"]
    sheet = env["clinic.desk.day"].get_sheet(day, location_id)
    count = sum(len(column["cards"]) for column in sheet["columns"])
    if (len(sheet["columns"]), count) != (SHEET_PRACTITIONERS, SHEET_VISITS):
        raise AssertionError(f"the day sheet shows {count} visits")
    if len(json.dumps(sheet)) > SHEET_BYTES:
        raise AssertionError(f"the day sheet takes more than {SHEET_BYTES} bytes")
    return sheet


def _find_patient(env, values):
    person = _get_patient(env, values)
    first, last = person.name.split()
    found = env["clinic.desk.booking"].search_people(f"{last} {first[:3]}")
    if not found:
        raise AssertionError("the desk finds nobody")


def _find_like(env, values):
    """What the front desk waits for as it opens a registration."""
    columns = env["clinic.duplicates"]._compare(_get_patient(env, values))["people"]
    if not columns:
        raise AssertionError("a registration shows nobody")


def _get_patient(env, values):
    return env["res.partner"].browse(values["first"] + values["people"] + 7)


def _make_feed(env, service):
    """The calendar of one of the many practitioners, which has the visits they give."""
    doctor = env["res.users"].search([("login", "=", DOCTOR)])
    # Of the demo clinic they aren't any more: whose visits are many depends on how many they are.
    env["clinic.practitioner"].search([("user_id", "=", doctor.id)]).user_id = False
    service.practitioner_ids[0].user_id = doctor
    env.flush_all()
    env["clinic.calendar.feed"]._renew(doctor)
    return env["clinic.calendar.feed"]._find_for(doctor)._as_owner()


def _get_report(env, days=None):
    """Read what the pivot shows first: of the last days, or of all visits and hours."""
    measures = ("visit_count", "cancelled_count", "noshow_count", "booked_hours", "open_hours")
    domain = []
    if days:
        today, _end = _get_weeks()
        domain = [("start", ">=", (today - timedelta(days=days)).replace(tzinfo=None))]
    specs = [f"{name}:sum" for name in measures] + ["utilization:avg"]
    rows = env["clinic.appointment.report"]._read_group(domain, ["practitioner_id"], specs)
    if len(rows) < PRACTITIONERS:
        raise AssertionError("the report is empty")


def _get_weeks():
    begins = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    return begins, begins + timedelta(days=DAYS_OF_SLOTS)


def _get_blocked_values(service):
    begins, ends = (moment.replace(tzinfo=None) for moment in _get_weeks())
    return {"practitioners": service.practitioner_ids.ids, "begins": begins, "ends": ends}


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
