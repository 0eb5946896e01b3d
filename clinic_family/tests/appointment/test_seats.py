"""No appointment has more participants than there is room for, and no time two winners."""

from types import SimpleNamespace

from psycopg2.errors import CheckViolation, SerializationFailure

from odoo.exceptions import ConcurrencyError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...exceptions import SlotTaken
from ..common import TUESDAY, ClinicCase, ConnectionsCase, written


@tagged("post_install", "-at_install")
class TestSeats(ClinicCase):
    def setUp(self):
        super().setUp()
        pair = self.service("Test Pair", self.nora, max_participants=2)
        self.visit = self.appointment(TUESDAY, "10:00", [self.mother], service_id=pair.id)

    def join(self, person):
        """One more participant."""
        return self.env["clinic.participant"].create(
            {"appointment_id": self.visit.id, "partner_id": person.id}
        )

    def assertNoRoom(self, person):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.join(person)

    def count_stored(self):
        """The count in the appointment's own row."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT participant_count FROM clinic_appointment WHERE id = %s", [self.visit.id]
        )
        return self.env.cr.fetchone()[0]

    def test_the_last_seat_is_given_and_no_other(self):
        self.join(self.leo)

        self.assertNoRoom(self.father.partner_id)

    def test_a_participant_is_counted_in_the_row_of_the_appointment(self):
        before = self.count_stored()

        self.join(self.leo)

        self.assertEqual((before, self.count_stored()), (1, 2))

    def test_a_participant_who_leaves_is_counted_no_more(self):
        leo = self.join(self.leo)

        leo.unlink()

        self.assertEqual(self.count_stored(), 1)

    def test_whoever_cancels_frees_the_seat(self):
        self.join(self.leo).state = "cancelled"

        self.join(self.father.partner_id)

        self.assertEqual(self.count_stored(), 2)

    def test_a_seat_that_was_given_away_is_not_taken_back(self):
        leo = self.join(self.leo)
        leo.state = "cancelled"
        self.join(self.father.partner_id)

        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            leo.state = "booked"

    def test_seats_that_are_taken_are_not_removed(self):
        self.join(self.leo)

        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.visit.seats = 1

    def test_the_front_desk_makes_room_in_one_appointment(self):
        self.join(self.leo)

        self.visit.seats = 3

        self.assertTrue(self.join(self.father.partner_id))

    def test_an_appointment_is_not_made_with_too_many(self):
        people = [self.mother, self.father, self.grandmother, self.stranger]

        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.appointment(TUESDAY, "11:00", people)

    def test_nobody_takes_part_twice(self):
        with self.assertRaises(Exception) as refusal, mute_logger("odoo.sql_db"):
            self.join(self.mother.partner_id)

        self.assertIn("clinic_participant_patient_unique", str(refusal.exception))


@tagged("post_install", "-at_install", "-standard")
class TestTwoAtOnce(ConnectionsCase):
    """Each test has two transactions which don't see each other; the first commits."""

    def build(self):
        self.visit = self.appointment(TUESDAY, "10:00", [self.mother], seats=2)

    def join(self, env, person):
        """One more participant, in this transaction."""
        env["clinic.participant"].create({"appointment_id": self.visit.id, "partner_id": person.id})
        env.flush_all()

    def hold_in(self, env, user, clock="11:00"):
        """Holds a time on Tuesday, in this transaction."""
        checkout = self.checkout(self.single, written(TUESDAY, clock), [user])
        bookings = env(user=user.id)["clinic.booking"]
        return bookings._hold(user.with_env(env).partner_id, checkout).sudo()

    def confirm_in(self, env, user, basket):
        """Books what was held, in this transaction."""
        bookings = env(user=user.id)["clinic.booking"]
        return bookings._confirm(user.with_env(env).partner_id, basket.key, basket.version)

    def test_two_families_cannot_take_the_last_seat(self):
        one, other = self.connect(), self.connect()
        self.join(one, self.father.partner_id)
        one.cr.commit()

        with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
            self.join(other, self.grandmother.partner_id)

        other.cr.rollback()
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.join(other, self.grandmother.partner_id)

    def test_two_people_cannot_hold_the_same_time(self):
        one, other = self.connect(), self.connect()
        self.hold_in(one, self.mother)
        one.cr.commit()

        with self.assertRaises(SlotTaken), mute_logger("odoo.sql_db"):
            self.hold_in(other, self.father)

    def test_whoever_takes_a_time_has_the_practitioner_until_it_is_done(self):
        env = self.connect()

        self.hold_in(env, self.mother)

        env.cr.execute(
            "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        self.assertEqual(env.cr.fetchall(), [(self.nora.id,)])

    def test_a_check_out_sent_twice_at_once_books_once(self):
        env = self.connect()
        basket = self.hold_in(env, self.mother).booking_id
        shown = SimpleNamespace(key=basket.key, version=basket.version)
        env.cr.commit()
        one, other = self.connect(), self.connect()
        booking = self.confirm_in(one, self.mother, shown)
        one.cr.commit()

        with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
            self.confirm_in(other, self.mother, shown)

        other.cr.rollback()
        self.assertEqual(self.confirm_in(other, self.mother, shown).id, booking.id)

    def test_the_first_two_times_chosen_at_once_are_in_one_basket(self):
        one, other = self.connect(), self.connect()
        self.hold_in(one, self.mother)
        one.cr.commit()

        with self.assertRaises(ConcurrencyError):
            self.hold_in(other, self.mother, "14:00")

        other.cr.rollback()
        self.assertEqual(len(self.hold_in(other, self.mother, "14:00").booking_id), 1)
        self.assertEqual(other["clinic.booking"].search_count([("state", "=", "open")]), 1)
