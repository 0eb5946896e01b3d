"""The owner's sessions, used by relatives: as far as the owner lets them, as long as they do."""

from odoo.fields import Command
from odoo.tests import tagged

from ...exceptions import BasketChanged
from ..common import TUESDAY, WEDNESDAY, written
from ..package_common import PackageCase


@tagged("post_install", "-at_install")
class TestPackageFamily(PackageCase):
    def setUp(self):
        super().setUp()
        self.purchase = self.sell(self.package(self.single), self.owner)

    def fathers(self, clock="10:00", day=TUESDAY):
        return self.visit(clock, people=[self.father], day=day)

    def test_a_relative_uses_them_under_the_permission(self):
        permission = self.grant(self.owner, self.father, "packages")

        visit = self.fathers()

        self.assertEqual(visit.session_ids.purchase_id, self.purchase)
        self.assertEqual(visit.session_ids.permission_id, permission)
        self.assertEqual(visit.session_ids.change_ids.permission_id, permission)

    def test_other_permissions_give_nothing(self):
        kinds = ("pay", "book", "intake", "notify", "receipts", "calendar")
        self.grant(self.owner, self.father, *kinds)

        self.assertFalse(self.fathers().session_ids)

    def test_ones_own_are_used_before_what_is_shared(self):
        self.grant(self.owner, self.father, "packages")
        own = self.sell(self.package(self.single), self.father.partner_id)

        self.assertEqual(self.fathers().session_ids.purchase_id, own)

    def test_a_number_of_sessions_is_a_limit(self):
        permission = self.grant(self.owner, self.father, "packages")
        permission._share_packages(self.purchase.browse(), 1)

        first, second = self.fathers("9:00"), self.fathers("10:00")

        self.assertTrue(first.session_ids)
        self.assertFalse(second.session_ids)
        first._update_state("cancelled")
        self.assertTrue(self.fathers("11:00").session_ids)

    def test_who_uses_what_is_limited_queues_and_nobody_else_does(self):
        """Of two bookings at once, of different sessions, both would count the same."""
        permission = self.grant(self.owner, self.father, "packages")

        def place_of_row(permission):
            self.env.flush_all()
            self.env.cr.execute("SELECT ctid FROM clinic_permission WHERE id = %s", permission.ids)
            return self.env.cr.fetchone()

        before = place_of_row(permission)
        self.assertTrue(self.fathers("9:00").session_ids)
        self.assertEqual(place_of_row(permission), before)
        limited = permission._share_packages(self.purchase.browse(), 2)
        before = place_of_row(limited)

        self.assertTrue(self.fathers("10:00").session_ids)

        self.assertNotEqual(place_of_row(limited), before)

    def test_what_was_used_before_counts_against_a_new_limit(self):
        permission = self.grant(self.owner, self.father, "packages")
        self.fathers("9:00")

        permission._share_packages(self.purchase.browse(), 1)

        self.assertFalse(self.fathers("10:00").session_ids)

    def test_only_chosen_packages_count(self):
        chosen = self.sell(self.package(self.single), self.owner)
        permission = self.grant(self.owner, self.father, "packages")
        permission._share_packages(chosen, 0)

        visits = [self.fathers(clock) for clock in ("9:00", "9:30", "10:00", "10:30")]

        self.assertEqual([visit.session_ids.purchase_id for visit in visits[:3]], [chosen] * 3)
        self.assertFalse(visits[3].session_ids)

    def test_ended_means_no_new_use(self):
        permission = self.grant(self.owner, self.father, "packages")
        kept = self.fathers("9:00")

        permission._revoke("No more.")

        self.assertFalse(self.fathers("10:00").session_ids)
        self.assertTrue(kept.session_ids)
        kept.action_fulfil()
        self.assertStates(self.purchase, free=2, used=1)

    def test_where_the_clinic_says_so_what_is_reserved_ends_too(self):
        self.company.clinic_honour_reserved = False
        permission = self.grant(self.owner, self.father, "packages")
        visit = self.fathers()

        permission._revoke("No more.")

        self.assertFalse(visit.session_ids)
        self.assertStates(self.purchase, free=3)

    def test_renewing_keeps_what_is_reserved_and_what_is_limited(self):
        self.company.clinic_honour_reserved = False
        permission = self.grant(self.owner, self.father, "packages")
        permission = permission._share_packages(self.purchase, 2)
        visit = self.fathers()

        renewed = permission._renew(False)

        self.assertTrue(visit.session_ids)
        self.assertEqual((renewed.purchase_ids, renewed.session_limit), (self.purchase, 2))

    def test_what_was_reserved_before_renewing_is_used_and_ends_with_the_renewed(self):
        self.company.clinic_honour_reserved = False
        permission = self.grant(self.owner, self.father, "packages")
        kept, given_back = self.fathers("9:00"), self.fathers("10:00")
        renewed = permission._share_packages(self.purchase, 2)

        kept.action_fulfil()
        renewed._revoke("No more.")

        self.assertEqual(kept.session_ids.state, "used")
        self.assertFalse(given_back.session_ids)
        self.assertStates(self.purchase, free=2, used=1)

    def test_one_that_may_not_be_shared_is_for_its_owner(self):
        self.purchase.is_shareable = False
        self.grant(self.owner, self.father, "packages")

        self.assertFalse(self.fathers("9:00").session_ids)
        self.assertTrue(self.visit("10:00").session_ids)

    # Online

    def test_online_a_session_is_used_by_whoever_books(self):
        self.grant(self.leo, self.mother, "book")

        visit = self.book(
            self.mother,
            self.checkout(self.single, written(TUESDAY, "10:00"), [self.leo], self.mother),
        )

        self.assertEqual(visit.session_ids.purchase_id, self.purchase)
        self.assertFalse(visit.session_ids.permission_id)

    def test_booking_for_the_owner_is_no_right_to_the_owners_sessions(self):
        self.grant(self.owner, self.father, "book")
        checkout = self.checkout(self.single, written(TUESDAY, "10:00"), [self.mother], self.father)

        self.assertFalse(self.book(self.father, checkout).session_ids)

    def test_one_can_pay_instead(self):
        held = self.hold(
            self.mother, self.checkout(self.single, written(TUESDAY, "10:00"), [self.mother])
        )
        self.env["clinic.booking"]._choose_payment(self.owner, held.id, False)

        self.confirm(self.mother)

        self.assertFalse(held.session_ids)
        self.assertStates(self.purchase, free=3)

    def test_nothing_is_used_that_the_page_did_not_show(self):
        self.hold(self.mother, self.checkout(self.single, written(TUESDAY, "10:00"), [self.mother]))
        basket = self.env["clinic.booking"]._find_basket(self.owner).sudo()
        shown = basket._write_plan(basket._plan_sessions())
        self.assertTrue(shown)
        self.purchase._refund_unused()

        with self.assertRaises(BasketChanged):
            basket._confirm(self.owner, basket.key, basket.version, shown)

        self.assertEqual(basket.state, "open")

    def test_several_in_a_basket_use_several(self):
        for clock in ("9:00", "9:30", "10:00", "10:30"):
            self.hold(
                self.mother, self.checkout(self.single, written(WEDNESDAY, clock), [self.mother])
            )

        booking = self.confirm(self.mother)

        self.assertStates(self.purchase, reserved=3)
        self.assertEqual(len(booking.appointment_ids.session_ids), 3)

    def test_what_is_taken_back_gives_it_back(self):
        self.company.clinic_late_uses_session = True
        visit = self.book(
            self.mother, self.checkout(self.single, written(TUESDAY, "10:00"), [self.mother])
        )

        visit.with_user(self.mother)._cancel_for(self.owner, visit.participant_ids)

        self.assertStates(self.purchase, free=3)
        self.assertLedgerAgrees(self.purchase.session_ids)

    def test_where_each_pays_one_leaves_with_their_session(self):
        self.single.write({"fee_per": "participant", "max_participants": 3})
        self.purchase.session_ids.invalidate_recordset()
        self.grant(self.owner, self.father, "packages")
        visit = self.visit(people=[self.mother, self.father])
        self.assertStates(self.purchase, free=1, reserved=2)

        visit.participant_ids.filtered(lambda p: p.partner_id == self.father.partner_id)._cancel()

        self.assertStates(self.purchase, free=2, reserved=1)

    def test_a_package_of_another_practitioner_is_kept_for_them(self):
        other = self.practitioner("Paul Test-Pond")
        self.purchase.practitioner_ids = [Command.set(other.ids)]

        self.assertFalse(self.visit().session_ids)
