"""How many taps and screens it takes from the clinic's home page to *Booked*, on a phone."""

import pytest

from tests.visitor import GROUP, SHORT, Visitor, sign_up

# Counted where a person taps, over all pages of one tab; scripts that tap don't count.
COUNTING = """
    addEventListener("click", (ev) => {
        if (ev.isTrusted && ev.detail) {
            sessionStorage.taps = Number(sessionStorage.taps || 0) + 1;
        }
    }, true);
"""


@pytest.fixture
def maria(phone):
    """Maria, who is logged in, on the home page of the clinic."""
    maria = Visitor(phone)
    maria.log_in_at("/my/appointments", "maria")
    phone.add_init_script(COUNTING)
    phone.goto("/")
    return maria


def _find_time(maria, service):
    """From the home page to the question who comes, by the next free time."""
    maria.page.locator("main").get_by_role("link", name="Book an appointment").first.click()
    maria.open_times(service)
    maria.page.locator(".o_clinic_soonest").click()
    maria.page.get_by_role("button", name="Continue").wait_for()


def _count(maria):
    return maria.page.evaluate("Number(sessionStorage.taps)")


def test_a_known_patient_books_with_five_taps(maria):
    _find_time(maria, SHORT)
    maria.name_people()
    maria.book("Book for me")

    assert _count(maria) == 5


def test_a_mother_books_for_her_son_with_six(maria):
    _find_time(maria, SHORT)
    maria.name_people("Leo Rossi")
    maria.book("Book for Leo")

    assert _count(maria) == 6


def test_a_mother_and_two_children_are_booked_with_seven(maria):
    _find_time(maria, GROUP)
    maria.name_people("Leo Rossi", "Ana Rossi")
    maria.book("Book for me")

    assert _count(maria) == 7


# Each page that is shown, counted by itself; what only leads on to another isn't.
SHOWING = """
    addEventListener("DOMContentLoaded", () => {
        sessionStorage.screens = Number(sessionStorage.screens || 0) + 1;
    });
"""


def test_over_eight_screens_a_newcomer_and_two_children_come_to_booked(phone, read_code):
    nadia = Visitor(phone)
    phone.add_init_script(SHOWING)
    phone.goto("/")
    phone.locator("main").get_by_role("link", name=GROUP).click()
    nadia.expect_heading(GROUP)
    phone.locator(".o_clinic_soonest").click()
    sign_up(phone, "nadia.two@example.com", "Nadia Newcomer", read_code, with_family=True)
    nadia.add_two_children()
    nadia.name_people("Mia Smith", "Tess Smith")
    nadia.book("Book for me")

    assert phone.evaluate("Number(sessionStorage.screens)") <= 8
