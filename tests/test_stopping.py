"""Whatever a server of the clinic is started by, it doesn't outlive it."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from tools.environment import ROOT
from tools.processes import is_alive, wait_for

SERVE = """
import os, signal, time
from tools import server
# What starts the tests may have had it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
with server.serving(os.environ["DATABASE"], server.free_port(), workers=2) as running:
    print(f"serving {running.process.pid}", flush=True)
    time.sleep(300)
"""
AS_A_TEST = """
def test_that_takes_long(capfd):
    with capfd.disabled():
        exec(open("serve.py").read(), {})
"""
MASTER = "CLINIC_FAMILY_ODOO"
PYTHON = [sys.executable, "serve.py"]
NO_PLUGINS = ["-p", "no:odoo", "-p", "no:cacheprovider"]
PYTEST = [sys.executable, "-m", "pytest", *NO_PLUGINS, "test_serve.py"]
DEV = [sys.executable, str(ROOT / "tools" / "dev.py"), "python", "serve.py"]
SHELL = ["sh", "-c", f"'{sys.executable}' serve.py; true"]


pytestmark = pytest.mark.timeless


@pytest.fixture
def start(clinic, tmp_path):
    """Return a function that starts a command which serves, and gives it and all of Odoo."""
    (tmp_path / "serve.py").write_text(SERVE)
    (tmp_path / "test_serve.py").write_text(AS_A_TEST)
    settings = {**os.environ, "DATABASE": clinic.database, "PYTHONPATH": str(ROOT)}
    started = []

    def start(command):
        pipe = {"stdout": subprocess.PIPE, "text": True, "start_new_session": True}
        started.append(subprocess.Popen(command, cwd=tmp_path, env=settings, **pipe))
        told = next(line for line in started[-1].stdout if line.startswith("serving "))
        odoo = psutil.Process(int(told.split()[1]))
        return started[-1], [odoo, *odoo.children(recursive=True)]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _are_gone(processes):
    return not any(process.is_running() and is_alive(process.pid) for process in processes)


@pytest.mark.parametrize(
    ("command", "number"),
    [
        (PYTHON, signal.SIGKILL),
        (PYTEST, signal.SIGTERM),
        (DEV, signal.SIGTERM),
    ],
    ids=["killed", "pytest", "dev"],
)
def test_no_odoo_outlives_what_it_runs_in(start, command, number):
    process, odoo = start(command)
    assert len(odoo) >= 3

    process.send_signal(number)
    process.wait(timeout=60)

    assert wait_for(lambda: _are_gone(odoo), 20)


def test_odoos_second_server_does_not_begin_when_the_first_is_gone():
    gone = subprocess.Popen(["true"])
    gone.wait()
    second = [sys.executable, str(ROOT / "tools" / "odoo_bin.py"), "gevent", "--no-such-option"]

    ended = subprocess.run(second, env={**os.environ, MASTER: str(gone.pid)}, timeout=60)

    assert ended.returncode == 0


@pytest.mark.parametrize("command", [DEV, SHELL], ids=["dev", "shell"])
def test_ctrl_c_in_a_terminal_stops_odoo_too(start, command):
    process, odoo = start(command)

    os.killpg(process.pid, signal.SIGINT)
    process.wait(timeout=60)

    assert wait_for(lambda: _are_gone(odoo), 20)
