"""Cancelling late over real connections, at the same moment: it costs once."""

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from ..common import THURSDAY, utc
from ..race_common import RaceCase, get_rounds

ROUNDS = get_rounds(5)


@tagged("post_install", "-at_install", "-standard")
class TestMissedFeesAtOnce(RaceCase):
    def build(self):
        result = super().build()
        # By a rule of its own: the company's is there for the tests that come after, too.
        self.group.write({"late_fee": 30, "change_policy": "own", "cancel_hours": 24 * 30})
        self.visit = self.appointment(THURSDAY, "10:00", [self.mother, self.father])
        self.addCleanup(self.delete_invoices)
        return result

    def find_lines(self, env):
        return env["account.move.line"].search([("clinic_appointment_id", "=", self.visit.id)])

    def delete_invoices(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.find_lines(env).move_id.unlink()

    def put_back(self):
        with self.registry.cursor() as cr:
            visit = self.visit.with_env(api.Environment(cr, SUPERUSER_ID, {}))
            visit.participant_ids.write({"state": "booked", "owes": False})
            visit.write({"state": "booked", "start": utc(THURSDAY, "10:00")})
        self.delete_invoices()

    def cancel(self, env, user, *people):
        """The user cancels for these people, or for everyone; as one request."""
        visit, actor = self.visit.with_env(env(user=user.id)), user.with_env(env).partner_id
        people = [person.partner_id.id for person in people]
        visit._cancel_for(actor, visit.sudo().participant_ids.filtered(
            lambda p: not people or p.partner_id.id in people
        ))  # fmt: skip

    def look(self):
        """What is invoiced for the visit."""
        with self.registry.cursor() as cr:
            return self.find_lines(api.Environment(cr, SUPERUSER_ID, {})).mapped("price_unit")

    def test_a_double_click_costs_once(self):
        for _round in range(ROUNDS):
            self.put_back()

            self.at_once(*[lambda env: self.cancel(env, self.mother)] * 2)

            self.assertEqual(self.look(), [30])

    def test_one_who_leaves_while_the_payer_cancels_for_everyone_costs_nothing_more(self):
        for _round in range(ROUNDS):
            self.put_back()

            self.at_once(
                lambda env: self.cancel(env, self.father, self.father),
                lambda env: self.cancel(env, self.mother),
            )

            self.assertEqual(self.look(), [30])
