"""The main job: what one may book for oneself and one's family, and who pays."""

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...exceptions import BasketChanged, BookingRefused, SlotTaken
from ..common import NO_ID, TUESDAY, ClinicCase, utc, written

TEN = written(TUESDAY, "10:00")
ELEVEN = written(TUESDAY, "11:00")


@tagged("post_install", "-at_install")
class TestBookingPeople(ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.permission = cls.grant(cls.leo, cls.mother, "book")
        cls.grant(cls.leo, cls.grandmother, "book")

    def test_a_mother_books_for_herself_and_her_son_and_pays(self):
        visit = self.book(self.mother, self.checkout(self.group, TEN, [self.mother, self.leo]))

        self.assertEqual((visit.state, visit.start), ("booked", utc(TUESDAY, "10:00")))
        self.assertEqual((visit.service_id, visit.practitioner_id), (self.group, self.nora))
        self.assertEqual((visit.location_id, visit.company_id), (self.harbour, self.company))
        self.assertEqual(visit.payer_id, self.mother.partner_id)
        self.assertEqual(visit.participant_ids.partner_id, self.mother.partner_id + self.leo)
        self.assertEqual(visit.participant_ids.mapped("is_primary"), [True, False])

    def test_a_grandmother_who_may_only_book_pays_herself(self):
        checkout = self.checkout(self.single, TEN, [self.leo], self.grandmother)

        visit = self.book(self.grandmother, checkout)

        self.assertEqual(visit.payer_id, self.grandmother.partner_id)
        self.assertEqual(visit.participant_ids.partner_id, self.leo)
        self.assertFalse(visit.participant_ids.is_primary)

    def test_somebody_else_pays_once_they_let_the_booker_pay(self):
        checkout = self.checkout(self.single, TEN, [self.leo], self.father)
        self.assertRefused("payer", "can't be asked to pay", self.mother, checkout)

        self.grant(self.father.partner_id, self.mother, "pay")

        self.assertEqual(self.book(self.mother, checkout).payer_id, self.father.partner_id)

    def test_whom_one_books_for_is_not_made_to_pay(self):
        checkout = self.checkout(self.single, TEN, [self.leo])

        self.assertRefused("payer", "can't be asked to pay", self.mother, checkout)

    def test_somebody_has_to_pay(self):
        checkout = self.checkout(self.single, TEN, [self.mother], payer_id=0)

        self.assertRefused("payer", "can't be asked to pay", self.mother, checkout)

    def test_it_is_recorded_who_booked_under_which_permission(self):
        visit = self.book(self.mother, self.checkout(self.group, TEN, [self.mother, self.leo]))

        self.assertEqual(visit.booking_id.booker_id, self.mother.partner_id)
        self.assertEqual(visit.participant_ids.mapped("booked_by_id"), self.mother.partner_id)
        self.assertEqual(
            [participant.permission_id for participant in visit.participant_ids],
            [self.permission.browse(), self.permission],
        )

    def test_whoever_is_booked_becomes_a_patient(self):
        before = self.leo.is_patient

        self.book(self.grandmother, self.checkout(self.single, TEN, [self.leo], self.grandmother))

        self.assertEqual((before, self.leo.is_patient), (False, True))
        self.assertFalse(self.grandmother.partner_id.is_patient)

    def test_one_does_not_book_for_whom_one_may_not(self):
        checkout = self.checkout(self.group, TEN, [self.mother, self.father])

        self.assertRefused("no_permission", "can't book for one of", self.mother, checkout)

    def test_a_refusal_names_nobody(self):
        with self.assertRaises(Exception) as refusal:
            self.book(self.stranger, self.checkout(self.group, TEN, [self.stranger, self.leo]))

        self.assertNotRegex(str(refusal.exception), "Leo|Littleton|Stan")

    def test_a_stranger_and_an_unknown_id_are_refused_alike(self):
        known = self.checkout(self.single, TEN, [self.leo], self.stranger)
        unknown = self.checkout(self.single, TEN, [self.stranger], participant_ids=(NO_ID,))

        with self.assertRaises(Exception) as one:
            self.book(self.stranger, known)
        with self.assertRaises(Exception) as other:
            self.book(self.stranger, unknown)

        self.assertEqual(str(one.exception), str(other.exception))
        self.assertEqual(one.exception.reason, other.exception.reason)

    def test_a_foreign_payer_and_an_unknown_id_are_refused_alike(self):
        known = self.checkout(self.single, TEN, [self.stranger], self.mother)
        unknown = self.checkout(self.single, TEN, [self.stranger], payer_id=NO_ID)

        with self.assertRaises(Exception) as one:
            self.book(self.stranger, known)
        with self.assertRaises(Exception) as other:
            self.book(self.stranger, unknown)

        self.assertEqual(str(one.exception), str(other.exception))

    def test_somebody_has_to_come(self):
        checkout = self.checkout(self.group, TEN, [self.mother], participant_ids=())

        self.assertRefused("nobody", "choose who is coming", self.mother, checkout)

    def test_a_time_for_nobody_is_let_go_when_the_others_are_booked(self):
        visit = self.hold(self.mother, self.checkout(self.single, TEN, [self.mother]))
        nobody = self.checkout(self.single, ELEVEN, [self.mother], participant_ids=(), payer_id=0)
        unfinished = self.hold(self.mother, nobody)

        self.confirm(self.mother)

        self.assertEqual(visit.state, "booked")
        self.assertFalse(unfinished.exists())

    def test_a_single_service_is_for_one(self):
        checkout = self.checkout(self.single, TEN, [self.mother, self.leo])

        self.assertRefused("too_many", "Test Physio is for at most", self.mother, checkout)

    def test_a_group_service_is_for_as_many_as_it_says(self):
        people = [self.mother, self.leo, self.person("Ida Test"), self.person("Ed Test")]
        self.grant(people[2], self.mother, "book")
        self.grant(people[3], self.mother, "book")
        too_many = self.checkout(self.group, TEN, people)

        self.assertRefused("too_many", "at most 3 people", self.mother, too_many)
        self.assertTrue(self.book(self.mother, self.checkout(self.group, TEN, people[:3])))

    def test_a_permission_revoked_on_the_last_page_counts_no_more(self):
        held = self.hold(self.mother, self.checkout(self.group, TEN, [self.mother, self.leo]))

        self.permission._revoke("A quarrel.")

        with self.assertRaisesRegex(BookingRefused, "10:00.*can't book for"):
            self.confirm(self.mother)
        self.assertEqual((held.state, held.booked_at), ("held", False))

    def test_it_is_booked_under_the_permission_of_that_moment(self):
        held = self.hold(self.mother, self.checkout(self.single, TEN, [self.leo], self.mother))
        self.permission._revoke("A quarrel.")
        renewed = self.grant(self.leo, self.mother, "book")

        self.confirm(self.mother)

        self.assertEqual(held.participant_ids.permission_id, renewed)


@tagged("post_install", "-at_install")
class TestBookingOnce(ClinicCase):
    def confirm_again(self, booking, version=None):
        """The same check-out sent once more."""
        bookings = self.env["clinic.booking"].with_user(booking.booker_id.user_ids)
        version = booking.version if version is None else version
        return bookings._confirm(booking.booker_id, booking.key, version)

    def test_a_check_out_sent_twice_books_once(self):
        self.hold(self.mother, self.checkout(self.single, TEN, [self.mother]))
        booking = self.confirm(self.mother)

        self.assertEqual(self.confirm_again(booking), booking)
        self.assertEqual(
            self.env["clinic.appointment"].search_count([("practitioner_id", "=", self.nora.id)]), 1
        )

    def test_a_check_out_sent_again_is_answered_even_if_it_could_not_be_booked_now(self):
        self.hold(self.mother, self.checkout(self.single, TEN, [self.mother]))
        booking = self.confirm(self.mother)

        self.single.is_published = False

        self.assertEqual(self.confirm_again(booking), booking)

    def test_nothing_is_booked_that_the_page_did_not_show(self):
        self.hold(self.mother, self.checkout(self.single, TEN, [self.mother]))
        basket = self.env["clinic.booking"]._find_basket(self.mother.partner_id)
        shown = basket.version
        self.hold(self.mother, self.checkout(self.single, ELEVEN, [self.mother]))

        with self.assertRaises(BasketChanged):
            self.confirm_again(basket, shown)

        self.assertEqual(basket.appointment_ids.mapped("state"), ["held", "held"])

    def test_the_key_of_somebody_else_opens_nothing(self):
        self.hold(self.mother, self.checkout(self.single, TEN, [self.mother]))
        basket = self.env["clinic.booking"]._find_basket(self.mother.partner_id)

        with self.assertRaises(BasketChanged):
            self.env["clinic.booking"].with_user(self.father)._confirm(
                self.father.partner_id, basket.key, basket.version
            )

        self.assertEqual(basket.state, "open")

    def test_a_time_that_is_taken_is_refused(self):
        self.book(self.mother, self.checkout(self.single, TEN, [self.mother]))

        with self.assertRaises(SlotTaken), mute_logger("odoo.sql_db"):
            self.book(self.father, self.checkout(self.single, TEN, [self.father]))

    def test_whoever_is_free_is_booked_in_the_order_of_the_clinic(self):
        ben = self.practitioner("Ben Test-Other", sequence=20)
        self.group.practitioner_ids = [Command.set((ben + self.nora).ids)]

        first = self.book(self.mother, self.checkout(self.group, TEN, [self.mother]))
        second = self.book(self.father, self.checkout(self.group, TEN, [self.father]))

        self.assertEqual(first.practitioner_id + second.practitioner_id, self.nora + ben)
        with self.assertRaises(SlotTaken), mute_logger("odoo.sql_db"):
            self.book(self.stranger, self.checkout(self.group, TEN, [self.stranger]))

    def test_whoever_was_chosen_is_not_replaced(self):
        self.group.practitioner_ids += self.practitioner("Ben Test-Other")
        chosen = {"practitioner_id": self.nora.id}
        self.book(self.mother, self.checkout(self.group, TEN, [self.mother], **chosen))

        with self.assertRaises(SlotTaken), mute_logger("odoo.sql_db"):
            self.book(self.father, self.checkout(self.group, TEN, [self.father], **chosen))

    def test_a_refused_booking_leaves_nothing(self):
        self.book(self.mother, self.checkout(self.single, TEN, [self.mother]))
        before = self.env["clinic.appointment"].search_count([])

        with self.assertRaises(SlotTaken), mute_logger("odoo.sql_db"):
            self.book(self.father, self.checkout(self.single, TEN, [self.father]))

        self.assertEqual(self.env["clinic.appointment"].search_count([]), before)
