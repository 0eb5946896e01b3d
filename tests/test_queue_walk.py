"""Who registered online: one is confirmed, one refused, and one merged, which is undone."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.people import Person
from tests.test_day_walk import find_faults
from tests.visitor import PATIENCE, log_in

PASSWORD = "rosa"
LOGIN_ENDS = "UPDATE res_users SET active = FALSE, login = login || ' until ' || id"
SERVICE = "Physiotherapy: first visit"
KNOWN, TWICE = "Hannah Herbst", "Hanna Herbst"
LOGINS_OF_BOTH = ["hanna@example.com", "hannah@example.com"]
NEW, UNWANTED = "Bella Brandnew", "Rex Rowdy"
QUEUE = "/odoo/action-clinic_family.clinic_registration_action"
HELD = """
    INSERT INTO clinic_permission (
        grantor_id, grantee_id, granted_by_id, kind, basis, starts_at, decided_at
    )
    SELECT %s, id, 1, 'book', 'consent', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
      FROM res_partner
     WHERE name = 'Walter Smith'
"""
STATES = """
    SELECT registration.state, registration.why, decider.login AS decided_by
      FROM clinic_registration registration
 LEFT JOIN res_users decider ON decider.id = registration.decided_by_id
     WHERE registration.registered_name = %s
"""
LOGINS = """
    SELECT account.login, account.active, person.name
      FROM res_users account
      JOIN res_partner person ON person.id = account.partner_id
     WHERE account.login = ANY(%s)
  ORDER BY account.login
"""
OVER = (
    """
    UPDATE clinic_appointment SET state = 'cancelled'
     WHERE payer_id IN (SELECT partner_id FROM res_users WHERE login = ANY(%(logins)s))
    """,
    """
    UPDATE clinic_registration SET state = 'confirmed'
     WHERE state = 'new'
       AND patient_id IN (SELECT partner_id FROM res_users WHERE login = ANY(%(logins)s))
    """,
    """
    UPDATE res_partner SET active = FALSE, name = name || ' of before'
     WHERE id IN (SELECT partner_id FROM res_users WHERE login = ANY(%(logins)s))
    """,
    f"{LOGIN_ENDS} WHERE login = ANY(%(logins)s)",
)


class Newcomers:
    """Makes people with a login, who book as one does online."""

    def __init__(self, clinic):
        self.clinic, self.logins = clinic, []
        self.manager = Person(clinic.url, "manager").log_in()
        group = "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_portal'"
        self.groups = [(6, 0, [one["res_id"] for one in clinic.query(group)])]

    def add(self, name, login, **values):
        """Somebody with an account; the number of their contact."""
        self.logins.append(login)
        person = self.manager.call(
            "res.partner", "create", [{"name": name, "email": login, **values}]
        )[0]
        account = {"partner_id": person, "login": login, "group_ids": self.groups}
        self.manager.call("res.users", "create", [account])
        copied = f"(SELECT password FROM res_users WHERE login = '{PASSWORD}')"
        self.clinic.query(f"UPDATE res_users SET password = {copied} WHERE login = %s", [login])
        return person

    def book(self, login):
        """A first visit next week, as anybody online."""
        person = Person(self.clinic.url, login, PASSWORD).log_in()
        start = person.find_starts(SERVICE)[len(self.logins)]
        check = person.send(person.choose_oneself(start))
        booked = person.send(check.forms("/confirm")[0])
        assert booked.heading.startswith("Booked"), booked.words

    def leave(self):
        for statement in OVER:
            self.clinic.query(statement, {"logins": self.logins})


@pytest.fixture
def newcomers(clinic):
    """People who register online, for this alone."""
    newcomers = Newcomers(clinic)
    yield newcomers
    newcomers.leave()


def _open_queue(page, login):
    page.set_default_timeout(PATIENCE)
    page.goto(QUEUE)
    log_in(page, login)
    expect(page.locator(".o_list_view")).to_be_visible()


def _find_row(page, name):
    return page.locator(f"td[name=patient_id][data-tooltip='{name}']")


def _open(page, name):
    _find_row(page, name).click()
    expect(page.locator(".o_form_view h1")).to_contain_text(name)


def test_the_desk_confirms_one_and_refuses_another_with_a_reason(desk, clinic, newcomers, album):
    newcomers.add(NEW, "bella@example.com", phone="021 555 0001")
    newcomers.add(UNWANTED, "rex@example.com", phone="021 555 0002")
    newcomers.book("bella@example.com")
    newcomers.book("rex@example.com")
    _open_queue(desk, "frontdesk")
    for name, email in ((NEW, "bella@example.com"), (UNWANTED, "rex@example.com")):
        row = desk.locator("tr.o_data_row", has=_find_row(desk, name))
        expect(row.locator("td[name=email]")).to_have_text(email)
    album.keep(desk, "queue-list")

    _open(desk, NEW)
    expect(desk.locator(".o_group [name=email]")).to_contain_text("bella@example.com")
    desk.get_by_role("button", name="New Patient").first.click()
    state = desk.locator(".o_statusbar_status .o_arrow_button_current")
    expect(state).to_contain_text("New Patient")
    desk.goto(QUEUE)
    _open(desk, UNWANTED)
    desk.get_by_role("button", name="Refuse…").click()
    window = desk.get_by_role("dialog")
    expect(window).to_contain_text(SERVICE)
    window.locator("[name=why] input").fill("Was rude to staff before")
    album.keep(desk, "queue-refuse")
    window.get_by_role("button", name="Refuse").click()

    expect(window).to_be_hidden()
    assert clinic.query(STATES, [NEW]) == [
        {"state": "confirmed", "why": None, "decided_by": "frontdesk"}
    ]
    assert clinic.query(STATES, [UNWANTED]) == [
        {"state": "refused", "why": "Was rude to staff before", "decided_by": "frontdesk"}
    ]


@pytest.fixture
def twice(clinic, newcomers):
    """Hannah, whom the clinic knows and Walter books for, and Hanna, who booked online."""
    born, phone = date(1984, 5, 3), {"phone": "021 555 0003"}
    known = newcomers.add(
        KNOWN, LOGINS_OF_BOTH[1], is_patient=True, birth_date=born.isoformat(), **phone
    )
    mistyped = date(1984, 3, 5).isoformat()
    newcomers.add(TWICE, LOGINS_OF_BOTH[0], birth_date=mistyped, **phone)
    clinic.query(HELD, [known])
    newcomers.book(LOGINS_OF_BOTH[0])
    return clinic.query(LOGINS, [LOGINS_OF_BOTH])


def _expect_form_of(desk, name):
    """The window is gone, and the patient's form is there."""
    expect(desk.get_by_role("dialog")).to_be_hidden()
    expect(desk.locator(".o_last_breadcrumb_item")).to_contain_text(name)
    expect(desk.get_by_role("tab", name="Family")).to_be_visible()


def _merge(desk, album):
    """Over the window that shows what the two have, and in what they differ."""
    beside = desk.locator(".o_clinic_duplicates")
    expect(beside).to_contain_text("(similar)")
    album.keep(desk, "queue-duplicates")
    beside.get_by_role("button", name="Same person…").click()
    window = desk.get_by_role("dialog")
    expect(window).to_contain_text("Their dates of birth differ")
    expect(window).to_contain_text("(less than now)")
    window.get_by_label("The login of who stays").check()
    window.locator("[name=why] input").fill("She showed her passport")
    assert find_faults(desk, ".modal-content") == []
    album.keep(desk, "merge-conflicts")
    window.get_by_role("button", name="Merge").click()
    _expect_form_of(desk, KNOWN)


def test_a_manager_merges_two_who_differ_and_undoes_it(desk, clinic, twice, album):
    _open_queue(desk, "manager")
    _open(desk, TWICE)
    _merge(desk, album)
    assert [one["active"] for one in clinic.query(LOGINS, [LOGINS_OF_BOTH])] == [False, True]
    assert clinic.query(STATES, [TWICE])[0]["state"] == "merged"

    desk.get_by_role("button", name="Undo…").click()
    window = desk.get_by_role("dialog")
    expect(window).to_contain_text("Visits: 1")
    album.keep(desk, "merge-undo")
    window.get_by_role("button", name="Undo the Merge").click()

    _expect_form_of(desk, TWICE)
    assert clinic.query(LOGINS, [LOGINS_OF_BOTH]) == twice
    assert clinic.query(STATES, [TWICE])[0]["state"] == "new"
