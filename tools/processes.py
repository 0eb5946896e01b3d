"""Programs that are started, watched, and stopped with everything they started."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager, suppress

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
PATIENCE_SECONDS = 15
FULL_DISK_BYTES = 20_000_000


@contextmanager
def running(command, **options):
    """Run a program in a group of its own while the block lasts, then stop the whole group."""
    process = subprocess.Popen([str(part) for part in command], start_new_session=True, **options)
    try:
        yield process
    finally:
        stop_group(process)


def stop_group(process):
    """Ask the group of a process to stop, and kill what is left after a while.

    SIGINT first: pytest then stops the servers and browsers that its tests started.
    """
    if process.poll() is None:
        _signal_group(process, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_SECONDS)
    _signal_group(process, signal.SIGKILL)
    process.wait()


def _signal_group(process, number):
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def run(command, what, script="", **options):
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
        with running(command, text=True, **options) as process:
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


def wait_for(condition, seconds, pause=0.1):
    """Return whether a condition came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(pause)
    return bool(condition())
