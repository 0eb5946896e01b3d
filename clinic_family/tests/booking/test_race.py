"""Holding, joining and confirming over real connections, at the same moment."""

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from ..common import TUESDAY
from ..race_common import ELEVEN, TEN, RaceCase, get_rounds

ROUNDS = get_rounds(15)


@tagged("post_install", "-at_install", "-standard")
class TestAtOnce(RaceCase):
    def test_of_two_who_join_at_once_one_gets_the_last_seat(self):
        for _round in range(ROUNDS):
            self.clear()
            visit = self.build_pair()

            answers = self.at_once(
                lambda env, visit=visit: self.join(env, visit, self.father),
                lambda env, visit=visit: self.join(env, visit, self.grandmother),
            )

            self.assertEqual(sorted(answers), ["done", "full"])
            with self.registry.cursor() as cr:
                seen = visit.with_env(api.Environment(cr, SUPERUSER_ID, {}))
                self.assertEqual((len(seen.participant_ids), seen.participant_count), (2, 2))

    def build_pair(self):
        """A visit with one seat left."""
        self.env.cr.rollback()
        visit = self.appointment(TUESDAY, "10:00", [self.mother], seats=2)
        self.env.cr.commit()  # pylint: disable=invalid-commit
        return visit

    def join(self, env, visit, user):
        env["clinic.participant"].create(
            {"appointment_id": visit.id, "partner_id": user.with_env(env).partner_id.id}
        )

    def test_of_two_who_hold_a_time_at_once_one_has_it(self):
        for _round in range(ROUNDS):
            self.clear()

            answers = self.at_once(
                lambda env: self.hold_in(env, self.mother),
                lambda env: self.hold_in(env, self.father),
            )

            self.assertEqual(sorted(answers), ["done", "taken"])
            self.assertEqual([state for _payer, state in self.look()], ["held"])

    def test_of_two_families_who_want_the_same_times_one_has_all_and_the_other_none(self):
        """Each names them in another order: locked as they are named, the two would deadlock."""
        other = self.practitioner("Otto Test-Ortho")
        self.single.practitioner_ids += other
        self.env.cr.commit()  # pylint: disable=invalid-commit
        practitioners = [self.nora, other]
        for _round in range(ROUNDS):
            self.clear()

            answers = self.at_once(
                lambda env: self.hold_both(env, self.mother, practitioners),
                lambda env: self.hold_both(env, self.father, practitioners[::-1]),
            )

            self.assertEqual(sorted(answers), ["done", "taken"])
            payers = {payer for payer, _state in self.look()}
            self.assertEqual((len(self.look()), len(payers)), (2, 1))

    def hold_both(self, env, user, practitioners):
        bookings, me = self.see(env, user)
        bookings._hold_all(me, [
            self.checkout(self.single, TEN, [me], practitioner_id=one.id) for one in practitioners
        ])  # fmt: skip

    def test_what_ran_out_is_the_owners_or_the_rivals(self):
        mother, father = self.bookers
        became = {
            ("done", "taken"): [(mother, "booked")],
            ("basket", "done"): [(father, "held")],
        }
        for _round in range(ROUNDS):
            self.clear()
            shown = self.choose(self.mother, is_over=True)

            answers = self.at_once(
                lambda env, shown=shown: self.confirm_in(env, self.mother, shown),
                lambda env: self.hold_in(env, self.father),
            )

            self.assertEqual(self.look(), became.get(tuple(answers)), answers)

    def test_a_time_clicked_twice_is_held_once(self):
        for _round in range(ROUNDS):
            self.clear()

            answers = self.at_once(*[lambda env: self.hold_in(env, self.mother)] * 2)

            self.assertEqual(answers, ["done", "done"])
            self.assertEqual(self.look(), [(self.bookers[0], "held")])

    def test_beside_what_is_held_a_time_clicked_twice_is_held_once(self):
        for _round in range(ROUNDS):
            self.clear()
            self.choose(self.mother)

            answers = self.at_once(*[lambda env: self.hold_in(env, self.mother, ELEVEN)] * 2)

            self.assertEqual(answers, ["done", "done"])
            self.assertEqual(self.look(), [(self.bookers[0], "held")] * 2)

    def test_confirmed_while_more_is_chosen_nothing_is_booked_that_was_not_shown(self):
        became = {("done", "done"): ["booked", "held"], ("basket", "done"): ["held", "held"]}
        for _round in range(ROUNDS):
            self.clear()
            shown = self.choose(self.mother)

            answers = self.at_once(
                lambda env, shown=shown: self.confirm_in(env, self.mother, shown),
                lambda env: self.hold_in(env, self.mother, ELEVEN),
            )

            states = sorted(state for _payer, state in self.look())
            self.assertEqual(states, became.get(tuple(answers)), answers)

    def test_confirmed_twice_at_once_it_is_booked_once(self):
        for _round in range(ROUNDS):
            self.clear()
            shown = self.choose(self.mother)

            answers = self.at_once(
                *[lambda env, shown=shown: self.confirm_in(env, self.mother, shown)] * 2
            )

            self.assertEqual(answers, ["done", "done"])
            self.assertEqual(self.look(), [(self.bookers[0], "booked")])
