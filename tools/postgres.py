"""PostgreSQL: the server that PGHOST names, or an embedded one with its data in the cache."""

import os
import shutil
from contextlib import contextmanager

from tools import embedded, processes, stopping
from tools.environment import Failure

ROLE = "odoo"


@contextmanager
def running():
    """Have a server while the block lasts, and its address in the environment variables."""
    if not os.environ.get("PGHOST"):
        with running_embedded():
            yield
        return
    with stopping.heard():
        _check_named_server()
        yield


@contextmanager
def running_embedded():
    """The same with the embedded server, also where another one is named."""
    put_programs_on_path()
    with stopping.heard(), embedded.running() as sockets:
        address = {"PGHOST": str(sockets), "PGPORT": str(embedded.PORT)}
        _ensure_role(address)
        with processes.environment(PGUSER=ROLE, **address):
            yield


def put_programs_on_path():
    """Make `createdb` and `dropdb` available by name: pytest-odoo calls them so."""
    if not os.environ.get("PGHOST") or not shutil.which("createdb"):
        os.environ["PATH"] = f"{embedded.programs()}{os.pathsep}{os.environ['PATH']}"


def _ensure_role(address):
    """Create the role that Odoo uses: Odoo refuses to work as the superuser."""
    superuser = {"host": address["PGHOST"], "port": address["PGPORT"], "user": "postgres"}
    with _connection(dbname="postgres", **superuser) as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")


@contextmanager
def _connection(**address):
    """Have a cursor of a connection while the block lasts."""
    import psycopg2

    connection = psycopg2.connect(**address)
    try:
        with connection, connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def _check_named_server():
    """Fail with a sentence when the named server cannot be used."""
    import psycopg2

    put_programs_on_path()
    if os.environ.get("PGUSER") == "postgres":
        raise Failure("Odoo refuses the user postgres: set PGUSER to one who may create databases.")
    may_create = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    try:
        with _connection(dbname="postgres") as cursor:
            cursor.execute(may_create)
            if not cursor.fetchone()[0]:
                raise Failure(
                    "Your role at PGHOST may not create databases: have an administrator run "
                    "`ALTER ROLE … CREATEDB`, or unset PGHOST to use the embedded server."
                )
    except psycopg2.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise Failure(
            f"PostgreSQL at PGHOST={os.environ['PGHOST']} does not let us in ({reason}): check "
            "PGHOST, PGPORT, PGUSER and PGPASSWORD, or unset PGHOST to use the embedded server."
        ) from None
