"""The whole server is killed again and again while it charges a saved card, and starts anew."""

import os
import random
import signal
import threading
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import requests

from tests.people import Person
from tools import processes, server

SLOW = Path(__file__).resolve().parent / "addons" / "slow_provider"
KILLS = int(os.environ.get("CLINIC_FAMILY_KILLS", "4"))
SECONDS_TO_CHARGE = 60
TWICE = "Nothing is charged twice"
CARD = """
    INSERT INTO payment_token (provider_id, payment_method_id, partner_id, provider_ref,
                               payment_details, demo_simulated_state, company_id, active)
         SELECT provider.id, method.id, users.partner_id, 'crash', '4242', 'done',
                provider.company_id, TRUE
           FROM payment_provider provider, payment_method method, res_users users
          WHERE provider.code = 'demo' AND method.code = 'card' AND users.login = 'maria'
          LIMIT 1
      RETURNING id, provider_id
"""
PAID = """
    SELECT tx.id, tx.reference, tx.state, tx.clinic_asked_at IS NOT NULL AS is_asked
      FROM payment_transaction tx
      JOIN account_invoice_transaction_rel paid ON paid.transaction_id = tx.id
     WHERE paid.invoice_id = %s
"""

pytestmark = pytest.mark.timeless


class Provider:
    """What the demo provider has charged, by its own book, and whether it answers."""

    def __init__(self, folder, monkeypatch):
        self.book, self.hold = folder / "book", folder / "hold"
        self.book.touch()
        monkeypatch.setenv("CARD_BOOK", str(self.book))
        monkeypatch.setenv("CARD_HOLD", str(self.hold))

    @property
    def charged(self):
        return Counter(self.book.read_text().split())


@pytest.fixture
def provider(tmp_path, monkeypatch):
    return Provider(tmp_path, monkeypatch)


@pytest.fixture
def card(clinic):
    """A card that Maria has saved."""
    [card] = clinic.query(CARD)
    yield card
    clinic.query("UPDATE payment_token SET active = FALSE WHERE id = %s", [card["id"]])


@pytest.fixture
def invoices(clinic):
    """As many open invoices of Maria's as the server is killed."""
    grace = Person(clinic.url, "frontdesk").log_in()
    [maria] = grace.call("res.partner", "search", [("name", "=", "Maria Rossi")])
    line = {"name": "A visit", "price_unit": 80, "tax_ids": [(6, 0, [])]}
    invoices = grace.call("account.move", "create", [
        {"move_type": "out_invoice", "partner_id": maria, "invoice_line_ids": [(0, 0, line)]}
        for _kill in range(KILLS)
    ])  # fmt: skip
    grace.call("account.move", "action_post", invoices)
    return invoices


class Maria:
    """At a server that may die, she pays invoices with her card."""

    def __init__(self, running, card):
        self.person, self.card = Person(running.url, "maria").log_in(), card

    def pay(self, invoice):
        """What went wrong, if anything did; nothing comes back from a server that died."""
        form = {
            "provider_id": self.card["provider_id"],
            "payment_method_id": None,
            "token_id": self.card["id"],
            "amount": 80,
            "flow": "token",
            "tokenization_requested": False,
            "landing_route": "/my",
            "access_token": None,
        }
        answer = self.person.session.post(
            f"{self.person.url}/invoice/transaction/{invoice}",
            json={"jsonrpc": "2.0", "params": form},
            timeout=SECONDS_TO_CHARGE,
        ).json()
        return answer["error"]["data"]["message"] if "error" in answer else ""

    def click(self, invoice):
        """Pays in the background."""

        def pay():
            with suppress(requests.RequestException):
                self.pay(invoice)

        clicking = threading.Thread(target=pay)
        clicking.start()
        return clicking


def _serving(clinic):
    """One more server for the clinic while the block lasts, whose provider takes its time."""
    return server.serving(clinic.database, server.free_port(), workers=2, beside=SLOW)


def _die_while_the_provider_is_asked(running, provider, maria, invoice):
    """The card is charged, and the server never hears of it."""
    before = provider.charged.total()
    provider.hold.touch()
    clicking = maria.click(invoice)
    assert processes.wait_for(lambda: provider.charged.total() > before, SECONDS_TO_CHARGE)
    _kill(running.process, clicking)
    provider.hold.unlink()


def _die_whenever(running, provider, maria, invoice):
    """In the middle of whatever is done to charge it."""
    clicking = maria.click(invoice)
    time.sleep(random.random() * 0.6)
    _kill(running.process, clicking)


def _kill(process, clicking):
    """Nothing of the server has time for a last word."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    clicking.join()


def _answer(clinic, unknown, charged):
    """Staff find them in their list, look at the provider's book, and say what it says."""
    billing = Person(clinic.url, "frontdesk").log_in()
    listed = [["state", "=", "draft"], ["clinic_asked_at", "!=", False]]
    found = billing.call("payment.transaction", "search_read", listed, ["reference"])
    assert {row["reference"] for row in found} == unknown
    for row in found:
        verb = "was_charged" if charged[row["reference"]] else "not_charged"
        billing.call("payment.transaction", f"action_clinic_{verb}", [row["id"]])


def test_a_card_is_charged_once_and_never_forgotten_when_the_server_is_killed(
    clinic, provider, card, invoices
):
    deaths = (_die_while_the_provider_is_asked, _die_whenever) * (KILLS // 2)
    unknown, is_paid = set(), {}
    with ExitStack() as current:
        running = current.enter_context(_serving(clinic))
        for die, invoice in zip(deaths, invoices, strict=True):
            die(running, provider, Maria(running, card), invoice)
            current.close()
            # The one that starts anew is the next to be killed.
            running = current.enter_context(_serving(clinic))
            asked = [row for row in clinic.query(PAID, [invoice]) if row["is_asked"]]
            cut_off = {row["reference"] for row in asked if row["state"] == "draft"}
            assert len(asked) <= 1
            told = Maria(running, card).pay(invoice)
            unknown |= cut_off
            if cut_off:
                assert TWICE in told
            is_paid[invoice] = [row for row in clinic.query(PAID, [invoice])]

    charged = provider.charged
    assert max(charged.values()) == 1
    assert len(unknown) >= KILLS // 2
    _answer(clinic, unknown, charged)

    for invoice in invoices:
        done = {row["reference"] for row in clinic.query(PAID, [invoice]) if row["state"] == "done"}
        known = {row["reference"] for row in is_paid[invoice]}
        assert done == {reference for reference in known if charged[reference]}
        assert len(done) <= 1
