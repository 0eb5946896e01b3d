"""The whole server is killed again and again while it sends reminders, and starts anew."""

import math
import os
import random
import signal
import time
from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest

from tests.people import Person
from tests.smtp_sink import SECONDS_A_MAIL
from tests.test_mail_walk import DUE
from tools import databases, processes, server

PATIENTS = 200
KILLS = int(os.environ.get("CLINIC_FAMILY_KILLS", "4"))
SECONDS_TO_SEND = 60
REMIND = "UPDATE res_company SET clinic_reminder_hours = %s"
STOPPED = "The server stopped while this was being sent."

pytestmark = pytest.mark.timeless


@pytest.fixture
def reminded(clinic):
    """The addresses of those whose reminders are due now, all at once; nothing else is sent."""
    addresses = [f"reminded{number}@example.com" for number in range(PATIENTS)]
    practitioner = _book(Person(clinic.url, "manager").log_in(), addresses)
    clinic.query("DELETE FROM clinic_message")
    clinic.query("UPDATE clinic_participant SET tell_at = NULL")
    clinic.query(
        """
        UPDATE clinic_participant SET settled_at = now() - interval '60 days'
          FROM res_partner patient
         WHERE patient.id = partner_id AND patient.email = ANY(%s)
        """,
        [addresses],
    )
    before = clinic.query("SELECT id, clinic_reminder_hours AS hours FROM res_company")
    clinic.query(REMIND, ["720"])
    # Nobody is written to about forms meanwhile.
    clinic.query("UPDATE clinic_form_request SET told_at = now() WHERE told_at IS NULL")
    yield addresses
    for row in before:
        clinic.query(f"{REMIND} WHERE id = %s", [row["hours"], row["id"]])
    clinic.query("UPDATE clinic_practitioner SET active = FALSE WHERE id = %s", [practitioner])
    clinic.query("UPDATE res_partner SET active = FALSE WHERE email = ANY(%s)", [addresses])


def _book(manager, addresses):
    """A visit for each, every two hours from the day after tomorrow; with whom: somebody new."""
    patients = manager.call(
        "res.partner", "create", [{"name": each, "email": each} for each in addresses]
    )
    service, location = (
        manager.call(model, "search", [], 0, 1)[0]
        for model in ("clinic.service", "clinic.location")
    )
    [practitioner] = manager.call("clinic.practitioner", "create", [{"name": "Never Sleeps"}])
    manager.call("clinic.service", "write", [service], {"practitioner_ids": [(4, practitioner)]})
    first = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0) + timedelta(days=2)
    manager.call("clinic.appointment", "create", [
        {
            "service_id": service,
            "location_id": location,
            "practitioner_id": practitioner,
            "start": str(first + timedelta(hours=2 * number)),
            "time_reason": "They never sleep",
            "payer_id": patient,
            "participant_ids": [(0, 0, {"partner_id": patient})],
        }
        for number, patient in enumerate(patients)
    ])  # fmt: skip
    return practitioner


def _serving(clinic):
    """One more server for the clinic while the block lasts, with Odoo's scheduler in it."""
    return server.serving(clinic.database, server.free_port(), workers=1, cron_threads=1)


def _wait_until(condition, clinic):
    def look():
        clinic.query(DUE)
        databases.query("postgres", "SELECT pg_notify('cron_trigger', %s)", [clinic.database])
        return condition()

    assert processes.wait_for(look, SECONDS_TO_SEND, pause=0.02), "nothing was sent any more"


def _states(clinic):
    """The states of the reminders, by address of the patient."""
    rows = clinic.query(
        """
        SELECT patient.email, message.state
          FROM clinic_message message
          JOIN res_partner patient ON patient.id = message.recipient_id
         WHERE message.kind = 'reminder'
        """
    )
    return {row["email"]: row["state"] for row in rows}


def _die_while_one_is_in_flight(running, sink, clinic):
    """The mail server has taken a message, and the sender never hears of it."""
    with sink.answering:
        sink.most = math.inf
        _wait_until(lambda: sink.in_flight, clinic)
        _kill(running.process)


def _die_whenever(running, sink, clinic):
    """In the middle of whatever the sender does."""
    sink.most = math.inf
    time.sleep(random.random() * 4 * SECONDS_A_MAIL)
    _kill(running.process)


def _kill(process):
    """Nothing of the server has time for a last word."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _get_unknown(clinic):
    """The addresses of which the front desk reads that nobody knows what became of the message."""
    lost = [["kind", "=", "reminder"], ["state", "=", "unknown"]]
    frontdesk = Person(clinic.url, "frontdesk").log_in()
    names = ["recipient_id", "failure_reason"]
    found = frontdesk.call("clinic.message", "search_read", lost, names)
    assert {row["failure_reason"] for row in found} == {STOPPED}
    return {row["recipient_id"][1] for row in found}


def test_of_two_hundred_reminders_none_is_lost_or_sent_twice_when_the_server_is_killed(
    clinic, sink, reminded
):
    deaths = (_die_while_one_is_in_flight, _die_whenever) * (KILLS // 2)
    for kill, die in enumerate(deaths, 1):
        # The server waits there, however much is sent before this looks.
        sink.most = kill * PATIENTS // (KILLS + 1)
        with _serving(clinic) as running:
            _wait_until(lambda: len(sink.received) >= sink.most, clinic)
            die(running, sink, clinic)
    with _serving(clinic):
        _wait_until(lambda: set(_states(clinic).values()) == {"sent", "unknown"}, clinic)

    states, times = _states(clinic), Counter(sink.received)
    sent = {address for address, state in states.items() if state == "sent"}
    unknown = _get_unknown(clinic)
    assert sent | unknown == set(reminded)
    assert not sent & unknown
    assert sent <= set(times) <= set(reminded)
    assert max(times.values()) == 1
    assert KILLS // 2 <= len(unknown) <= KILLS
