"""What each verb of `make` does; runs inside the virtual environment."""

import os
import shutil
import sys

from tools import (
    bench,
    bench_beside,
    browser,
    databases,
    days,
    doors,
    load,
    mails,
    odoo_source,
    paint,
    postgres,
    processes,
    readme,
    regression,
    replica,
    server,
    terms,
    testing,
)
from tools.environment import Failure, alone

# What those are to each other who have no job at the clinic.
FAMILY_ROLES = {
    "maria": "mother of Leo and Ana",
    "rosa": "their grandmother, who may book for Leo",
    "juan": "their father, in another household",
}
DEMO_USERS = """
    SELECT users.login, partner.function AS role, partner.name
      FROM ir_model_data AS data
      JOIN res_users AS users ON users.id = data.res_id
      JOIN res_partner AS partner ON partner.id = users.partner_id
     WHERE data.module = 'clinic_family' AND data.model = 'res.users' AND users.active
  ORDER BY users.share, users.id
"""
LINKS_LEAD_HERE = "UPDATE ir_config_parameter SET value = %s WHERE key = 'web.base.url'"


def run(arguments):
    """Do one verb and return the exit code."""
    verb, *rest = arguments or ["help"]
    if verb not in VERBS:
        raise Failure(f"There is no `{verb}`: the verbs are {', '.join(VERBS)}.")
    return VERBS[verb](rest) or 0


def set_up():
    """Make sure that Odoo is there; Python's packages are, or this would not run."""
    with alone("setup"):
        odoo_source.ensure()


def prepare(_rest):
    """Set up everything and build the databases, without starting anything."""
    set_up()
    with postgres.running():
        print(f"Ready; the prepared database is {databases.template()}.")


def serve(_rest):
    """Serve the demo clinic until Ctrl-C; what it mails is read at the next port."""
    port = _port()
    server.check_port(port)
    server.check_port(port + 1)
    set_up()
    with postgres.running():
        database, smtp_port = databases.demo(), server.free_port()
        databases.query(database, LINKS_LEAD_HERE, [f"http://{server.HOST}:{port}"])
        with (
            mails.catching(port + 1, smtp_port),
            server.serving(database, port, cron_threads=1, smtp_port=smtp_port) as running,
        ):
            _welcome(running, f"http://{server.HOST}:{port + 1}")
            running.process.wait()
            raise Failure(f"Odoo stopped by itself: {running.log} says why.")


def _port():
    text = os.environ.get("PORT") or "8069"
    if not text.isdigit() or not 0 < int(text) < 65533:
        raise Failure(f"PORT={text} is no port: take a number such as 8070.")
    return int(text)


def _welcome(running, mails_url):
    """Print where the clinic is and who may log in."""
    users = databases.query(running.database, DEMO_USERS)
    width = max((len(user["login"]) for user in users), default=0)
    print(f"\nThe clinic is open at  {running.url}")
    print(f"Booking site:          {running.url}/book")
    print(f"Log in at:             {running.url}/web/login")
    print(f"Its mails:             {mails_url}\n")
    print("Demo logins (the password is the same as the login):")
    for user in users:
        role = user["role"] or FAMILY_ROLES.get(user["login"], "patient")
        print(f"  {user['login']:<{width}}  {user['name']}, {role}")
    print(f"\nOdoo's log: {running.log}\nCtrl-C stops it; the data stay.", flush=True)


def test(rest):
    """Run the tests; ONLY names the stages, ARGS goes to pytest."""
    return testing.run(os.environ.get("ONLY", ""), rest)


def test_days(_rest):
    """Run what goes through HTTP at each moment, or at the one that DAY names."""
    set_up()
    browser.ensure()
    named = os.environ.get("DAY")
    days.run([days.read_moment(named)] if named else days.all_moments())


def lint(rest):
    """Run the lint stage alone."""
    return testing.run("lint", rest)


def measure(_rest):
    """Measure what a relative waits for in a large clinic; BENCH_SIZE is its appointments."""
    size = bench.size_from_environment()
    set_up()
    with postgres.running():
        bench.run(size)


def compare(_rest):
    """Measure OCA's resource_booking beside this clinic, on the same PostgreSQL."""
    set_up()
    with postgres.running():
        bench_beside.run()


def drive(_rest):
    """Drive two workers for LOAD_SECONDS and print how many answers a second they give."""
    load.read_seconds()
    set_up()
    with postgres.running():
        load.run()


def look(_rest):
    """Look at pages over a slow line, and print how soon something is seen."""
    set_up()
    with postgres.running():
        paint.run()


def knock(_rest):
    """Measure whether the time of an answer tells who has an account."""
    doors.read_pairs()
    set_up()
    with postgres.running():
        doors.run()


def replicate(_rest):
    """Serve what only reads from a streaming copy, and show what becomes of it."""
    set_up()
    with postgres.running_embedded():
        replica.run()


def check_odoo(rest):
    """Run Odoo's own tests of an addon with the clinic installed; what follows goes to pytest."""
    module, *arguments = rest or ["account"]
    set_up()
    browser.ensure()
    regression.run(module, arguments)


def write_terms(_rest):
    """Write what translators begin with, from a copy of the prepared database."""
    set_up()
    with postgres.running(), databases.test_copy() as database:
        terms.write(database)


def write_readme(_rest):
    """Write the addon's README.rst from its fragments."""
    readme.write()


def reset(_rest):
    """Forget the demo clinic and its databases."""
    with postgres.running():
        databases.reset()
    shutil.rmtree(mails.FOLDER, ignore_errors=True)
    print("The demo clinic is gone; `make run` makes a new one.")


def odoo(rest):
    """Run Odoo on the demo clinic with any arguments, for developers."""
    set_up()
    with postgres.running():
        database = databases.DEMO if databases.exists(databases.DEMO) else databases.demo()
        command = server.command(server.write_config(database, _port()), rest)
        with processes.sharing_the_keyboard(command, env=server.environment()) as process:
            return process.wait()


def shell(rest):
    """Open Odoo's Python prompt on the demo clinic."""
    return odoo(["shell", "--no-http", *rest])


def python(rest):
    """Run a Python program in the virtual environment with the database server there."""
    with postgres.running(), processes.sharing_the_keyboard([sys.executable, *rest]) as process:
        return process.wait()


VERBS = {
    "setup": prepare,
    "run": serve,
    "test": test,
    "test-days": test_days,
    "lint": lint,
    "regression": check_odoo,
    "bench": measure,
    "bench-beside": compare,
    "load": drive,
    "paint": look,
    "doors": knock,
    "replica": replicate,
    "terms": write_terms,
    "readme": write_readme,
    "reset": reset,
    "odoo": odoo,
    "shell": shell,
    "python": python,
}
