"""Paid as it is booked, with a phone: a mother pays for her son and herself, and one goes back."""

import re

import pytest
from playwright.sync_api import expect

from tests.visitor import GROUP, PASSWORD, Visitor

DEPOSIT = """
    UPDATE clinic_service SET paid_online = %s, deposit = %s, fee_per = %s
     WHERE name->>'en_US' = %s
"""
PAID = """
    SELECT payment.amount, patient.name AS on_account
      FROM account_payment payment
      JOIN clinic_appointment visit ON visit.id = payment.clinic_appointment_id
      JOIN res_partner patient ON patient.id = payment.partner_id
     WHERE visit.id = %s
"""


@pytest.fixture
def paid_first(clinic):
    """Each who comes to a family visit pays a deposit; for this test alone."""
    clinic.query(DEPOSIT, ["deposit", 25, "participant", GROUP])
    yield
    clinic.query(DEPOSIT, ["nothing", None, "appointment", GROUP])


@pytest.mark.usefixtures("smiths", "paid_first")
def test_a_mother_pays_the_deposit_for_her_son_and_herself(phone, clinic, visits, album):
    emma = Visitor(phone)
    emma.log_in_at("/book", "emma", PASSWORD)
    emma.choose_time(GROUP)
    emma.name_people("Sam Smith")
    expect(emma.main).to_contain_text("A deposit of $ 50.00 is paid now, the rest at the clinic.")
    album.keep_all(phone, "booking-deposit")

    phone.get_by_role("button", name="Go on to pay $ 50.00").click()
    emma.expect_heading("Pay and book")
    album.keep_all(phone, "booking-pay")
    phone.get_by_role("textbox").fill("4242")
    phone.get_by_role("button", name="Pay and book").click()

    emma.expect_heading("Booked")
    expect(emma.main).to_contain_text("You have paid $ 50.00. The rest is paid at the clinic.")
    album.keep_all(phone, "booking-paid")
    [visit] = visits()
    assert visit["state"] == "booked"
    assert clinic.query(PAID, [visit["id"]]) == [{"amount": 50, "on_account": "Emma Smith"}]

    emma.open_menu()
    phone.get_by_role("button", name=re.compile("^Cancel for")).first.click()
    emma.expect_done("Taken back.")
