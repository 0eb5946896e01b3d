"""Builders of packages, what was sold of them, and what became of their sessions."""

from odoo.fields import Command

from .common import ROLE, TUESDAY, ClinicCase


class PackageBuilders:
    """Packages of a clinic that keeps Odoo's own books."""

    @classmethod
    def package(cls, *services, count=3, price=50, **values):
        """A package of so many sessions of each of these services."""
        return cls.env["clinic.package"].create({
            "name": "Test visits",
            "line_ids": [
                Command.create({"service_id": service.id, "quantity": count, "price_unit": price})
                for service in services
            ],
            **values,
        })  # fmt: skip

    @classmethod
    def draft(cls, package, owner, payer=None, **values):
        """What a package sold on a draft invoice has made."""
        invoice = cls.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": (payer or owner).id, **values,
        })  # fmt: skip
        return package._sell(invoice, owner)

    @classmethod
    def sell(cls, package, owner, **values):
        """A package somebody bought and paid."""
        purchase = cls.draft(package, owner, **values)
        cls.invoice_of(purchase).action_post()
        cls.pay(cls.invoice_of(purchase))
        return purchase

    @classmethod
    def invoice_of(cls, purchase):
        moves = purchase.session_ids.line_ids.move_id
        return moves.filtered(lambda move: move.move_type == "out_invoice")

    @classmethod
    def pay(cls, invoice):
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        register = cls.env["account.payment.register"].with_context(**context).create({})
        register._create_payments()

    def assertStates(self, purchase, **counts):
        """How many sessions are in which state; those not named are none, and all add up."""
        expected = {
            state: counts.get(state, 0)
            for state in ("free", "reserved", "used", "expired", "refunded")
        }
        purchase.invalidate_recordset()
        self.assertEqual({state: purchase[f"{state}_count"] for state in expected}, expected)
        self.assertEqual(purchase.session_count, len(purchase.session_ids))

    def assertLedgerAgrees(self, sessions):
        """Each session's rows lead from free to the state it is in, without a gap."""
        for session in sessions:
            state = "free"
            for change in session.change_ids.sorted("id"):
                self.assertEqual(change.old_state, state)
                state = change.new_state
            self.assertEqual(state, session.state)


class PackageCase(PackageBuilders, ClinicCase):
    """A front desk that sells packages to a mother."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.user("test_desk", "Dee Test-Desk", ROLE + "front_desk")
        cls.owner = cls.mother.partner_id

    def visit(self, clock="10:00", people=None, day=TUESDAY, **values):
        """A visit the front desk makes, of the service the packages are about."""
        people = [self.mother] if people is None else people
        return self.appointment(day, clock, people, **{"service_id": self.single.id, **values})
