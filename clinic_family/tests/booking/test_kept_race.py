"""A newcomer's choice against holds and other choices, over real connections at the same moment."""

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from ..common import TUESDAY, written
from ..race_common import TEN, RaceCase, get_rounds

ROUNDS = get_rounds(10)
CLOCKS = [f"{hour}:{minute}" for hour in range(9, 19) for minute in ("00", "30")]


@tagged("post_install", "-at_install", "-standard")
class TestKeptAtOnce(RaceCase):
    def clear(self):
        result = super().clear()
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM clinic_kept_time WHERE location_id = %s", [self.harbour.id])
        return result

    def keep_in(self, env, start=TEN, sender="192.0.2.1", practitioner=0):
        public = env(user=env.ref("base.public_user").id)
        wish = self.wish(self.single, start, practitioner_id=practitioner)
        return "kept" if public["clinic.kept.time"]._keep(wish, sender) else "not kept"

    def count_kept(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return env["clinic.kept.time"].search_count([("location_id", "=", self.harbour.id)])

    def test_of_a_newcomer_and_somebody_with_an_account_one_has_it(self):
        for _round in range(ROUNDS):
            self.clear()

            answers = self.at_once(
                lambda env: self.keep_in(env),
                lambda env: self.hold_in(env, self.mother),
            )

            self.assertIn(answers, (["kept", "taken"], ["not kept", "done"]))
            held = [state for _payer, state in self.look()]
            self.assertEqual(len(held) + self.count_kept(), 1)

    def test_of_two_newcomers_one_has_it(self):
        for _round in range(ROUNDS):
            self.clear()

            answers = self.at_once(*[lambda env: self.keep_in(env)] * 2)

            self.assertEqual(sorted(answers), ["kept", "not kept"])
            self.assertEqual(self.count_kept(), 1)

    def test_many_at_once_keep_no_more_than_the_clinic_allows(self):
        for _round in range(max(1, ROUNDS // 5)):
            self.clear()

            answers = self.at_once(*[
                lambda env, number=number, clock=clock: self.keep_in(
                    env, written(TUESDAY, clock), f"192.0.2.{number}"
                )
                for number, clock in enumerate(CLOCKS)
            ])  # fmt: skip

            self.assertEqual(answers.count("kept"), 5)
            self.assertEqual(self.count_kept(), 5)

    def test_with_several_practitioners_no_more_either(self):
        team = [self.practitioner(f"Test {number}") for number in range(8)]
        self.single.practitioner_ids = self.nora.union(*team)
        self.env.cr.commit()  # pylint: disable=invalid-commit
        for _round in range(max(1, ROUNDS // 5)):
            self.clear()

            answers = self.at_once(*[
                lambda env, one=one: self.keep_in(env, practitioner=one.id) for one in team
            ])  # fmt: skip

            # All of one connection.
            self.assertEqual(answers.count("kept"), 3)
            self.assertEqual(self.count_kept(), 3)
