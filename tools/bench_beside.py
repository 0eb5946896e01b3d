"""OCA's `resource_booking` with ten thousand bookings, beside this clinic.

Both search four weeks of fifty people, on the same PostgreSQL, and have a time confirmed. Theirs is
favoured: its bookings are as dense, but for two weeks only, and it writes to nobody.
"""

import json
import os
import statistics
import tempfile
from pathlib import Path

from tools import bench, databases, processes, python_env, server
from tools.bench_data import PRACTITIONERS, VISITS_A_DAY
from tools.environment import CACHE, ROOT, Failure, step

BOOKINGS, DAYS, REPEATS = 10_000, 28, 5
# How many times as long theirs takes, at least.
TARGETS = {"free times, four weeks": 40}
WHEELS = (
    "odoo-addon-resource-booking==19.0.1.0.1.2 --hash=sha256:"
    "f849d1a3be909b7c6b02879fab85cee791ec1d3c3c3917b21edb583470f6b362",
    "odoo-addon-web-calendar-slot-duration==19.0.1.0.0.2 --hash=sha256:"
    "62eb390a128a7443c668cbbe0af30d9832430107214b76f9876db8740cac6447",
    "cssselect==1.3.0 --hash=sha256:"
    "56d1bf3e198080cc1667e137bc51de9cadfca259f03c2d4e09037b3e01e30f0d",
)
FOLDER = CACHE / "downloads" / "resource_booking"
THEIRS = "Filling and measuring resource_booking"
SCRIPT = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tools import bench_beside
bench_beside.measure(env, {{path!r}})
"""
# Half-hour events without overlaps, from tomorrow on, of one attendee and one requester each.
EVENTS = """
    INSERT INTO calendar_event (
        id, name, start, stop, duration, active, allday, show_as, privacy, user_id, create_uid,
        write_uid, create_date, write_date
    )
    SELECT %(first)s + n, 'Visit', start, start + interval '30 min', 0.5, true, false, 'busy',
           'public', (%(users)s)[1 + n %% %(many)s], 1, 1, now(), now()
      FROM generate_series(0, %(count)s - 1) AS n
CROSS JOIN LATERAL (
        SELECT date_trunc('day', now() AT TIME ZONE 'UTC')
               + (1 + n / %(many)s / %(a_day)s) * interval '1 day' + interval '8 hours'
               + (n / %(many)s %% %(a_day)s) * interval '30 min' AS start
           ) AS at
"""
GUESTS = """
    INSERT INTO calendar_event_res_partner_rel (calendar_event_id, res_partner_id)
    SELECT event.id, partner.id
      FROM calendar_event event
      JOIN res_users ON res_users.id = event.user_id
      JOIN res_partner partner ON partner.id IN (res_users.partner_id, %(requester)s)
     WHERE event.id >= %(first)s
"""
ATTENDEES = """
    INSERT INTO calendar_attendee (event_id, partner_id, state, create_date, write_date)
    SELECT calendar_event_id, res_partner_id, 'accepted', now(), now()
      FROM calendar_event_res_partner_rel
     WHERE calendar_event_id >= %(first)s
"""
MADE = """
    INSERT INTO resource_booking (
        meeting_id, start, stop, duration, type_id, combination_id, combination_auto_assign,
        state, active, user_id, create_uid, write_uid, create_date, write_date
    )
    SELECT event.id, start, stop, 0.5, %(type)s, chosen.combination, true, 'confirmed', true,
           event.user_id, 1, 1, now(), now()
      FROM calendar_event event
      JOIN unnest(%(users)s, %(combinations)s) AS chosen (person, combination)
        ON chosen.person = event.user_id
     WHERE event.id >= %(first)s
"""
REQUESTERS = """
    INSERT INTO res_partner_resource_booking_rel (resource_booking_id, res_partner_id)
    SELECT id, %(requester)s FROM resource_booking
"""


def run():
    """Measure both, print how many times as long theirs takes, and fail when it is too little."""
    theirs = _measure_theirs()
    ours = _measure_ours(int(os.environ.get("BENCH_SIZE") or BOOKINGS))
    print(
        f"\n{'job':<34}{'theirs, ms':>12}{'queries':>9}{'ours, ms':>12}{'queries':>9}{'ratio':>8}"
    )
    few = []
    for name, (worked, queries) in theirs.items():
        ratio = worked / ours[name][0]
        mine = f"{ours[name][0]:>12.1f}{ours[name][1]:>9}"
        print(f"{name:<34}{worked:>12.1f}{queries:>9}{mine}{ratio:>8.0f}", flush=True)
        if ratio < TARGETS.get(name, 0):
            few.append(f"{name} ({ratio:.0f} times as long, not {TARGETS[name]})")
    if few:
        raise Failure(f"Ours isn't as far ahead as it was: {'; '.join(few)}.")


def _measure_theirs():
    addons = _fetch()
    with (
        databases.test_copy(databases.base(), label="beside") as database,
        tempfile.TemporaryDirectory() as folder,
    ):
        path, config = Path(folder) / "report.json", server.write_config(database)
        config.write_text(config.read_text().replace("addons_path = ", f"addons_path = {addons},"))
        environment = {**server.environment(), "PYTHONPATH": str(FOLDER)}
        install = ["-i", "resource_booking", "--stop-after-init", "--no-http"]
        title = "Installing resource_booking"
        with step(title):
            processes.run(server.command(config, install), title, env=environment)
        shell = server.command(config, ["shell", "--no-http"])
        with step(THEIRS):
            script = SCRIPT.format(path=str(path))
            processes.run(shell, THEIRS, script=script, env=environment)
        return json.loads(path.read_text())


def _fetch():
    """The folder of the addons, from PyPI."""
    addons = FOLDER / "odoo" / "addons"
    if not addons.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        wanted = FOLDER / "wheels.txt"
        wanted.write_text("\n".join(WHEELS) + "\n")
        options = ["--no-deps", "--require-hashes", "--no-input", "--target", FOLDER, "-r", wanted]
        title = "Fetching resource_booking"
        with step(title):
            processes.run([python_env.PYTHON, "-m", "pip", "install", *options], title)
    return addons


def _measure_ours(size):
    report = bench.fill_and_measure(size)
    jobs = {job["name"]: job for job in report["jobs"]}
    hold, confirm = jobs["a time is held"], jobs["a check-out is confirmed"]
    pairs = {
        "free times, four weeks": [jobs[bench.FREE]],
        "a month of times, ours a week": [jobs[bench.WEEK]],
        "a time is taken and confirmed": [hold, confirm],
    }
    return {
        name: (sum(job["worked"] for job in each), sum(job["queries"] for job in each))
        for name, each in pairs.items()
    }


# Inside `odoo shell`


def measure(env, path):
    """Fill their database, time what is asked of it, and write what each took."""
    from datetime import timedelta

    booking = _fill(env)
    start = booking._get_calendar_context()["now"]
    month = start + timedelta(days=31)
    slots = booking._get_available_slots(start, start + timedelta(days=DAYS))
    free = [one for day in list(slots.values())[-3:] for one in day]
    report = {
        "free times, four weeks": _time(
            env, lambda: booking._get_available_slots(start, start + timedelta(days=DAYS))
        ),
        "a month of times, ours a week": _time(
            env, lambda: booking._get_calendar_context(month.year, month.month)
        ),
        "a time is taken and confirmed": _time(env, lambda: _confirm(booking, free[0])),
    }
    Path(path).write_text(json.dumps(report))


def _time(env, job):
    from tools.bench_watch import Clock

    took = []
    for _number in range(REPEATS):
        savepoint = env.cr.savepoint()
        env.invalidate_all()
        env.user.partner_id.name, env.company.sudo().name
        clock, count = Clock(env.cr), env.cr.sql_log_count
        job()
        env.flush_all()
        took.append(clock.read()[1])
        queries = env.cr.sql_log_count - count
        env.cr.precommit.clear()
        env.cr.postcommit.clear()
        savepoint.close(rollback=True)
    return statistics.median(took), queries


def _confirm(booking, when):
    """What their page does with a chosen time."""
    from datetime import timezone

    booking.start = when.astimezone(timezone.utc).replace(tzinfo=None)
    booking.action_confirm()


def _fill(env):
    """Return a booking that has no time yet, among all the others."""
    people = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create([{"name": f"Doctor {n}", "login": f"doctor{n}"} for n in range(PRACTITIONERS)])
    )
    hours = [
        (0, 0, {"name": "Day", "dayofweek": str(day), "hour_from": 8, "hour_to": 16})
        for day in range(7)
    ]
    calendar = env["resource.calendar"].create(
        {"name": "Day", "tz": "UTC", "attendance_ids": [(5,), *hours]}
    )
    resources = env["resource.resource"].create([
        {"name": one.name, "resource_type": "user", "user_id": one.id, "tz": "UTC",
         "calendar_id": calendar.id}
        for one in people
    ])  # fmt: skip
    combinations = env["resource.booking.combination"].create(
        [{"resource_ids": [(6, 0, one.ids)]} for one in resources]
    )
    kind = env["resource.booking.type"].create({
        "name": "Visit",
        "duration": 0.5,
        "slot_duration": 0.5,
        "combination_assignment": "sorted",
        "resource_calendar_id": calendar.id,
        "combination_rel_ids": [(0, 0, {"combination_id": one.id}) for one in combinations],
    })  # fmt: skip
    requester = env["res.partner"].create({"name": "Requester"})
    env.flush_all()
    env.cr.execute("SELECT coalesce(max(id), 0) + 1000 FROM calendar_event")
    values = {
        "first": env.cr.fetchone()[0],
        "count": BOOKINGS,
        "many": PRACTITIONERS,
        "a_day": VISITS_A_DAY,
        "users": people.ids,
        "combinations": combinations.ids,
        "type": kind.id,
        "requester": requester.id,
    }
    for statement in (EVENTS, GUESTS, ATTENDEES, MADE, REQUESTERS):
        env.cr.execute(statement, values)
    env.cr.execute(
        "SELECT setval('calendar_event_id_seq', %s)", [values["first"] + values["count"]]
    )
    env.cr.commit()
    databases.query(env.cr.dbname, "VACUUM ANALYZE")
    env.invalidate_all()
    booking = env["resource.booking"].create({"type_id": kind.id, "partner_ids": requester.ids})
    env.flush_all()
    quiet = {"using_portal": True, "tz": "UTC", "no_mail_to_attendees": True}
    return booking.with_context(**quiet)
