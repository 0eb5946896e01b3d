"""Axe finds nothing of ours on the other screens of the staff, nor in the windows of the day."""

import re

import pytest
from playwright.sync_api import expect

from tests.test_day_walk import (  # noqa: F401
    MOREAU,
    day,
    find_all_faults,
    grace,
    juan_at,
    juan_today,
    walter,
)
from tests.visitor import CLINIC, in_zone, open_day

LIST = ".o_list_renderer tbody"
SCREENS = {
    "First Day": ("manager", "clinic_desk_start_action", ".o_clinic_first_day"),
    "Weekly Hours": ("manager", "clinic_week_action", ".o_form_view"),
    "Today": ("frontdesk", "clinic_appointment_today_open_action", LIST),
    "Patients": ("frontdesk", "res_partner_action_patients", LIST),
    "Patients of a practitioner": ("moreau", "res_partner_action_patients", LIST),
    "Reports": ("manager", "clinic_appointment_report_action", ".o_pivot"),
    "What didn't arrive": ("frontdesk", "clinic_message_undelivered_action", LIST),
}  # fmt: skip


# To Walter no message of the clinic's leaves: he has no address.
FAILED = """
    INSERT INTO clinic_message
           (participant_id, patient_id, recipient_id, kind, state, failure_reason, tries)
    SELECT one.id, one.partner_id, one.partner_id, 'confirmed', 'failed', 'There is no address', 1
      FROM clinic_participant one JOIN clinic_appointment visit ON visit.id = one.appointment_id
     WHERE visit.start > now() AT TIME ZONE 'UTC' ORDER BY one.id DESC LIMIT 1
"""


@pytest.fixture
def something_to_show(clinic, walter, juan_today):  # noqa: F811
    """A visit of today, and a message about a visit to come that didn't arrive."""
    clinic.query(FAILED)


@pytest.mark.parametrize("name", SCREENS)
def test_axe_finds_nothing_of_ours_on_a_screen(new_desk, something_to_show, name):
    login, action, place = SCREENS[name]
    page = new_desk()
    open_day(page, login)
    expect(page.locator(".o_clinic_day")).to_be_visible()

    page.goto(f"/odoo/action-clinic_family.{action}")

    expect(page.locator(place).first).to_be_visible()
    if place == LIST:
        expect(page.locator(".o_data_row")).not_to_have_count(0)
    assert find_all_faults(page, place) == ""


def test_today_is_worked_through_on_a_phone(new_phone, juan_today):  # noqa: F811
    page = new_phone()
    open_day(page, "frontdesk")
    page.goto("/odoo/action-clinic_family.clinic_appointment_today_open_action")
    begins = in_zone(juan_today()["start"], CLINIC)
    his = page.locator(".o_kanban_record", has_text="Juan Ortega")
    card = his.filter(has_text=re.compile(rf"{begins:%-I:%M}\sAM–"))

    arrived = card.get_by_role("button", name="Arrived")
    arrived.scroll_into_view_if_needed()
    expect(arrived).to_be_in_viewport(ratio=1)
    arrived.click()
    card.get_by_role("button", name="Done").click()

    expect(card.get_by_role("button")).to_have_count(0)
    assert juan_today()["state"] == "fulfilled"


def test_axe_finds_nothing_of_ours_where_several_are_planned_and_one_is_moved(
    grace,  # noqa: F811
):
    grace.click_time(MOREAU, "10:00")
    grace.choose("smiths", "The Smiths")
    grace.dialog.locator(".o_clinic_plan").click()
    planning = grace.page.locator(".o_clinic_planning")
    expect(planning).to_be_visible()
    assert find_all_faults(grace.page, ".o_clinic_planning") == ""

    planning.get_by_role("button", name="Back").click()
    expect(planning).to_be_hidden()
    grace.book()
    grace.card("Smith").locator(".o_clinic_card_main").click()
    grace.page.locator(".o_clinic_part").first.click()
    expect(grace.page.locator(".o_dialog .o_form_view")).to_be_visible()
    assert find_all_faults(grace.page, ".o_dialog") == ""


def test_a_plan_says_which_of_its_visits_sessions_will_pay(grace, album):  # noqa: F811
    grace.click_time(MOREAU, "10:00")
    grace.choose("rossis", "The Rossis")
    grace.dialog.locator(".o_clinic_plan").click()
    planning = grace.page.locator(".o_clinic_planning")
    badge = planning.locator(".o_clinic_take_plan .badge").first
    badge.scroll_into_view_if_needed()
    expect(badge).to_be_in_viewport(ratio=1)
    album.keep(grace.page, "desk-plan")
    assert find_all_faults(grace.page, ".o_clinic_planning") == ""
