"""The embedded PostgreSQL starts in any folder, is shared, and is gone after the last command."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tools.environment import ROOT
from tools.processes import is_alive, wait_for

HOLD = """
import signal, time
from tools import databases, postgres, stopping
for number in stopping.SIGNALS:  # what starts the tests may have had them ignored
    signal.signal(number, signal.default_int_handler if number == 2 else signal.SIG_DFL)
with postgres.running():
    databases.query("postgres", "SELECT 1")
    print("ready", flush=True)
    time.sleep(60)
"""
ASK = HOLD.replace("time.sleep(60)", "")


@pytest.fixture
def tmp_path():
    """A folder that stays open to the server's user: another pytest that begins closes its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def new_command(tmp_path):
    """Return a function that starts a program with the database server of a cache of its own."""
    started = []

    def start(program, cache):
        settings = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        settings |= {"CLINIC_FAMILY_CACHE": str(cache), "PYTHONPATH": str(ROOT)}
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        started.append(subprocess.Popen([sys.executable, "-c", program], env=settings, **output))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()
    for note in tmp_path.rglob("postmaster.pid"):
        pid, sockets = _postmaster(note.parent.parent)
        os.kill(pid, signal.SIGINT)
        shutil.rmtree(sockets)


def _expect_ready(command):
    """Wait until a command has its server; one that hasn't says why."""
    line = command.stdout.readline()
    assert line == "ready\n", line + command.communicate(timeout=60)[0]


def _postmaster(cache):
    """Return the id of the server's process and the folder of its socket."""
    lines = (cache / "postgres" / "postmaster.pid").read_text().splitlines()
    return int(lines[0]), Path(lines[4])


@pytest.mark.parametrize("name", ["Prüf Ordner ä/clinic fämily", "a deep folder/" * 9])
def test_the_server_starts_in_a_folder_of_any_name(tmp_path, new_command, name):
    cache = tmp_path / name

    first = new_command(ASK, cache)
    output, _ = first.communicate(timeout=60)
    again = new_command(ASK, cache)

    assert (first.returncode, output) == (0, "ready\n")
    assert again.communicate(timeout=60)[0] == "ready\n"
    assert not (cache / "postgres" / "postmaster.pid").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_program_that_is_told_to_stop_leaves_no_server_behind(tmp_path, new_command, number):
    command = new_command(HOLD, tmp_path)
    _expect_ready(command)
    pid, sockets = _postmaster(tmp_path)

    command.send_signal(number)
    command.communicate(timeout=30)

    assert wait_for(lambda: not is_alive(pid), 5)
    assert not sockets.exists()


def test_the_server_runs_until_the_last_command_is_done(tmp_path, new_command):
    first = new_command(HOLD, tmp_path)
    _expect_ready(first)
    second = new_command(HOLD, tmp_path)
    _expect_ready(second)
    pid, _sockets = _postmaster(tmp_path)

    first.terminate()
    first.communicate(timeout=30)
    assert is_alive(pid)

    second.terminate()
    second.communicate(timeout=30)
    assert wait_for(lambda: not is_alive(pid), 5)


def test_a_server_whose_command_was_killed_is_stopped_by_the_next_command(tmp_path, new_command):
    killed = new_command(HOLD, tmp_path)
    _expect_ready(killed)
    pid, sockets = _postmaster(tmp_path)
    killed.kill()
    killed.wait()

    assert new_command(ASK, tmp_path).communicate(timeout=60)[0] == "ready\n"

    assert wait_for(lambda: not is_alive(pid), 5)
    assert not sockets.exists()


def test_a_server_whose_socket_is_lost_is_started_anew(tmp_path, new_command):
    killed = new_command(HOLD, tmp_path)
    _expect_ready(killed)
    _pid, sockets = _postmaster(tmp_path)
    killed.kill()
    killed.wait()
    for path in sockets.iterdir():
        path.unlink()

    assert new_command(ASK, tmp_path).communicate(timeout=60)[0] == "ready\n"
