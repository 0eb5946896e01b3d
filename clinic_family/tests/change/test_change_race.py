"""Cancelling and moving over real connections, at the same moment."""

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...exceptions import BookingRefused, ChangeRefused
from ..common import THURSDAY, ConnectionsCase, days, instant, utc, written
from ..race_common import get_rounds

ROUNDS, OUTING_ROUNDS = get_rounds(15), get_rounds(10)
TWO = written(THURSDAY, "14:00")
TEN, ELEVEN = ("10:00", "10:30"), ("11:00", "11:30")


class ChangeRaceCase(ConnectionsCase):
    """Each in a request of their own, over a connection of its own."""

    def see(self, env, user, visit):
        return visit.with_env(env(user=user.id)), user.with_env(env).partner_id

    def request(self, action):
        """As Odoo serves it: what fails on another's work is judged anew."""
        while True:
            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                try:
                    action(env)
                    env.flush_all()
                    cr.commit()  # pylint: disable=invalid-commit
                    return "done"
                except SerializationFailure:
                    cr.rollback()
                except (BookingRefused, ChangeRefused) as refusal:
                    cr.rollback()
                    return refusal.reason


@tagged("post_install", "-at_install", "-standard")
class TestChangeAtOnce(ChangeRaceCase):
    def build(self):
        self.visit = self.appointment(THURSDAY, "10:00", [self.mother, self.father])
        self.others = self.appointment(THURSDAY, "11:00", [self.stranger])

    def cancel(self, env, user, *people):
        """The user cancels for these people, or for everyone; as one request."""
        visit, actor = self.see(env, user, self.visit)
        participants = visit.sudo().participant_ids
        if people:
            ids = [person.partner_id.id for person in people]
            participants = participants.filtered(lambda p: p.partner_id.id in ids)
        visit._cancel_for(actor, participants)

    def move(self, env, user, visit, start):
        visit, actor = self.see(env, user, visit)
        visit._reschedule(actor, start, 0, self.harbour.id)

    def put_back(self):
        """The visit as it was before the round."""
        with self.registry.cursor() as cr:
            visit = self.visit.with_env(api.Environment(cr, SUPERUSER_ID, {}))
            visit.participant_ids.state = "booked"
            visit.write({
                "state": "booked",
                "start": utc(THURSDAY, "10:00"),
                "stop": utc(THURSDAY, "10:30"),
            })  # fmt: skip

    def look(self):
        """The visit, and the starts that are free on that day, as the next request sees them."""
        env = self.connect()
        slots = self.group.with_env(env)._get_slots(
            days(THURSDAY, 1), self.nora.with_env(env), self.harbour.with_env(env)
        )
        visit = self.visit.with_env(env)
        found = (visit.state, visit.start, {slot.start for slot in slots})
        env.cr.close()
        return found

    def test_whoever_cancels_and_whoever_moves_write_the_same_row(self):
        one, other = self.connect(), self.connect()
        self.cancel(one, self.father, self.father)
        one.cr.commit()

        with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
            self.move(other, self.mother, self.visit, TWO)

    def test_two_who_leave_at_once_write_the_same_row(self):
        one, other = self.connect(), self.connect()
        self.cancel(one, self.father, self.father)
        one.cr.commit()

        with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
            self.cancel(other, self.mother)

    def test_cancelled_and_moved_at_once_it_is_cancelled_and_both_times_are_free(
        self,
    ):
        answers = set()
        for _round in range(ROUNDS):
            self.put_back()

            answers |= {tuple(self.at_once(
                lambda env: self.cancel(env, self.mother),
                lambda env: self.move(env, self.mother, self.visit, TWO),
            ))}  # fmt: skip

            state, _start, free = self.look()
            self.assertEqual(state, "cancelled")
            self.assertLessEqual({instant(THURSDAY, "10:00"), instant(THURSDAY, "14:00")}, free)
        # Moved first, it is cancelled then; cancelled first, it isn't moved.
        self.assertLessEqual(answers, {("done", "done"), ("done", "state")})

    def test_one_leaves_while_it_is_moved_and_it_is_moved_without_them(self):
        for _round in range(ROUNDS):
            self.put_back()

            answers = self.at_once(
                lambda env: self.cancel(env, self.father, self.father),
                lambda env: self.move(env, self.mother, self.visit, TWO),
            )

            state, start, free = self.look()
            self.assertEqual(answers, ["done", "done"])
            self.assertEqual((state, start), ("booked", utc(THURSDAY, "14:00")))
            self.assertIn(instant(THURSDAY, "10:00"), free)
            self.assertNotIn(instant(THURSDAY, "14:00"), free)

    def test_of_two_visits_moved_to_the_same_time_one_stays_where_it_was(self):
        for _round in range(ROUNDS):
            self.put_back()
            with self.registry.cursor() as cr:
                others = self.others.with_env(api.Environment(cr, SUPERUSER_ID, {}))
                others.write({"start": utc(THURSDAY, "11:00"), "stop": utc(THURSDAY, "11:30")})

            answers = self.at_once(
                lambda env: self.move(env, self.mother, self.visit, TWO),
                lambda env: self.move(env, self.stranger, self.others, TWO),
            )

            _state, _start, free = self.look()
            left = {instant(THURSDAY, "10:00"), instant(THURSDAY, "11:00")} & free
            self.assertEqual(sorted(answers), ["done", "taken"])
            self.assertEqual(len(left), 1)
            self.assertNotIn(instant(THURSDAY, "14:00"), free)


@tagged("post_install", "-at_install", "-standard")
class TestOutingsAtOnce(ChangeRaceCase):
    """Two who each have a visit at Nora's and one at Otto's want the same two times."""

    def build(self):
        self.otto = self.practitioner("Otto Test-Osteopath")
        self.single.practitioner_ids += self.otto
        self.one = self.have(self.mother, "10:00", "10:30")
        self.other = self.have(self.stranger, "11:00", "11:30")

    def have(self, user, *clocks):
        return self.env["clinic.appointment"].union(*(
            self.appointment(
                THURSDAY, clock, [user], service_id=self.single.id, practitioner_id=giver.id
            )
            for clock, giver in zip(clocks, (self.nora, self.otto), strict=True)
        ))  # fmt: skip

    def _delete_committed(self):
        result = super()._delete_committed()
        with self.registry.cursor() as cr:
            otto = self.otto.with_env(api.Environment(cr, SUPERUSER_ID, {}))
            resource = otto.resource_id
            otto.unlink()
            resource.unlink()
        return result

    def move_all(self, env, user, visits):
        """With those who give them now: Nora's to two o'clock, Otto's to half past."""
        visits, actor = self.see(env, user, visits)
        starts = {self.nora.id: TWO, self.otto.id: written(THURSDAY, "14:30")}
        givers = visits.sudo().mapped(lambda visit: visit.practitioner_id.id)
        visits._reschedule_all(actor, [
            visit.sudo()._as_checkout(starts[giver], giver, self.harbour.id)
            for visit, giver in zip(visits, givers, strict=True)
        ])  # fmt: skip

    def put_back(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            for visits, clocks in ((self.one, TEN), (self.other, ELEVEN)):
                for visit, clock in zip(visits.with_env(env), clocks, strict=True):
                    visit.start = utc(THURSDAY, clock)

    def look(self):
        env = self.connect()
        starts = [visits.with_env(env).mapped("start") for visits in (self.one, self.other)]
        env.cr.close()
        return starts

    def test_all_of_one_moves_and_nothing_of_the_other(self):
        ten, eleven, two = (
            [utc(THURSDAY, clock) for clock in clocks]
            for clocks in (TEN, ELEVEN, ("14:00", "14:30"))
        )
        for _round in range(OUTING_ROUNDS):
            self.put_back()

            # In the other order: who took practitioners one by one would wait for each other.
            answers = self.at_once(
                lambda env: self.move_all(env, self.mother, self.one),
                lambda env: self.move_all(env, self.stranger, self.other[::-1]),
            )

            self.assertEqual(sorted(answers), ["done", "taken"])
            self.assertIn(self.look(), ([two, eleven], [ten, two]))
