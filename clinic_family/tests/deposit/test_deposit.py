"""What is paid as a visit is booked: when it is booked, on whom it stands, what becomes of it."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...exceptions import BookingRefused
from ..common import MONDAY, ROLE, TUESDAY, WEDNESDAY, ClinicCase, written
from ..deposit_common import TEN, Deposits, later

ELEVEN = written(TUESDAY, "11:00")


@tagged("post_install", "-at_install")
class TestPaidAtBooking(Deposits, ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_deposits()

    def test_a_service_without_a_deposit_is_booked_at_once(self):
        self.single.paid_online = "nothing"

        self.assertEqual(self.choose().state, "confirmed")

    def test_the_amount_is_the_deposit_of_each_fee_and_never_more_than_the_fees(self):
        self.grant(self.leo, self.mother, "book")
        self.group.write({"paid_online": "deposit", "deposit": 20, "fee_per": "participant"})
        cases = {("deposit", 20): 40, ("deposit", 500): 160, ("all", 0): 160}
        for number, ((paid_online, deposit), due) in enumerate(cases.items()):
            self.group.write({"paid_online": paid_online, "deposit": deposit})
            with self.subTest(paid_online=paid_online, deposit=deposit):
                booking = self.choose(
                    self.mother, self.leo, service=self.group,
                    start=written(WEDNESDAY, f"{9 + number}:00"),
                )  # fmt: skip
                self.assertEqual((booking.state, booking._get_amount()), ("paying", due))

    def test_the_whole_fee_is_what_the_invoice_comes_to(self):
        tax = self.env["account.tax"].create({"name": "Test 15%", "amount": 15})
        self.product.taxes_id = tax
        self.single.write({"paid_online": "all", "invoice_moment": "booking"})

        booking = self.choose()
        self.pay(booking)

        invoice = booking.appointment_ids.invoice_id
        self.assertEqual((booking._get_amount(), invoice.amount_total), (92, 92))

    def test_nothing_is_booked_before_it_is_paid(self):
        booking = self.choose()

        visit = booking.appointment_ids
        self.assertEqual((booking.state, visit.state), ("paying", "held"))
        self.assertFalse(visit.booked_at)
        self.assertEqual(self.confirm_again(booking), booking)

        self.tell(self.begin(booking), "done")

        self.assertEqual((booking.state, visit.state), ("confirmed", "booked"))
        self.assertTrue(booking.undo_until)

    def confirm_again(self, booking):
        bookings = self.env["clinic.booking"].with_user(self.mother)
        return bookings._confirm(self.mira, booking.key, booking.version).sudo()

    def test_it_stands_on_the_payer_and_says_who_paid(self):
        self.grant(self.leo, self.mother, "book")
        self.grant(self.grandmother.partner_id, self.mother, "book", "pay")
        booking = self.choose(self.leo, payer=self.grandmother)

        payment = self.pay(booking)

        self.assertEqual(payment.partner_id, self.grandmother.partner_id)
        self.assertEqual(payment.clinic_payer_id, self.mira)
        self.assertEqual(payment.clinic_appointment_id, booking.appointment_ids)
        self.assertEqual(self.get_owed(self.grandmother.partner_id), -20)
        self.assertEqual(self.get_owed(self.mira), 0)

    def test_it_is_of_the_clinics_day(self):
        """It is Monday in Auckland, and still Sunday for who pays from elsewhere, and for a job."""
        self.mother.tz = "Europe/Paris"

        [payment] = self.pay(self.choose())

        self.assertEqual(payment.date, MONDAY)

    def test_several_visits_have_a_deposit_each(self):
        self.hold(self.mother, self.checkout(self.single, TEN, [self.mother]))
        self.hold(self.mother, self.checkout(self.single, ELEVEN, [self.mother]))

        self.pay(self.confirm(self.mother))

        deposits = self.env["account.payment"].search([("clinic_appointment_id", "!=", False)])
        self.assertEqual(deposits.mapped("amount"), [20, 20])
        self.assertEqual(len(deposits.clinic_appointment_id), 2)

    def test_its_invoice_uses_it_whichever_is_first(self):
        for moment in ("booking", "completion"):
            self.single.invoice_moment = moment
            self.company.clinic_post_invoices = True
            start = TEN if moment == "booking" else ELEVEN
            with self.subTest(moment=moment), later(0):
                visit = self.choose(start=start).appointment_ids
                transaction = self.begin(visit.booking_id)
                self.tell(transaction, "done")
                if moment == "booking":
                    visit.invoice_id._post_by_itself()
                transaction._post_process()
                if moment == "completion":
                    visit._update_state("arrived")
                    visit._update_state("fulfilled")
                self.assertEqual(visit.invoice_id.state, "posted")
                self.assertEqual(visit.invoice_id.amount_residual, 60)
                self.assertEqual(visit.deposit_left, 0)

    def test_sessions_are_kept_while_it_is_paid_and_pay_their_part(self):
        self.assertEqual(self.choose()._get_amount(), 20)

    # Refused

    def refused(self, booking, **form):
        with self.assertRaises(BookingRefused) as refusal:
            self.begin(booking, **form)
        return refusal.exception.reason

    def test_another_amount_is_refused(self):
        booking = self.choose()

        for amount in (0, 19.99, 80, -20, "20", None):
            with self.subTest(amount=amount):
                form = {"amount": "" if amount is None else amount}
                self.assertEqual(self.refused(booking, **form), "amount")

    def test_what_is_being_paid_is_not_paid_again(self):
        for state in ("pending", "done"):
            booking = self.choose(start=TEN if state == "pending" else ELEVEN)
            self.tell(self.begin(booking), state)
            with self.subTest(state=state):
                self.assertIn(self.refused(booking), ("being_paid", "gone"))

    def test_a_permission_that_ended_meanwhile_is_refused_and_nothing_charged(self):
        permission = self.grant(self.leo, self.mother, "book")
        booking = self.choose(self.leo, payer=self.mother)
        permission._revoke("test")

        self.assertEqual(self.refused(booking), "no_permission")
        self.assertFalse(booking.transaction_ids)

    def test_a_name_that_no_longer_may_be_costs_nobody_the_visit_that_is_paid(self):
        greta = self.grandmother.partner_id
        other = self.env.ref("clinic_family.clinic_relationship_type_other")
        for person in (self.leo, self.mira):
            self.env["clinic.relationship"]._link(person, greta, other)
        self.leo.birth_date = "2020-05-04"
        self.grant(self.leo, self.mother, "book")
        booking = self.choose(self.leo, payer=self.mother, along_id=greta.id)
        self.assertEqual(booking.appointment_ids.participant_ids.along_id, greta)
        paying = self.begin(booking)
        self.env["clinic.family"]._separate(greta, self.mira, "test")

        self.tell(paying, "done")

        self.assertEqual(booking.appointment_ids.state, "booked")
        self.assertFalse(booking.appointment_ids.participant_ids.along_id)

    def test_without_a_provider_it_says_whom_to_call(self):
        self.provider.state = "disabled"

        with self.assertRaisesRegex(BookingRefused, "Test Harbour"):
            self.choose()

    def test_nobody_else_pays_it(self):
        booking = self.choose()

        with self.assertRaises(BookingRefused):
            self.env["clinic.booking"].with_user(self.father)._begin_paying(
                self.father.partner_id, booking.key, amount=20, provider_id=self.provider.id
            )

    def test_what_is_being_paid_is_not_booked_by_the_staff(self):
        booking = self.choose()
        desk = self.user("test_desk", "Dee Desk", ROLE + "front_desk")
        visit = booking.appointment_ids.with_user(desk)

        with self.assertRaisesRegex(UserError, "check-out"):
            visit.action_rebook()

    def test_a_transfer_is_no_way_to_pay_at_once(self):
        # Odoo's own module for transfers, which needn't be installed here.
        self.env.cr.execute(
            "UPDATE payment_provider SET code = 'custom' WHERE id = %s", [self.provider.id]
        )
        self.env.invalidate_all()

        with self.assertRaises(BookingRefused):
            self.choose()

    # Meanwhile

    def test_beginning_again_and_going_back_keep_nothing_for_longer_than_an_hour(self):
        booking = self.choose()
        bookings = self.env["clinic.booking"].with_user(self.mother)
        for minutes in (28, 55):
            with later(minutes):
                self.begin(booking)
        with later(58):
            bookings._stop_paying(self.mira, booking.key)
            booking = self.confirm(self.mother)
        with later(61):
            self.assertEqual(self.refused(booking), "gone")
            self.assertEqual(self.hold(self.father, self.theirs()).state, "held")

    def test_what_a_bank_refuses_is_held_no_longer(self):
        booking = self.choose()
        transaction = self.begin(booking)
        self.tell(transaction, "pending")
        self.tell(transaction, "error")

        with later(11):
            self.assertEqual(self.hold(self.father, self.theirs()).state, "held")

    def test_what_may_not_be_booked_any_more_when_the_money_comes_goes_back(self):
        permission = self.grant(self.leo, self.mother, "book")
        booking = self.choose(self.leo, payer=self.mother)
        transaction = self.begin(booking)
        self.tell(transaction, "pending")
        permission._revoke("test")

        self.tell(transaction, "done")
        transaction._post_process()
        self.settle()

        self.assertEqual(booking.appointment_ids.state, "held")
        self.assertEqual(self.get_owed(self.mira), 0)

    def test_nothing_is_booked_in_the_past(self):
        booking = self.choose()
        transaction = self.begin(booking)
        self.tell(transaction, "pending")

        with later(28 * 60):
            self.tell(transaction, "done")

        self.assertFalse(transaction.clinic_is_booked)

    def test_a_visit_deleted_before_the_payment_is_in_the_books(self):
        self.hold(self.mother, self.checkout(self.single, TEN, [self.mother]))
        self.hold(self.mother, self.checkout(self.single, ELEVEN, [self.mother]))
        booking = self.confirm(self.mother)
        transaction = self.begin(booking)
        self.tell(transaction, "done")

        booking.appointment_ids[0].unlink()
        transaction._post_process()
        self.settle()

        self.assertEqual(self.get_refunds(transaction).mapped("amount"), [-20])
        self.assertEqual(self.get_owed(self.mira), -20)

    def test_paying_keeps_its_times(self):
        booking = self.choose()
        self.begin(booking)

        with later(29):
            self.assertRefused("taken", "took", self.father, self.theirs())
        with later(31):
            self.assertEqual(self.hold(self.father, self.theirs()).state, "held")

    def theirs(self):
        return self.checkout(self.single, TEN, [self.father])

    def test_what_a_bank_takes_its_time_for_is_kept_for_a_day(self):
        booking = self.choose()
        transaction = self.begin(booking)
        self.tell(transaction, "pending")

        with later(23 * 60):
            self.env["clinic.booking"]._clear_baskets()
            self.tell(transaction, "done")

        self.assertEqual(booking.appointment_ids.state, "booked")

    def test_money_that_comes_too_late_goes_back(self):
        booking = self.choose()
        transaction = self.begin(booking)
        with later(31):
            self.hold(self.father, self.theirs())

            self.tell(transaction, "done")
            transaction._post_process()
            self.settle(31)

        self.assertEqual(booking.state, "paying")
        self.assertEqual(self.get_owed(self.mira), 0)
        self.assertEqual(self.get_refunds(transaction).mapped("amount"), [-20])

    def test_money_after_all_books_what_was_given_up(self):
        for state in ("cancel", "error"):
            booking = self.choose(start=TEN if state == "error" else ELEVEN)
            transaction = self.begin(booking)
            self.tell(transaction, state)
            with self.subTest(state=state):
                self.tell(transaction, "done")
                self.assertEqual(booking.appointment_ids.state, "booked")

    def test_two_payments_for_one_book_once_and_one_goes_back(self):
        booking = self.choose()
        first, second = self.begin(booking), self.begin(booking)

        for transaction in (first, second):
            self.tell(transaction, "done")
            transaction._post_process()
        self.settle()

        self.assertEqual((first.clinic_is_booked, second.clinic_is_booked), (True, False))
        self.assertEqual(self.get_owed(self.mira), -20)
        self.assertEqual(self.get_refunds(first + second).mapped("amount"), [-20])

    def test_what_was_never_paid_is_freed_and_its_check_out_waits_for_late_money(self):
        unpaid, begun = self.choose(start=TEN), self.choose(start=ELEVEN)
        transaction = self.begin(begun)
        with later(60):
            self.env["clinic.booking"]._clear_baskets()
            self.assertFalse(unpaid.exists())
            self.assertFalse(begun.appointment_ids)

            self.tell(transaction, "done")
            transaction._post_process()
            self.settle(60)

        self.assertEqual(self.get_owed(self.mira), 0)

    def test_going_back_gives_the_basket_back(self):
        booking = self.choose()
        visit, transaction = booking.appointment_ids, self.begin(booking)
        bookings = self.env["clinic.booking"].with_user(self.mother)

        self.assertTrue(bookings._stop_paying(self.mira, booking.key))

        self.assertEqual(visit.booking_id, bookings._find_basket(self.mira).sudo())
        self.assertEqual((visit.deposit, transaction.state), (0, "cancel"))
        self.assertEqual(self.confirm(self.mother).appointment_ids, visit)

    def test_what_waits_for_payment_counts_as_held(self):
        for clock in ("9:00", "9:30", "10:00", "10:30", "11:00", "11:30", "13:00", "13:30"):
            self.choose(start=written(WEDNESDAY, clock))
        for clock in ("14:00", "14:30"):
            self.choose(start=written(WEDNESDAY, clock))

        self.assertRefused(
            "held_many", "held many", self.mother,
            self.checkout(self.single, written(WEDNESDAY, "15:00"), [self.mother]),
        )  # fmt: skip

    # What becomes of it

    def test_cancelled_in_time_it_goes_back_when_that_cannot_be_undone_any_more(self):
        booking = self.choose()
        transaction = self.pay(booking).payment_transaction_id.source_transaction_id
        with later(30):
            booking.appointment_ids.with_user(self.mother)._cancel_for(
                self.mira, booking.appointment_ids.participant_ids
            )
            self.settle(30)
        self.assertEqual(self.get_owed(self.mira), -20)

        self.settle(60)

        self.assertEqual(self.get_owed(self.mira), 0)
        self.settle(90)
        self.assertEqual(self.get_refunds(transaction).mapped("amount"), [-20])

    def test_taken_up_again_it_stays(self):
        visit = self.choose().appointment_ids
        self.pay(visit.booking_id)
        visit._update_state("cancelled")
        visit._update_state("booked")

        self.settle(60)

        self.assertEqual(self.get_owed(self.mira), -20)

    def test_of_a_visit_that_is_deleted_it_goes_back(self):
        visit = self.choose().appointment_ids
        self.pay(visit.booking_id)

        visit.unlink()
        self.settle(60)

        self.assertEqual(self.get_owed(self.mira), 0)

    def test_what_is_captured_later_is_the_visits_deposit(self):
        self.provider.capture_manually = True
        visit = self.choose().appointment_ids
        transaction = self.begin(visit.booking_id)
        self.tell(transaction, "done")
        self.assertEqual((transaction.state, visit.state), ("authorized", "booked"))

        for amount in (5, 15):
            captured = transaction._create_child_transaction(amount)
            captured._set_done()
            captured._post_process()

        self.assertCountEqual(visit.deposit_payment_ids.mapped("amount"), [5, 15])
        self.assertEqual(self.get_owed(self.mira), -20)

    def test_what_was_only_authorized_and_let_go_is_paid_as_any_other_visit(self):
        self.provider.capture_manually = True
        visit = self.choose().appointment_ids
        transaction = self.begin(visit.booking_id)
        self.tell(transaction, "done")

        transaction._void()

        self.assertEqual((transaction.state, visit.state, visit.deposit), ("cancel", "booked", 0))

    def authorize(self):
        """A visit whose deposit is only promised."""
        self.provider.capture_manually = True
        booking = self.choose()
        transaction = self.begin(booking)
        self.tell(transaction, "done")
        return booking.appointment_ids, transaction

    def test_cancelled_before_it_is_captured_the_money_is_let_go(self):
        visit, transaction = self.authorize()
        with later(10):
            visit._update_state("cancelled")
            self.env.flush_all()

        self.settle(10)
        self.assertEqual(transaction.state, "authorized", "the click may be taken back")
        self.settle(30)

        self.assertEqual((transaction.state, visit.deposit), ("cancel", 0))

    def test_what_is_owed_for_a_late_cancellation_may_still_be_captured(self):
        self.single.late_fee = 15
        visit, transaction = self.authorize()
        with later(10):
            visit._charge("late", visit._get_coming())
            visit.participant_ids.owes = "late"
            visit._update_state("cancelled")

        self.settle(30)

        self.assertEqual(transaction.state, "authorized")

    def test_what_was_authorized_too_late_is_let_go(self):
        self.provider.capture_manually = True
        transaction = self.begin(self.choose())
        with later(31):
            self.hold(self.father, self.theirs())
            self.tell(transaction, "done")
            self.settle(31)

        self.assertEqual(transaction.state, "cancel")

    def test_where_another_pays_from_now_on_it_goes_back(self):
        self.grant(self.grandmother.partner_id, self.mother, "pay")
        visit = self.choose().appointment_ids
        self.pay(visit.booking_id)

        visit._change_payer(self.grandmother.partner_id)
        self.settle(60)

        self.assertEqual(self.get_owed(self.mira), 0)

    def test_where_the_desk_lets_another_pay_it_goes_back(self):
        visit = self.choose().appointment_ids
        self.pay(visit.booking_id)
        self.settle(10)

        visit.payer_id = self.grandmother.partner_id
        self.settle(60)

        self.assertEqual(self.get_owed(self.mira), 0)

    def test_a_provider_that_pays_nothing_back_leaves_it_to_the_staff(self):
        visit = self.choose().appointment_ids
        payment = self.pay(visit.booking_id)
        self.provider.support_refund = "none"

        visit._update_state("cancelled")
        self.settle(60)

        self.assertTrue(payment.clinic_to_return)
        self.assertIn("by hand", payment.message_ids[0].body)
        self.assertEqual(self.get_owed(self.mira), -20)

    def test_one_that_can_t_be_paid_back_keeps_no_other_waiting(self):
        first, second = self.choose(start=TEN), self.choose(start=ELEVEN)
        stuck, other = self.pay(first), self.pay(second)
        stuck.payment_transaction_id.provider_id = self.provider.copy({"state": "disabled"})
        (first + second).appointment_ids._update_state("cancelled")

        self.settle(60)

        self.assertEqual((stuck.clinic_to_return, other.clinic_to_return), (True, False))
        self.assertEqual(other.clinic_left, 0)

    def test_what_the_provider_refuses_to_pay_back_later_is_left_to_the_staff(self):
        visit = self.choose().appointment_ids
        payment = self.pay(visit.booking_id)

        refund = payment.payment_transaction_id._create_child_transaction(20, is_refund=True)
        refund._set_error("test")

        self.assertTrue(payment.clinic_to_return)
        again = payment.payment_transaction_id._refund(20)
        again._post_process()
        self.assertFalse(payment.clinic_to_return)

    def test_what_staff_are_paying_back_is_not_paid_back_by_the_job_too(self):
        visit = self.choose().appointment_ids
        payment = self.pay(visit.booking_id)
        payment.payment_transaction_id._create_child_transaction(20, is_refund=True)._set_pending()

        visit._update_state("cancelled")
        self.settle(60)

        self.assertEqual(payment.amount_available_for_refund, 0)
        back = self.env["payment.transaction"].search([("operation", "=", "refund")])
        self.assertEqual(back.mapped("amount"), [-20])

    def test_what_waits_for_a_draft_goes_back_when_the_draft_is_given_up(self):
        self.single.invoice_moment = "booking"
        visit = self.choose().appointment_ids
        self.pay(visit.booking_id)
        visit._update_state("noshow")
        self.settle(60)
        self.assertEqual(self.get_owed(self.mira), -20)

        visit.invoice_id.button_cancel()
        self.settle(120)

        self.assertEqual(self.get_owed(self.mira), 0)

    def test_staff_pay_it_back_through_odoo_s_own_window(self):
        visit = self.choose().appointment_ids
        payment = self.pay(visit.booking_id)

        refund = payment.payment_transaction_id._refund(20)
        refund._post_process()

        self.assertEqual(payment.clinic_left, 0)
        self.assertEqual(self.get_owed(self.mira), 0)

    def test_nobody_writes_by_hand_whose_deposit_it_is(self):
        payment = self.pay(self.choose())
        billing = self.user("test_billing", "Bill Test-Billing", ROLE + "billing")
        other = self.appointment(WEDNESDAY, "10:00", [self.father])

        for values in ({"clinic_appointment_id": other.id}, {"clinic_to_return": True}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                payment.with_user(billing).write(values)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            payment.payment_transaction_id.with_user(self.mother).clinic_is_booked = False
