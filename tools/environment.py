"""Where things are, how long steps report themselves, and how trouble is told."""

import errno
import fcntl
import os
import sys
import threading
import time
import traceback
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDON = ROOT / "clinic_family"
CACHE = Path(os.environ.get("CLINIC_FAMILY_CACHE") or ROOT / ".cache").resolve()
LOGS = CACHE / "logs"
SECONDS_BETWEEN_LINES = 15
AGAIN = "then run the same command again; it goes on where it stopped."


class Failure(Exception):
    """One sentence to the person at the keyboard, saying what to do."""


def sentence_for(trouble):
    """Return what to say about an exception; of one nobody expected, where all of it is.

    >>> sentence_for(Failure("Do this."))
    'Do this.'
    """
    if isinstance(trouble, Failure):
        return str(trouble)
    if isinstance(trouble, OSError) and trouble.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full()
    if isinstance(trouble, PermissionError) and trouble.filename:
        return f"You may not write to or read {trouble.filename}: make it yours, {AGAIN}"
    return _unexpected(trouble)


def _unexpected(trouble):
    """Return the sentence for a mistake in these tools, whose traceback goes to a log."""
    told = f"{type(trouble).__name__}: {str(trouble).strip()}".splitlines()[0]
    path = LOGS / "trouble.log"
    try:
        LOGS.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(traceback.format_exception(trouble)))
    except OSError:
        traceback.print_exception(trouble)
        path = "above"
    return f"This went wrong ({told}): report it with what is in {path}, or try `make reset`."


def disk_full():
    """Return the sentence for a full disk."""
    return f"The disk is full: free some 4 GB for {CACHE}, {AGAIN}"


def no_network(what):
    """Return the sentence for something that could not be fetched."""
    return f"{what} could not be fetched: check the network (or proxy), {AGAIN}"


def keep_bytecode():
    """Have each Python that is started keep what it compiles, and keep it in the cache.

    Where nothing may be written beside the sources, each start of Odoo would compile all of it.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(CACHE / "bytecode"))


@contextmanager
def step(title, progress=lambda: ""):
    """Tell that something long goes on, how far it is, and how long it took.

    A terminal gets one line that changes; a log gets a line every 15 seconds.
    """
    started, finished = time.monotonic(), threading.Event()
    live = sys.stdout.isatty()

    def line():
        return " ".join(filter(None, (f"{title} … {time.monotonic() - started:.0f} s", progress())))

    def tick():
        while not finished.wait(0.5 if live else SECONDS_BETWEEN_LINES):
            print(
                f"\r\033[K{line()}" if live else f"  {line()}", end="" if live else "\n", flush=True
            )

    if not live:
        print(f"{title} …", flush=True)
    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield
    finally:
        finished.set()
        ticker.join()
        if live:
            print("\r\033[K", end="")
    print(f"{title}: {time.monotonic() - started:.0f} s", flush=True)


def megabytes_in(folder):
    """Return a callable that tells how much is in a folder, for `step`."""

    def progress():
        size = sum(path.lstat().st_size for path in Path(folder).rglob("*") if path.is_file())
        return f"{size / 1e6:.0f} MB"

    return progress


@contextmanager
def alone(name):
    """Let one command at a time do this; a second one waits and then finds it done.

    The lock belongs to the open file: it ends with the process, even when that is killed.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / f"{name}.lock", "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another command that is setting up …", flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
