"""Programs that are started, watched, and stopped with everything they started."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from tools.environment import LOGS, Failure, disk_full, no_network

NETWORK_WORDS = (
    "Could not resolve",
    "Temporary failure",
    "Failed to fetch",
    "Unable to connect",
    "NewConnectionError",
    "Connection failed",
    "Network is unreachable",
    "No matching distribution",
    "Read timed out",
    "ProxyError",
)
TIED = Path(__file__).with_name("tied.py")
PATIENCE_SECONDS = 15
FULL_DISK_BYTES = 20_000_000


@contextmanager
def running(command, tied_by=signal.SIGINT, patience=PATIENCE_SECONDS, **options):
    """Run a program in a group of its own while the block lasts, then stop the whole group.

    *tied_by* is the signal it gets when this process is killed before the block ends.
    """
    process = subprocess.Popen(
        [*_tied(tied_by), *map(str, command)], start_new_session=True, **options
    )
    try:
        yield process
    finally:
        stop_group(process, patience)


def _tied(number):
    """Return how a command line begins whose program shall not outlive this process."""
    if number is None:
        return []
    return [sys.executable, "-I", "-S", str(TIED), str(int(number)), str(os.getpid())]


def stop_group(process, patience=PATIENCE_SECONDS):
    """Ask the group of a process to stop, and kill what is left after a while.

    SIGINT first: pytest then stops the servers and browsers that its tests started.
    """
    if process.poll() is None:
        _signal_group(process, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    _signal_group(process, signal.SIGKILL)
    process.wait()


@contextmanager
def sharing_the_keyboard(command, **options):
    """Run a program that has the terminal while the block lasts: Ctrl-C is for it alone."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    process = subprocess.Popen([*_tied(signal.SIGTERM), *map(str, command)], **options)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE_SECONDS)
            process.kill()
            process.wait()
        signal.signal(signal.SIGINT, before)


@contextmanager
def environment(**variables):
    """Have these environment variables while the block lasts."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ.update({} if value is None else {name: value})


def _signal_group(process, number):
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def run(command, what, script="", tied_by=signal.SIGINT, **options):
    """Run a program to its end with its output in a log; return that output.

    A failure shows the end of the output and becomes one sentence about `what`.
    """
    log = log_path(what)
    with open(log, "w+") as output:
        options = {
            "stdin": subprocess.PIPE,
            "stdout": output,
            "stderr": subprocess.STDOUT,
            **options,
        }
        with running(command, tied_by, text=True, **options) as process:
            process.communicate(script)
        output.seek(0)
        text = output.read()
    if process.returncode:
        raise failure(what, text, log)
    return text


def log_path(what):
    """Return the file that holds the output of the latest run of something."""
    LOGS.mkdir(parents=True, exist_ok=True)
    return LOGS / f"{what.lower().replace(' ', '-')}.log"


def failure(what, text, log):
    """Return the Failure that fits a program's output."""
    # On a full disk the log may lack the line that says so.
    if "No space left on device" in text or shutil.disk_usage(LOGS).free < FULL_DISK_BYTES:
        return Failure(disk_full())
    if any(words in text for words in NETWORK_WORDS):
        return Failure(no_network(what))
    telling = [line for line in text.splitlines() if " INFO " not in line]
    print("\n" + "\n".join(telling[-25:]), flush=True)
    return Failure(f"{what} did not work: the lines above say why, and all of it is in {log}.")


def is_alive(pid):
    """Return whether a process runs; a zombie is done, whoever is to notice it."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # or it went while this was read
        return False


def wait_for(condition, seconds, pause=0.1):
    """Return whether a condition came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(pause)
    return bool(condition())
