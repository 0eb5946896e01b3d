"""What the guide shows of families and papers, and no other walk comes by."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.people import Person
from tests.test_family_walk import _card, _open_family, _open_panel
from tests.test_money_staff import PAPER
from tests.visitor import PATIENCE, book_for_emma_john_and_sam, log_in, open_day, pick

AUCKLAND = {"timezone_id": "Pacific/Auckland"}
IDS = "SELECT id FROM res_partner WHERE name = %s"


@pytest.fixture
def grace(clinic):
    return Person(clinic.url, "frontdesk").log_in()


def test_who_signs_up_is_asked_whether_they_will_book_for_a_family(phone, album):
    phone.goto("/web/signup?redirect=/book")
    phone.get_by_label("Email").fill("fay@example.com")
    phone.get_by_role("button", name="Continue").click()

    expect(phone.get_by_label("Will you book for family members?")).to_be_visible()
    album.keep_all(phone, "family-signup")


def test_what_a_mother_reads_of_her_family(phone, album):
    maria = _open_family(phone, "maria")
    expect(_card(maria, "Leo Rossi")).to_contain_text("What you may do for Leo")
    album.keep_all(maria, "family-members")

    maria.get_by_role("link", name="Change what Rosa Rossi may do for you").click()
    expect(maria.get_by_role("switch")).to_have_count(7)
    album.keep_all(maria, "family-share")
    maria.go_back()
    maria.get_by_role("link", name="End with Rosa").click()
    expect(maria.get_by_role("button", name="End with Rosa")).to_be_visible()
    album.keep_all(maria, "family-ending")


def test_whom_one_adds_decides_what_is_asked(phone, album):
    maria = _open_family(phone, "maria")
    maria.get_by_role("link", name="Add family member").click()
    births = maria.get_by_label("Date of birth").filter(visible=True)
    expect(births).to_have_count(1)
    expect(maria.get_by_text("What would you like to do for them?")).to_be_hidden()
    album.keep_all(maria, "family-add")

    maria.get_by_text("An adult", exact=True).click()

    expect(births).to_have_count(0)
    expect(maria.get_by_text("What would you like to do for them?")).to_be_visible()


def test_what_hangs_on_two_people_is_read_before_it_ends(new_desk, album):
    desk = new_desk(**AUCKLAND)
    panel = _open_panel(desk, "Leo Rossi")
    rosa = panel.get_by_role("row").filter(has_text="Rosa Rossi")

    rosa.get_by_role("button", name="End…").click()

    window = desk.get_by_role("dialog")
    expect(window).to_contain_text("Ends at once")
    expect(window).to_contain_text("Book appointments")
    album.keep(desk, "staff-family-end")
    window.get_by_role("button", name="Leave it unchanged").click()
    expect(window).to_be_hidden()
    expect(rosa.locator(".o_clinic_mark_live")).not_to_have_count(0)


def test_who_could_act_for_a_child_on_a_day_is_looked_up(new_desk, album):
    desk = new_desk(**AUCKLAND)
    desk.set_default_timeout(PATIENCE)
    desk.goto("/odoo/action-clinic_family.clinic_permission_lookup_action")
    log_in(desk, "frontdesk")

    window = desk.get_by_role("dialog")
    pick(window, "partner_id", "Leo Rossi")
    window.get_by_role("button", name="Show who could act").click()

    rows = desk.locator(".o_data_row")
    expect(rows.filter(has_text="Maria Rossi")).not_to_have_count(0)
    expect(rows.filter(has_text="Juan Ortega")).not_to_have_count(0)
    album.keep(desk, "staff-family-ledger")


def test_a_statement_is_asked_for_and_read(new_desk, grace, clinic, album):
    [maria] = clinic.query(IDS, ["Maria Rossi"])
    desk = new_desk(**AUCKLAND)
    desk.set_default_timeout(PATIENCE)
    desk.goto(f"/odoo/action-clinic_family.res_partner_action_patients/{maria['id']}")
    log_in(desk, "frontdesk")
    desk.get_by_role("button", name="Statement").click()
    expect(desk.get_by_role("dialog")).to_contain_text("Maria Rossi")
    album.keep(desk, "money-statement-window")

    [statement] = grace.call("clinic.statement", "create", [{"partner_id": maria["id"]}])
    desk.set_viewport_size(PAPER["viewport"])
    desk.goto(f"/report/html/clinic_family.report_statement/{statement}")

    expect(desk.get_by_role("heading", name="Statement of Account")).to_be_visible()
    album.keep_paper(desk, "money-statement")


@pytest.mark.usefixtures("smiths")
def test_the_invoice_of_a_family_visit_names_everybody(new_phone, new_desk, grace, visits, album):
    book_for_emma_john_and_sam(new_phone())
    [visit] = visits()
    shown = grace.call("clinic.appointment", "action_view_invoice", [visit["id"]])
    grace.call("account.move", "action_post", [shown["res_id"]])
    desk = new_desk(**PAPER)
    desk.set_default_timeout(PATIENCE)
    report = "/report/html/account.report_invoice_with_payments"

    desk.goto(f"/web/login?redirect={report}/{shown['res_id']}")
    log_in(desk, "frontdesk")

    for name in ("Emma Smith", "John Smith", "Sam Smith"):
        expect(desk.locator("body")).to_contain_text(name)
    album.keep_paper(desk, "money-invoice")


def test_what_a_manager_sets_and_counts(new_desk, album):
    desk = new_desk(**AUCKLAND)
    desk.set_default_timeout(PATIENCE)
    desk.goto("/web/login?redirect=/odoo/action-clinic_family.clinic_settings_action")
    log_in(desk, "manager")
    expect(desk.locator(".o_form_view")).to_contain_text("Undo period")
    album.keep(desk, "manager-settings")

    desk.goto("/odoo/action-clinic_family.clinic_appointment_report_action")

    expect(desk.locator(".o_graph_renderer, .o_pivot").first).to_be_visible()
    album.keep(desk, "manager-reports")


def test_a_practitioner_sees_a_day_of_their_own(new_desk):
    desk, today = new_desk(**AUCKLAND), date.today()
    open_day(desk, "moreau")
    # Nobody works at the weekend.
    tuesday = today + timedelta(days=7 - today.weekday() + 1)
    desk.locator(".o_clinic_date").fill(tuesday.isoformat())

    expect(desk.locator(".o_clinic_day")).to_contain_text("Dr. A. Moreau")
    expect(desk.locator(".o_clinic_day")).not_to_contain_text("S. Okafor")
