"""Odoo's own read replica, for real: a streaming copy of the embedded PostgreSQL beside it.

The reading pages are served from the copy, which its own statistics show. While the copy lags, a
time that was taken is still shown as free, and whoever chooses it reads that it was just taken.
When the copy is gone, the first server answers for it.
"""

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import databases, embedded, load, processes, server
from tools.environment import CACHE, Failure, step

WHAT = "The replica"
DATA = CACHE / "replica"
SECONDS = 8
# How often its tables were looked into, which each server counts for itself.
LOOKED = """
    SELECT coalesce(sum(idx_scan + seq_scan), 0) AS count
      FROM pg_stat_user_tables WHERE relname = 'clinic_appointment'
"""
BEHIND = "SELECT pg_is_wal_replay_paused() OR pg_last_wal_replay_lsn() < %s::pg_lsn AS behind"


@dataclass
class Standby:
    """The copy: where it listens, and the process that may be stopped."""

    sockets: Path
    process: object

    def query(self, database, statement, parameters=None, user="postgres"):
        """Run one statement there; return its rows as dicts."""
        with processes.environment(PGHOST=str(self.sockets), PGUSER=user):
            return databases.query(database, statement, parameters)

    def catch_up(self):
        """Wait until it has all that the first server has written."""
        with processes.environment(PGUSER="postgres"):
            (row,) = databases.query("postgres", "SELECT pg_current_wal_insert_lsn() AS now")
        is_there = processes.wait_for(
            lambda: not self.query("postgres", BEHIND, [row["now"]])[0]["behind"], 30
        )
        if not is_there:
            raise Failure("The replica doesn't catch up: look at its log.")

    def stop(self):
        """Stop it for good."""
        processes.stop_group(self.process)


@contextmanager
def standby():
    """Have a streaming copy of the running embedded server while the block lasts."""
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir(mode=0o700)
    embedded.open_to_server(DATA)
    person, sockets = embedded.system_user(), embedded.new_sockets()
    copying = [
        embedded.programs() / "pg_basebackup", "-D", DATA, "-h", os.environ["PGHOST"], "-U",
        "postgres", "-R", "-X", "stream", "-c", "fast", "--no-sync",
    ]  # fmt: skip
    serving = [
        embedded.programs() / "postgres", "-D", DATA, "-k", sockets, "-c", "listen_addresses=",
        "-p", str(embedded.PORT), "-c", "fsync=off",
    ]  # fmt: skip
    try:
        with step("Copying the database server"):
            processes.run(copying, WHAT, tied_by=None, cwd="/", **person)
        with (
            open(processes.log_path(WHAT), "w") as output,
            processes.running(
                serving, tied_by=None, stdout=output, stderr=output, cwd="/", **person
            ) as process,
        ):
            copy = Standby(sockets, process)
            processes.wait_for(lambda: process.poll() is not None or _is_ready(), 60)
            if not _is_ready():
                log = processes.log_path(WHAT)
                raise processes.failure(WHAT, log.read_text(), log)
            yield copy
    finally:
        shutil.rmtree(sockets, ignore_errors=True)
        shutil.rmtree(DATA, ignore_errors=True)


def _is_ready():
    """Whether the copy answers, as it notes down about itself."""
    noted = DATA / "postmaster.pid"
    return noted.exists() and noted.read_text().splitlines()[-1].strip() == "ready"


def run(seconds=SECONDS):
    """Show that each of it is so, and what reading takes with the copy and without."""
    with databases.test_copy() as database:
        with server.serving(database, server.free_port(), workers=load.WORKERS) as running:
            people = load.make_people(running.url, database)
            alone = _read(people, seconds)
        with (
            standby() as copy,
            server.serving(
                database, server.free_port(), workers=load.WORKERS, replica=copy.sockets
            ) as running,
        ):
            for person in people:
                person.url = running.url
            shared = check(people, copy, database, seconds)
    load.show(alone)
    load.show(shared)
    print(
        f"\nreading without the replica {alone.rate():.1f} a second, with it {shared.rate():.1f}: "
        f"ratio {shared.rate() / alone.rate():.2f} on one machine"
    )


def _read(people, seconds):
    """What reading takes, once each worker has made its pages."""
    load.drive(people, load.Visitor.look_around, 1)
    return load.drive(people, load.Visitor.look_around, seconds)


def check(people, copy, database, seconds):
    """Go through it, or fail with what isn't so; return what reading took."""
    before = _looked(copy, database)
    tally = _read(people, seconds)
    pages = sum(map(len, tally.took.values()))
    # What a connection did is counted when it has been idle for a while.
    processes.wait_for(lambda: _looked(copy, database) - before >= pages, 15)
    looked = _looked(copy, database) - before
    print(f"\n{pages} pages, for which the replica looked into its appointments {looked} times")
    if tally.errors or looked < pages:
        raise Failure(f"The replica didn't serve them all: {tally.errors[:1] or looked}")
    _check_lagging(people[:2], copy)
    copy.stop()
    if not load.START.findall(people[0].ask(people[0].times)):
        raise Failure("Without the replica there are no free times.")
    print("stopped, it is done without")
    return tally


def _looked(copy, database):
    return int(copy.query(database, LOOKED)[0]["count"])


def _check_lagging(people, copy):
    """Of two who want a time, the second still sees it, and reads that it was just taken."""
    first, second = people
    copy.catch_up()
    page = first.ask(first.times)
    start = load.START.findall(page)[0]
    copy.query("postgres", "SELECT pg_wal_replay_pause()")
    first.take(page, start)
    later = second.ask(second.times)
    if start not in load.START.findall(later):
        raise Failure("The replica doesn't lag, so nothing was shown.")
    answer = second.take(later, start)
    copy.query("postgres", "SELECT pg_wal_replay_resume()")
    copy.catch_up()
    if "Just taken" not in answer:
        raise Failure("Who chose what the lagging replica showed wasn't told that it was taken.")
    if start in load.START.findall(second.ask(second.times)):
        raise Failure("What was taken is still shown when the replica has caught up.")
    print("lagging, it shows a time that was taken, and choosing it says so")
