"""The first day: a manager takes an empty clinic to the first visit of a new patient."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.people import Person, read_mailed_code
from tests.smtp_sink import receiving
from tests.visitor import Visitor, open_day, sign_up
from tools import databases, odoo_source, postgres, server

STEPS = 8
MOST_CLICKS = 25
MANAGER = "bella@clinic.example.com"
PATIENT = "newcomer@example.com"
AT_THE_CLINIC = {"timezone_id": "Europe/Paris"}
MAKE_MANAGER = """
    INSERT INTO ir_mail_server
           (name, smtp_host, smtp_port, smtp_encryption, smtp_authentication, active)
    VALUES ('sink', '127.0.0.1', %s, 'none', 'login', TRUE)
"""
BOOKED = """
    SELECT patient.name AS patient, service.name->>'en_US' AS service, visit.state,
           resource.name AS practitioner, login.login
      FROM clinic_appointment visit
      JOIN clinic_participant participant ON participant.appointment_id = visit.id
      JOIN res_partner patient ON patient.id = participant.partner_id
      JOIN clinic_service service ON service.id = visit.service_id
      JOIN clinic_practitioner practitioner ON practitioner.id = visit.practitioner_id
      JOIN resource_resource resource ON resource.id = practitioner.resource_id
      JOIN res_users login ON login.id = resource.user_id
"""


@pytest.fixture(scope="module")
def mails():
    """The mail server of the empty clinic."""
    with receiving() as sink:
        yield sink


@pytest.fixture(scope="module")
def empty(mails):
    """A running Odoo with the addon and nothing in it, and a manager who is no administrator."""
    odoo_source.ensure()
    with postgres.running(), databases.empty_copy() as database:
        databases.query(database, MAKE_MANAGER, [mails.server_address[1]])
        with server.serving(database, server.free_port()) as running:
            admin = Person(running.url, "admin").log_in()
            groups = [
                admin.call("ir.model.data", "check_object_reference", module, name)[1]
                for module, name in (
                    ("base", "group_user"), ("clinic_family", "clinic_family_group_manager"),
                )
            ]  # fmt: skip
            admin.call("res.users", "create", [{
                "name": "Bella Boss", "login": MANAGER, "email": MANAGER, "password": MANAGER,
                "group_ids": [(6, 0, groups)],
            }])  # fmt: skip
            mails.received.clear()
            yield SimpleNamespace(url=running.url, database=database)


class Manager:
    """The one who sets the clinic up; clicks are counted, and what is typed isn't."""

    def __init__(self, page):
        self.page, self.clicks = page, 0
        open_day(page, MANAGER)
        # The app's first screen is empty, and leads here.
        self.click(page.get_by_role("button", name="Set up the clinic"))
        self.expect_done(0)

    def expect_done(self, count):
        expect(self.page.get_by_text(f"{count} of {STEPS} steps are done.")).to_be_visible()

    @property
    def window(self):
        return self.page.locator(".modal").last

    def click(self, target):
        self.clicks += 1
        target.click()

    def take(self, step):
        """Click the button of a step."""
        self.click(self.page.locator(f"[data-step='{step}'] button"))

    def type(self, name, text):
        """Fill in a field of the window; on the way there one presses the Tab key."""
        field = self.window.locator(f"[name='{name}'] input").first
        field.fill(text)
        return field

    def save(self, words="Save"):
        self.click(self.window.get_by_role("button", name=words, exact=True))


def _add_what_is_booked(manager, album):
    """A place, a service with its fee, and who gives it when."""
    manager.take("location")
    manager.type("name", "Rue du Port")
    manager.save()
    manager.expect_done(1)

    manager.take("service")
    manager.type("name", "Physiotherapy")
    manager.type("product_id", "Physiotherapy, 30 minutes")
    manager.click(manager.page.get_by_text("Create and edit..."))
    manager.type("lst_price", "95")
    manager.save()
    expect(manager.page.locator(".modal")).to_have_count(1)
    manager.save()
    manager.expect_done(2)
    album.keep(manager.page, "first_day")

    manager.take("practitioner")
    manager.type("name", "Dr. Dana Reyes")
    manager.save()
    # What was added is on the website already.
    manager.expect_done(4)

    manager.take("hours")
    where = manager.window.locator("[name='location_id'] input")
    expect(where).to_have_value("Rue du Port")
    album.keep(manager.page, "weekly_hours")
    manager.save("Save Hours")
    manager.expect_done(5)


def _let_people_in(manager):
    """The practitioner has a login, patients make accounts, and messages leave."""
    manager.take("login")
    manager.type("email", "dana@clinic.example.com")
    manager.save("Invite")
    manager.expect_done(6)
    manager.take("signup")
    manager.expect_done(7)
    manager.take("mail")
    expect(manager.page.get_by_text("Patients can book now.")).to_be_visible()


class Newcomer(Visitor):
    """A patient who was never here; clicks are counted."""

    clicks = 0

    def click(self, target):
        self.clicks += 1
        target.click()


def _book(newcomer, empty):
    """From the booking site to a visit, with an account made on the way."""
    page = newcomer.page
    page.goto(f"{empty.url}/book")
    newcomer.click(page.get_by_role("link", name="Physiotherapy"))
    newcomer.turn_to_next_week()
    newcomer.clicks += 1
    newcomer.click(page.locator(".o_clinic_starts").locator("a, button").first)
    # Continue, and Sign up.
    newcomer.clicks += 2
    sign_up(page, PATIENT, "Nadia Newcomer", lambda email: read_mailed_code(empty, email))
    newcomer.click(page.get_by_role("button", name="Continue"))
    newcomer.click(page.get_by_role("button", name="Book for me"))
    newcomer.expect_heading("Booked")


@pytest.mark.system
def test_from_an_empty_database_to_a_visit_booked_by_a_new_patient(
    empty, mails, browser, watch, album
):
    manager = Manager(watch.open(browser, empty, AT_THE_CLINIC))
    _add_what_is_booked(manager, album)
    _let_people_in(manager)

    newcomer = Newcomer(watch.open(browser, empty, AT_THE_CLINIC))
    _book(newcomer, empty)

    assert databases.query(empty.database, BOOKED) == [
        {
            "patient": "Nadia Newcomer",
            "service": "Physiotherapy",
            "state": "booked",
            "practitioner": "Dr. Dana Reyes",
            "login": "dana@clinic.example.com",
        }
    ]
    # The practitioner's invitation, and the test message.
    assert mails.received[:2] == ["dana@clinic.example.com", MANAGER]
    assert manager.clicks + newcomer.clicks <= MOST_CLICKS
