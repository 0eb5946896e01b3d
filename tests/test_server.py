"""The server of the clinic goes on, whatever Odoo does with itself."""

import configparser
import signal
import urllib.request

import pytest

from tools import server
from tools.processes import wait_for

pytestmark = pytest.mark.timeless


def test_a_server_that_starts_itself_again_answers(clinic):
    with server.serving(clinic.database, server.free_port()) as running:
        running.process.send_signal(signal.SIGHUP)

        assert wait_for(lambda: running.log.read_text().count("HTTP service") == 2, 60)
        with urllib.request.urlopen(f"{running.url}/web/health", timeout=60) as answer:
            assert answer.status == 200
        assert running.process.poll() is None


@pytest.mark.parametrize(("workers", "limit"), [(0, "0"), (2, None)])
def test_an_idle_connection_starts_nothing_again(workers, limit):
    """In one process Odoo takes it for a request that hangs, and starts itself again for it."""
    written = configparser.RawConfigParser()
    written.read(server.write_config("clinic_unused", workers=workers))

    assert written["options"].get("limit_time_real") == limit
