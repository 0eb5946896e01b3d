"""Parents fill in and sign their son's forms: on phones, on two days, on the clinic's tablet."""

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.people import Person
from tests.visitor import Visitor, enter

pytestmark = pytest.mark.usefixtures("clinic")
NUTRITION = "Nutrition for families"
FORM, CONSENT = "Your child's history", "Consent to treatment"
TABLET = {"viewport": {"width": 768, "height": 1024}}
LATER = 90_000
SIDEWAYS = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
ANSWERS = """
    SELECT line.value_numerical_box AS number, line.value_text_box AS text
      FROM survey_user_input_line line
      JOIN survey_user_input answer ON answer.id = line.user_input_id
      JOIN res_partner patient ON patient.id = answer.partner_id
     WHERE patient.name = %s AND NOT line.skipped
  ORDER BY line.id
"""
REQUESTS = """
    SELECT request.state, person.name AS filled_by, request.signature_count AS signed
      FROM clinic_form_request request
      JOIN res_partner patient ON patient.id = request.patient_id
      JOIN survey_survey survey ON survey.id = request.survey_id
 LEFT JOIN res_partner person ON person.id = request.filled_by_id
     WHERE patient.name = %s AND survey.title->>'en_US' = %s
"""


@pytest.fixture
def okafor(clinic):
    """The login of the practitioner who sees the daughter."""
    manager = Person(clinic.url, "manager").log_in()
    named = "SELECT res_id FROM ir_model_data WHERE module = 'clinic_family' AND name = %s"
    (group,) = clinic.query(named, ["clinic_family_group_practitioner"])
    (practitioner,) = clinic.query(named, ["practitioner_okafor"])
    account = {"name": "Grace Okafor", "login": "okafor", "group_ids": [(6, 0, [group["res_id"]])]}
    (user,) = manager.call("res.users", "create", [account])
    clinic.query("UPDATE res_users SET password = %s WHERE id = %s", ["okafor", user])
    treats = [practitioner["res_id"]]
    manager.call("clinic.practitioner", "write", treats, {"user_id": user})
    yield
    manager.call("clinic.practitioner", "write", treats, {"user_id": False})
    manager.call("res.users", "write", [user], {"active": False})


def log_in_at(page, login, address):
    """Log in, and go on to this address."""
    enter(page, login)
    page.goto(address)


def book_for_a_daughter(page):
    """A mother adds her daughter, and books a visit that asks for forms."""
    maria = Visitor(page)
    maria.log_in_at("/my/family", "maria")
    page.get_by_role("link", name="Add family member").click()
    page.get_by_label("First name", exact=True).fill("Nina")
    page.get_by_label("Last name", exact=True).fill("Rossi")
    page.get_by_label("This person is my…").select_option("child")
    page.get_by_label("Date of birth", exact=True).fill(
        f"{date.today() - timedelta(days=1500):%Y-%m-%d}"
    )
    expect(page.get_by_role("textbox", name="E-mail")).not_to_have_value("")
    page.get_by_role("button", name="Continue").click()
    maria.expect_done("Nina Rossi was added.")
    page.goto("/book")
    maria.choose_time(NUTRITION)
    page.get_by_role("checkbox", name="(you)").uncheck()
    maria.name_people("Nina Rossi")
    maria.book("Book for Nina")


def open_form(page, child):
    """Open the form from the page of one's forms; both say for whom it is."""
    page.goto("/my/forms")
    row = page.locator(".o_clinic_form", has_text=FORM).filter(has_text=f"For {child}")
    row.get_by_role("button").click()
    told = page.locator(".o_clinic_form_for")
    expect(told).to_have_text(f"For {child}, filled in by Maria Rossi")
    # Odoo wakes its buttons when its scripts are there.
    awake = page.locator("form.o_survey-fill-form button[type=submit]:not(.disabled)")
    expect(awake).to_be_visible(timeout=LATER)


def begin(page, child, months):
    """Fill in the first page, and leave it at that."""
    open_form(page, child)
    page.get_by_role("button", name="Begin the form").click()
    page.locator("input.o_survey_question_numerical_box").fill(months, timeout=LATER)


def go_on(page):
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("What does your child like to eat")).to_be_visible(timeout=LATER)


def finish(page, child, food):
    """Go on where it was left, and hand it in."""
    open_form(page, child)
    page.locator("textarea").fill(food)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("button", name="Back to my forms")).to_be_visible(timeout=LATER)


def read_at_the_visit(desk, visit, album):
    """The practitioner opens the form from the visit it was asked for."""
    log_in_at(desk, "okafor", f"/odoo/action-clinic_family.clinic_appointment_action/{visit['id']}")
    desk.locator("button[name=action_view_forms]").click(timeout=LATER)
    row = desk.locator(".o_data_row", has_text=FORM)
    album.keep(desk, "forms-practitioner")
    with desk.expect_popup() as opened:
        row.get_by_role("button", name="Read").click(timeout=LATER)
    return opened.value


def begin_both(phone, clinic, album):
    """One child's first page and then the other's, on one phone."""
    phone.goto("/my/forms")
    album.keep(phone, "forms-phone")
    begin(phone, "Leo Rossi", "14")
    album.keep(phone, "form-page-phone")
    usual = phone.viewport_size
    phone.set_viewport_size({"width": 320, "height": usual["height"]})
    assert not phone.evaluate(SIDEWAYS)
    phone.set_viewport_size(usual)
    go_on(phone)
    begin(phone, "Nina Rossi", "11")
    go_on(phone)
    for child, months in (("Leo Rossi", 14), ("Nina Rossi", 11)):
        assert [row["state"] for row in clinic.query(REQUESTS, [child, FORM])] == ["begun"]
        assert [row["number"] for row in clinic.query(ANSWERS, [child])] == [months]


def finish_both(page, clinic):
    """On another day and another phone they are gone on with."""
    log_in_at(page, "maria", "/my/forms")
    filed = {"state": "completed", "filled_by": "Maria Rossi", "signed": None}
    for child, food in (("Nina Rossi", "Porridge"), ("Leo Rossi", "Everything but beans")):
        finish(page, child, food)
        assert clinic.query(REQUESTS, [child, FORM]) == [filed]
        assert clinic.query(ANSWERS, [child])[-1]["text"] == food


def read_ones_own(page, child):
    """Who filled it in reads it again; the address of that."""
    page.goto("/my/forms")
    filled = page.locator(".o_clinic_form", has_text=FORM).filter(has_text=f"For {child}")
    filled.get_by_role("link").click()
    expect(page.locator(".o_survey_print")).to_contain_text(f"For {child}")
    return page.url


def turn_eighteen(clinic, child):
    """The front desk corrects the year of a birth: she isn't a child any more."""
    (row,) = clinic.query("SELECT id FROM res_partner WHERE name = %s", [child])
    born = date.today() - timedelta(days=18 * 365 + 10)
    values = {"birth_date": f"{born:%Y-%m-%d}"}
    Person(clinic.url, "frontdesk").log_in().call("res.partner", "write", [row["id"]], values)


def expect_nothing_of(page, child, address):
    """Neither her forms nor what was filled in, with the address that opened it."""
    page.goto("/my/forms")
    expect(page.locator(".o_clinic_form", has_text="For Leo Rossi").first).to_be_visible()
    expect(page.locator(".o_clinic_form", has_text=f"For {child}")).to_have_count(0)
    page.goto(address)
    expect(page.locator(".o_survey_print")).to_have_count(0)


@pytest.mark.usefixtures("okafor")
def test_forms_of_two_children_are_filled_in_on_a_phone_on_two_days_and_read(
    clinic, new_phone, new_desk, visits, album
):
    phone, another_day, other = new_phone(), new_phone(), new_phone()
    book_for_a_daughter(phone)
    [visit] = visits()
    phone.goto("/my/appointments")
    expect(phone.locator(".o_clinic_forms_due")).to_be_visible(timeout=LATER)
    begin_both(phone, clinic, album)
    finish_both(another_day, clinic)

    leos = read_ones_own(another_day, "Leo Rossi")
    log_in_at(other, "juan", "/my/forms")
    other.goto(leos)
    expect(other.locator(".o_survey_print")).to_have_count(0)
    reading = read_at_the_visit(new_desk(), visit, album)
    expect(reading.locator(".o_survey_print")).to_contain_text("For Nina Rossi", timeout=LATER)
    expect(reading.get_by_text("Porridge")).to_be_visible()
    expect(reading.get_by_text("beans")).to_have_count(0)
    ninas = read_ones_own(another_day, "Nina Rossi")
    turn_eighteen(clinic, "Nina Rossi")
    expect_nothing_of(another_day, "Nina Rossi", ninas)


def agree(page):
    """Fill in the one page of the consent, and hand it in."""
    page.get_by_role("button", name="Begin the form").click()
    page.locator("label.o_survey_choice_btn", has_text="Yes").click(timeout=LATER)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("please sign it")).to_be_visible(timeout=LATER)


def sign(page):
    """Sign with the name that is there, as Odoo's component writes it."""
    button = page.locator(".o_portal_sign_submit:not([disabled])")
    expect(button).to_be_visible(timeout=LATER)
    button.click()


def fill_in_and_sign(phone, album):
    """The first parent's part, at home."""
    phone.goto("/my/forms")
    phone.locator(".o_clinic_form", has_text=CONSENT).get_by_role("button").click()
    agree(phone)
    phone.get_by_role("button", name="Sign").click()
    expect(phone.locator(".o_portal_sign_submit:not([disabled])")).to_be_visible(timeout=LATER)
    album.keep(phone, "form-sign-phone")
    sign(phone)
    expect(phone.get_by_text("somebody else still has to sign it")).to_be_visible(timeout=LATER)


def hand_over(desk, form, patient, person):
    """The front desk makes a link for somebody who is there; the path of it."""
    desk.goto("/odoo/action-clinic_family.clinic_form_request_action")
    row = desk.locator(".o_data_row", has_text=patient).filter(has_text=form)
    row.locator("td.o_data_cell").first.click(timeout=LATER)
    desk.get_by_role("button", name="Hand Over").click()
    field = desk.locator(".modal .o_field_widget[name=person_id] input")
    if field.input_value() != person:
        field.fill(person)
        desk.locator(".o-autocomplete--dropdown-item", has_text=person).first.click()
    desk.get_by_role("button", name="Make a link").click()
    link = desk.locator(".modal .o_field_widget[name=link]")
    expect(link).to_contain_text("/clinic/form/", timeout=LATER)
    expect(desk.locator(".modal .o_field_widget[name=picture] img")).to_be_visible()
    return urlsplit(link.inner_text().split()[0]).path


def test_both_parents_sign_on_a_phone_and_on_the_tablet_of_the_clinic(
    clinic, new_phone, new_desk, album
):
    phone, desk, tablet = new_phone(), new_desk(), new_desk(**TABLET)
    log_in_at(phone, "maria", "/my/forms")
    fill_in_and_sign(phone, album)
    half = {"state": "signing", "filled_by": "Maria Rossi", "signed": 1}
    assert clinic.query(REQUESTS, ["Leo Rossi", CONSENT]) == [half]

    log_in_at(desk, "frontdesk", "/odoo")
    path = hand_over(desk, CONSENT, "Leo Rossi", "Juan Ortega")
    album.keep(desk, "form-hand-over")
    tablet.goto(path)
    expect(tablet.get_by_text("For Leo Rossi, by Juan Ortega")).to_be_visible(timeout=LATER)
    sign(tablet)
    expect(tablet.get_by_role("heading", name="Thank you")).to_be_visible(timeout=LATER)

    filed = {"state": "completed", "filled_by": "Maria Rossi", "signed": 2}
    assert clinic.query(REQUESTS, ["Leo Rossi", CONSENT]) == [filed]
    phone.goto("/my/forms")
    phone.locator(".o_clinic_form", has_text=CONSENT).get_by_role("link").click()
    expect(phone.get_by_text("Signed by Juan Ortega")).to_be_visible(timeout=LATER)
    # The tablet shows the next one nothing of it.
    tablet.goto(path)
    expect(tablet.get_by_text("Leo")).to_have_count(0)
