"""The same tests on other days: what a test or the demo clinic owes to today fails there.

Everything runs under a moved clock: the tests, Odoo, the browser, and a PostgreSQL of its own that
starts as a copy of the usual one. `CLOCK_SHIFT` and `clock.c` do it.
"""

import functools
import os
import shutil
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from tools import databases, embedded, odoo_source, postgres, processes
from tools.environment import CACHE, ROOT, Failure, step

FOLDER = CACHE / "days"
# `make test` tries another day on a share of the tests; the others have their turn later.
SHARES = 6
# Each weekday at the clinic, both sides of midnight there and in UTC, minutes before both changes
# of the clocks in New Zealand, Europe and America, the ends of years, a leap day, and years ahead.
# What is over is put off by years (see `put_off`).
MOMENTS = (
    ("2026-11-30 23:57", "Pacific/Auckland"),
    ("2026-12-02 00:10", "Pacific/Auckland"),
    ("2026-12-03 23:57", "UTC"),
    ("2026-12-05 00:10", "UTC"),
    ("2026-12-31 10:00", "Pacific/Auckland"),
    ("2027-01-28 16:30", "Pacific/Auckland"),
    ("2027-03-14 01:57", "America/New_York"),
    ("2027-03-28 00:57", "Europe/London"),
    ("2027-04-04 02:57", "Pacific/Auckland"),
    ("2027-09-26 01:57", "Pacific/Auckland"),
    ("2027-10-31 01:57", "Europe/London"),
    ("2027-11-07 01:57", "America/New_York"),
    ("2028-02-29 12:00", "Pacific/Auckland"),
    ("2029-05-01 09:00", "Pacific/Auckland"),
)
# Of what day it is, tests in which time stands still (on 28 March 2027, see `tests/common.py`) see
# the database's clock and the demo clinic: from before (today is that, too), on that day, a week
# and years later.
FOR_STANDING_CLOCKS = (MOMENTS[5], MOMENTS[7], MOMENTS[8], MOMENTS[13])
# What has just begun, such as a permission of the demo clinic's, hadn't before it was set up.
SOON = timedelta(days=1)


def run(moments, turn=None):
    """Run the stages at each moment; say which failed, and fail if one did."""
    library = _build_library()
    failed = [one for one in moments if not _passes(one, stages_at(one, turn), library)]
    print(f"\n{len(moments) - len(failed)} of {len(moments)} moments passed", flush=True)
    if failed:
        raise Failure("Tests failed at " + ", ".join(map(str, failed)) + ": see above.")


def all_moments():
    """Return the moments at which everything is tried.

    >>> len(all_moments())
    14
    >>> len({moment.astimezone(ZoneInfo("Pacific/Auckland")).weekday() for moment in all_moments()})
    7
    """
    return [_read(text, zone) for text, zone in MOMENTS]


def moment_of(day):
    """Return the moment whose turn it is on a day: each has its turn in two weeks."""
    return all_moments()[day.toordinal() % len(MOMENTS)]


def turn_of(day):
    """Return which share of the tests has its turn on a day.

    Six days of one moment, two weeks apart, have all tests.

    >>> from datetime import date
    >>> days = [date(2026, 11, 2) + timedelta(weeks=2 * turn) for turn in range(6)]
    >>> {moment_of(day) for day in days} == {moment_of(days[0])}
    True
    >>> sorted(turn_of(day) for day in days)
    [1, 2, 3, 4, 5, 6]
    """
    return day.toordinal() // len(MOMENTS) % SHARES + 1


def stages_at(moment, turn=None):
    """Return the stages that a moment has, all of them or a share, and how tests are chosen.

    Tests without HTTP see of the real clock what those with it see; timeless ones see it alike.
    Where time stands still they see little of it, and of the fourteen moments only some differ:
    the others are so few that one turn has them all.

    >>> sum("--no-standing-clock" in stages_at(one)["odoo"] for one in all_moments())
    10
    >>> sum("odoo" in stages_at(one, turn=2) for one in all_moments())
    4
    >>> stages_at(read_moment("2031-07-01"), turn=4)["odoo"]
    ('-p', 'tools.only_http', '-p', 'tools.one_share', '--share=4/6')
    """
    share = ("-p", "tools.one_share", f"--share={turn}/{SHARES}") if turn else ()
    stages = {"system": ("-m", "system and not timeless", *share)}
    differs = moment not in all_moments() or moment in [_read(*one) for one in FOR_STANDING_CLOCKS]
    if differs:
        stages = {"odoo": ("-p", "tools.only_http", *share), **stages}
    elif turn in (None, 1):
        stages = {"odoo": ("-p", "tools.only_http", "--no-standing-clock"), **stages}
    return stages


def read_moment(text):
    """Return the moment that somebody typed, in UTC unless it says otherwise.

    >>> str(read_moment("2031-07-01T10:00"))
    '2031-07-01 10:00:00+00:00'
    >>> read_moment("tomorrow")
    Traceback (most recent call last):
    tools.environment.Failure: DAY=tomorrow is no moment: write it like 2031-07-01T10:00.
    >>> read_moment("2026-11-30")
    Traceback (most recent call last):
    tools.environment.Failure: DAY=2026-11-30 is over: the demo clinic is of today.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Failure(f"DAY={text} is no moment: write it like 2031-07-01T10:00.") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    if moment < datetime.now(timezone.utc):
        raise Failure(f"DAY={text} is over: the demo clinic is of today.")
    return moment


@functools.cache
def _read(text, zone):
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return put_off(moment, datetime.now(timezone.utc) + SOON)


def put_off(moment, until):
    """Return the moment, or one like it in a later year where it isn't after another.

    It is the same weekday and time of day, or the next leap day or end of a year, and clocks that
    change in the minutes after it change there too.

    >>> new_york = ZoneInfo("America/New_York")
    >>> before_the_change = datetime(2027, 3, 14, 1, 57, tzinfo=new_york)
    >>> [str(put_off(before_the_change, datetime(year, 6, 1, tzinfo=timezone.utc)))
    ...  for year in (2026, 2027, 2031)]
    ['2027-03-14 01:57:00-05:00', '2028-03-12 01:57:00-05:00', '2032-03-14 01:57:00-05:00']
    >>> leap_day = datetime(2028, 2, 29, 12, tzinfo=new_york)
    >>> str(put_off(leap_day, datetime(2028, 3, 1, tzinfo=timezone.utc)))
    '2032-02-29 12:00:00-05:00'
    """
    years = {(2, 29): 4, (12, 31): 1}.get((moment.month, moment.day))
    while moment <= until:
        if years:
            moment = moment.replace(year=moment.year + years)
            continue
        later = moment + timedelta(weeks=52)
        if _clocks_change_after(moment) and not _clocks_change_after(later):
            later += timedelta(weeks=1)
        moment = later
    return moment


def _clocks_change_after(moment):
    soon = (moment.astimezone(timezone.utc) + timedelta(minutes=10)).astimezone(moment.tzinfo)
    return soon.utcoffset() != moment.utcoffset()


def _build_library():
    """Compile what moves the clock, unless it is there; answer with its path."""
    source, library = ROOT / "tools" / "clock.c", FOLDER / "clock.so"
    if library.exists() and library.stat().st_mtime >= source.stat().st_mtime:
        return library
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        raise Failure("Another day needs a C compiler: install gcc (`sudo apt-get install gcc`).")
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = [compiler, "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"]
    processes.run(command, "The moved clock")
    return library


def _passes(moment, stages, library):
    """Run the stages at a moment; what they left is kept only if they failed."""
    print(f"\n==== {moment:%A %-d %B %Y, %H:%M} {moment.tzinfo} ====", flush=True)
    cache = FOLDER / f"{moment:%Y-%m-%d-%H%M}"
    shutil.rmtree(cache, ignore_errors=True)
    _copy_cache(cache)
    environment = _move_clock(moment, cache, library)
    outcomes = [_run_stage(stage, options, environment) for stage, options in stages.items()]
    if all(outcomes):
        shutil.rmtree(cache)
    return all(outcomes)


def _copy_cache(cache):
    """Make a cache with the same programs and a copy of the database server's data."""
    cache.mkdir(parents=True)
    (cache / "venv").symlink_to(CACHE / "venv")
    target = cache / "postgres"
    with postgres.running_embedded():
        databases.template()
        with step("Copying the databases"):
            options = ["--username=postgres", "--checkpoint=fast", "-D", target]
            processes.run(["pg_basebackup", *options], "Copying the databases")
    owner = embedded.DATA.stat()
    for path in [target, *target.rglob("*")]:
        os.chown(path, owner.st_uid, owner.st_gid)


def _move_clock(moment, cache, library):
    """Return the environment in which it is that moment."""
    shift = moment - datetime.now(timezone.utc)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PG")},
        "CLINIC_FAMILY_CACHE": str(cache),
        "ODOO_SOURCE": str(odoo_source.folder()),
        # By the moved clock, pytest takes the folders of other runs for forgotten and deletes them.
        "PYTEST_DEBUG_TEMPROOT": str(cache),
        "CLOCK_SHIFT": str(round(shift / timedelta(seconds=1))),
        "LD_PRELOAD": str(library),
    }


def _run_stage(stage, options, environment):
    """Return whether all tests of a stage passed."""
    command = [sys.executable, ROOT / "tools" / "dev.py", "test", *options]
    with processes.running(command, env={**environment, "ONLY": stage}, cwd=ROOT) as process:
        return process.wait() == 0
