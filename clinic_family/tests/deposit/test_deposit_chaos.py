"""Whatever comes in whatever order: books and appointments in step, nobody charged for nothing.

`make orders` tries 200 random orders; without it a few, always the same.
"""

import os
import random
from contextlib import suppress
from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tests.common import freeze_time
from odoo.tools import mute_logger

from ...exceptions import BookingRefused, SlotTaken
from ..common import NOW, ROLE, ClinicCase
from ..deposit_common import TEN, Deposits
from ..payer_common import Payers

ORDERS = int(os.environ.get("CLINIC_FAMILY_EXAMPLES", 40))
STATES = ("done", "done", "pending", "error", "cancel")
STEPS = (
    *STATES, "begin", "begin", "return page", "job", "wait", "wait", "somebody else",
    "cancel visit", "go back", "confirm again", "share", "invoice", "invoice",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestDepositChaos(Payers, Deposits, ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_payers()
        cls.build_deposits()
        cls.desk = cls.user("test_desk", "Dee Test-Desk", ROLE + "front_desk")

    def test_whatever_is_done_while_it_is_paid(self):
        for seed in range(ORDERS):
            with self.subTest(seed=seed), self.savepoint():
                self.run_order(random.Random(seed))

    def savepoint(self):
        return Undone(self.env)

    def run_order(self, chance):
        self.minutes, self.transactions = 0, self.env["payment.transaction"]
        self.single.paid_online = chance.choice(("deposit", "all"))
        booking = self.choose()
        steps = [chance.choice(STEPS) for _number in range(chance.randint(4, 14))]
        for step in ["begin", *steps, "done"]:
            with freeze_time(self.now()), mute_logger("odoo.addons.payment"):
                self.do(step, booking, chance)
        for _round in range(2):
            self.minutes += 60
            with freeze_time(self.now()):
                self.do("return page", booking, chance)
                self.do("job", booking, chance)
        self.verify(booking, steps)

    def now(self):
        return datetime.fromisoformat(NOW) + timedelta(minutes=self.minutes)

    def do(self, step, booking, chance):
        if step in STATES:
            self.tell(chance.choice(self.transactions), step)
        else:
            getattr(self, f"do_{step.replace(' ', '_')}")(booking, chance)

    def do_begin(self, booking, _chance):
        with suppress(BookingRefused):
            self.transactions += self.begin(booking)

    def do_wait(self, _booking, chance):
        self.minutes += chance.choice((1, 12, 35, 70))

    def do_somebody_else(self, _booking, _chance):
        with suppress(SlotTaken, BookingRefused):
            self.hold(self.father, self.checkout(self.single, TEN, [self.father]))

    def do_job(self, _booking, _chance):
        self.env["clinic.booking"]._clear_baskets()
        self.settle(self.minutes)

    def do_cancel_visit(self, booking, _chance):
        booked = booking.appointment_ids.filtered(lambda visit: visit.state == "booked")
        booked._update_state("cancelled")

    def do_share(self, _booking, _chance):
        """From now on somebody else pays half of her visits."""
        with suppress(UserError):
            self.agree(self.mira, self.insurer)

    def do_invoice(self, booking, _chance):
        for visit in booking.appointment_ids.filtered(lambda one: one.state == "booked"):
            with suppress(UserError), self.env.cr.savepoint():
                visit._get_or_create_invoice().action_post()

    def do_go_back(self, booking, _chance):
        self.env["clinic.booking"]._stop_paying(self.mira, booking.key)

    def do_confirm_again(self, booking, _chance):
        self.env["clinic.booking"]._confirm(self.mira, booking.key, booking.version)

    def do_return_page(self, _booking, _chance):
        self.transactions.filtered(lambda one: not one.is_post_processed)._post_process()

    def verify(self, booking, steps):
        booked = booking.appointment_ids.filtered(lambda visit: visit.state == "booked")
        paid = self.transactions.filtered(lambda one: one.state == "done")
        kept = sum((paid | self.get_refunds(paid)).mapped("amount"))
        called_off = booking.appointment_ids - booked
        needed = sum(min(one.deposit, self.get_billed(self.mira, one)) for one in called_off)
        self.assertEqual(kept, sum(booked.mapped("deposit")) + needed, steps)
        billed = self.get_billed(self.mira, booking.appointment_ids)
        self.assertEqual(self.get_owed(self.mira), billed - kept, steps)
        theirs = self.get_billed(self.insurer, booking.appointment_ids)
        self.assertEqual(self.get_owed(self.insurer), theirs, steps)
        self.assertLessEqual(len(self.transactions.filtered("clinic_is_booked")), 1, steps)

    def get_billed(self, payer, visits):
        """What this payer has to pay for these, and was not credited."""
        lines = self.env["account.move.line"].search([
            ("clinic_appointment_id", "in", visits.ids), ("parent_state", "=", "posted"),
            ("move_id.partner_id", "=", payer.id),
        ])  # fmt: skip
        return -sum(lines.mapped("balance"))


class Undone:
    """Takes back what was stored within it, unless a test has failed by an error of its own."""

    def __init__(self, env):
        self.env = env

    def __enter__(self):
        self.env.flush_all()
        self.env.cr.execute('SAVEPOINT "one_order"')

    def __exit__(self, *_error):
        self.env.cr.execute('ROLLBACK TO SAVEPOINT "one_order"')
        self.env.invalidate_all()
