"""A grandmother shares her card with a phone; her daughter pays with it for a grandchild."""

import re

import pytest
from playwright.sync_api import expect

from tests.visitor import GROUP, Visitor, pay_with

DEPOSIT = """
    UPDATE clinic_service SET paid_online = %s, deposit = %s, fee_per = %s
     WHERE name->>'en_US' = %s
"""
USED = """
    SELECT tx.amount, tx.state, payer.name AS payer, owner.name AS owner
      FROM payment_transaction tx
      JOIN res_partner payer ON payer.id = tx.partner_id
      JOIN clinic_permission permission ON permission.id = tx.clinic_card_permission_id
      JOIN res_partner owner ON owner.id = permission.grantor_id
     WHERE tx.id > %s
"""
TOLD = """
    SELECT mail.email_to, mail.body_html
      FROM mail_mail mail JOIN mail_message message ON message.id = mail.mail_message_id
     WHERE message.subject ILIKE '%%with your card%%' AND mail.id > %s
"""


@pytest.fixture
def paid_first(clinic):
    """Each who comes to a family visit pays a deposit; for this alone."""
    clinic.query(DEPOSIT, ["deposit", 25, "participant", GROUP])
    yield
    clinic.query(DEPOSIT, ["nothing", None, "appointment", GROUP])


@pytest.fixture
def used(clinic):
    """Return a function that tells what was paid with shared cards since the test began."""
    last = clinic.query("SELECT coalesce(max(id), 0) AS id FROM payment_transaction")[0]["id"]
    return lambda: clinic.query(USED, [last])


@pytest.fixture
def told(clinic):
    """Return a function that tells which messages about cards were written since then."""
    last = clinic.query("SELECT coalesce(max(id), 0) AS id FROM mail_mail")[0]["id"]
    return lambda: clinic.query(TOLD, [last])


def _save_card(page, rosa):
    rosa.log_in_at("/my/payment_method", "rosa")
    form = page.locator("#o_payment_form")
    form.get_by_role("textbox").fill("4242")
    pay_with(page, form.get_by_role("button", name="Save"))
    expect(rosa.main).to_contain_text("4242")


def _share(page, rosa, album):
    page.goto("/my/family")
    page.get_by_role("link", name="Share a card with Maria Rossi").click()
    rosa.expect_heading("May Maria Rossi pay with your card?")
    expect(page.get_by_role("checkbox", name=re.compile("4242"))).to_be_checked()
    page.get_by_label("How much a month at most?").fill("60")
    album.keep_all(page, "money-card-share")
    page.get_by_role("button", name="Save").click()
    rosa.expect_done("Saved.")
    expect(rosa.main).to_contain_text(re.compile(r"4242, at most \$\s*60.00 a month"))


def _pay_with_it(phone, maria, album):
    maria.log_in_at("/book", "maria")
    maria.choose_time(GROUP)
    maria.name_people("Leo Rossi")
    phone.get_by_role("button", name="Go on to pay $ 50.00").click()
    maria.expect_heading("Pay and book")
    card = phone.get_by_role("radio", name="Demo").first
    expect(maria.main).to_contain_text(re.compile(r"Rosa Rossi's card, \$\s*60.00 left this month"))
    expect(card).not_to_be_checked()
    # Odoo lays it over the whole line.
    phone.locator("label.o_payment_option_label").first.click()
    expect(card).to_be_checked()
    album.keep_all(phone, "money-card-pay")
    phone.get_by_role("button", name="Pay and book").click()
    maria.expect_heading("Booked")


@pytest.mark.usefixtures("paid_first")
def test_a_daughter_pays_a_deposit_with_her_mothers_card(new_phone, visits, used, told, album):
    hers = new_phone()
    rosa = Visitor(hers)
    _save_card(hers, rosa)
    _share(hers, rosa, album)

    phone = new_phone()
    maria = Visitor(phone)
    _pay_with_it(phone, maria, album)

    [visit] = visits()
    assert visit["state"] == "booked"
    assert used() == [
        {"amount": 50, "state": "done", "payer": "Maria Rossi", "owner": "Rosa Rossi"}
    ]
    [mail] = told()
    assert "rosa.rossi@example.com" in mail["email_to"]
    for part in ("Maria Rossi", "4242", "50.00", "Leo Rossi", "10.00"):
        assert part in mail["body_html"]

    hers.goto("/my/family")
    expect(rosa.main).to_contain_text(re.compile(r"\$\s*50.00 used so far"))
    album.keep_all(hers, "money-card-family")
    hers.get_by_role("link", name="Change the card shared with Maria Rossi").click()
    hers.get_by_role("button", name="Share no card any more").click()
    rosa.expect_done("It has ended.")
    maria.open_menu()
    phone.get_by_role("button", name=re.compile("^Cancel for")).first.click()
    maria.expect_done("Taken back.")
