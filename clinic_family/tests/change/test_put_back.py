"""What was cancelled by a slip is put back, for a few minutes and while its time is free."""

from functools import cached_property

from odoo.fields import Command
from odoo.tests import tagged

from ...exceptions import BookingRefused, SlotTaken
from ..change_common import ChangeCase
from ..common import NOW, ROLE, THURSDAY, freeze_time, written
from ..package_common import PackageBuilders


@tagged("post_install", "-at_install")
class TestPutBack(PackageBuilders, ChangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grant(cls.leo, cls.mother, "book")

    @cached_property
    def hers(self):
        return self.visit(self.mother, self.leo)

    def put_back(self, user, visit=None):
        visit = visit or self.hers
        self.env.invalidate_all()
        visit.with_user(user)._put_back(user.partner_id)
        self.env.invalidate_all()

    def until(self, user, visit=None):
        self.env.invalidate_all()
        return (visit or self.hers).with_user(user)._get_put_back_until(user.partner_id)

    def test_a_cancelled_visit_is_as_it_was_and_twice_is_once(self):
        self.cancel(self.mother, self.hers)
        self.assertEqual(str(self.until(self.mother)), NOW.replace("20:00", "20:03"))

        self.put_back(self.mother)
        self.put_back(self.mother)

        self.assertEqual(self.hers.state, "booked")
        self.assertEqual(self.coming(self.hers), self.mother.partner_id | self.leo)
        self.assertFalse(any(self.hers.participant_ids.mapped("cancelled_by_id")))

    def test_what_was_just_booked_and_taken_back_too(self):
        fresh = self.booked(self.mother, self.mother)
        self.cancel(self.mother, fresh)

        self.put_back(self.mother, fresh)

        self.assertEqual((fresh.state, bool(fresh.booked_at)), ("booked", True))

    def test_who_left_before_stays_away(self):
        self.cancel(self.mother, self.hers, self.leo)
        with freeze_time(NOW.replace("20:00", "20:01")):
            self.cancel(self.mother, self.hers)

            self.put_back(self.mother)

        self.assertEqual(self.coming(self.hers), self.mother.partner_id)

    def test_afterwards_it_stays_cancelled(self):
        self.cancel(self.mother, self.hers)

        with freeze_time(NOW.replace("20:00", "20:04")):
            self.assertFalse(self.until(self.mother))
            self.assertNotChanged("too_late", self.put_back, self.mother)

    def test_only_who_cancelled_it_puts_it_back_and_while_they_may_book(self):
        leos = self.visit(self.leo, payer_id=self.father.partner_id.id)
        self.grant(self.leo, self.father, "book")
        right = self.env["clinic.permission"].search([
            ("grantor_id", "=", self.leo.id), ("grantee_id", "=", self.mother.partner_id.id),
        ])  # fmt: skip
        self.cancel(self.mother, leos)
        self.assertTrue(self.until(self.mother, leos))

        self.assertFalse(self.until(self.father, leos))
        right._revoke("A reason")
        self.assertFalse(self.until(self.mother, leos))

    def test_somebody_else_has_its_time(self):
        self.cancel(self.mother, self.hers)
        self.booked(self.stranger, self.stranger)

        with self.assertRaises(SlotTaken):
            self.put_back(self.mother)

        self.assertEqual(self.hers.state, "cancelled")

    def test_who_came_is_somewhere_else_by_now(self):
        other = self.practitioner("Other Test-Practitioner")
        self.group.practitioner_ids += other
        self.cancel(self.mother, self.hers)
        self.appointment(THURSDAY, "10:00", [self.leo], practitioner_id=other.id)

        self.assertNotChanged("clash", self.put_back, self.mother)

    def test_what_is_confidential_keeps_nobody_from_it_who_works_here_too(self):
        """The staff may read it; a relative who is one of them learns nothing of it here."""
        clerk = self.user("test_clerk", "Clara Clerk", ROLE + "front_desk")
        self.grant(self.leo, clerk, "book")
        other = self.practitioner("Other Test-Practitioner")
        self.group.practitioner_ids += other
        leos = self.visit(self.leo)
        self.cancel(clerk, leos)
        hidden = self.appointment(THURSDAY, "10:00", [self.leo], practitioner_id=other.id)
        hidden._set_confidential(True)

        self.put_back(clerk, leos)

        self.assertEqual(leos.state, "booked")

    def test_nobody_has_more_ahead_than_the_clinic_wants(self):
        fresh = self.booked(self.mother, self.mother)
        self.cancel(self.mother, fresh)
        self.company.clinic_most_upcoming = 1
        self.book(self.mother, self.checkout(self.group, written(THURSDAY, "15:00"), [self.mother]))

        with self.assertRaises(BookingRefused):
            self.put_back(self.mother, fresh)

    def test_where_a_fee_or_an_invoice_stands_against_it_it_stays_cancelled(self):
        self.group.late_fee = 30
        with self.at(THURSDAY, "8:00"):
            self.cancel(self.mother, self.hers)

            self.assertTrue(self.hers.participant_ids.filtered("owes"))
            self.assertFalse(self.until(self.mother))

    def test_its_session_pays_for_it_again(self):
        self.sell(self.package(self.group), self.mother.partner_id)
        fresh = self.booked(self.mother, self.mother)
        self.assertTrue(fresh.session_ids)
        self.cancel(self.mother, fresh)
        self.assertFalse(fresh.session_ids.filtered(lambda one: one.state == "reserved"))

        self.put_back(self.mother, fresh)

        self.assertEqual(fresh.session_ids.mapped("state"), ["reserved"])

    # A part of a group

    def test_one_of_a_group_comes_after_all_and_twice_is_once(self):
        self.cancel(self.mother, self.hers, self.leo)
        [gone] = self.hers.participant_ids.filtered(lambda one: one.state == "cancelled")
        self.assertTrue(self.until(self.mother))

        for _tap in range(2):
            self.env.invalidate_all()
            self.hers.with_user(self.mother)._put_back(self.mother.partner_id, gone.ids)

        self.env.invalidate_all()
        self.assertEqual(self.coming(self.hers), self.mother.partner_id | self.leo)
        self.assertFalse(gone.cancelled_by_id)

    def test_the_second_tap_brings_nobody_back_who_left_before(self):
        self.cancel(self.mother, self.hers, self.leo)
        with freeze_time(NOW.replace("20:00", "20:01")):
            self.cancel(self.mother, self.hers)
            mine = self.hers.participant_ids.filtered(
                lambda one: one.partner_id == self.mother.partner_id
            )

            for _tap in range(2):
                self.hers.with_user(self.mother)._put_back(self.mother.partner_id, mine.ids)
                self.env.invalidate_all()

        self.assertEqual(self.coming(self.hers), self.mother.partner_id)

    def test_a_group_that_is_full_by_now_takes_nobody_back(self):
        self.hers.seats = 2
        self.cancel(self.mother, self.hers, self.leo)
        self.hers.participant_ids = [Command.create({"partner_id": self.father.partner_id.id})]

        with self.assertRaises(BookingRefused) as refusal:
            self.put_back(self.mother)

        self.assertEqual(refusal.exception.reason, "full")
        self.assertNotIn(self.leo, self.coming(self.hers))

    def test_for_one_of_a_group_only_who_cancelled_it_and_for_a_few_minutes(self):
        self.cancel(self.mother, self.hers, self.leo)
        self.grant(self.leo, self.father, "book")

        self.assertFalse(self.until(self.father))
        [gone] = self.hers.participant_ids.filtered(lambda one: one.state == "cancelled")
        with freeze_time(NOW.replace("20:00", "20:04")):
            put_back = self.hers.with_user(self.mother)._put_back
            self.assertNotChanged("too_late", put_back, self.mother.partner_id, gone.ids)
