"""A clinic with a million appointments, and how long a relative waits for their own there.

`run` makes the database and judges; `measure` runs inside `odoo shell`. What is measured is what
one portal user sees through the record rules, who may book for five patients among the many.
"""

import json
import os
import statistics
import tempfile
from functools import partial
from pathlib import Path

from tools import bench_booking, bench_desk, bench_pages, bench_watch, databases, processes, server
from tools.bench_data import (
    PRACTITIONERS,
    SHEET_PRACTITIONERS,
    SHEET_VISITS,
    TABLES,
    fill,
    make_sheet_staff,
    make_staff,
)
from tools.bench_plan import make_search
from tools.environment import ROOT, Failure, step

LOGIN, DESK, MANAGER = "maria", "frontdesk", "manager"
REPEATS = int(os.environ.get("BENCH_REPEATS", "50"))
LIMIT_MS, FREE_MS, SHEET_MS = 5, 25, 150
# What a report may take, of all there is.
REPORT_MS = 300
# What the family finder may take, for three children and an adult over four weeks.
PLAN_MS = 100
# What the likely duplicates of a newcomer may take, of as many milliseconds.
LIKE_MS = 1000
# What a practitioner's calendar may take when nothing has changed, and when it is written.
ASKED_MS, WRITTEN_MS = 10, 150
UPCOMING, NAIVE = "my upcoming appointments, 20", "  the same as a naive OR"
FREE = f"free times, {PRACTITIONERS} practitioners, {bench_pages.DAYS_OF_SLOTS} days"
BLOCKED = "  their blocked times in plain SQL"
VISITS, FAMILY, PACKAGES = "my appointments, a page", "family page", "packages page"
WEEK = "a week of times"
TODAY = f"day sheet, {PRACTITIONERS} practitioners"
SHEET = f"day sheet, {SHEET_PRACTITIONERS} practitioners, {SHEET_VISITS} visits"
IN_SQL = "  who comes to them in plain SQL"
CONTACTS = f"Odoo's own list of {bench_pages.SHOWN} contacts"
# How often each may ask the database: what it does now.
QUERIES = {SHEET: 10, FREE: 4, WEEK: 11, VISITS: 13, FAMILY: 12, PACKAGES: 27}
# How many times as long as what it is compared with each may take, of the processor.
RATIOS = {UPCOMING: 2, VISITS: 8, FAMILY: 6, PACKAGES: 11, WEEK: 4, FREE: 2, SHEET: 60}
TITLE = "Filling a large clinic and measuring"
SCRIPT = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tools import bench
bench.measure(env, {{size}}, {{path!r}})
"""


def run(size):
    """Measure with so many appointments, print the table, and fail when the search is slow."""
    report = fill_and_measure(size)
    _show(report)
    judge(report)


def fill_and_measure(size):
    """What a clinic in which so many visits have been takes for each job."""
    with databases.test_copy() as database, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        command = server.command(server.write_config(database), ["shell", "--no-http"])
        script = SCRIPT.format(size=size, path=str(path))
        with step(TITLE):
            processes.run(command, TITLE, script=script, env=server.environment())
        return json.loads(path.read_text())


def read_size(text):
    """Return the number of appointments asked for.

    >>> read_size("20000")
    20000
    """
    if not text.isdigit() or int(text) < 5000:
        raise Failure(f"BENCH_SIZE={text} is too few or no number: take 5000 appointments or more.")
    return int(text)


def judge(report):
    """Fail when something reads a whole table, asks more often than it may, or takes too long.

    How long is judged by ratios alone: milliseconds say what else the machine did.

    >>> judge({"plan": ["Index Scan on clinic_appointment"], "jobs": []})
    >>> judge({"plan": ["->  Parallel Seq Scan on clinic_permission p"], "jobs": []})
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
    bench_watch.judge_ratios(report["jobs"], report.get("ratios", {}))


def _show(report):
    """Print how much there is, the plan, and the table."""
    print("\n" + "\n".join(report["plan"]))
    print("\n" + ", ".join(f"{count:,} {table}" for table, count in report["rows"].items()))
    columns = f"{'median ms':>10}{'best':>9}{'worked':>9}{'queries':>13}{'ratio':>14}"
    print(f"\n{'job':<46}{columns}  target")
    for job in report["jobs"]:
        name = job["name"]
        target = f"≤ {job['most_ms']} ms" if job["most_ms"] else ""
        times = f"{job['ms']:>10.2f}{job['best']:>9.2f}{job['worked']:>9.2f}"
        queries = _beside(str(job["queries"]), report["most"].get(name))
        ratio = f"{job['ratio']:.1f}" if "ratio" in job else ""
        ratio = _beside(ratio, report["ratios"].get(name))
        print(f"{name:<46}{times}{queries:>13}{ratio:>14}  {target}".rstrip(), flush=True)
    print(f"\nstatements of more than {bench_watch.SLOW_MS} ms: {'' if report['slow'] else 'none'}")
    for text, took in sorted(report["slow"].items(), key=lambda one: -one[1]):
        print(f"{took:>8.0f} ms  {text}")
    print(f"\nindexes that nothing used: {', '.join(report['unused']) or 'none'}", flush=True)


def _beside(text, most):
    return f"{text} of {most}" if most else text


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
    public = env(user=env.ref("base.public_user").id)
    feed = bench_pages.make_feed(env, service)
    doctor = feed.env(user=feed.sudo().user_id.id)
    bench_pages.check_same_answer(mine, values)
    contacts = CONTACTS, partial(bench_pages.get_contacts, desk(su=True))
    with bench_watch.watching() as took:
        jobs = [
            *_time_patients(mine, public, service, values),
            *_time_staff(desk, manager, feed, values),
        ]
        for name, (reader, job, ms) in bench_desk.make_jobs(desk, doctor, values).items():
            beside = contacts if name in bench_desk.RATIOS else None
            jobs.append(_time(reader, name, job, beside, ms, repeats=bench_desk.REPEATS))
    pages = {
        VISITS: bench_pages.get_visits,
        PACKAGES: bench_pages.get_packages,
        FAMILY: bench_pages.get_family,
    }
    indexed = {name: (mine, partial(job, mine)) for name, job in pages.items()}
    indexed |= bench_desk.pick_indexed(desk, doctor, values)
    report = {
        "jobs": jobs,
        "most": {**QUERIES, **bench_booking.QUERIES, **bench_desk.QUERIES},
        "ratios": {**RATIOS, **bench_desk.RATIOS},
        "plan": bench_pages.explain(mine),
        "scans": {name: bench_watch.find_scans(*job) for name, job in indexed.items()},
        "rows": _count(env),
        "slow": bench_watch.pick_slow(took),
        "unused": bench_watch.find_unused(env.cr),
    }
    Path(path).write_text(json.dumps(report))


def _time_patients(mine, public, service, values):
    """What patients and visitors wait for, and the least that some of it could take."""
    run = partial(bench_pages.run, mine)
    naive = NAIVE, partial(run, bench_pages.NAIVE + "LIMIT 20", values)
    contacts = CONTACTS, partial(bench_pages.get_contacts, mine(su=True))
    blocked = BLOCKED, partial(run, bench_pages.BLOCKED, bench_pages.get_blocked_values(service))
    return [
        _time(mine, UPCOMING, lambda: bench_pages.search(mine, limit=20), naive, LIMIT_MS),
        _time(mine, *naive),
        _time(mine, *contacts),
        _time(mine, VISITS, lambda: bench_pages.get_visits(mine), contacts),
        _time(mine, FAMILY, lambda: bench_pages.get_family(mine), contacts),
        _time(mine, PACKAGES, lambda: bench_pages.get_packages(mine), contacts),
        _time(public, WEEK, lambda: bench_pages.get_week(public, service.id), blocked),
        *bench_booking.time_jobs(mine, service.id),
        _time(mine, FREE, lambda: bench_pages.get_starts(mine, service.id), blocked, FREE_MS),
        _time(mine, *blocked),
        _time(mine, "a plan for three children and an adult", make_search(), None, PLAN_MS),
    ]


def _time_staff(desk, manager, feed, values):
    """The day sheet, people at the front desk, calendars and reports."""
    in_sql = IN_SQL, partial(bench_pages.run, desk, bench_pages.SHEET_IN_SQL, values)
    return [
        _time(desk, TODAY, lambda: bench_pages.get_sheet(desk)),
        _time(desk, SHEET, lambda: bench_pages.get_full_sheet(desk, values), in_sql, SHEET_MS),
        _time(desk, *in_sql),
        _time(desk, "the desk finds a patient", lambda: bench_pages.find_patient(desk, values)),
        _time(
            desk,
            "whom a newcomer may be",
            lambda: bench_pages.find_like(desk, values),
            None,
            LIKE_MS,
        ),
        _time(feed.env, "a calendar is asked for", feed._get_version, None, ASKED_MS),
        _time(feed.env, "  and written, 500 visits or more", feed._write, None, WRITTEN_MS),
        _time(
            manager,
            "report of three months",
            lambda: bench_pages.get_report(manager, 92),
            None,
            REPORT_MS,
        ),
        _time(
            manager,
            "report of all there is",
            lambda: bench_pages.get_report(manager),
            None,
            REPORT_MS,
        ),
    ]


def _time(env, name, job, beside=None, most_ms=None, repeats=REPEATS):
    """Return what several runs took, each with nothing in Odoo's record cache but who asks.

    It ought to take *most_ms*. What stands *beside* it is a name and a job, run in turn with it,
    so that both suffer the same from what else the machine does.
    """
    job()
    took, plain = [], []
    for _ in range(repeats):
        queries, *times = _run_once(env, job)
        took.append(times)
        if beside:
            _queries, *times = _run_once(env, beside[1])
            plain.append(times)
    passed, worked = zip(*took, strict=True)
    row = {
        "name": name,
        "ms": statistics.median(passed),
        "best": min(passed),
        "worked": statistics.median(worked),
        "queries": queries,
        "most_ms": most_ms,
    }
    if beside:
        row["against"] = beside[0]
        row["ratio"] = row["worked"] / statistics.median(worked for _passed, worked in plain)
    return row


def _run_once(env, job):
    env.invalidate_all()
    # What Odoo reads for every page.
    env.user.partner_id.name, env.company.sudo().name
    clock, count = bench_watch.Clock(env.cr), env.cr.sql_log_count
    job()
    return env.cr.sql_log_count - count, *clock.read()


def _count(env):
    rows = {}
    for table in TABLES:
        env.cr.execute(f"SELECT count(*) FROM {table}")
        rows[table] = env.cr.fetchone()[0]
    return rows


def size_from_environment():
    """Return the number of appointments that BENCH_SIZE asks for, or a million."""
    return read_size(os.environ.get("BENCH_SIZE") or "1000000")
