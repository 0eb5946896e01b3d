"""A mother with a phone pays what is open for her children and herself, in one go."""

import re

import pytest
from playwright.sync_api import expect

from tests.people import Person
from tests.visitor import Visitor, tick_none

FAMILY = {"Maria Rossi": 90, "Leo Rossi": 45, "Ana Rossi": 30}
PAYMENTS = """
    SELECT customer.name, payment.amount, payer.name AS payer
      FROM account_payment payment
      JOIN res_partner customer ON customer.id = payment.partner_id
      LEFT JOIN res_partner payer ON payer.id = payment.clinic_payer_id
     WHERE payment.id > %s
"""


@pytest.fixture
def open_invoices(clinic):
    """Each of the family has one confirmed invoice; what it is called, by whose it is."""
    grace = Person(clinic.url, "frontdesk").log_in()
    return {name: _invoice(grace, name, price) for name, price in FAMILY.items()}


@pytest.fixture
def payments(clinic):
    """Return a function that tells of each payment booked since the test began."""
    last = clinic.query("SELECT coalesce(max(id), 0) AS id FROM account_payment")[0]["id"]
    return lambda: {
        row["name"]: (float(row["amount"]), row["payer"]) for row in clinic.query(PAYMENTS, [last])
    }


def _invoice(grace, name, price):
    [partner] = grace.call("res.partner", "search", [("name", "=", name)])
    line = {"name": "A visit", "price_unit": price, "tax_ids": [(6, 0, [])]}
    [invoice] = grace.call("account.move", "create", [{
        "move_type": "out_invoice", "partner_id": partner, "invoice_line_ids": [(0, 0, line)],
    }])  # fmt: skip
    grace.call("account.move", "action_post", [invoice])
    [read] = grace.call("account.move", "read", [invoice], ["name"])
    return read["name"]


def test_a_mother_pays_her_own_and_her_childrens_invoices_in_one_go(
    phone, open_invoices, payments, album
):
    maria = Visitor(phone)
    maria.log_in_at("/my/family", "maria")
    phone.get_by_role("link", name="See and pay what is open").click()
    maria.expect_heading("To pay")
    tick_none(phone)
    for name in open_invoices.values():
        phone.get_by_role("checkbox", name=name).check()
    album.keep_all(phone, "money-balance")

    phone.get_by_role("button", name="Pay what is ticked").click()
    maria.expect_heading("Pay in one go")
    expect(maria.main).to_contain_text(re.compile(r"You pay\s*\$\s*165.00"))
    phone.locator("#o_payment_form").get_by_role("textbox").fill("4242")
    album.keep_all(phone, "money-balance-pay")
    phone.locator("#o_payment_form").get_by_role("button", name=re.compile("^Pay")).click()

    maria.expect_done("Thank you.")
    album.keep_all(phone, "money-balance-paid")
    for name in open_invoices.values():
        expect(maria.main).not_to_contain_text(name)
    assert payments() == {
        "Maria Rossi": (90, None),
        "Leo Rossi": (45, "Maria Rossi"),
        "Ana Rossi": (30, "Maria Rossi"),
    }
