"""No account takes every time: what it may have booked ahead, and what it may hold."""

from datetime import datetime, timedelta

from odoo import SUPERUSER_ID, api
from odoo.tests import freeze_time, tagged

from ...exceptions import BookingRefused
from ..common import NOW, THURSDAY, TUESDAY, WEDNESDAY, ClinicCase, written
from ..race_common import ELEVEN, TEN, RaceCase

CLOCKS = ("9:00", "9:30", "10:00", "10:30", "11:00", "11:30", "13:00", "13:30", "14:00", "14:30")


def later(minutes):
    return freeze_time(datetime.fromisoformat(NOW) + timedelta(minutes=minutes))


@tagged("post_install", "-at_install")
class TestBookingLimits(ClinicCase):
    def at(self, clock, day=TUESDAY, **values):
        return self.checkout(self.single, written(day, clock), [self.mother], **values)

    def give_back(self, user=None):
        """Empties the basket."""
        user = user or self.mother
        bookings = self.env["clinic.booking"].with_user(user)
        for visit in bookings._find_basket(user.partner_id).sudo().appointment_ids:
            bookings._remove(user.partner_id, visit.id)

    # Booked ahead

    def test_an_account_has_no_more_visits_ahead_than_the_clinic_allows(self):
        self.company.clinic_most_upcoming = 2
        self.harbour.phone = "+64 9 555 0100"
        self.book(self.mother, self.at("9:00"))
        self.book(self.mother, self.at("10:00"))

        self.assertRefused(
            "many_upcoming", r"call Test Harbour, \+64 9 555 0100", self.mother, self.at("11:00")
        )
        other = self.checkout(self.single, written(TUESDAY, "11:00"), [self.father])
        self.assertEqual(self.book(self.father, other).state, "booked")

    def test_what_is_in_the_basket_counts_too(self):
        self.company.clinic_most_upcoming = 2
        self.hold(self.mother, self.at("9:00"))
        self.hold(self.mother, self.at("10:00"))

        self.assertRefused("many_upcoming", "visits to come", self.mother, self.at("11:00"))

    def test_it_is_counted_again_when_it_is_confirmed(self):
        self.hold(self.mother, self.at("9:00"))
        self.hold(self.mother, self.at("10:00"))
        self.company.clinic_most_upcoming = 1

        with self.assertRaises(BookingRefused) as refusal:
            self.confirm(self.mother)

        self.assertEqual(refusal.exception.reason, "many_upcoming")

    def test_what_was_cancelled_is_over_or_the_front_desk_booked_does_not_count(self):
        self.company.clinic_most_upcoming = 1
        self.appointment(WEDNESDAY, "9:00", [self.mother])
        self.book(self.mother, self.at("9:00"))._update_state("cancelled")
        self.book(self.mother, self.at("10:00")).start = "2027-03-28 10:00:00"

        self.assertEqual(self.book(self.mother, self.at("11:00")).state, "booked")

    # Held

    def test_giving_back_and_taking_again_is_not_for_ever(self):
        for clock in CLOCKS:
            self.hold(self.mother, self.at(clock))
        self.give_back()

        self.assertRefused("held_many", "call Test Harbour", self.mother, self.at("9:00"))
        with later(121):
            self.assertEqual(self.hold(self.mother, self.at("9:00", THURSDAY)).state, "held")

    def test_what_ran_out_counts_as_given_back(self):
        for clock in CLOCKS[:6]:
            self.hold(self.mother, self.at(clock))

        with later(11):
            self.assertRefused("held_many", "come back later", self.mother, self.at("9:00"))

    def test_what_ran_out_and_was_cleared_up_counts_too(self):
        for clock in CLOCKS:
            self.hold(self.mother, self.at(clock))

        with later(60):
            self.env["clinic.booking"]._clear_baskets()
            self.assertRefused("held_many", "call", self.mother, self.at("9:00", WEDNESDAY))

    def test_holding_the_same_time_again_and_again_is_not_for_ever(self):
        for minutes in range(0, 110, 11):
            with later(minutes):
                self.hold(self.mother, self.at("9:00"))

        with later(110):
            self.assertRefused("held_many", "call Test Harbour", self.mother, self.at("9:00"))

    def test_booking_in_between_forgets_nothing(self):
        for clock in CLOCKS[:9]:
            self.hold(self.mother, self.at(clock))
        self.give_back()
        self.book(self.mother, self.at("9:00"))
        self.hold(self.mother, self.at("10:00"))

        self.assertRefused("held_many", "call", self.mother, self.at("11:00"))

    def test_looking_at_many_times_one_after_the_other_is_no_holding(self):
        for clock in (*CLOCKS, "15:00", "15:30"):
            self.hold(self.mother, self.at(clock, participant_ids=(), payer_id=0))

        self.assertEqual(self.hold(self.mother, self.at("16:00")).state, "held")


@tagged("post_install", "-at_install", "-standard")
class TestLimitsAtOnce(RaceCase):
    def build(self):
        self.addCleanup(self.set_most, self.company.clinic_most_upcoming)
        self.company.clinic_most_upcoming = 1
        return super().build()

    def set_most(self, most):
        with self.registry.cursor() as cr:
            company = self.company.with_env(api.Environment(cr, SUPERUSER_ID, {}))
            company.clinic_most_upcoming = most

    def test_of_two_held_at_once_the_limit_lets_one_through(self):
        for _round in range(10):
            self.clear()

            answers = self.at_once(
                lambda env: self.hold_in(env, self.mother, TEN),
                lambda env: self.hold_in(env, self.mother, ELEVEN),
            )

            self.assertEqual(sorted(answers), ["done", "many_upcoming"])
            self.assertEqual(len(self.look()), 1)

    def test_confirming_while_another_is_held_lets_no_second_through(self):
        for _round in range(10):
            self.clear()
            shown = self.choose(self.mother)

            answers = self.at_once(
                lambda env, shown=shown: self.confirm_in(env, self.mother, shown),
                lambda env: self.hold_in(env, self.mother, ELEVEN),
            )

            self.assertIn("many_upcoming", answers)
            self.assertEqual(len(self.look()), 1)
