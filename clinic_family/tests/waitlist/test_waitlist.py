"""Who waits is offered what becomes free, one after the other."""

from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ...exceptions import BookingRefused
from ..common import NOW, ROLE, TUESDAY, WEDNESDAY, utc, written
from ..deposit_common import Deposits
from ..message_common import MessageCase


class WaitCase(MessageCase):
    """All of Tuesday morning is taken; those who wait would come then, and at no other time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.clinic_offer_hours = 2
        # Whose visits they are hears nothing here.
        cls.stranger.partner_id.email = False
        cls.grant(cls.leo, cls.mother, "book")
        cls.taken = {
            clock: cls.appointment(TUESDAY, clock, [cls.stranger], service_id=cls.single.id)
            for clock in ("9:00", "9:30", "10:00", "10:30", "11:00", "11:30")
        }
        cls.desk = cls.user("test_desk", "Dee Desk", ROLE + "front_desk")

    def wait(self, user, people=None, **values):
        """Waits for Tuesday morning."""
        people = people or user.partner_id
        return self.env["clinic.wait.request"].with_user(user)._join(user.partner_id, people, {
            "service_id": self.single.id,
            "date_from": TUESDAY,
            "date_until": TUESDAY,
            "hour_to": 12,
            **values,
        }).sudo()  # fmt: skip

    def look(self, minutes=0):
        """The job runs after so long."""
        self.env.flush_all()
        with self.after(minutes):
            self.env["clinic.waitlist"]._look()
        self.env.invalidate_all()

    def free(self, clock="10:00"):
        """The front desk cancels a visit, and the undo period passes."""
        self.taken[clock].with_user(self.desk)._update_state("cancelled")
        self.look(minutes=4)

    def offer(self, request):
        return request._get_open_offer()

    def accept(self, user, request, **shown):
        self.env.invalidate_all()
        offer = self.env["clinic.page.waitlist"].with_user(user)._find_offer(request.id)
        booking = offer.booking_id
        return offer._accept(user.partner_id, booking.version, "", ())


@tagged("post_install", "-at_install")
class TestWaitlist(WaitCase):
    def test_a_cancelled_time_is_offered_to_who_asked_first(self):
        first, second = self.wait(self.mother), self.wait(self.father)

        self.free()

        self.assertEqual((first.state, second.state), ("offered", "waiting"))
        offer = self.offer(first)
        self.assertEqual((offer.start, offer.practitioner_id), (utc(TUESDAY, "10:00"), self.nora))
        visit = offer._get_visit()
        self.assertEqual((visit.state, visit.held_until), ("held", offer.ends_at))
        self.assertFalse(visit.booked_at)

    def test_nothing_is_offered_while_it_can_be_undone(self):
        request = self.wait(self.mother)

        self.taken["10:00"].with_user(self.desk)._update_state("cancelled")
        self.look(minutes=2)
        self.assertEqual(request.state, "waiting")

        self.look(minutes=3)
        self.assertEqual(request.state, "offered")

    def test_what_nobody_answers_goes_to_the_next(self):
        first, second = self.wait(self.mother), self.wait(self.father)
        self.free()

        self.look(minutes=4 + 119)
        self.assertEqual((first.state, second.state), ("offered", "waiting"))
        self.look(minutes=4 + 121)

        self.assertEqual((first.state, second.state), ("waiting", "offered"))
        self.assertEqual(first.offer_ids.state, "over")
        self.assertFalse(first.offer_ids.booking_id)
        self.assertEqual(self.offer(second).start, utc(TUESDAY, "10:00"))

    def test_what_was_refused_is_not_offered_again_and_the_rest_is(self):
        request = self.wait(self.mother)
        self.free()
        with self.after(5):
            self.offer(request)._decline()
        self.look(minutes=6)
        self.assertEqual(request.state, "waiting")

        self.taken["11:00"].with_user(self.desk)._update_state("cancelled")
        self.look(minutes=10)

        self.assertEqual(self.offer(request).start, utc(TUESDAY, "11:00"))

    def test_nobody_else_can_take_what_is_offered(self):
        self.wait(self.mother)
        self.free()

        with self.after(5), self.assertRaises(BookingRefused) as refusal:
            self.hold(
                self.father, self.checkout(self.single, written(TUESDAY, "10:00"), [self.father])
            )

        self.assertEqual(refusal.exception.reason, "taken")

    def test_accepted_it_is_booked_as_on_the_website(self):
        request = self.wait(self.mother, self.leo)
        self.free()
        visit = self.offer(request)._get_visit()

        with self.after(5):
            booking = self.accept(self.mother, request)
            again = self.accept(self.mother, request)

        self.assertEqual((visit.state, booking.state, again), ("booked", "confirmed", booking))
        self.assertEqual(visit.participant_ids.partner_id, self.leo)
        self.assertEqual(visit.participant_ids.booked_by_id, self.mira)
        self.assertTrue(visit.participant_ids.permission_id)
        self.assertEqual(visit.payer_id, self.mira)
        self.assertTrue(visit._is_in_undo())
        self.assertEqual((request.state, request.offer_ids.state), ("booked", "accepted"))

    def test_a_permission_that_ended_meanwhile_books_nothing(self):
        request = self.wait(self.mother, self.leo)
        self.free()
        offer = self.offer(request)
        held = self.env["clinic.permission"]._get_held(self.leo, self.mira)

        held._revoke("Asked for")

        self.assertEqual((request.state, request.ended_why), ("ended", "permission"))
        self.assertEqual(offer.state, "withdrawn")
        self.assertFalse(
            self.env["clinic.page.waitlist"].with_user(self.mother)._find_offer(request.id)
        )

    def test_a_permission_that_ran_out_by_itself_books_nothing(self):
        request = self.wait(self.mother, self.leo)
        self.free()
        self.env.cr.execute(
            "UPDATE clinic_permission SET ends_at = now() AT TIME ZONE 'UTC' - interval '1 hour',"
            " starts_at = now() AT TIME ZONE 'UTC' - interval '2 hour' WHERE grantee_id = %s",
            [self.mira.id],
        )
        self.env.invalidate_all()

        offer = self.offer(request)
        with self.after(5), self.assertRaises(BookingRefused) as refusal:
            offer.with_user(self.mother).sudo()._accept(self.mira, offer.booking_id.version, "", ())
        self.assertEqual(refusal.exception.reason, "no_permission")
        self.look(minutes=6)

        self.assertEqual(offer.state, "withdrawn")

    def test_too_late_nothing_is_booked(self):
        request = self.wait(self.mother)
        self.free()
        offer = self.offer(request)

        with self.after(4 + 121):
            with self.assertRaises(BookingRefused) as refusal:
                self.accept(self.mother, request)
            self.env["clinic.booking"].with_user(self.mother)._confirm(
                self.mira, offer.booking_id.key, offer.booking_id.version
            )

        self.assertEqual(refusal.exception.reason, "offer_over")
        self.assertEqual(offer._get_visit().state, "held")

    def test_an_offer_is_over_when_the_visit_can_be_booked_no_more(self):
        self.taken["9:00"].with_user(self.desk).start = utc(WEDNESDAY, "9:00")
        with self.after(21 * 60):
            request = self.wait(self.mother)
            self.env["clinic.waitlist"]._look()

            self.assertEqual(self.offer(request).ends_at, utc(TUESDAY, "9:00") - timedelta(hours=2))

    def test_who_never_answers_is_off_the_list(self):
        request = self.wait(self.mother)
        for number, clock in enumerate(("9:00", "10:00", "11:00")):
            self.taken[clock].with_user(self.desk)._update_state("cancelled")
            self.look(minutes=4 + 200 * number)
            self.assertEqual(request.state, "offered")
            self.look(minutes=4 + 200 * number + 121)

        self.assertEqual((request.state, request.ended_why), ("ended", "unanswered"))

    def test_whoever_books_otherwise_is_off_the_list_once_it_cannot_be_undone(self):
        request = self.wait(self.mother)
        self.book(
            self.mother, self.checkout(self.single, written(WEDNESDAY, "9:00"), [self.mother])
        )

        self.free()

        self.assertEqual((request.state, request.ended_why), ("ended", "otherwise"))

    def test_a_request_ends_after_its_last_day(self):
        request = self.wait(self.mother)

        self.look(minutes=2 * 24 * 60)

        self.assertEqual((request.state, request.ended_why), ("ended", "over"))

    def test_longer_hours_and_time_off_taken_back_are_found(self):
        request = self.wait(self.mother, hour_to=13)
        self.look()
        self.assertEqual(request.state, "waiting")

        self.schedule(self.nora, self.calendar((12, 13), company_id=self.company.id), self.harbour)
        self.look()

        self.assertEqual(self.offer(request).start, utc(TUESDAY, "12:00"))

    def test_a_hold_that_ran_out_is_found(self):
        self.taken["10:00"].unlink()
        self.hold(self.father, self.checkout(self.single, written(TUESDAY, "10:00"), [self.father]))
        request = self.wait(self.mother)
        self.look()
        self.assertEqual(request.state, "waiting")

        self.look(minutes=11)

        self.assertEqual(self.offer(request).start, utc(TUESDAY, "10:00"))

    def test_two_are_never_offered_the_same_time(self):
        first, second = self.wait(self.mother), self.wait(self.father)
        self.taken["9:30"].with_user(self.desk)._update_state("cancelled")
        self.taken["11:30"].with_user(self.desk)._update_state("cancelled")

        self.look(minutes=4)

        starts = [self.offer(request).start for request in (first, second)]
        self.assertEqual(starts, [utc(TUESDAY, "9:30"), utc(TUESDAY, "11:30")])

    def test_cancelling_wakes_the_job_when_it_cannot_be_undone_and_only_if_somebody_waits(self):
        cron = self.env.ref("clinic_family.ir_cron_waitlist")
        triggers = self.env["ir.cron.trigger"]
        triggers.search([("cron_id", "=", cron.id)]).unlink()

        self.taken["9:00"]._update_state("cancelled")
        self.assertFalse(triggers.search([("cron_id", "=", cron.id)]))

        self.wait(self.mother)
        triggers.search([("cron_id", "=", cron.id)]).unlink()
        self.taken["10:00"]._update_state("cancelled")
        self.assertEqual(
            triggers.search([("cron_id", "=", cron.id)]).call_at,
            datetime.fromisoformat(NOW) + timedelta(minutes=3),
        )

    # The message

    def test_the_offer_is_told_to_who_asked_and_to_nobody_else(self):
        self.grant(self.leo, self.grandmother, "notify", "book")
        self.wait(self.mother, self.leo)
        self.free()

        mails = self.send(5)

        self.assertEqual(self.addresses(mails), ["mira@example.com"])
        self.assertIn("Tue 30 Mar 10:00", mails[0].subject.replace("\u202f", " "))
        self.assertIn("You are on the wait list", mails[0].words)
        self.assertIn("For Leo Littleton", mails[0].words)
        self.assertIn("/my/waitlist/", mails[0].html)
        self.assertEqual(self.send(6), [])

    def test_nothing_is_told_of_what_is_not_offered_any_more(self):
        request = self.wait(self.mother)
        self.free()
        with self.after(5):
            request._end("left")

        self.assertEqual(self.send(6), [])

    # Joining

    def test_nobody_waits_for_whom_they_may_not_book(self):
        with self.assertRaises(BookingRefused) as refusal:
            self.wait(self.father, self.leo)

        self.assertEqual(refusal.exception.reason, "no_permission")

    def test_sent_twice_one_waits_once(self):
        first = self.wait(self.mother)

        again = self.wait(self.mother, hour_to=11)

        self.assertEqual((again, first.hour_to), (first, 11))

    def test_staff_add_for_those_who_may_book_alone(self):
        requests = self.env["clinic.wait.request"].with_user(self.desk)
        values = {"service_id": self.single.id, "patient_ids": [Command.set(self.leo.ids)]}

        requests.create({**values, "booker_id": self.mira.id})
        with self.assertRaises(ValidationError):
            requests.create({**values, "booker_id": self.fergus.id})
        with self.assertRaises(AccessError):
            requests.create({**values, "booker_id": self.mira.id, "state": "booked"})
        with self.assertRaises(AccessError):
            requests.create({**values, "booker_id": self.mira.id, "asked_at": NOW})

    def test_two_who_separate_read_what_waits_for_the_other_and_it_ends(self):
        relationship_type = self.env.ref("clinic_family.clinic_relationship_type_other")
        self.env["clinic.relationship"]._link(self.leo, self.mira, relationship_type)
        request, own = self.wait(self.mother, self.leo), self.wait(self.mother)
        window = self.env["clinic.relationship.end"].with_user(self.desk).create({
            "person_id": self.leo.id, "relative_id": self.mira.id, "reason": "Asked for",
        })  # fmt: skip
        page = self.env["clinic.page.family.forms"].with_user(self.mother)._get_ending(
            self.mira, self.leo.id
        )  # fmt: skip

        self.assertEqual(window.wait_request_ids.sudo(), request)
        self.assertEqual(page["waits"], [{"service": "Test Physio", "is_mine": True}])
        window.action_end()

        self.assertEqual((request.state, request.ended_why), ("ended", "permission"))
        self.assertEqual(own.state, "waiting")

    # Steps of the front desk

    def test_staff_see_whom_a_time_would_go_to(self):
        first, second = self.wait(self.mother), self.wait(self.father)
        self.taken["10:00"].with_user(self.desk)._update_state("cancelled")
        self.env.invalidate_all()

        self.assertRegex(first.with_user(self.desk).next_text, "10:00.*Nora")
        self.assertFalse(second.with_user(self.desk).next_text)

    def test_staff_offer_to_whom_they_choose(self):
        first, second = self.wait(self.mother), self.wait(self.father)
        self.taken["10:00"].with_user(self.desk)._update_state("cancelled")

        with self.after(4):
            second.with_user(self.desk).action_offer()

        self.assertEqual((first.state, second.state), ("waiting", "offered"))
        with self.after(4), self.assertRaisesRegex(UserError, "Nothing is free"):
            first.with_user(self.desk).action_offer()

    def test_whom_staff_take_off_waits_no_more_and_the_next_is_offered(self):
        first, second = self.wait(self.mother), self.wait(self.father)
        self.free()

        with self.after(5):
            first.with_user(self.desk).action_take_off()
        self.look(minutes=5)

        self.assertEqual((first.state, first.ended_why), ("ended", "staff"))
        self.assertEqual(self.offer(second).start, utc(TUESDAY, "10:00"))

    def test_a_held_time_that_staff_cancel_is_no_offer_any_more(self):
        request = self.wait(self.mother)
        self.free()
        offer = self.offer(request)
        with self.after(5):
            offer._get_visit().with_user(self.desk)._update_state("cancelled")

        self.look(minutes=5)

        self.assertEqual((offer.state, request.state), ("withdrawn", "waiting"))

    def test_an_offer_whose_check_out_is_gone_is_no_offer_any_more(self):
        request = self.wait(self.mother)
        self.free()
        booking = self.offer(request).booking_id
        booking.appointment_ids.unlink()
        booking.unlink()

        self.look(minutes=5)

        self.assertEqual((request.state, request.offer_ids.state), ("waiting", "withdrawn"))

    def test_the_job_asks_as_many_questions_however_many_wait(self):
        def count():
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["clinic.waitlist"]._plan(self.company)
            return self.env.cr.sql_log_count - before

        self.wait(self.mother)
        self.wait(self.father)
        count()
        few = count()
        for number in range(8):
            self.wait(self.user(f"test_more_{number}", f"More {number}"))

        self.assertLessEqual(count(), few)


@tagged("post_install", "-at_install")
class TestWaitlistDeposit(Deposits, WaitCase):
    """What is paid as it is booked is paid first, as at any check-out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_deposits()

    def test_paid_it_is_booked(self):
        request = self.wait(self.mother)
        self.free()
        visit = self.offer(request)._get_visit()

        with self.after(5):
            booking = self.accept(self.mother, request)
            self.assertEqual((booking.state, visit.state), ("paying", "held"))
            self.assertEqual((request.state, visit.deposit), ("offered", 20))
            self.look(minutes=6)
            self.pay(booking.sudo())

        self.assertEqual((visit.state, request.state), ("booked", "booked"))

    def test_through_no_door_it_is_booked_without_being_paid(self):
        request = self.wait(self.mother)
        self.free()
        booking = self.offer(request).booking_id

        with self.after(5):
            self.env["clinic.booking"].with_user(self.mother)._confirm(
                self.mira, booking.key, booking.version
            )

        self.assertEqual(booking.state, "paying")

    def test_not_paid_they_wait_again(self):
        request = self.wait(self.mother)
        self.free()
        with self.after(5):
            self.accept(self.mother, request)

        with self.after(60):
            self.env["clinic.booking"]._clear_baskets()
        self.look(minutes=60)

        self.assertIn(request.state, ("waiting", "offered"))
        self.assertFalse(request.offer_ids.filtered(lambda one: one.state == "accepted").booking_id)
