"""A service that is paid as it is booked, and Odoo's demo provider to pay it with."""

from datetime import datetime, timedelta

from odoo.tests.common import freeze_time

from .common import NOW, TUESDAY, written

TEN = written(TUESDAY, "10:00")


def later(minutes):
    """The clock so many minutes on."""
    return freeze_time(datetime.fromisoformat(NOW) + timedelta(minutes=minutes))


class Deposits:
    """Mira books a visit of 80 with a deposit of 20; what she pays with says what we are told."""

    @classmethod
    def build_deposits(cls):
        cls.mira = cls.mother.partner_id
        cls.mira.is_patient = True
        cls.single.write({"paid_online": "deposit", "deposit": 20})
        cls.provider = cls.env.ref("payment.payment_provider_demo")
        cls.provider.write({
            "state": "test",
            "is_published": True,
            "company_id": cls.company.id,
            "support_refund": "partial",
        })  # fmt: skip
        cls.method = cls.provider.payment_method_ids[:1]
        cls.method.write({"active": True, "support_refund": "partial"})

    def choose(self, *people, user=None, service=None, start=TEN, **values):
        """Holds a time and confirms it; the check-out."""
        user = user or self.mother
        service = service or self.single
        self.hold(user, self.checkout(service, start, people or [user], **values))
        return self.confirm(user)

    def begin(self, booking, amount=None, **form):
        """Begins to pay, as the page does; the transaction."""
        user = booking.booker_id.user_ids
        amount = booking._get_amount() if amount is None else amount
        meant = self.env["clinic.booking"].with_user(user)._begin_paying(
            user.partner_id, booking.key, amount=amount, provider_id=self.provider.id, **form
        )  # fmt: skip
        return self.env["payment.transaction"].create({
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "operation": "online_direct",
            "amount": meant["amount"],
            "currency_id": meant["currency_id"],
            "partner_id": meant["partner_id"],
            **meant["custom_create_values"],
        })  # fmt: skip

    def tell(self, transaction, state):
        """What the provider tells, as its webhook does."""
        transaction._process("demo", {"reference": transaction.reference, "simulated_state": state})

    def pay(self, booking):
        """Paid and booked, to the end; the deposits."""
        transaction = self.begin(booking)
        self.tell(transaction, "done")
        transaction._post_process()
        return transaction.child_transaction_ids.filtered("clinic_is_part").payment_id

    def get_refunds(self, transactions):
        """What was paid back of these."""
        children = transactions.child_transaction_ids
        return children.filtered(lambda one: one.operation == "refund" and one.state == "done")

    def settle(self, minutes=0):
        """What the jobs do, so many minutes later."""
        with later(minutes):
            payments = self.env["account.payment"]
            due = payments.search([("clinic_settle_at", "<=", datetime.now())])
            for payment in due:
                payment._try_settling()
            self.env["payment.transaction"]._void_unbooked()
            refunds = self.env["payment.transaction"].search([
                ("operation", "=", "refund"), ("is_post_processed", "=", False),
                ("state", "=", "done"),
            ])  # fmt: skip
            refunds._post_process()
            self.env.flush_all()
