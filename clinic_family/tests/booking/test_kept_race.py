"""A newcomer's choice against holds and other choices, over real connections at the same moment."""

from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ConcurrencyError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import TUESDAY, utc, written
from ..race_common import ELEVEN, TEN, RaceCase, get_rounds

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

    @contextmanager
    def overtaken(self, start, **values):
        """A transaction that has begun before a newcomer's choice is stored."""
        late, newcomer = self.connect(), self.connect()
        self.assertEqual(self.keep_in(newcomer, start, **values), "kept")
        newcomer.cr.commit()
        yield late
        late.cr.commit()

    def book_at_desk(self, env, clock):
        return env["clinic.appointment"].create({
            "service_id": self.single.id,
            "practitioner_id": self.nora.id,
            "location_id": self.harbour.id,
            "start": utc(TUESDAY, clock),
            "payer_id": self.bookers[0],
        })  # fmt: skip

    def move_in(self, env, visit):
        moving = visit.with_env(env(user=self.mother.id))
        moving._reschedule(self.mother.partner_id.with_env(env), TEN, 0, self.harbour.id)

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

    def test_no_choice_makes_the_front_desk_or_a_check_out_begin_anew(self):
        self.clear()
        shown = self.choose(self.mother)

        with self.overtaken(ELEVEN) as desk:
            self.book_at_desk(desk, "11:00")
        with self.overtaken(written(TUESDAY, "14:00")) as confirming:
            self.confirm_in(confirming, self.mother, shown)

        self.assertEqual([state for _payer, state in self.look()], ["booked", "booked"])
        self.assertEqual(self.count_kept(), 2)

    def test_a_prolonged_choice_makes_the_front_desk_begin_no_more_anew(self):
        self.clear()
        self.assertEqual(self.request(lambda env: self.keep_in(env)), "kept")
        desk, newcomer = self.connect(), self.connect()
        newcomer["clinic.kept.time"].search([("location_id", "=", self.harbour.id)])._prolong()
        newcomer.cr.commit()

        self.book_at_desk(desk, "11:00")

        desk.cr.commit()
        self.assertEqual([state for _payer, state in self.look()], ["booked"])

    def test_who_holds_another_time_does_not_begin_anew(self):
        self.clear()

        with self.overtaken(ELEVEN) as holding:
            self.hold_in(holding, self.mother)

        self.assertEqual([state for _payer, state in self.look()], ["held"])

    def test_a_hold_that_a_choice_overtakes_is_begun_anew(self):
        self.clear()

        with self.overtaken(TEN) as holding:
            with self.assertRaises(ConcurrencyError):
                self.hold_in(holding, self.mother)
            holding.cr.rollback()

        self.assertEqual(self.request(lambda env: self.hold_in(env, self.mother)), "taken")

    def test_a_move_on_the_website_that_a_choice_overtakes_is_begun_anew(self):
        self.clear()
        with self.registry.cursor() as cr:
            visit = self.book_at_desk(self.env(cr=cr), "14:00")
            visit.participant_ids = [Command.create({"partner_id": self.mother.partner_id.id})]

        with self.overtaken(TEN) as moving:
            with self.assertRaises(ConcurrencyError):
                self.move_in(moving, visit)
            moving.cr.rollback()

        self.assertEqual(self.request(lambda env: self.move_in(env, visit)), "taken")

    def test_of_two_newcomers_who_may_see_anybody_the_second_sees_another(self):
        self.single.practitioner_ids += self.practitioner("Otto Test-Ortho")
        self.env.cr.commit()  # pylint: disable=invalid-commit
        self.clear()

        answers = self.at_once(*[lambda env: self.keep_in(env)] * 2)

        self.assertEqual(answers, ["kept", "kept"])
        self.assertEqual(self.count_kept(), 2)
