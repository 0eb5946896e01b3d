"""Somebody is invited to act for a patient: at the desk, and on a phone behind the link."""

import pytest
from playwright.sync_api import expect

from tests.people import Person
from tests.test_day_walk import find_faults
from tests.visitor import PATIENCE, log_in, pick

HELD = """
    SELECT permission.kind, permission.basis, recorder.login AS recorded_by
      FROM clinic_permission permission
      JOIN res_partner grantor ON grantor.id = permission.grantor_id
      JOIN res_partner grantee ON grantee.id = permission.grantee_id
      JOIN res_users recorder ON recorder.id = permission.granted_by_id
     WHERE grantor.name = %s AND grantee.name = %s AND permission.ended_at IS NULL
  ORDER BY permission.kind
"""
INVITED = """
    SELECT invitation.is_picked, staff.login AS invited_by
      FROM clinic_invitation invitation
      JOIN res_users staff ON staff.id = invitation.staff_id
     WHERE invitation.is_own AND invitation.name = %s
"""
BOTH = [
    {"kind": kind, "basis": "consent", "recorded_by": "frontdesk"} for kind in ("book", "notify")
]

pytestmark = pytest.mark.timeless


@pytest.fixture(params=["b2b", "b2c"], ids=["closed", "open"])
def sign_up(request, clinic):
    """Whether people sign up who weren't invited."""
    (before,) = clinic.query(
        "SELECT auth_signup_uninvited AS scope FROM website ORDER BY id LIMIT 1"
    )
    clinic.query("UPDATE website SET auth_signup_uninvited = %s", [request.param])
    yield request.param
    clinic.query("UPDATE website SET auth_signup_uninvited = %s", [before["scope"]])


def _open_family_tab(page, patient):
    page.set_default_timeout(PATIENCE)
    page.goto("/odoo/action-clinic_family.res_partner_action_patients")
    log_in(page, "frontdesk")
    page.get_by_role("cell", name=patient, exact=True).click()
    page.get_by_role("tab", name="Family").click()


def _fill(page):
    """Invite a neighbour by e-mail, with a code."""
    page.get_by_role("button", name="Invite by e-mail…").click()
    window = page.get_by_role("dialog")
    window.locator("[name=name] input").fill("Nell Neighbour")
    window.locator("[name=email] input").fill("nell@example.com")
    pick(window, "type_id", "Other family")
    window.get_by_label("With a Code").check()
    basis = window.locator("[name=basis] input")
    basis.click()
    page.locator(".o_select_menu_item").filter(has_text="Consent").click()
    expect(basis).not_to_have_value("")
    window.get_by_label("The patient has agreed, or the basis is recorded").check()
    return window


def _send(desk, album):
    """Send it, and read what is shown once: the path of the link, and the code."""
    window = _fill(desk)
    album.keep(desk, "staff-invite")
    window.get_by_role("button", name="Send invitation").click()
    expect(window.get_by_text("The invitation is on its way.")).to_be_visible()
    album.keep(desk, "staff-invite-sent")
    link, code = (
        window.locator(f"[name={field}]").inner_text().split()[0] for field in ("link", "code")
    )
    window.get_by_role("button", name="Close").last.click()
    expect(window).to_be_hidden()
    return "/clinic" + link.partition("/clinic")[2], code


def _read_and_log_in(phone, link, album):
    """Somebody opens the link, reads what it is about, and logs in with an account."""
    phone.set_default_timeout(PATIENCE)
    phone.goto(link)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("invites you to act for Walter")
    expect(phone.locator("main")).not_to_contain_text("Smith")
    assert find_faults(phone, "main") == []
    album.keep_all(phone, "invitation-landing")
    phone.get_by_role("link", name="Log in and answer").click()
    log_in(phone, "maria")
    expect(phone.get_by_text("You are logged in as Maria Rossi.")).to_be_visible()


def _accept_with(phone, code):
    phone.get_by_label("Code from the clinic").fill(code)
    phone.get_by_role("button", name="Accept as Maria Rossi").click()


def test_the_desk_invites_and_an_existing_account_accepts_with_the_code(desk, phone, clinic, album):
    _open_family_tab(desk, "Walter Smith")
    link, code = _send(desk, album)
    row = desk.locator("[name=invitation_ids] .o_data_row").filter(has_text="Nell Neighbour")
    expect(row).to_contain_text("Not Answered")
    album.keep(desk, "staff-invitations")

    _read_and_log_in(phone, link, album)
    _accept_with(phone, "nonsense")
    expect(phone.get_by_role("alert")).to_contain_text("This isn't the code.")
    assert find_faults(phone, "main") == []
    album.keep_all(phone, "invitation-accept")
    _accept_with(phone, code)

    expect(phone.get_by_role("status")).to_contain_text("Thank you.")
    assert clinic.query(HELD, ["Walter Smith", "Maria Rossi"]) == BOTH
    desk.reload()
    desk.get_by_role("tab", name="Family").click()
    expect(row).to_contain_text("Accepted")


@pytest.fixture
def pair(clinic):
    """Petra and Paul, patients at one address; for this alone."""
    manager = Person(clinic.url, "manager").log_in()
    shared = {"email": "pair@example.com", "is_patient": True}
    names = ("Petra Pair", "Paul Pair")
    ids = manager.call("res.partner", "create", [{**shared, "name": name} for name in names])
    yield names
    clinic.query("UPDATE clinic_invitation SET state = 'withdrawn' WHERE is_own")
    manager.call("res.partner", "write", ids, {"active": False})


def test_the_desk_invites_many_and_says_who_reads_at_an_address(desk, clinic, pair, album):
    petra, paul = pair
    desk.set_default_timeout(PATIENCE)
    desk.goto("/odoo/action-clinic_family.res_partner_action_patients")
    log_in(desk, "frontdesk")
    desk.locator("thead input[type=checkbox]").check()
    desk.get_by_role("button", name="Actions").click()
    desk.get_by_role("menuitem", name="Invite to an Account").click()
    window = desk.get_by_role("dialog")
    row = window.locator(".o_data_row").filter(has_text=petra)
    expect(row).to_contain_text("Shares the address with others")
    row.get_by_role("checkbox").check()
    album.keep(desk, "staff-invite-many")

    window.get_by_role("button", name="Send invitations").click()

    expect(desk.locator(".o_group_name").first).to_contain_text("Grace Patel")
    assert clinic.query(INVITED, [petra]) == [{"is_picked": True, "invited_by": "frontdesk"}]
    assert clinic.query(INVITED, [paul]) == []


def test_a_new_account_accepts_whether_sign_up_is_open_or_not(phone, clinic, invite, sign_up):
    name = f"Nora {sign_up.title()}"
    login = f"nora.{sign_up}@example.com"
    link, _code = invite("Walter Smith", name=name, email=login)
    phone.set_default_timeout(PATIENCE)
    phone.goto(link)
    expect(phone.get_by_label("E-mail")).to_have_value(login)
    phone.get_by_label("Password", exact=True).fill("as she likes it")
    phone.get_by_label("The same password again").fill("as she likes it")
    phone.get_by_role("button", name="Make an account").click()

    expect(phone.get_by_text(f"You are logged in as {name}.")).to_be_visible()
    phone.get_by_role("button", name=f"Accept as {name}").click()

    expect(phone.get_by_role("status")).to_contain_text("Thank you.")
    card = phone.get_by_role("region", name="Walter Smith")
    expect(card.get_by_role("listitem")).to_have_text(["book", "messages"])
    assert clinic.query(HELD, ["Walter Smith", name]) == BOTH
    phone.goto(link)
    expect(phone.get_by_role("heading", name="There is nothing to answer here")).to_be_visible()


def test_who_is_logged_in_as_somebody_else_uses_another_account(phone, invite):
    link, _code = invite("Walter Smith")
    phone.set_default_timeout(PATIENCE)
    phone.goto(f"/web/login?redirect={link}")
    log_in(phone, "juan")
    expect(phone.get_by_role("button", name="Accept as Juan")).to_be_visible()

    phone.get_by_role("link", name="Use another account").click()

    expect(phone.get_by_role("link", name="Log in and answer")).to_be_visible()
    phone.get_by_role("button", name="No, I don't want this").click()
    expect(phone.get_by_role("heading", name="You declined")).to_be_visible()
