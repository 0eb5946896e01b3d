"""The front desk sends an invoice and its receipt: who gets them, and what the papers say."""

import base64
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.people import Person
from tests.visitor import PATIENCE, log_in

PACKAGE = "10 physio follow-ups"
BALANCE = f"{PACKAGE}: 9 of 10 sessions left"
PAPER = {"viewport": {"width": 794, "height": 600}}
MAILS = """
    SELECT mail.email_to, mail.body_html AS body,
           array_remove(array_agg(partner.email), NULL) AS people,
           count(DISTINCT file.attachment_id) AS files
      FROM mail_mail mail
      LEFT JOIN mail_mail_res_partner_rel reader ON reader.mail_mail_id = mail.id
      LEFT JOIN res_partner partner ON partner.id = reader.res_partner_id
      LEFT JOIN message_attachment_rel file ON file.message_id = mail.mail_message_id
     WHERE mail.id > %s
  GROUP BY mail.id
"""


@pytest.fixture
def grace(clinic):
    """The front desk, who makes what the browser then shows."""
    return Person(clinic.url, "frontdesk").log_in()


@pytest.fixture
def nora(grace):
    """Nora Lake lets her partner Owen and her sister Ida have her receipts."""
    [nora] = grace.call(
        "res.partner",
        "create",
        [{"name": "Nora Lake", "email": "nora@example.com", "is_patient": True}],
    )
    _link(grace, nora, "Owen Lake", "owen@example.com", "SIGOTHR")
    _link(grace, nora, "Ida Lake", "ida@example.com", "SIB")
    return nora


@pytest.fixture
def invoice(grace, nora):
    """Nora has paid for a package and used a session of it; its PDF is there."""
    invoice = _sell(grace, nora)
    _pay(grace, invoice)
    _use_one(grace, nora)
    _make_pdf(grace, invoice)
    return invoice


@pytest.fixture
def mails(clinic):
    """Return a function that tells of each mail made since the test began."""
    last = clinic.query("SELECT coalesce(max(id), 0) AS id FROM mail_mail")[0]["id"]
    return lambda: {
        (mail["people"] or [mail["email_to"]])[0]: mail for mail in clinic.query(MAILS, [last])
    }


def _link(grace, person, name, email, code):
    [kind] = grace.call("clinic.relationship.type", "search", [("code", "=", code)])
    [assistant] = grace.call("clinic.relationship.add", "create", [{
        "person_id": person,
        "source": "new",
        "new_name": name,
        "new_email": email,
        "relative_type_id": kind,
        "person_type_id": kind,
        "line_ids": [(0, 0, {"kind": "receipts", "is_granted": True})],
        "granted_basis": "consent",
        "is_confirmed": True,
    }])  # fmt: skip
    grace.call("clinic.relationship.add", "action_save", assistant)


def _sell(grace, owner):
    [invoice] = grace.call(
        "account.move", "create", [{"move_type": "out_invoice", "partner_id": owner}]
    )
    [package] = grace.call("clinic.package", "search", [("name", "=", PACKAGE)])
    [selling] = grace.call(
        "clinic.package.sell",
        "create",
        [{"invoice_id": invoice, "package_id": package, "owner_id": owner}],
    )
    grace.call("clinic.package.sell", "action_sell", selling)
    grace.call("account.move", "action_post", [invoice])
    return invoice


def _pay(grace, invoice):
    [step] = grace.call("account.payment.register", "create", [{
        "line_ids": [(6, 0, grace.call("account.move.line", "search", [
            ("move_id", "=", invoice), ("account_type", "=", "asset_receivable"),
        ]))],
    }])  # fmt: skip
    grace.call("account.payment.register", "action_create_payments", step)


def _use_one(grace, owner):
    session = grace.call("clinic.package.session", "search", [("owner_id", "=", owner)])[0]
    [using] = grace.call(
        "clinic.package.session.use",
        "create",
        [{"session_id": session, "adds_appointment": False, "day": str(date.today())}],
    )
    grace.call("clinic.package.session.use", "action_save", using)


def _make_pdf(grace, invoice):
    """Stand something in for what a server without wkhtmltopdf couldn't make."""
    [move] = grace.call("account.move", "read", [invoice], ["name"])
    grace.call("ir.attachment", "create", [{
        "name": f"{move['name'].replace('/', '_')}.pdf",
        "datas": base64.b64encode(b"%PDF-1.4").decode(),
        "res_model": "account.move",
        "res_id": invoice,
        "res_field": "invoice_pdf_report_file",
    }])  # fmt: skip


def _log_in(desk):
    desk.set_default_timeout(PATIENCE)
    desk.goto("/web/login")
    log_in(desk, "frontdesk")
    expect(desk.get_by_title("Home Menu")).to_be_visible()


def _send_without(desk, name):
    """Take somebody out of those whom the window proposes, and send."""
    window = desk.locator(".modal-dialog").last
    readers = window.locator("[name=mail_partner_ids] .o_tag")
    expect(readers).to_have_count(3)
    readers.filter(has_text=name).locator(".o_delete").click()
    expect(readers).to_have_count(2)
    window.get_by_role("button", name="Send", exact=True).click()
    expect(desk.locator(".modal-dialog")).to_have_count(0)


def test_each_gets_a_message_of_their_own_and_whoever_was_taken_out_none(
    new_desk, invoice, mails, album
):
    desk = new_desk()
    _log_in(desk)
    desk.goto(f"/odoo/action-account.action_move_out_invoice_type/{invoice}")
    desk.get_by_role("button", name="Send", exact=True).click()
    expect(desk.locator("[name=mail_partner_ids]")).to_contain_text("Ida Lake")
    album.keep(desk, "money-send")

    _send_without(desk, "Ida Lake")

    sent = mails()
    assert set(sent) == {"nora@example.com", '"Owen Lake" <owen@example.com>'}
    expect(desk.locator(".o-mail-Chatter")).to_contain_text("sent to Owen Lake")
    own, copy = sent["nora@example.com"], sent['"Owen Lake" <owen@example.com>']
    assert "access_token=" in own["body"]
    assert "access_token=" not in copy["body"]
    assert "/my/" not in copy["body"]
    assert "this is a copy of a message to Nora Lake" in copy["body"]
    assert all(BALANCE in mail["body"] and mail["files"] == 1 for mail in sent.values())
    mail = new_desk(**PAPER)
    mail.set_content(copy["body"])
    album.keep_paper(mail, "money-copy")


def test_the_papers_say_how_many_sessions_are_left(new_desk, clinic, invoice, album):
    desk = new_desk(**PAPER)
    _log_in(desk)

    desk.goto(f"/report/html/account.report_invoice_with_payments/{invoice}")
    expect(desk.locator("body")).to_contain_text(BALANCE)
    album.keep_paper(desk, "money-receipt")
    [payment] = clinic.query("SELECT max(id) AS id FROM account_payment")
    desk.goto(f"/report/html/account.report_payment_receipt/{payment['id']}")
    expect(desk.locator("body")).to_contain_text(BALANCE)
    album.keep_paper(desk, "money-payment")
