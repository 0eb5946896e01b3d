"""A clinic that asks for all it can of who makes an account: by sign-up, and by an invitation."""

import pytest
from playwright.sync_api import expect

from tests.english import find_english, get_english
from tests.people import Person
from tests.test_access_walk import CUT_OFF
from tests.test_languages_walk import WIDE, WIDTHS, languages  # noqa: F401
from tests.visitor import PATIENCE, confirm_address

TERMS = "You may cancel until the day before.\nhttps://clinic.example/terms"
# Of Odoo's own page, whose French and Spanish no test loads.
OF_ODOO = ("Name", "Password", "Confirm Password")
FORM = ".oe_signup_form"
NAMES = ("birth_text", "phone", "agreed")


@pytest.fixture
def asking(clinic):
    """The clinic asks for a phone number, a date of birth and a yes to its terms."""
    admin = Person(clinic.url, "admin").log_in()
    ids = [row["id"] for row in clinic.query("SELECT id FROM res_company")]
    asks = ("clinic_asks_phone", "clinic_asks_birth_date")
    admin.call("res.company", "write", ids, {**dict.fromkeys(asks, True), "clinic_terms": TERMS})
    yield
    admin.call("res.company", "write", ids, {**dict.fromkeys(asks, False), "clinic_terms": False})


def _ask(page, address, code=""):
    """To the page that asks for the rest, in this language."""
    page.set_default_timeout(PATIENCE)
    page.goto(f"{code}/web/signup?redirect=/book")
    page.locator("input[name=login]").fill(address)
    page.locator(".oe_signup_form button[type=submit]").click()
    expect(page.locator("input[name=code]")).to_be_visible()


def _answer(page):
    """What the clinic asks beside the rest, on whichever page."""
    page.get_by_label("Date of birth").fill("1990-01-02")
    page.get_by_label("Phone").fill("09 555 0100")
    page.locator("summary").filter(has_text="Terms").click()
    expect(page.get_by_text("You may cancel until the day before.")).to_be_visible()
    page.get_by_label("I agree to the terms").check()


def _read_person(clinic, login):
    [person] = clinic.query(
        "SELECT p.phone, p.birth_date::text AS born, p.terms_agreed FROM res_users u"
        "  JOIN res_partner p ON p.id = u.partner_id WHERE u.login = %s",
        [login],
    )
    return person


ANSWERED = {"phone": "09 555 0100", "born": "1990-01-02", "terms_agreed": TERMS}


@pytest.mark.usefixtures("asking")
def test_who_signs_up_answers_what_the_clinic_asks(phone, clinic, read_code):
    address = "walter.walker@example.com"
    _ask(phone, address)
    _answer(phone)

    confirm_address(phone, address, "Walter Walker", read_code)

    phone.wait_for_url("**/book")
    assert _read_person(clinic, address) == ANSWERED


@pytest.mark.usefixtures("asking")
def test_who_was_invited_answers_the_same(phone, clinic, invite):
    path, _code = invite("Maria Rossi", email="wanda@example.com", name="Wanda Walker")
    phone.goto(path)
    phone.get_by_label("Password", exact=True).fill("a long password")
    phone.get_by_label("The same password again").fill("a long password")
    _answer(phone)

    phone.get_by_role("button", name="Make an account").click()

    expect(phone.get_by_role("button", name="Accept")).to_be_visible()
    assert _read_person(clinic, "wanda@example.com") == ANSWERED


@pytest.mark.parametrize("code", ["fr", "es"])
@pytest.mark.usefixtures("asking", "languages")
def test_what_is_asked_reads_and_fits_in_each_language(new_phone, code):
    page = new_phone()
    _ask(page, f"walker.{code}@example.com", f"/{code}")

    faults = [line for line in find_english(page, get_english(code), FORM) if line not in OF_ODOO]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        faults += [f"at {width} px: {words}" for words in page.evaluate(CUT_OFF)]
        if page.evaluate(WIDE) > 0:
            faults.append(f"at {width} px it scrolls sideways")

    assert [page.locator(f"[name={name}]").count() for name in NAMES] == [1, 1, 1]
    assert faults == []
