"""Parents who live apart pay halves for their child; neither reads of the other."""

import re

import pytest
from playwright.sync_api import expect

from tests.people import Person
from tests.visitor import PATIENCE, Visitor, log_in, tick_none

PAID = """
    SELECT customer.name, move.payment_state, move.amount_total AS total
      FROM account_move move
      JOIN res_partner customer ON customer.id = move.partner_id
     WHERE move.id >= %s AND move.move_type = 'out_invoice'
"""


@pytest.fixture
def draft(clinic):
    """An invoice for Leo that nobody has confirmed; his mother is to pay it."""
    grace = Person(clinic.url, "frontdesk").log_in()
    [maria] = grace.call("res.partner", "search", [("name", "=", "Maria Rossi")])
    line = {"name": "A visit of Leo's", "price_unit": 45.01, "tax_ids": [(6, 0, [])]}
    [invoice] = grace.call("account.move", "create", [{
        "move_type": "out_invoice", "partner_id": maria, "invoice_line_ids": [(0, 0, line)],
    }])  # fmt: skip
    return invoice


@pytest.fixture
def paid(clinic, draft):
    """Return a function that tells of each invoice made of it: how far paid, and how much."""
    return lambda: {
        row["name"]: (row["payment_state"], float(row["total"]))
        for row in clinic.query(PAID, [draft])
    }


def _divide(desk, draft, album):
    """The front desk says that Juan pays half, and confirms."""
    desk.set_default_timeout(PATIENCE)
    desk.goto("/web/login")
    log_in(desk, "frontdesk")
    desk.goto(f"/odoo/action-account.action_move_out_invoice_type/{draft}")
    desk.get_by_role("button", name="Divide…").click()
    window = desk.locator(".modal-dialog")
    window.get_by_role("button", name="Add a line").click()
    payer = window.get_by_placeholder("The other parent, an insurer, a school…")
    payer.fill("Juan")
    desk.get_by_role("option", name=re.compile("^Juan")).first.click()
    expect(window.get_by_role("row").nth(1)).to_contain_text("22.50")
    album.keep(desk, "money-divide")
    window.get_by_role("button", name="Divide", exact=True).click()
    expect(window).to_have_count(0)
    desk.get_by_role("button", name="Confirm", exact=True).click()
    desk.get_by_role("button", name="Payers").click()
    parts = desk.locator(".o_data_row")
    expect(parts.filter(has_text="Maria Rossi")).to_contain_text("22.51")
    expect(parts.filter(has_text="Juan Ortega")).to_contain_text("22.50")
    album.keep(desk, "money-parts")


def _pay(page, login, amount, album):
    """One of them pays what is theirs; what they have read on the way."""
    visitor = Visitor(page)
    visitor.log_in_at("/my/balance", login)
    visitor.expect_heading("To pay")
    tick_none(page)
    mine = visitor.main.get_by_role("listitem").filter(has_text=amount)
    mine.get_by_role("checkbox").check()
    album.keep_all(page, f"money-half-{login}")
    read = visitor.main.inner_text()
    page.get_by_role("button", name="Pay what is ticked").click()
    visitor.expect_heading("Pay in one go")
    read += visitor.main.inner_text()
    page.locator("#o_payment_form").get_by_role("textbox").fill("4242")
    page.locator("#o_payment_form").get_by_role("button", name=re.compile("^Pay")).click()
    visitor.expect_done("Thank you.")
    return read + visitor.main.inner_text()


def test_two_parents_pay_halves(new_desk, new_phone, draft, paid, album):
    _divide(new_desk(), draft, album)
    assert paid() == {"Maria Rossi": ("not_paid", 22.51), "Juan Ortega": ("not_paid", 22.5)}

    hers = _pay(new_phone(), "maria", "22.51", album)
    assert "Juan" not in hers
    assert paid() == {"Maria Rossi": ("paid", 22.51), "Juan Ortega": ("not_paid", 22.5)}

    his = _pay(new_phone(), "juan", "22.50", album)
    assert "Maria" not in his
    assert paid() == {"Maria Rossi": ("paid", 22.51), "Juan Ortega": ("paid", 22.5)}
