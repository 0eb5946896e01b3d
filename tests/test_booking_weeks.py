"""Weeks of free times turn without leaving the page, and with the links when that fails."""

import re

import pytest
from playwright.sync_api import expect

from tests.visitor import hold_scripts_back

SERVICE = "Counselling for couples and families"
PATIENCE = 90_000
MOREAU = "Dr. A. Moreau"
expect.set_options(timeout=PATIENCE)


@pytest.fixture
def open_times(new_phone):
    """Return a function that opens the times of a service on a page that is marked."""

    def open_times(**settings):
        page = new_phone(**settings)
        page.set_default_timeout(PATIENCE)
        page.goto("/book")
        page.get_by_role("link", name=SERVICE).click()
        expect(page.locator(".o_clinic_scripted")).to_be_visible()
        page.evaluate("window.isSamePage = true")
        return page

    return open_times


def _is_same(page):
    return page.evaluate("window.isSamePage === true")


def _choose_moreau(with_whom):
    with_whom.select_option(with_whom.locator("option", has_text=MOREAU).get_attribute("value"))


def _turn(page, name):
    before = page.locator(".o_clinic_week").inner_text()
    page.get_by_role("link", name=name).click()
    expect(page.locator(".o_clinic_week")).not_to_have_text(before)


def test_a_week_turns_without_leaving_the_page(open_times):
    page = open_times()
    first = page.locator(".o_clinic_week").inner_text()

    _turn(page, "Later")

    second = page.locator(".o_clinic_week").inner_text()
    expect(page).to_have_url(re.compile(r"day=\d{4}-\d\d-\d\d"))
    expect(page.locator("#clinic_times_news")).to_have_text(second)
    expect(page.get_by_role("link", name="Later")).to_be_focused()
    page.go_back()
    expect(page.locator(".o_clinic_week")).to_have_text(first)
    page.go_forward()
    expect(page.locator(".o_clinic_week")).to_have_text(second)
    assert _is_same(page)


def test_the_month_and_a_date_are_reached_without_leaving_the_page(open_times, album):
    page = open_times()
    week = page.locator(".o_clinic_week")
    first = week.inner_text()

    page.get_by_role("link", name="Month").click()
    expect(week).to_have_text(re.compile(r"^[A-Z][a-z]+ \d{4}$"))
    _turn(page, "Later")
    album.keep_all(page, "booking-month")
    page.locator(".o_clinic_month a").first.click()
    expect(page.locator(".o_clinic_day:visible")).to_have_count(1)
    expect(week).not_to_have_text(first)
    date = page.get_by_label("Another day")
    date.fill(date.get_attribute("min"))
    page.get_by_role("button", name="Show").click()

    expect(week).to_have_text(first)
    assert _is_same(page)


@pytest.mark.parametrize("has_scripts", [False, True], ids=["without scripts", "with scripts"])
def test_a_day_opens_with_a_tap_and_by_key_and_fits_one_screen(new_phone, has_scripts):
    page = new_phone(java_script_enabled=has_scripts)
    page.goto("/book")
    page.get_by_role("link", name=SERVICE).click()
    page.get_by_role("link", name="Later").click()
    expect(page).to_have_url(re.compile("day="))
    free = page.locator(".o_clinic_days > label").filter(has_text=re.compile(r"\d free"))
    opened = page.locator(".o_clinic_day:visible")
    expect(opened).to_have_count(1)
    first = opened.locator("time").get_attribute("datetime")

    free.nth(1).click()

    expect(opened).to_have_count(1)
    expect(opened.locator("time")).not_to_have_attribute("datetime", first)
    assert opened.locator("time").get_attribute("datetime") > first
    page.keyboard.press("ArrowLeft")
    expect(opened.locator("time")).to_have_attribute("datetime", first)
    assert page.locator("main").bounding_box()["height"] < 1200


def test_choosing_somebody_shows_their_times_without_leaving_the_page(open_times):
    page = open_times()
    with_whom, where = (page.get_by_label(name, exact=True) for name in ("With", "At"))

    with_whom.focus()
    _choose_moreau(with_whom)
    expect(page).to_have_url(re.compile("practitioner=[1-9]"))
    where.focus()
    where.select_option("Bay clinic")

    expect(page.locator(".o_clinic_times")).to_contain_text("Times are in Sydney")
    expect(page.locator("#clinic_times_news")).to_contain_text(
        page.locator(".o_clinic_week").inner_text()
    )
    expect(where).to_be_focused()
    assert _is_same(page)


def test_what_was_chosen_before_the_scripts_came_is_shown(open_times, phone):
    address = open_times().url
    let_scripts_come = hold_scripts_back(phone, lambda: phone.goto(address))
    with_whom, where = (phone.get_by_label(name, exact=True) for name in ("With", "At"))
    _choose_moreau(with_whom)
    where.select_option("Bay clinic")

    let_scripts_come()

    expect(phone.locator(".o_clinic_times")).to_contain_text("Times are in Sydney")
    expect(phone).to_have_url(re.compile("practitioner=[1-9].*location=[1-9]"))
    expect(with_whom.locator("option:checked")).to_contain_text(MOREAU)
    expect(where.locator("option:checked")).to_have_text("Bay clinic")


def test_who_goes_back_finds_chosen_whose_times_these_are(open_times, new_phone):
    page = new_phone(java_script_enabled=False)
    page.goto(open_times().url)
    with_whom = page.get_by_label("With", exact=True)
    _choose_moreau(with_whom)
    page.get_by_role("button", name="See times").click()
    expect(page).to_have_url(re.compile("practitioner=[1-9]"))

    page.go_back()

    expect(page).not_to_have_url(re.compile("practitioner="))
    expect(with_whom).to_have_value("0")


def test_a_week_that_cannot_be_fetched_is_reached_by_its_link(open_times):
    page = open_times()
    page.evaluate("() => { window.fetch = () => Promise.reject(new Error('offline')); }")

    _turn(page, "Later")

    expect(page).to_have_url(re.compile("day="))
    assert not _is_same(page)


def test_a_device_elsewhere_is_told_what_a_time_is_there(open_times):
    elsewhere = open_times(timezone_id="America/Lima").locator(".o_clinic_elsewhere")
    here = open_times(timezone_id="Pacific/Auckland").locator(".o_clinic_elsewhere")

    expect(elsewhere).to_be_visible()
    expect(elsewhere).to_contain_text(
        re.compile(r"Your device is in Lima: .+ [AP]M at Harbour clinic is .+ [AP]M there\.")
    )
    expect(here).to_be_hidden()
