"""Cancelling online: for whom, until when, and who pays then."""

from odoo.tests import tagged

from ..change_common import ChangeCase
from ..common import (
    CLOCKS_GO_BACK,
    CLOCKS_GO_FORWARD,
    MONDAY,
    NO_ID,
    THURSDAY,
    WEDNESDAY,
    utc,
)


@tagged("post_install", "-at_install")
class TestCancel(ChangeCase):
    def test_one_cancels_for_oneself(self):
        visit = self.visit(self.mother)

        self.cancel(self.mother, visit, self.mother)

        self.assertEqual(visit.state, "cancelled")
        self.assertEqual(visit.participant_ids.state, "cancelled")
        self.assertEqual(visit.participant_ids.cancelled_by_id, self.mother.partner_id)
        self.assertFalse(visit.participant_ids.cancelled_under_id)
        self.assertTrue(visit.booked_at)

    def test_a_secondary_cancels_for_themself_only(self):
        visit = self.visit(self.mother, self.father)

        self.assertNotChanged("not_yours", self.cancel, self.father, visit, self.mother)
        self.assertNotChanged("not_yours", self.cancel, self.father, visit)
        self.cancel(self.father, visit, self.father)

        self.assertEqual(self.coming(visit), self.mother.partner_id)
        self.assertEqual((visit.state, visit.payer_id), ("booked", self.mother.partner_id))

    def test_the_primary_cancels_for_everyone(self):
        visit = self.visit(self.mother, self.father)

        self.cancel(self.mother, visit)

        self.assertEqual(visit.state, "cancelled")
        self.assertFalse(self.coming(visit))
        self.assertEqual(visit.participant_ids.cancelled_by_id, self.mother.partner_id)

    def test_the_primary_does_not_cancel_for_another_alone(self):
        visit = self.visit(self.mother, self.father)

        self.assertNotChanged("not_yours", self.cancel, self.mother, visit, self.father)

    def test_a_relative_who_may_book_cancels_for_the_patient(self):
        book = self.grant(self.leo, self.grandmother, "book")
        visit = self.visit(self.mother, self.leo)

        self.cancel(self.grandmother, visit, self.leo)

        leo = visit.participant_ids.filtered(lambda p: p.partner_id == self.leo)
        self.assertEqual((leo.state, leo.cancelled_under_id), ("cancelled", book))
        self.assertEqual(leo.cancelled_by_id, self.grandmother.partner_id)
        self.assertEqual(self.coming(visit), self.mother.partner_id)

    def test_a_relative_who_may_not_book_does_not(self):
        self.grant(self.leo, self.grandmother, "pay", "notify", "calendar", "intake")
        visit = self.visit(self.mother, self.leo)

        self.assertNotChanged("not_yours", self.cancel, self.grandmother, visit, self.leo)

    def test_whoever_may_book_for_all_who_come_cancels_for_everyone(self):
        self.grant(self.leo, self.grandmother, "book")
        self.grant(self.mother.partner_id, self.grandmother, "book")
        visit = self.visit(self.mother, self.leo, payer_id=self.father.partner_id.id)

        self.cancel(self.grandmother, visit)

        self.assertEqual(visit.state, "cancelled")

    def test_whoever_may_book_for_the_payer_cancels_for_everyone(self):
        book = self.grant(self.mother.partner_id, self.grandmother, "book")
        visit = self.visit(self.mother, self.father)

        self.cancel(self.grandmother, visit)

        self.assertEqual(visit.state, "cancelled")
        self.assertEqual(visit.participant_ids.cancelled_under_id, book)

    def test_a_payer_who_stays_at_home_cancels_for_everyone(self):
        self.grant(self.leo, self.grandmother, "book")
        visit = self.visit(self.leo, self.father, payer_id=self.grandmother.partner_id.id)

        self.cancel(self.grandmother, visit)

        self.assertEqual(visit.state, "cancelled")

    def test_a_payer_who_may_see_nobody_of_those_who_come_cancels_nothing(self):
        visit = self.visit(self.leo, payer_id=self.grandmother.partner_id.id)

        self.assertNotChanged("not_yours", self.cancel, self.grandmother, visit)

    def test_a_permission_that_has_ended_counts_no_more(self):
        book = self.grant(self.leo, self.grandmother, "book")
        visit = self.visit(self.mother, self.leo)
        self.assertEqual(self.choices(self.grandmother, visit), ["Cancel for Leo"])

        book._revoke("A quarrel.")

        self.assertNotChanged("not_yours", self.cancel, self.grandmother, visit, self.leo)

    def test_a_stranger_cancels_nothing(self):
        visit = self.visit(self.mother)

        self.assertNotChanged("not_yours", self.cancel, self.stranger, visit)

    def test_people_of_another_visit_are_unknown_here(self):
        visit = self.visit(self.mother, self.father)
        other = self.appointment(THURSDAY, "15:00", [self.mother])

        refused = self.assertNotChanged(
            "not_yours",
            visit.with_user(self.mother)._cancel_for,
            self.mother.partner_id,
            other.participant_ids,
        )

        self.assertEqual(other.state, "booked")
        self.assertIn("isn't yours to see", refused)

    def test_cancelling_twice_is_harmless(self):
        visit = self.visit(self.mother, self.father)
        self.cancel(self.father, visit, self.father)
        first = visit.participant_ids.mapped("cancelled_at")

        with self.at(WEDNESDAY, "23:00"):
            self.cancel(self.father, visit, self.father)

        self.assertEqual(visit.participant_ids.mapped("cancelled_at"), first)
        self.assertEqual(visit.state, "booked")

    def test_the_last_one_who_leaves_cancels_the_visit(self):
        visit = self.visit(self.mother, self.leo, payer_id=self.mother.partner_id.id)
        self.grant(self.leo, self.mother, "book")
        self.cancel(self.mother, visit, self.leo)

        self.cancel(self.mother, visit, self.mother)

        self.assertEqual(visit.state, "cancelled")


@tagged("post_install", "-at_install")
class TestCancelInTime(ChangeCase):
    def assertLate(self, visit, day, clock):
        with self.at(day, clock):
            return self.assertNotChanged("late", self.cancel, self.mother, visit)

    def assertInTime(self, visit, day, clock):
        with self.at(day, clock):
            self.cancel(self.mother, visit)
        self.assertEqual(visit.state, "cancelled")

    def test_too_late_it_says_so_and_whom_to_call(self):
        self.harbour.phone = "+64 9 555 0100"
        visit = self.visit(self.mother)

        sentence = self.assertLate(visit, WEDNESDAY, "10:01")

        self.assertEqual(
            sentence,
            "It's less than 24 hours before the visit, so it can't be cancelled online. "
            "Please call Test Harbour, +64 9 555 0100.",
        )
        self.assertEqual(visit.state, "booked")

    def test_exactly_at_the_deadline_is_in_time(self):
        self.assertInTime(self.visit(self.mother), WEDNESDAY, "10:00")

    def test_when_the_clocks_go_back_24_hours_are_24_hours(self):
        visit = self.appointment(CLOCKS_GO_BACK, "10:00", [self.mother])
        saturday = CLOCKS_GO_BACK.replace(day=3)

        self.assertLate(visit, saturday, "11:01")
        self.assertInTime(visit, saturday, "11:00")

    def test_when_the_clocks_go_forward_24_hours_are_24_hours(self):
        visit = self.appointment(CLOCKS_GO_FORWARD, "10:00", [self.mother])
        saturday = CLOCKS_GO_FORWARD.replace(day=25)

        self.assertLate(visit, saturday, "9:01")
        self.assertInTime(visit, saturday, "9:00")

    def test_a_visit_that_has_begun_is_not_cancelled(self):
        self.company.clinic_cancel_hours = 0
        visit = self.visit(self.mother)

        with self.at(THURSDAY, "10:00"):
            self.assertNotChanged("past", self.cancel, self.mother, visit)

    def test_a_visit_one_has_arrived_at_is_not_cancelled(self):
        visit = self.visit(self.mother)
        visit.action_arrive()

        self.assertNotChanged("state", self.cancel, self.mother, visit)

    def test_a_clinic_that_does_not_allow_it_says_whom_to_call(self):
        self.company.clinic_allow_cancel = False

        sentence = self.assertNotChanged(
            "not_allowed", self.cancel, self.mother, self.visit(self.mother)
        )

        self.assertIn("can't be cancelled online. Please call Test Harbour.", sentence)

    def test_staff_may_always(self):
        self.company.clinic_allow_cancel = False
        visit = self.visit(self.mother)

        visit._update_state("cancelled")

        self.assertEqual(visit.state, "cancelled")

    def test_a_service_may_have_a_rule_of_its_own(self):
        self.group.write({"change_policy": "own", "cancel_hours": 48})
        visit = self.visit(self.mother)
        tuesday = WEDNESDAY.replace(day=30)

        self.assertLate(visit, tuesday, "10:01")
        self.assertInTime(visit, tuesday, "10:00")

    def test_a_service_may_allow_what_the_clinic_does_not(self):
        self.company.clinic_allow_cancel = False
        self.group.change_policy = "own"

        self.assertInTime(self.visit(self.mother), WEDNESDAY, "10:00")

    def test_a_service_may_forbid_what_the_clinic_allows(self):
        self.group.write({"change_policy": "own", "allow_cancel": False})

        self.assertNotChanged("not_allowed", self.cancel, self.mother, self.visit(self.mother))

    def test_a_rule_of_its_own_that_is_not_chosen_does_not_count(self):
        self.group.write({"change_policy": "clinic", "allow_cancel": False, "cancel_hours": 99})

        self.assertInTime(self.visit(self.mother), WEDNESDAY, "10:00")

    def test_it_is_said_before_until_when(self):
        visit = self.visit(self.mother)

        with self.at(MONDAY, "9:00"):
            words = visit._get_cancel_rule_words()
        with self.at(WEDNESDAY, "12:00"):
            late = visit._get_cancel_rule_words()

        self.assertRegex(words, r"^Free to cancel online until Wed 31 Mar 10:00\sAM\.$")
        self.assertEqual(late, "To cancel, please call Test Harbour.")

    def test_nothing_is_said_once_it_is_cancelled(self):
        visit = self.visit(self.mother)
        visit._update_state("cancelled")

        self.assertEqual(visit._get_cancel_rule_words(), "")
        self.assertEqual(self.options(self.mother, visit), {})


@tagged("post_install", "-at_install")
class TestCancelAndPay(ChangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grant(cls.leo, cls.mother, "book")

    def payers(self, user):
        self.env.invalidate_all()
        visits = self.env["clinic.appointment"].with_user(user)
        return visits._get_payers_after(user.partner_id)

    def test_when_the_payer_leaves_it_must_be_said_who_pays(self):
        visit = self.visit(self.mother, self.leo)

        self.assertNotChanged("payer", self.cancel, self.mother, visit, self.mother)

        self.assertEqual(self.coming(visit), self.mother.partner_id | self.leo)

    def test_the_payer_may_go_on_paying_without_coming(self):
        visit = self.visit(self.mother, self.leo)

        self.cancel(self.mother, visit, self.mother, payer=self.mother)

        self.assertEqual((self.coming(visit), visit.payer_id), (self.leo, self.mother.partner_id))

    def test_somebody_who_lets_the_actor_pay_may_be_named(self):
        self.grant(self.father.partner_id, self.mother, "pay")
        visit = self.visit(self.mother, self.leo)

        self.cancel(self.mother, visit, self.mother, payer=self.father)

        self.assertEqual(visit.payer_id, self.father.partner_id)

    def test_nobody_is_named_who_has_not_allowed_it(self):
        visit = self.visit(self.mother, self.father)

        self.assertNotChanged(
            "payer", self.cancel, self.mother, visit, self.mother, payer=self.father
        )
        self.assertNotChanged(
            "payer",
            self.cancel,
            self.mother,
            visit,
            self.mother,
            payer=self.env["res.partner"].browse(NO_ID),
        )
        self.assertEqual(visit.payer_id, self.mother.partner_id)
        self.assertEqual(visit.state, "booked")

    def test_a_permission_to_pay_that_ended_since_the_page_was_shown_counts_no_more(self):
        pay = self.grant(self.father.partner_id, self.mother, "pay")
        visit = self.visit(self.mother, self.leo)
        self.assertIn(self.father.partner_id, self.payers(self.mother))

        pay._revoke("A quarrel.")

        self.assertNotChanged(
            "payer", self.cancel, self.mother, visit, self.mother, payer=self.father
        )

    def test_a_child_is_not_asked_to_pay(self):
        self.leo.birth_date = "2018-05-01"
        self.grant(self.leo, self.mother, "pay")

        self.assertEqual(self.payers(self.mother), self.mother.partner_id)

    def test_where_nobody_can_pay_only_everyone_can_be_cancelled(self):
        self.mother.partner_id.birth_date = "2015-05-01"
        visit = self.visit(self.mother, self.leo)

        sentence = self.assertNotChanged(
            "nobody_pays", self.cancel, self.mother, visit, self.mother
        )
        self.cancel(self.mother, visit)

        self.assertIn("cancel for everyone", sentence)
        self.assertEqual(visit.state, "cancelled")

    def test_a_payer_who_stays_home_goes_on_paying_when_one_leaves(self):
        ana = self.person("Ana Littleton")
        visit = self.visit(self.leo, ana, payer_id=self.grandmother.partner_id.id)

        self.cancel(self.mother, visit, self.leo)

        self.assertEqual(visit.payer_id, self.grandmother.partner_id)

    def test_a_named_payer_does_not_count_when_the_payer_stays(self):
        visit = self.visit(self.father, self.leo)

        self.cancel(self.mother, visit, self.leo, payer=self.mother)

        self.assertEqual(visit.payer_id, self.father.partner_id)


@tagged("post_install", "-at_install")
class TestCancelAndInvoice(ChangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grant(cls.leo, cls.mother, "book")
        cls.both = cls.appointment(THURSDAY, "10:00", [cls.mother, cls.leo])
        cls.invoice = cls.both._get_or_create_invoice()

    def words(self, user):
        self.env.invalidate_all()
        visit = self.both.with_user(user)
        return visit._get_consequences(user.partner_id, visit._get_coming())

    def test_a_draft_of_a_cancelled_visit_is_cancelled_too(self):
        self.cancel(self.mother, self.both)

        self.assertEqual(self.invoice.state, "cancel")

    def test_a_posted_one_stays_for_the_clinic_to_settle(self):
        self.invoice.action_post()
        words = self.words(self.mother)

        self.cancel(self.mother, self.both)

        self.assertEqual(self.invoice.state, "posted")
        self.assertIn(
            "An invoice has been made for it already. The clinic will settle it with you.", words
        )

    def test_whoever_may_not_see_bills_reads_nothing_about_them(self):
        self.invoice.action_post()
        self.grant(self.leo, self.grandmother, "book")
        self.grant(self.mother.partner_id, self.grandmother, "book")

        self.assertNotRegex(" ".join(self.words(self.grandmother)), "invoice|settle|Motherwell")

    def test_a_draft_names_only_those_who_still_come(self):
        self.cancel(self.mother, self.both, self.leo)

        self.assertIn("Participants: Mira Motherwell", self.invoice.invoice_line_ids.name)
        self.assertNotIn("Leo", self.invoice.invoice_line_ids.name)
        self.assertEqual(self.invoice.state, "draft")

    def test_what_staff_wrote_on_a_draft_stays(self):
        self.invoice.invoice_line_ids.name = "Family talk, reduced for Leo"

        self.cancel(self.mother, self.both, self.leo)

        self.assertEqual(self.invoice.invoice_line_ids.name, "Family talk, reduced for Leo")

    def test_a_draft_goes_to_the_new_payer(self):
        self.grant(self.father.partner_id, self.mother, "pay")

        self.cancel(self.mother, self.both, self.mother, payer=self.father)

        self.assertEqual(self.invoice.partner_id, self.father.partner_id)
        self.assertIn("Participants: Leo Littleton", self.invoice.invoice_line_ids.name)

    def test_a_posted_one_does_not_change(self):
        self.grant(self.father.partner_id, self.mother, "pay")
        self.invoice.action_post()
        text = self.invoice.invoice_line_ids.name

        self.cancel(self.mother, self.both, self.mother, payer=self.father)

        self.assertEqual(self.both.payer_id, self.father.partner_id)
        self.assertEqual(self.invoice.partner_id, self.mother.partner_id)
        self.assertEqual(self.invoice.invoice_line_ids.name, text)

    def test_a_draft_follows_a_move(self):
        self.move(self.mother, self.both, self.ten.replace("T10", "T14"))

        self.assertEqual(self.both.start, utc(THURSDAY, "14:00"))
        self.assertRegex(self.invoice.invoice_line_ids.name, r"2:00\sPM")
