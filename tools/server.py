"""A running Odoo server for one database."""

import http.client
import os
import secrets
import signal
import socket
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import odoo_source, processes, stopping
from tools.environment import CACHE, ROOT, Failure, step

HOST = "127.0.0.1"
SECONDS_TO_START = 120
# Below those of which Linux gives one to each connection that goes out, also meanwhile.
PORTS = range(20_000, 32_000)


@dataclass
class Server:
    """A server that answers at `url`."""

    url: str
    database: str
    process: object
    log: object


def write_config(
    database, port=8069, workers=0, cron_threads=0, beside=None, replica=None, smtp_port=None
):
    """Write a configuration file for one database and return its path.

    An addon whose folder is named is loaded ``beside`` Odoo's own, without being installed. A
    ``replica`` is the folder of the socket of another server, which what only reads is asked of.
    Mails go to ``smtp_port`` of this machine.
    """
    folders = [*odoo_source.addons_path(), ROOT, *([beside.parent] if beside else [])]
    addons = ",".join(map(str, folders))
    options = {
        "addons_path": addons,
        "admin_passwd": secrets.token_hex(16),
        "data_dir": CACHE / "odoo_data",
        "db_name": database,
        "dbfilter": f"^{database}$",
        "http_interface": HOST,
        "http_port": port,
        "gevent_port": port + 3,
        "list_db": False,
        "max_cron_threads": cron_threads,
        "proxy_mode": False,
        "workers": workers,
    }
    if not workers:
        # In one process a connection that a browser keeps open counts as a request that hangs.
        options["limit_time_real"] = 0
    if replica:
        options["db_replica_host"] = replica
    if smtp_port:
        options |= {"smtp_server": HOST, "smtp_port": smtp_port}
    if beside:
        options["server_wide_modules"] = f"base,rpc,web,{beside.name}"
    path = CACHE / "config" / f"{database}-{port}.conf"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{key} = {value}" for key, value in options.items()]
    path.write_text("\n".join(["[options]", *lines, ""]))
    return path


def command(config, arguments=()):
    """Return the command line of Odoo; a first argument without dash is Odoo's own subcommand."""
    arguments = list(arguments)
    subcommand = [arguments.pop(0)] if arguments and not arguments[0].startswith("-") else []
    return [sys.executable, ROOT / "tools" / "odoo_bin.py", *subcommand, "-c", config, *arguments]


def environment():
    """Return the environment variables for Odoo; nothing here needs to survive a power cut.

    Odoo starts itself again by the mere name of its Python, which the path leads to this one.
    """
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PGOPTIONS": "-c synchronous_commit=off",
        "PYTHONUNBUFFERED": "1",
    }


def is_free(port):
    """Return whether nothing listens on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def check_port(port):
    """Fail with a sentence when the port is taken."""
    if not is_free(port):
        raise Failure(f"Port {port} is in use: take another, as in `make run PORT={port + 10}`.")


def free_port():
    """Return a free port whose neighbour for Odoo's second server is free too."""
    while True:
        port = secrets.choice(PORTS)
        if is_free(port) and is_free(port + 3):
            return port


@contextmanager
def serving(database, port, **options):
    """Have a server for a database while the block lasts; `write_config` has the options."""
    check_port(port)
    config = write_config(database, port, **options)
    log = processes.log_path(f"server {port}")
    with (
        open(log, "w") as output,
        stopping.heard(),
        processes.running(
            command(config),
            tied_by=signal.SIGKILL,  # Odoo keeps nothing that this could spoil
            stdout=output,
            stderr=output,
            env=environment(),
        ) as process,
    ):
        with step("Starting Odoo"):
            _wait_until_it_answers(process, port, log)
        yield Server(f"http://{HOST}:{port}", database, process, log)


def _wait_until_it_answers(process, port, log):
    done = processes.wait_for(
        lambda: process.poll() is not None or _answers(port), SECONDS_TO_START
    )
    if process.poll() is not None or not done:
        raise processes.failure("Starting Odoo", log.read_text(), log)


def _answers(port):
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/web/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
