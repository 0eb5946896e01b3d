"""Times are held while one fills in the rest, then freed; all are booked with one confirmation."""

from datetime import datetime, timedelta

from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tests.common import freeze_time
from odoo.tools import mute_logger

from ...engine.intervals import Interval
from ...exceptions import BasketChanged, BookingRefused, SlotTaken
from ..common import NOW, ROLE, TUESDAY, ClinicCase, ConnectionsCase, instant, utc, written
from ..common_site import TEN, SiteCase

ELEVEN = written(TUESDAY, "11:00")
CLOCKS = ("9:00", "9:30", "10:00", "10:30", "11:00", "11:30")


def later(minutes):
    """The clock so many minutes on."""
    return freeze_time(datetime.fromisoformat(NOW) + timedelta(minutes=minutes))


@tagged("post_install", "-at_install")
class TestHolding(ClinicCase):
    def at(self, start, *people, user=None, **values):
        """What this user asks for, who is the mother if nobody else."""
        values = values if people else {"participant_ids": (), "payer_id": 0, **values}
        user = user or self.mother
        return self.checkout(self.single, start, people or [user], **values)

    def get_refusal(self, start):
        """Why the mother may not have it; what was done until then is kept, as on a page."""
        try:
            self.hold(self.mother, self.at(start))
        except BookingRefused as refusal:
            return refusal.reason
        return ""

    def is_free(self, clock):
        """Whether others are offered that time on Tuesday."""
        begins = instant(TUESDAY, clock)
        window = Interval(begins, begins + 1)
        return bool(self.single._get_slots(window, self.nora, self.harbour))

    def test_a_time_is_held_for_ten_minutes_and_free_afterwards(self):
        held = self.hold(self.mother, self.at(TEN))

        self.assertEqual((held.state, held.start), ("held", utc(TUESDAY, "10:00")))
        self.assertFalse(held.booked_at)
        with later(9):
            self.assertFalse(self.is_free("10:00"))
        with later(10):
            self.assertTrue(self.is_free("10:00"))

    def test_the_clinic_sets_how_long(self):
        self.company.clinic_hold_minutes = 30

        self.hold(self.mother, self.at(TEN))

        with later(29):
            self.assertFalse(self.is_free("10:00"))

    def test_nobody_else_takes_a_held_time(self):
        self.hold(self.mother, self.at(TEN))

        with self.assertRaises(SlotTaken), mute_logger("odoo.sql_db"):
            self.hold(self.father, self.at(TEN, user=self.father))

    def test_what_ran_out_is_given_to_the_next(self):
        held = self.hold(self.mother, self.at(TEN))

        with later(10):
            taken = self.hold(self.father, self.at(TEN, user=self.father))

        self.assertEqual((held.state, taken.state), ("cancelled", "held"))

    def test_what_ran_out_gives_way_to_what_the_front_desk_books_or_moves(self):
        other = self.appointment(TUESDAY, "15:00", [self.father], service_id=self.single.id)
        first = self.hold(self.mother, self.at(TEN))
        second = self.hold(self.stranger, self.at(ELEVEN, user=self.stranger))

        with later(11):
            self.appointment(TUESDAY, "10:15", [self.leo], service_id=self.single.id)
            other.start = utc(TUESDAY, "11:00")
            self.env.flush_all()

        self.assertEqual((first.state, second.state), ("cancelled", "cancelled"))

    def test_what_ran_out_is_booked_all_the_same_while_nobody_else_wants_it(self):
        held = self.hold(self.mother, self.at(TEN, self.mother))

        with later(12):
            self.confirm(self.mother)

        self.assertEqual((held.state, held.held_until), ("booked", False))

    def test_what_ran_out_and_was_taken_is_not_booked(self):
        held = self.hold(self.mother, self.at(TEN, self.mother))
        with later(10):
            self.hold(self.father, self.at(TEN, self.father, user=self.father))

            with self.assertRaises(BasketChanged):
                self.confirm(self.mother)

        self.assertEqual(held.state, "cancelled")

    def test_another_time_replaces_the_one_for_which_nobody_was_named(self):
        basket = self.hold(self.mother, self.at(TEN)).booking_id

        second = self.hold(self.mother, self.at(ELEVEN))

        self.assertEqual(basket.appointment_ids, second)
        self.assertEqual((second.start, second.state), (utc(TUESDAY, "11:00"), "held"))
        self.assertTrue(self.is_free("10:00"))
        self.assertFalse(self.is_free("11:00"))

    def test_what_takes_its_place_is_as_chosen_anew(self):
        """Of another service, with somebody else, over the time that was held before."""
        other = self.practitioner("Otto Test-Other")
        long = self.service("Test Long", other, duration=90, max_participants=2)
        first = self.hold(self.mother, self.at(TEN))
        first.write({"uses_session": False, "plan_key": "one key", "is_planned": True})

        held = self.hold(self.mother, self.checkout(
            long, written(TUESDAY, "10:30"), [self.mother], participant_ids=(), payer_id=0
        ))  # fmt: skip

        self.assertEqual(held.booking_id.appointment_ids, held)
        self.assertEqual((held.service_id, held.practitioner_id), (long, other))
        self.assertEqual((held.stop, held.seats), (utc(TUESDAY, "12:00"), 2))
        self.assertTrue(held.uses_session)
        self.assertFalse(held.plan_key or held.is_planned or held.participant_ids)

    def test_the_time_just_chosen_does_not_stand_in_the_way_of_another(self):
        first = self.hold(self.mother, self.at(TEN))
        self.single.step = 15

        held = self.hold(self.mother, self.at(written(TUESDAY, "10:15")))

        self.assertEqual((held.booking_id, held.start), (first.booking_id, utc(TUESDAY, "10:15")))
        self.assertEqual(len(held.booking_id.appointment_ids), 1)

    def test_a_time_that_is_refused_leaves_the_one_chosen_before(self):
        self.hold(self.father, self.at(ELEVEN, user=self.father))
        first = self.hold(self.mother, self.at(TEN))

        refusals = [self.get_refusal(start) for start in (ELEVEN, written(TUESDAY, "20:00"))]

        self.assertEqual(refusals, ["taken", "hours"])
        self.assertTrue(first.exists())
        self.assertFalse(self.is_free("10:00"))

    def test_the_same_time_again_stays_as_it_is(self):
        first = self.hold(self.mother, self.at(TEN))

        self.assertEqual(self.hold(self.mother, self.at(TEN)), first)

    def test_who_comes_may_be_changed(self):
        self.grant(self.leo, self.mother, "book")
        first = self.hold(self.mother, self.at(TEN, self.mother))

        second = self.hold(self.mother, self.at(TEN, self.leo, payer=self.mother))

        self.assertEqual(first, second)
        self.assertEqual(second.participant_ids.partner_id, self.leo)

    def test_several_are_booked_with_one_confirmation(self):
        for start in (TEN, ELEVEN):
            self.hold(self.mother, self.at(start, self.mother))

        booking = self.confirm(self.mother)

        self.assertEqual(booking.appointment_ids.mapped("state"), ["booked", "booked"])
        self.assertEqual(booking.undo_until, datetime.fromisoformat(NOW) + timedelta(minutes=3))

    def test_one_that_cannot_be_booked_stops_all_and_says_which(self):
        visits = [self.hold(self.mother, self.at(each, self.mother)) for each in (TEN, ELEVEN)]
        self.env["resource.calendar.leaves"].create({
            "resource_id": self.nora.resource_id.id,
            "date_from": utc(TUESDAY, "10:45"),
            "date_to": utc(TUESDAY, "12:00"),
        })  # fmt: skip

        with self.assertRaisesRegex(BookingRefused, "11:00.*Nobody works"):
            self.confirm(self.mother)

        self.assertEqual([visit.state for visit in visits], ["held", "held"])

    def test_choosing_more_keeps_what_was_chosen(self):
        self.hold(self.mother, self.at(TEN, self.mother))
        with later(8):
            self.hold(self.mother, self.at(ELEVEN, self.mother))

        with later(12):
            self.assertFalse(self.is_free("10:00"))

    def test_nobody_keeps_a_time_for_hours_by_choosing_more(self):
        self.hold(self.mother, self.at(TEN, self.mother))
        for minutes, clock in zip(range(9, 60, 9), CLOCKS, strict=True):
            with later(minutes):
                self.hold(self.mother, self.at(written(TUESDAY, clock), self.mother))

        with later(60):
            self.assertTrue(self.is_free("10:00"))

    def test_when_everything_ran_out_choosing_begins_anew(self):
        self.hold(self.mother, self.at(TEN, self.mother))
        with later(75):
            self.hold(self.mother, self.at(ELEVEN, self.mother))

        with later(80):
            self.assertFalse(self.is_free("11:00"))

    def test_a_basket_takes_so_many(self):
        self.single.write({"duration": 10, "step": 10})
        for number in range(10):
            clock = f"{9 + number // 6}:{number % 6 * 10:02}"
            self.hold(self.mother, self.at(written(TUESDAY, clock), self.mother))

        with self.assertRaisesRegex(BookingRefused, "You have chosen 10"):
            self.hold(self.mother, self.at(written(TUESDAY, "11:50"), self.mother))

    def test_what_is_removed_is_free_at_once(self):
        held = self.hold(self.mother, self.at(TEN, self.mother))

        self.env["clinic.booking"].with_user(self.mother)._remove(self.mother.partner_id, held.id)

        self.assertFalse(held.exists())
        self.assertTrue(self.is_free("10:00"))

    def test_nobody_removes_what_another_holds_or_has_booked(self):
        held = self.hold(self.mother, self.at(TEN, self.mother))
        booked = self.book(self.father, self.at(ELEVEN, self.father, user=self.father))

        bookings = self.env["clinic.booking"].with_user(self.father)
        bookings._remove(self.father.partner_id, held.id)
        bookings._remove(self.father.partner_id, booked.id)

        self.assertEqual((held.state, booked.state), ("held", "booked"))

    def test_what_ran_out_gives_way_to_a_visit_that_is_taken_up_again(self):
        visit = self.appointment(TUESDAY, "10:00", [self.father])
        visit._update_state("cancelled")
        held = self.hold(self.mother, self.at(TEN))

        with later(10):
            visit.action_rebook()

        self.assertEqual((held.state, visit.state), ("cancelled", "booked"))

    def test_the_front_desk_does_not_book_what_waits_in_a_basket(self):
        held = self.hold(self.mother, self.at(TEN, self.mother))

        with self.assertRaisesRegex(UserError, "somebody's check-out"):
            held.action_rebook()
        held._update_state("cancelled")
        with self.assertRaisesRegex(UserError, "somebody's check-out"):
            held.action_rebook()

    def test_patients_see_nothing_of_what_is_held(self):
        self.grant(self.leo, self.mother, "book")
        self.grant(self.leo, self.father, "book")
        held = self.hold(self.mother, self.at(TEN, self.leo, payer=self.mother))

        for user in (self.mother, self.father):
            visits = self.env["clinic.appointment"].with_user(user)
            people = self.env["clinic.participant"].with_user(user)
            self.assertFalse(visits.search([("id", "=", held.id)]))
            self.assertFalse(people.search([("appointment_id", "=", held.id)]))

    def test_the_front_desk_sees_that_it_is_only_held(self):
        held = self.hold(self.mother, self.at(TEN, self.mother))
        desk = self.user("test_desk", "Dee Test-Desk", ROLE + "front_desk")

        self.assertEqual(held.with_user(desk).display_name, "Held · Mira Motherwell · Test Physio")
        with self.assertRaisesRegex(UserError, "only held"):
            held.action_view_invoice()

    def test_nobody_becomes_a_patient_by_being_held_a_time(self):
        self.hold(self.mother, self.at(TEN, self.mother))
        before = self.mother.partner_id.is_patient

        self.confirm(self.mother)

        self.assertEqual((before, self.mother.partner_id.is_patient), (False, True))

    def test_what_nobody_finished_is_cleared_up_and_nothing_else(self):
        old = self.hold(self.mother, self.at(TEN, self.mother))
        basket = old.booking_id
        with later(20):
            new = self.hold(self.father, self.at(ELEVEN, self.father, user=self.father))
            booked = self.book(
                self.stranger,
                self.at(written(TUESDAY, "14:00"), self.stranger, user=self.stranger),
            )
        with later(26):
            self.env["clinic.booking"]._clear_baskets()

        self.assertFalse(old.exists() or basket.exists())
        self.assertEqual((new.state, booked.state), ("held", "booked"))

    def forget(self):
        """Nothing is known but who asks, and their company, which Odoo reads for every page."""
        self.env.flush_all()
        # What is told to other screens is stored by what was done before.
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        self.mother.with_user(self.mother).sudo().partner_id.name  # noqa: B018
        self.env.company.sudo().name  # noqa: B018

    def test_a_first_time_is_held_with_few_queries(self):
        self.book(self.mother, self.at(written(TUESDAY, "14:00"), self.mother))
        asked = self.at(TEN)
        self.forget()

        with self.assertQueryCount(17):
            self.hold(self.mother, asked)
            self.env.flush_all()

    def test_holding_takes_few_queries(self):
        """Another time instead of the one just chosen, and then who comes."""
        # What her rules are Odoo remembers from then on.
        self.book(self.mother, self.at(written(TUESDAY, "14:00"), self.mother))
        self.hold(self.mother, self.at(TEN))
        for asked, most in ((self.at(ELEVEN), 19), (self.at(ELEVEN, self.mother), 19)):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(most):
                self.hold(self.mother, asked)
                self.env.flush_all()

    def test_confirming_takes_few_queries_for_a_patient_of_the_clinic(self):
        self.mother.partner_id.is_patient = True
        self.book(self.mother, self.at(written(TUESDAY, "14:00"), self.mother))
        basket = self.hold(self.mother, self.at(TEN, self.mother)).booking_id
        me, key, version = self.mother.partner_id, basket.key, basket.version
        bookings = self.env["clinic.booking"].with_user(self.mother)
        self.forget()

        # Two of them ask for package sessions that could pay, one how much is booked ahead, one
        # who would be in two visits at once, one tells the screens of the front desk, one keeps
        # who did what, and one asks which forms the service has.
        with self.assertQueryCount(20):
            bookings._confirm(me, key, version)
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestBasketPage(SiteCase):
    def test_more_is_booked_in_one_check_out(self):
        self.login(self.mother)
        self.check([self.mother])
        who = self.who(ELEVEN)

        check = self.submit(self.form(who, "/hold"), participant=[self.leo.id])
        thanks = self.submit(self.form(check, "/confirm"))

        self.assertRegex(self.text(check), "10:00 AM.*11:00 AM.*Book all 2")
        self.assertRegex(self.text(thanks), "Mira Motherwell.*Leo Littleton")
        self.assertEqual(self.visits().mapped("state"), ["booked", "booked"])

    def test_what_waits_in_the_basket_is_told_on_the_booking_site(self):
        self.login(self.mother)
        before = self.text(self.get("/book"))

        self.check([self.mother])

        self.assertNotIn("held for you", before)
        self.assertIn("1 appointment is held for you.", self.text(self.get("/book")))

    def test_how_long_it_is_held_is_shown(self):
        self.login(self.mother)

        check = self.check([self.mother])

        (countdown,) = self.page(check).find_class("o_clinic_countdown")
        self.assertEqual(countdown.get("data-seconds"), "600")
        self.assertIn("Held for you: until 9:10 AM Auckland (NZDT)", self.text(check))

    def test_with_whom_it_is_held_is_said_when_it_is_asked_who_comes(self):
        self.login(self.mother)
        before = self.text(self.who())

        after = self.submit(self.form(self.get(self.slug), "/hold"), start=TEN)

        self.assertIn("with whoever is free", before)
        self.assertIn("with Nora Test-Nightingale", self.text(after))

    def test_one_is_taken_out_again(self):
        self.login(self.mother)
        check = self.check([self.mother])

        empty = self.submit(self.form(check, "/basket/remove"))

        self.assertIn("You haven't chosen anything yet", self.text(empty))
        self.assertFalse(self.visits())

    def test_a_page_shown_before_a_change_books_nothing(self):
        self.login(self.mother)
        form = self.form(self.check([self.mother]), "/confirm")
        self.submit(self.form(self.who(ELEVEN), "/hold"), participant=[self.leo.id])

        again = self.submit(form)

        self.assertIn("has changed meanwhile", self.text(again))
        self.assertEqual(set(self.visits().mapped("state")), {"held"})

    def test_what_was_taken_after_it_ran_out_is_said(self):
        self.login(self.mother)
        form = self.form(self.check([self.mother]), "/confirm")
        self.visits().held_until = datetime.fromisoformat(NOW)
        self.hold(self.father, self.checkout(self.group, TEN, [self.father]))

        again = self.submit(form)

        self.assertIn("somebody else took this one", self.text(again))
        self.assertNotIn("Fergus", again.text)

    def test_what_was_cleared_up_is_said(self):
        self.login(self.mother)
        form = self.form(self.check([self.mother]), "/confirm")
        basket = self.visits().booking_id
        basket.appointment_ids.unlink()
        basket.unlink()

        again = self.submit(form)

        self.assertIn("Your time to book ran out", self.text(again))

    def test_somebody_has_to_be_chosen(self):
        self.login(self.mother)

        refused = self.submit(self.form(self.who(), "/hold"), participant=[])

        self.assertIn("Please choose who is coming", self.text(refused, 422))

    def test_a_second_visit_at_the_same_time_is_warned_of(self):
        ben = self.practitioner("Ben Test-Other")
        self.appointment(TUESDAY, "10:15", [self.leo], practitioner_id=ben.id)
        self.login(self.mother)

        check = self.check([self.mother, self.leo])

        self.assertIn("Leo Littleton already has a visit at this time", self.text(check))

    def test_a_relative_who_ended_it_is_no_longer_named(self):
        self.login(self.mother)
        self.check([self.mother, self.leo])
        self.env["clinic.permission"]._get_held(self.leo, self.mother.partner_id)._revoke("x")

        basket = self.get("/book/basket")

        self.assertNotIn("Littleton", basket.text)

    def test_others_see_nothing_of_it(self):
        self.login(self.mother)
        form = self.form(self.check([self.mother]), "/confirm")
        self.login(self.father)

        basket, confirmed = self.get("/book/basket"), self.submit(form, csrf_token=self.token())

        self.assertIn("You haven't chosen anything yet", self.text(basket))
        self.assertNotRegex(basket.text + confirmed.text, "Mira|10:00 AM")
        self.assertEqual(self.visits().mapped("state"), ["held"])

    def token(self):
        return self.form(self.who(ELEVEN), "/hold").fields["csrf_token"]


@tagged("post_install", "-at_install", "-standard")
class TestHoldRunsOut(ConnectionsCase):
    def basket_in(self, env, user):
        return env["clinic.booking"]._find_basket(user.with_env(env).partner_id).sudo()

    def take_in(self, env, user):
        """Holds ten o'clock on Tuesday for oneself, in this transaction."""
        bookings = env(user=user.id)["clinic.booking"]
        checkout = self.checkout(self.single, TEN, [user])
        return bookings._hold(user.with_env(env).partner_id, checkout).sudo()

    def confirm_in(self, env, user):
        basket = self.basket_in(env, user)
        bookings = env(user=user.id)["clinic.booking"]
        return bookings._confirm(user.with_env(env).partner_id, basket.key, basket.version).sudo()

    def build(self):
        self.held = self.hold(self.mother, self.checkout(self.single, TEN, [self.mother]))
        self.held.held_until = datetime.fromisoformat(NOW)

    def test_whoever_confirms_first_keeps_it(self):
        owner, rival = self.connect(), self.connect()
        self.confirm_in(owner, self.mother)
        owner.cr.commit()

        with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
            self.take_in(rival, self.father)

        rival.cr.rollback()
        with self.assertRaises(SlotTaken), mute_logger("odoo.sql_db"):
            self.take_in(rival, self.father)

    def test_whoever_takes_it_first_has_it(self):
        owner, rival = self.connect(), self.connect()
        self.take_in(rival, self.father)
        rival.cr.commit()

        with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
            self.confirm_in(owner, self.mother)

        owner.cr.rollback()
        with self.assertRaises(BasketChanged):
            self.confirm_in(owner, self.mother)
