"""The undo period: what was just booked is taken back without a trace."""

from odoo.tests import tagged

from ..change_common import ChangeCase
from ..common import MONDAY, NOW, THURSDAY, utc, written


@tagged("post_install", "-at_install")
class TestUndo(ChangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.book_leo = cls.grant(cls.leo, cls.mother, "book")

    def seen(self, user):
        """Everything the user sees of visits anywhere."""
        self.env.invalidate_all()
        return (
            self.env["clinic.appointment"].with_user(user).search([]),
            self.env["clinic.participant"].with_user(user).search([]),
        )

    def test_the_booking_says_until_when(self):
        visit = self.booked(self.mother, self.mother)

        self.assertEqual(str(visit.booking_id.undo_until), NOW.replace("20:00", "20:03"))

    def test_what_is_taken_back_is_gone_for_the_patients(self):
        visit = self.booked(self.mother, self.mother, self.leo)

        self.cancel(self.mother, visit)

        self.assertEqual([len(records) for records in self.seen(self.mother)], [0, 0])
        self.assertEqual((visit.state, visit.booked_at), ("cancelled", False))

    def test_the_staff_still_know_who_took_it_back(self):
        visit = self.booked(self.mother, self.mother, self.leo)

        self.cancel(self.mother, visit)

        self.assertEqual(visit.participant_ids.cancelled_by_id, self.mother.partner_id)
        self.assertEqual(visit.participant_ids.cancelled_under_id, self.book_leo)

    def test_taken_back_an_employee_sees_nothing_of_it_on_their_own_page(self):
        desk = self.user("test_desk", "Dee", "clinic_family.clinic_family_group_front_desk")
        visit = self.booked(desk, desk)

        self.cancel(desk, visit)

        mine = self.env["clinic.appointment"].with_user(desk)
        self.assertFalse(mine.search(mine._get_my_domain("past")))

    def test_the_time_is_free_again(self):
        visit = self.booked(self.mother, self.mother)

        self.cancel(self.mother, visit)

        self.assertTrue(self.booked(self.father, self.father))

    def test_of_a_visit_others_keep_nothing_tells_that_one_was_to_come(self):
        visit = self.booked(self.mother, self.mother, self.leo)

        self.cancel(self.mother, visit, self.leo)

        self.assertEqual(visit.participant_ids.partner_id, self.mother.partner_id)
        self.assertEqual((visit.state, bool(visit.booked_at)), ("booked", True))
        self.assertEqual(visit.participant_count, 1)

    def test_the_payer_who_takes_back_their_own_part_leaves_no_trace_but_the_bill(self):
        visit = self.booked(self.mother, self.mother, self.leo)

        self.cancel(self.mother, visit, self.mother, payer=self.mother)

        self.assertEqual(visit.participant_ids.partner_id, self.leo)
        self.assertEqual(visit.payer_id, self.mother.partner_id)

    def test_it_counts_however_late_and_whatever_is_allowed(self):
        self.company.write({"clinic_allow_cancel": False, "clinic_cancel_hours": 999})
        visit = self.booked(self.mother, self.mother)

        self.cancel(self.mother, visit)

        self.assertFalse(visit.booked_at)

    def test_when_it_is_over_the_usual_rule_holds(self):
        visit = self.booked(self.mother, self.mother)
        self.company.clinic_allow_cancel = False

        with self.at(MONDAY, "9:03"):
            self.assertNotChanged("not_allowed", self.cancel, self.mother, visit)

        self.assertTrue(visit.booked_at)

    def test_after_it_a_cancellation_leaves_its_trace(self):
        visit = self.booked(self.mother, self.mother)

        with self.at(MONDAY, "9:03"):
            self.cancel(self.mother, visit)

        self.assertEqual((visit.state, bool(visit.booked_at)), ("cancelled", True))

    def test_it_is_for_whoever_booked_and_nobody_else(self):
        self.grant(self.leo, self.father, "book")
        self.company.clinic_allow_cancel = False
        visit = self.booked(self.mother, self.leo, payer=self.mother)

        self.assertNotChanged("not_allowed", self.cancel, self.father, visit, self.leo)
        self.cancel(self.mother, visit, self.leo)

        self.assertEqual(visit.state, "cancelled")

    def test_whoever_did_not_book_has_nothing_to_undo_when_nobody_comes_any_more(self):
        self.grant(self.leo, self.father, "book")
        visit = self.booked(self.mother, self.leo, payer=self.mother)
        self.cancel(self.mother, visit)

        self.assertTrue(visit._get_undo_until(self.mother.partner_id))
        self.assertFalse(visit._get_undo_until(self.father.partner_id))

    def test_whoever_may_no_longer_book_takes_nothing_back(self):
        visit = self.booked(self.mother, self.leo, payer=self.mother)

        self.book_leo._revoke("A quarrel.")

        self.assertNotChanged("not_yours", self.cancel, self.mother, visit, self.leo)

    def test_once_the_front_desk_has_added_somebody_the_usual_rule_holds(self):
        visit = self.booked(self.mother, self.mother)
        visit.participant_ids.create({
            "appointment_id": visit.id, "partner_id": self.stranger.partner_id.id,
        })  # fmt: skip

        self.cancel(self.mother, visit)

        self.assertTrue(visit.booked_at)

    def test_taking_back_twice_is_harmless(self):
        visit = self.booked(self.mother, self.mother, self.leo)
        leo = visit.participant_ids.filtered(lambda p: p.partner_id == self.leo)
        self.cancel(self.mother, visit, self.leo)

        visit.with_user(self.mother)._cancel_for(self.mother.partner_id, leo.exists())
        self.cancel(self.mother, visit)
        self.cancel(self.mother, visit)

        self.assertEqual(visit.state, "cancelled")

    def test_a_draft_invoice_is_cancelled_too(self):
        visit = self.booked(self.mother, self.mother)
        invoice = visit._get_or_create_invoice()

        self.cancel(self.mother, visit)

        self.assertEqual(invoice.state, "cancel")

    def test_a_visit_may_be_moved_in_it_however_late(self):
        self.company.clinic_allow_reschedule = False
        visit = self.booked(self.mother, self.mother)

        self.move(self.mother, visit, written(THURSDAY, "14:00"))

        self.assertEqual(visit.start, utc(THURSDAY, "14:00"))

    def test_when_the_staff_book_it_again_the_patients_see_it(self):
        visit = self.booked(self.mother, self.mother)
        self.cancel(self.mother, visit)

        visit.action_rebook()

        self.assertEqual(len(self.seen(self.mother)[0]), 1)
