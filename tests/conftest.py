"""What the tests outside Odoo share: an engine without Odoo, a running clinic, browsers."""

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def _make_engine_importable_without_odoo():
    """Stand a bare package in for the addon, whose own `__init__` needs Odoo."""
    if "clinic_family" not in sys.modules:
        addon = ModuleType("clinic_family")
        addon.__path__ = [str(ROOT / "clinic_family")]
        sys.modules["clinic_family"] = addon


_make_engine_importable_without_odoo()

from tools import browser as browsers  # noqa: E402
from tools import databases, odoo_source, postgres, server  # noqa: E402

QUICK = Path(__file__).resolve().parent / "addons" / "quick_passwords"
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESK = {"viewport": {"width": 1280, "height": 800}}
PAGES = 6000
PATIENCE_TO_TELL = 5_000
# Another test gives somebody the same login.
LOGIN_ENDS = "UPDATE res_users SET active = FALSE, login = login || ' until ' || id"


# The same examples each time, so that a run says the same tomorrow; `make histories` looks further.
# How fast the machine is says nothing about the rule.
UNHURRIED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("fixed", derandomize=True, **UNHURRIED)
settings.register_profile("random", **UNHURRIED)
settings.load_profile("random" if "CLINIC_FAMILY_EXAMPLES" in os.environ else "fixed")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """Put pytest-odoo aside: it would want a database for every test here."""
    config.pluginmanager.unregister(name="odoo")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark as system tests all that need the running clinic."""
    for item in items:
        if "clinic" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.system)


class Clinic:
    """A running server with several workers, and its database."""

    def __init__(self, running, stop):
        self.url, self.database, self.log = running.url, running.database, running.log
        self.stop = stop

    def query(self, sql, params=None):
        """Run one statement on a connection of its own; return its rows as dicts."""
        return databases.query(self.database, sql, params)


@pytest.fixture(scope="session")
def clinic():
    """Serve a fresh copy of the prepared clinic as production would: in several processes."""
    odoo_source.ensure()
    with postgres.running(), databases.test_copy() as database:
        serving = server.serving(database, server.free_port(), workers=4, beside=QUICK)
        running = serving.__enter__()
        clinic = Clinic(running, stop=lambda: serving.__exit__(None, None, None))
        yield clinic
        clinic.stop()


@pytest.fixture(scope="session")
def browser():
    """Start Chromium; a missing one is a failure that says what to install."""
    from playwright.sync_api import sync_playwright

    executable = browsers.ensure()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=browsers.ARGUMENTS)
        yield chromium
        chromium.close()


class Watch:
    """The troubles of all pages of one test: script errors and answers of 500 and more."""

    def __init__(self):
        self.troubles, self.contexts = [], []

    def open(self, browser, clinic, options):
        """Open a page in a context of its own, so that each person has their own login."""
        from tests.visitor import PATIENCE

        context = browser.new_context(base_url=clinic.url, **options)
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        context.on("weberror", lambda error: self.troubles.append(str(error.error)))
        context.on("response", self._check)
        return context.new_page()

    def _check(self, response):
        if response.status >= 500:
            self.troubles.append(f"{response.status} {response.request.method} {response.url}")

    def tell(self):
        """What each page shows, for who reads of a failure and can't look."""
        pages = (page for context in self.contexts for page in context.pages)
        return "\n\n".join(f"{page.url}\n{self._read(page)}" for page in pages)

    def _read(self, page):
        from playwright.sync_api import Error

        try:
            return page.locator("body").aria_snapshot(timeout=PATIENCE_TO_TELL)
        except Error as trouble:  # such as a browser that is gone
            return str(trouble)

    def close(self):
        """Close all pages and fail if one had trouble."""
        for context in self.contexts:
            context.close()
        assert not self.troubles, "\n".join(self.troubles)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Say beside a failure what the pages showed."""
    report = yield
    watch = getattr(item, "funcargs", {}).get("watch")
    if report.failed and report.when == "call" and watch:
        report.sections.append(("Pages", watch.tell()[:PAGES]))
    return report


@pytest.fixture
def watch():
    """Watch the pages of a test."""
    watch = Watch()
    yield watch
    watch.close()


@pytest.fixture
def new_phone(browser, clinic, watch):
    """Return a function that opens a phone for one more person."""
    return lambda **options: watch.open(browser, clinic, {**PHONE, **options})


@pytest.fixture
def new_desk(browser, clinic, watch):
    """Return a function that opens a desktop browser for one more person."""
    return lambda **options: watch.open(browser, clinic, {**DESK, **options})


@pytest.fixture
def phone(new_phone):
    """A page on a phone."""
    return new_phone()


@pytest.fixture
def desk(new_desk):
    """A page on a desktop."""
    return new_desk()


@pytest.fixture
def album():
    """The pictures of the guide, in the folder that PICTURES names."""
    from tests.visitor import Album

    return Album(os.environ.get("PICTURES"))


@pytest.fixture
def invite(clinic):
    """Return a function by which the front desk invites somebody; the link's path, and the code."""
    from tests.people import Person

    desk = Person(clinic.url, "frontdesk").log_in()

    def send(patient, **values):
        (person,) = clinic.query("SELECT id FROM res_partner WHERE name = %s", [patient])
        (kind,) = clinic.query("SELECT id FROM clinic_relationship_type WHERE code = 'FAMMEMB'")
        window = desk.call("clinic.invitation.send", "create", [{
            "person_id": person["id"], "name": "Nell Neighbour", "email": "nell@example.com",
            "type_id": kind["id"], "basis": "consent", "is_confirmed": True, **values,
        }])  # fmt: skip
        shown = desk.call("clinic.invitation.send", "action_send", window)["context"]
        path = "/clinic" + shown["default_link"].partition("/clinic")[2]
        return path, shown["default_code"]

    return send


@pytest.fixture
def visits(clinic):
    """Return a function that tells of each visit booked since the test began."""
    from tests.visitor import VISITS

    last = clinic.query("SELECT coalesce(max(id), 0) AS id FROM clinic_booking")[0]["id"]
    return lambda: clinic.query(VISITS, [last])


@pytest.fixture
def read_code(clinic):
    """Return a function that reads the code with which an address is confirmed."""
    from tests.people import read_mailed_code

    return lambda email: read_mailed_code(clinic, email)


@pytest.fixture
def end_undo(clinic):
    """Return a function that lets the undo period of all bookings be over."""
    over = "UPDATE clinic_booking SET undo_until = now() AT TIME ZONE 'UTC' - interval '1 hour'"
    return lambda: clinic.query(over)


@pytest.fixture
def sink(clinic):
    """The mail server of the clinic; the scheduler has nothing else to do."""
    from tests.smtp_sink import receiving

    job = "(SELECT res_id FROM ir_model_data WHERE name = 'ir_cron_send_messages')"
    others = f"UPDATE ir_cron SET active = FALSE WHERE id <> {job} AND active RETURNING id"
    running = clinic.query(others)
    with receiving() as sink:
        clinic.query(
            """
            INSERT INTO ir_mail_server
                   (name, smtp_host, smtp_port, smtp_encryption, smtp_authentication, active)
            VALUES ('sink', '127.0.0.1', %s, 'none', 'login', TRUE)
            """,
            [sink.server_address[1]],
        )
        yield sink
    clinic.query("DELETE FROM ir_mail_server WHERE name = 'sink'")
    ids = [row["id"] for row in running]
    clinic.query("UPDATE ir_cron SET active = TRUE WHERE id = ANY(%s)", [ids])


@pytest.fixture(autouse=True)
def leaves_no_visit(request):
    """What a test books or holds, or the time off it enters, is in no other test's way."""
    if "clinic" not in request.fixturenames:
        yield
        return
    clinic = request.getfixturevalue("clinic")
    last, last_off = (
        clinic.query(f"SELECT coalesce(max(id), 0) AS id FROM {table}")[0]["id"]
        for table in ("clinic_appointment", "resource_calendar_leaves")
    )
    yield
    clinic.query("DELETE FROM resource_calendar_leaves WHERE id > %s", [last_off])
    clinic.query("DELETE FROM clinic_appointment WHERE state = 'held'")
    clinic.query("DELETE FROM clinic_booking WHERE state = 'open'")
    clinic.query("UPDATE clinic_appointment SET state = 'cancelled' WHERE id > %s", [last])
    clinic.query(
        "UPDATE clinic_participant SET state = 'cancelled', tell_at = NULL"
        " WHERE appointment_id > %s",
        [last],
    )


@pytest.fixture(autouse=True)
def leaves_families(request):
    """Who ends or begins something with a relative in a test has not done so in the next one."""
    if "clinic" not in request.fixturenames:
        yield
        return
    clinic = request.getfixturevalue("clinic")
    live = {
        table: [row["id"] for row in clinic.query(f"SELECT id FROM {table} WHERE ended_at IS NULL")]
        for table in ("clinic_relationship", "clinic_permission")
    }
    yield
    for table, kept in live.items():
        ends = f"UPDATE {table} SET ended_at = now() AT TIME ZONE 'UTC'"
        clinic.query(f"{ends} WHERE ended_at IS NULL AND id != ALL(%s)", [kept])
        ended = f"UPDATE {table} SET ended_at = NULL, ended_by_id = NULL WHERE id = ANY(%s)"
        clinic.query(ended, [kept])


@pytest.fixture(scope="session")
def smiths(clinic):
    """Emma and John Smith have logins; John lets Emma book and pay for him, Sam is their son."""
    from tests.people import Person

    manager = Person(clinic.url, "manager").log_in()
    portal = "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_portal'"
    groups = [(6, 0, [group["res_id"] for group in clinic.query(portal)])]
    for login in ("emma", "john"):
        name = f"{login.title()} Smith"
        (row,) = clinic.query("SELECT id FROM res_partner WHERE name = %s", [name])
        account = {"partner_id": row["id"], "login": login, "group_ids": groups}
        manager.call("res.users", "create", [account])
    copied = "(SELECT password FROM res_users WHERE login = 'rosa')"
    clinic.query(f"UPDATE res_users SET password = {copied} WHERE login IN ('emma', 'john')")


@pytest.fixture
def ana(clinic):
    """Ana with a login, as the front desk gives it; she is fifteen again afterwards."""
    from tests.people import Person

    manager = Person(clinic.url, "manager").log_in()
    (row,) = clinic.query(
        "SELECT id, birth_date, email FROM res_partner WHERE name = %s", ["Ana Rossi"]
    )
    group = "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_portal'"
    groups = [(6, 0, [one["res_id"] for one in clinic.query(group)])]
    account = {"partner_id": row["id"], "login": "ana", "group_ids": groups}
    manager.call("res.users", "create", [account])
    copied = "(SELECT password FROM res_users WHERE login = 'rosa')"
    clinic.query(f"UPDATE res_users SET password = {copied} WHERE login = 'ana'")
    yield row["id"]
    born = {"birth_date": row["birth_date"].isoformat(), "email": row["email"]}
    manager.call("res.partner", "write", [row["id"]], born)
    clinic.query(f"{LOGIN_ENDS} WHERE login = 'ana'")
