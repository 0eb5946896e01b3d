"""A mother fills in her son's form on her phone: page by page, and on another day."""

import pytest
from playwright.sync_api import expect

from tests.visitor import log_in

pytestmark = pytest.mark.usefixtures("clinic")
FORM = "Your child's history"
LATER = 90_000
ANSWERS = """
    SELECT line.value_numerical_box AS number, line.value_text_box AS text
      FROM survey_user_input_line line
      JOIN survey_user_input answer ON answer.id = line.user_input_id
      JOIN res_partner patient ON patient.id = answer.partner_id
     WHERE patient.name = %s AND NOT line.skipped
  ORDER BY line.id
"""
REQUESTS = """
    SELECT request.state, person.name AS filled_by
      FROM clinic_form_request request
      JOIN res_partner patient ON patient.id = request.patient_id
 LEFT JOIN res_partner person ON person.id = request.filled_by_id
     WHERE patient.name = %s
"""


def log_in_at(page, login, address):
    """Log in, and go on to this address."""
    page.goto(f"/web/login?redirect={address}")
    log_in(page, login)


def open_form(page):
    """Open the form from the page of one's forms; both say for whom it is."""
    page.goto("/my/forms")
    row = page.locator(".o_clinic_form", has_text=FORM)
    expect(row).to_contain_text("For Leo Rossi")
    row.get_by_role("button").click()
    told = page.locator(".o_clinic_form_for")
    expect(told).to_have_text("For Leo Rossi, filled in by Maria Rossi")
    # Odoo wakes its buttons when its scripts are there.
    awake = page.locator("form.o_survey-fill-form button[type=submit]:not(.disabled)")
    expect(awake).to_be_visible(timeout=LATER)


def begin(page, album):
    """Fill in the first page, and leave it at that."""
    open_form(page)
    page.get_by_role("button", name="Start").click()
    page.locator("input.o_survey_question_numerical_box").fill("14", timeout=LATER)
    album.keep(page, "form-page-phone")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("What does your child like to eat")).to_be_visible(timeout=LATER)


def finish(page):
    """Go on where it was left, and hand it in."""
    open_form(page)
    page.locator("textarea").fill("Everything but beans")
    page.locator("button.btn-secondary[value=finish]").click()
    page.locator(".modal-footer .btn-primary").click()
    expect(page.get_by_role("button", name="Back to my forms")).to_be_visible(timeout=LATER)


def test_a_form_is_filled_in_on_the_phone_on_two_days_and_read_again(clinic, new_phone, album):
    phone, another_day, other = new_phone(), new_phone(), new_phone()
    log_in_at(phone, "maria", "/my/appointments")
    expect(phone.locator(".o_clinic_forms_due")).to_be_visible(timeout=LATER)
    phone.goto("/my/forms")
    album.keep(phone, "forms-phone")

    begin(phone, album)
    assert [row["state"] for row in clinic.query(REQUESTS, ["Leo Rossi"])] == ["begun"]
    assert [row["number"] for row in clinic.query(ANSWERS, ["Leo Rossi"])] == [14]
    log_in_at(another_day, "maria", "/my/forms")
    finish(another_day)

    filed = {"state": "completed", "filled_by": "Maria Rossi"}
    assert clinic.query(REQUESTS, ["Leo Rossi"]) == [filed]
    another_day.goto("/my/forms")
    another_day.locator("a.o_clinic_form", has_text=FORM).click()
    expect(another_day.locator(".o_survey_print")).to_contain_text("For Leo Rossi")
    log_in_at(other, "juan", "/my/forms")
    other.goto(another_day.url)
    expect(other.locator(".o_survey_print")).to_have_count(0)
