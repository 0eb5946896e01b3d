"""The whole server is killed again and again while it offers times to those who wait."""

import os
import random
import signal
import time
from contextlib import closing
from itertools import cycle, islice

import psycopg2
import pytest

from tests.people import Person
from tools import databases, processes, server

PEOPLE = 8
KILLS = int(os.environ.get("CLINIC_FAMILY_KILLS", "3"))
SECONDS_TO_OFFER = 120
JOB = "(SELECT res_id FROM ir_model_data WHERE name = 'ir_cron_waitlist')"
# Odoo leaves a job alone for a while that was cut off three times, and locks it while it runs.
DUE = f"""
    UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC'
     WHERE id IN (SELECT id FROM ir_cron WHERE id = {JOB} FOR UPDATE SKIP LOCKED)
"""
# How it stands with each who waits, in the order in which they asked.
STANDS = """
    SELECT request.state,
           (SELECT count(*) FROM clinic_wait_offer offer
             WHERE offer.request_id = request.id AND offer.state = 'open') AS offers,
           (SELECT count(*) FROM clinic_booking booking
              JOIN clinic_appointment visit ON visit.booking_id = booking.id
             WHERE booking.booker_id = request.booker_id AND visit.state = 'held') AS kept,
           (SELECT count(*) FROM clinic_message message
             WHERE message.recipient_id = request.booker_id AND message.kind = 'offered') AS told
      FROM clinic_wait_request request
     WHERE request.booker_id = ANY(%s)
  ORDER BY request.asked_at, request.id
"""
# Copies of a database have tables of the same numbers.
BLOCKED = """
    SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
     WHERE relation = 'clinic_message'::regclass AND NOT granted AND datname = current_database()
"""
WAITS = {"state": "waiting", "offers": 0, "kept": 0, "told": 0}
OFFERED = {"state": "offered", "offers": 1, "kept": 1, "told": 1}


@pytest.fixture
def join(clinic):
    """Return a function by which more people wait for any time of one service; all that do.

    Nothing else is done by the scheduler.
    """
    running = clinic.query(
        f"UPDATE ir_cron SET active = FALSE WHERE id <> {JOB} AND active RETURNING id"
    )
    manager, people = Person(clinic.url, "manager").log_in(), []
    (service,) = manager.call(
        "clinic.service", "search", [["name", "=", "Physiotherapy: first visit"]]
    )

    def join():
        names = [{"name": f"Waits {len(people) + number}"} for number in range(PEOPLE)]
        new = manager.call("res.partner", "create", names)
        manager.call("clinic.wait.request", "create", [
            {"booker_id": person, "patient_ids": [(6, 0, [person])], "service_id": service}
            for person in new
        ])  # fmt: skip
        people.extend(new)
        return people

    yield join
    clinic.query("DELETE FROM clinic_wait_request WHERE booker_id = ANY(%s)", [people])
    ids = [row["id"] for row in running]
    clinic.query("UPDATE ir_cron SET active = TRUE WHERE id = ANY(%s)", [ids])


def _wait_until(condition, clinic):
    def look():
        clinic.query(DUE)
        databases.query("postgres", "SELECT pg_notify('cron_trigger', %s)", [clinic.database])
        return condition()

    assert processes.wait_for(look, SECONDS_TO_OFFER, pause=0.02), "nothing was offered any more"


def _count_offers(clinic, people):
    return sum(row["offers"] for row in clinic.query(STANDS, [people]))


def _serving(clinic):
    """One more server for the clinic while the block lasts, with Odoo's scheduler in it."""
    return server.serving(clinic.database, server.free_port(), workers=1, cron_threads=1)


def _die_while_one_is_offered(clinic, people):
    """The time is kept, and nobody is told of it yet."""
    with (
        closing(psycopg2.connect(dbname=clinic.database)) as other,
        other.cursor() as cursor,
    ):
        cursor.execute("LOCK TABLE clinic_message IN SHARE MODE")
        with _serving(clinic) as running:
            _wait_until(lambda: clinic.query(BLOCKED), clinic)
            _kill(running.process)


def _die_whenever(clinic, people):
    """In the middle of whatever is done to offer it."""
    before = _count_offers(clinic, people)
    with _serving(clinic) as running:
        _wait_until(lambda: _count_offers(clinic, people) > before, clinic)
        time.sleep(random.random() * 0.2)
        _kill(running.process)


def _kill(process):
    """Nothing of the server has time for a last word."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_killed_in_between_each_is_offered_a_time_or_waits_on(clinic, join):
    for die in islice(cycle((_die_while_one_is_offered, _die_whenever)), KILLS):
        people = join()
        die(clinic, people)
        stands = clinic.query(STANDS, [people])
        offered = stands.count(OFFERED)
        # Who asked first is offered first, and to each it is known.
        assert stands == [OFFERED] * offered + [WAITS] * (len(people) - offered)

    with _serving(clinic):
        _wait_until(lambda: _count_offers(clinic, people) == len(people), clinic)
    assert clinic.query(STANDS, [people]) == [OFFERED] * len(people)
