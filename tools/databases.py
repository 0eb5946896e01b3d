"""A chain of databases, so that no test and no start does twice what was done before.

base (Odoo with demo data and the modules the addon needs) → template (with the addon and its
demo clinic) → copies: one that is run, one for each test run. A database gets its name when it is
complete, so a broken build is never taken for a good one.
"""

import ast
import hashlib
import os
import re
import shutil
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from tools import odoo_source, processes
from tools.environment import ADDON, CACHE, Failure, alone, step

DEMO = "clinic_demo"
# What tests and the demo clinic use beyond what the addon itself needs.
EXTRA_MODULES = ("payment_demo",)
UNINSTALLED_PARTS = (
    "tests", "__pycache__", "i18n", "static/description", "readme", "build_backend",
)  # fmt: skip
ERROR_LINE = re.compile(r"^\S+ \S+ \d+ (ERROR|CRITICAL) .*", re.MULTILINE)
LOADING = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")
# Attachments kept in the database travel with its copies; files would have to be copied too.
KEEP_ATTACHMENTS = """
env["ir.config_parameter"].set_param("ir_attachment.location", "db")
env["ir.attachment"].force_storage()
env.cr.commit()
"""


def query(database, statement, parameters=None):
    """Run one statement outside a transaction; return its rows as dicts."""
    import psycopg2.extras

    connection = psycopg2.connect(dbname=database, cursor_factory=psycopg2.extras.RealDictCursor)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return [dict(row) for row in cursor.fetchall()] if cursor.description else []
    finally:
        connection.close()


def names(prefix):
    """Return the databases whose names start so."""
    rows = query("postgres", "SELECT datname FROM pg_database ORDER BY datname")
    return [row["datname"] for row in rows if row["datname"].startswith(prefix)]


def exists(name):
    """Return whether there is a database of this name."""
    return name in names(name)


def drop(name):
    """Drop a database, if it exists, and what Odoo keeps on disk for it."""
    from psycopg2.errors import InsufficientPrivilege

    try:
        query("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    except InsufficientPrivilege:
        # PostgreSQL is tidying up in it, which it only stops by itself.
        query("postgres", f'DROP DATABASE IF EXISTS "{name}"')
    shutil.rmtree(CACHE / "odoo_data" / "filestore" / name, ignore_errors=True)


def copy(source, name):
    """Copy a database."""
    query("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


@contextmanager
def test_copy(source=None, label="main"):
    """Have a fresh copy of the template, or of another database, while the block lasts.

    A *label* tells a second copy of one process from the first.
    """
    name = f"clinic_test_{os.getpid()}_{label}"
    with alone("databases"):
        _drop_orphans()
        copy(source or _template(), name)
    try:
        yield name
    finally:
        # pytest-xdist's workers make copies of the copy, named after it.
        for each in names(name):
            drop(each)


@contextmanager
def empty_copy():
    """Have a fresh database with the addon and no clinic in it while the block lasts."""
    with test_copy(base(), label="empty") as name:
        # Odoo loads a module's demo data where all that it needs has its own.
        query(name, "UPDATE ir_module_module SET demo = FALSE")
        install(name, [ADDON.name], "Installing the addon alone")
        yield name


def _drop_orphans():
    """Drop the copies that killed test runs left behind."""
    for name in names("clinic_test_"):
        owner = re.match(r"clinic_test_(\d+)", name)
        if owner and not Path(f"/proc/{owner[1]}").exists():
            drop(name)


def base():
    """Return the database with Odoo and the needed modules; build it when it is missing."""
    modules = sorted({*_manifest().get("depends", []), *EXTRA_MODULES})
    name = f"clinic_base_{_digest(odoo_source.version(odoo_source.folder()), *modules)}"
    if not exists(name):
        with _building(name, "clinic_base_") as partial:
            install(partial, modules, "Preparing a database with Odoo")
            _odoo(["shell", "--no-http"], partial, "Odoo attachments", script=KEEP_ATTACHMENTS)
    return name


def template():
    """Return the database with the addon and its demo clinic; build it when the addon changed."""
    with alone("databases"):
        return _template()


def _template():
    source = base()
    # Its visits are placed around the day it was made on.
    name = f"clinic_template_{addon_digest()}_{source[-8:]}_{date.today():%Y%m%d}"
    if not exists(name):
        with _building(name, "clinic_template_") as partial:
            copy(source, partial)
            install(partial, [ADDON.name], "Installing the clinic and its demo data")
    return name


def demo():
    """Return the database that `make run` serves, brought up to date with the addon."""
    with alone("databases"):
        current = addon_digest()
        if not exists(DEMO):
            copy(_template(), DEMO)
        elif _noted_digest(DEMO) != current:
            _update_demo()
        query("postgres", f"COMMENT ON DATABASE {DEMO} IS %s", [current])
    return DEMO


def _update_demo():
    """Update the addon in the demo clinic, whose data stay."""
    title = "Updating the demo clinic"
    with step(title, _module_progress(title)):
        try:
            _odoo(["-u", ADDON.name, "--stop-after-init", "--no-http"], DEMO, title)
        except Failure as trouble:
            raise Failure(f"{trouble} Or start afresh with `make reset`.") from None


def reset():
    """Drop the demo clinic and the databases it comes from; what was downloaded stays."""
    in_use = "SELECT 1 FROM pg_stat_activity WHERE datname = %s"
    if query("postgres", in_use, [DEMO]):
        raise Failure("The clinic is still running: stop it with Ctrl-C first.")
    with alone("databases"):
        for name in [*names(DEMO), *names("clinic_template_"), *names("clinic_base_")]:
            drop(name)


def _noted_digest(name):
    """Return the digest of the addon that a database was last updated with."""
    note = (
        "SELECT shobj_description(oid, 'pg_database') AS note FROM pg_database WHERE datname = %s"
    )
    return query("postgres", note, [name])[0]["note"]


@contextmanager
def _building(name, chain):
    """Give a database to fill, name it when it is complete, and drop its predecessors."""
    partial = f"unfinished_{name}"
    drop(partial)
    yield partial
    query("postgres", f'ALTER DATABASE "{partial}" RENAME TO "{name}"')
    shutil.rmtree(CACHE / "odoo_data" / "filestore" / partial, ignore_errors=True)
    for old in names(chain):
        if old != name:
            drop(old)


def install(database, modules, title):
    """Install modules with their demo data; the database is made if it does not exist."""
    arguments = ["-i", ",".join(modules), "--with-demo", "--stop-after-init", "--no-http"]
    with step(title, _module_progress(title)):
        _odoo(arguments, database, title)


def _odoo(arguments, database, what, script=""):
    """Run Odoo on a database; an error in its log is a failure.

    Odoo ends well even when it could not create a constraint: it only logs that.
    """
    from tools import server

    command = server.command(server.write_config(database), arguments)
    log = processes.run(command, what, script=script, env=server.environment())
    errors = [match.group(0) for match in ERROR_LINE.finditer(log)]
    if errors:
        print("\n" + "\n".join(errors), flush=True)
        path = processes.log_path(what)
        raise Failure(f"Odoo logged the errors above: mend the addon; the whole log is {path}.")


def _module_progress(what):
    """Return a callable that tells which module Odoo is at, for `step`."""

    def progress():
        log = processes.log_path(what)
        found = LOADING.findall(log.read_text()) if log.exists() else []
        return "{} ({}/{})".format(*found[-1]) if found else ""

    return progress


def _manifest():
    """Return the addon's manifest."""
    try:
        return ast.literal_eval((ADDON / "__manifest__.py").read_text())
    except FileNotFoundError:
        raise Failure(f"There is no addon in {ADDON}: fetch the whole repository.") from None


def addon_digest():
    """Return a digest over the files that decide what is in a database with the addon."""
    digest = hashlib.sha256()
    for path in sorted(ADDON.rglob("*")):
        part = path.relative_to(ADDON).as_posix()
        if path.is_file() and not _is_uninstalled(part):
            digest.update(part.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:8]


def _is_uninstalled(part):
    return any(f"/{part}".startswith(f"/{skipped}/") for skipped in UNINSTALLED_PARTS) or (
        "__pycache__" in part
    )


def _digest(*parts):
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]
