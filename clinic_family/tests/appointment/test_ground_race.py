"""Time off that is entered while somebody books, over real connections, at the same moment."""

from datetime import date

from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import TUESDAY, utc
from ..race_common import RaceCase, get_rounds

ROUNDS = get_rounds(16)


@tagged("post_install", "-at_install", "-standard")
class TestTimeOffAtOnce(RaceCase):
    def clear(self):
        cleared = super().clear()
        with self.registry.cursor() as cr:
            cr.execute(
                "DELETE FROM resource_calendar_leaves WHERE resource_id = %s",
                [self.nora.resource_id.id],
            )
        return cleared

    def request(self, action):
        try:
            return super().request(action)
        except RedirectWarning:
            return "asked"

    def enter_time_off(self, env):
        env["resource.calendar.leaves"].create({
            "resource_id": self.nora.resource_id.id,
            "date_from": utc(TUESDAY, "8:00"),
            "date_to": utc(TUESDAY, "18:00"),
        })  # fmt: skip

    def end_schedule(self, env):
        self.nora.schedule_ids.with_env(env).date_to = date(2027, 3, 1)

    def book_at_desk(self, env):
        env["clinic.appointment"].create({
            "service_id": self.single.id,
            "practitioner_id": self.nora.id,
            "location_id": self.harbour.id,
            "start": utc(TUESDAY, "10:00"),
            "payer_id": self.bookers[0],
        })  # fmt: skip

    def at_once_with_time_off(self, book):
        """What became of both in many rounds; nobody is left in time off unnoticed."""
        became = set()
        for _round in range(ROUNDS):
            self.clear()
            act = book()
            answers = tuple(self.at_once(act, self.enter_time_off))
            booked = [state for _payer, state in self.look()] == ["booked"]
            self.assertEqual(booked, answers == ("done", "asked"), answers)
            became.add(answers)
        return became

    def test_of_a_confirmation_and_time_off_at_once_the_second_knows_of_the_first(self):
        def confirming():
            shown = self.choose(self.mother)
            return lambda env: self.confirm_in(env, self.mother, shown)

        became = self.at_once_with_time_off(confirming)

        self.assertLessEqual(became, {("done", "asked"), ("time_off", "done")})

    def test_who_holds_a_time_does_not_hold_it_within_time_off_that_came_first(self):
        for _round in range(ROUNDS):
            self.clear()

            answers = self.at_once(lambda env: self.hold_in(env, self.mother), self.enter_time_off)

            # What is held is judged again when it is confirmed, so nobody is asked about it.
            self.assertIn(tuple(answers), {("done", "done"), ("time_off", "done")})
            if answers[0] == "done":
                self.assertEqual([state for _payer, state in self.look()], ["held"])

    def test_time_off_is_asked_about_what_the_front_desk_books_at_once(self):
        for _round in range(ROUNDS):
            self.clear()

            answers = self.at_once(self.book_at_desk, self.enter_time_off)

            self.assertIn(tuple(answers), {("done", "asked"), ("done", "done")})
            with self.registry.cursor() as cr:
                visits = self.env(cr=cr)["clinic.appointment"]
                found = visits.search_count([
                    ("is_orphaned", "=", True), ("location_id", "=", self.harbour.id),
                ])  # fmt: skip
            self.assertEqual(found, answers[1] == "done")

    def test_a_booking_that_time_off_overtakes_is_begun_anew(self):
        """The time off is stored while the booking has begun and not yet taken its time."""
        self.clear()
        shown = self.choose(self.mother)
        booking = self.connect()
        self.see(booking, self.mother)[0].search_count([])
        off = self.connect()
        self.enter_time_off(off)
        off.cr.commit()

        with self.assertRaises(Exception) as failure, mute_logger("odoo.sql_db"):
            self.confirm_in(booking, self.mother, shown)

        self.assertEqual(type(failure.exception).__name__, "SerializationFailure")

    def test_time_off_that_a_booking_overtakes_is_begun_anew(self):
        self.clear()
        shown = self.choose(self.mother)
        off, booking = self.connect(), self.connect()
        self.confirm_in(booking, self.mother, shown)
        booking.cr.commit()

        with self.assertRaises(Exception) as failure:
            self.enter_time_off(off)

        self.assertEqual(type(failure.exception).__name__, "ConcurrencyError")


@tagged("post_install", "-at_install", "-standard")
class TestTakenOffAtOnce(RaceCase):
    """A practitioner is taken off a service while somebody books it with them."""

    def clear(self):
        cleared = super().clear()
        with self.registry.cursor() as cr:
            self.single.with_env(self.env(cr=cr)).practitioner_ids = [Command.set(self.nora.ids)]
        return cleared

    def request(self, action):
        try:
            return super().request(action)
        except UserError:
            return "refused"

    def take_off(self, env):
        self.nora.with_env(env).service_ids = [Command.unlink(self.single.id)]

    def take_away(self, env):
        """The same, in the form of the service."""
        self.single.with_env(env).practitioner_ids = [Command.clear()]

    def test_of_a_booking_and_this_at_once_the_second_knows_of_the_first(self):
        for take in (self.take_off, self.take_away) * (ROUNDS // 4):
            self.clear()
            shown = self.choose(self.mother)

            answers = tuple(self.at_once(
                lambda env, shown=shown: self.confirm_in(env, self.mother, shown), take
            ))  # fmt: skip

            self.assertIn(answers, {("done", "refused"), ("place", "done")})
            booked = "booked" in [state for _payer, state in self.look()]
            self.assertEqual(booked, answers[0] == "done")

    def test_a_booking_that_this_overtakes_is_begun_anew(self):
        for take in (self.take_off, self.take_away):
            self.clear()
            shown = self.choose(self.mother)
            booking, desk = self.connect(), self.connect()
            self.see(booking, self.mother)[0].search_count([])
            take(desk)
            desk.cr.commit()

            with self.assertRaises(Exception) as failure, mute_logger("odoo.sql_db"):
                self.confirm_in(booking, self.mother, shown)

            self.assertEqual(type(failure.exception).__name__, "SerializationFailure")
            booking.cr.rollback()

    def test_this_is_begun_anew_when_a_booking_overtakes_it(self):
        for take in (self.take_off, self.take_away):
            self.clear()
            shown = self.choose(self.mother)
            desk, booking = self.connect(), self.connect()
            self.confirm_in(booking, self.mother, shown)
            booking.cr.commit()

            with self.assertRaises(Exception) as failure:
                take(desk)

            self.assertEqual(type(failure.exception).__name__, "ConcurrencyError")
            desk.cr.rollback()
