"""Axe finds nothing of ours on the other screens of the staff, nor in the windows of the day."""

import pytest
from playwright.sync_api import expect

from tests.test_day_walk import MOREAU, day, find_all_faults, grace  # noqa: F401
from tests.visitor import open_day

SCREENS = {
    "First Day": ("manager", "clinic_desk_start_action", ".o_clinic_first_day"),
    "Weekly Hours": ("manager", "clinic_week_action", ".o_form_view"),
}  # fmt: skip


@pytest.mark.parametrize("name", SCREENS)
def test_axe_finds_nothing_of_ours_on_a_screen(new_desk, name):
    login, action, place = SCREENS[name]
    page = new_desk()
    open_day(page, login)
    expect(page.locator(".o_clinic_day")).to_be_visible()

    page.goto(f"/odoo/action-clinic_family.{action}")

    expect(page.locator(place).first).to_be_visible()
    assert find_all_faults(page, place) == ""


def test_axe_finds_nothing_of_ours_where_several_are_planned_and_one_is_moved(grace):  # noqa: F811
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
