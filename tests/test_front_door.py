"""The front door of the demo clinic: its home page, and the blocks that a designer drags there."""

import pytest
from playwright.sync_api import expect

from tests.visitor import Visitor

FACES = "[data-clinic-block=practitioners] img"
SIDEWAYS = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
LONG_WORD = "(name) => (name.textContent = 'M'.repeat(80))"


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_visitor_meets_a_clinic_and_is_one_tap_from_booking(new_phone, album, has_scripts):
    phone = new_phone(java_script_enabled=has_scripts)
    phone.goto("/")
    visitor = Visitor(phone)
    visitor.expect_heading("Care for the whole family")
    expect(phone.get_by_role("link", name="Counselling for couples and families")).to_be_visible()
    expect(phone.locator(FACES)).to_have_count(4)
    expect(phone.get_by_role("link", name="Show on a map")).to_have_count(2)
    for filler in ("Your Logo", "disruptive", "555-5556", "yourcompany", "Company name"):
        expect(phone.locator("body")).not_to_contain_text(filler)
    album.keep_all(phone, "front-door")

    phone.locator("#wrap").get_by_role("link", name="Book an appointment").click()

    visitor.expect_heading("Book an appointment")


def test_the_contact_page_says_where_and_whom_to_call(phone):
    phone.goto("/contactus")

    Visitor(phone).expect_heading("Contact us")
    main = phone.locator("main")
    expect(main).to_contain_text("12 Quay Street")
    expect(main).to_contain_text("Tuesday and Thursday, noon to 8 pm")
    expect(main.get_by_role("link", name="+61 2 5550 4567")).to_be_visible()
    expect(main).not_to_contain_text("555-5556")


def test_one_long_word_makes_no_page_wider_than_a_phone(phone):
    names = {
        "/": "[data-clinic-block=services] .fw-bold",
        "/book": ".list-group-item .fw-bold span",
    }
    for page, name in names.items():
        phone.goto(page)
        phone.locator(name).first.evaluate(LONG_WORD)
        assert phone.evaluate(SIDEWAYS) is False, page
    phone.locator(".list-group-item").first.click()
    phone.locator("h1 span").first.evaluate(LONG_WORD)
    assert phone.evaluate(SIDEWAYS) is False


def test_no_page_of_the_demo_clinic_asks_google_for_letters(phone):
    asked = []
    phone.on("request", lambda request: asked.append(request.url))

    for page in ("/", "/book", "/web/login"):
        phone.goto(page)
        expect(phone.locator("link[rel][href*='fonts.g']")).to_have_count(0)

    assert [url for url in asked if "fonts.g" in url] == []
