"""Sessions follow the visits they pay for, and every change leaves a row."""

from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import freeze_time

from ..common import MONDAY, TUESDAY, WEDNESDAY, utc
from ..package_common import PackageCase


@tagged("post_install", "-at_install")
class TestPackageUse(PackageCase):
    def bought(self, **values):
        return self.sell(self.package(self.single, **values), self.owner)

    # From the calendar

    def test_a_visit_that_fits_uses_a_session_by_itself(self):
        purchase = self.bought()

        visit = self.visit()

        self.assertStates(purchase, free=2, reserved=1)
        self.assertEqual(visit.session_ids.purchase_id, purchase)
        [row] = visit.session_ids.change_ids
        self.assertEqual((row.old_state, row.new_state), ("free", "reserved"))
        self.assertEqual((row.appointment_id, row.user_id), (visit, self.env.user))

    def test_whatever_expires_first_is_used_first(self):
        self.bought()
        late = self.bought(validity_days=90)
        soon = self.bought(validity_days=30)

        visits = [self.visit(clock) for clock in ("9:00", "9:30", "10:00", "10:30")]

        self.assertEqual(
            [visit.session_ids.purchase_id for visit in visits], [soon, soon, soon, late]
        )

    def test_another_service_uses_none(self):
        self.bought()

        self.assertFalse(self.visit(service_id=self.group.id).session_ids)

    def test_somebody_else_uses_none(self):
        self.bought()

        self.assertFalse(self.visit(people=[self.father]).session_ids)

    def test_a_bound_package_counts_only_there(self):
        other = self.practitioner("Paul Test-Pond")
        bay = self.location("Test Bay")
        purchase = self.bought(
            practitioner_ids=[Command.set(self.nora.ids)],
            location_ids=[Command.set(self.harbour.ids)],
        )

        elsewhere = self.visit("9:00", practitioner_id=other.id) | self.visit(
            "11:00", location_id=bay.id
        )

        self.assertFalse(elsewhere.session_ids)
        self.assertEqual(self.visit().session_ids.purchase_id, purchase)

    def test_it_counts_until_the_end_of_its_last_day_in_the_clinics_zone(self):
        self.bought(validity_days=1)

        self.assertTrue(self.visit("23:30", day=TUESDAY).session_ids)
        self.assertFalse(self.visit("0:00", day=WEDNESDAY).session_ids)

    def test_an_unpaid_package_counts_only_where_the_clinic_says_so(self):
        purchase = self.draft(self.package(self.single), self.owner)
        self.assertFalse(self.visit("9:00").session_ids)

        self.invoice_of(purchase).action_post()
        self.assertFalse(self.visit("9:30").session_ids)

        self.company.clinic_package_use = "posted"
        self.assertTrue(self.visit("10:00").session_ids)

    def test_where_everybody_pays_each_uses_their_own(self):
        self.single.write({"fee_per": "participant", "max_participants": 3})
        mothers, fathers = (
            self.bought(),
            self.sell(self.package(self.single), self.father.partner_id),
        )

        visit = self.visit(people=[self.mother, self.father])

        self.assertEqual(len(visit.session_ids), 2)
        self.assertStates(mothers, free=2, reserved=1)
        self.assertStates(fathers, free=2, reserved=1)

    def test_who_joins_later_uses_a_session_too(self):
        self.single.write({"fee_per": "participant", "max_participants": 3})
        purchase = self.sell(self.package(self.single), self.father.partner_id)
        visit = self.visit()

        visit.participant_ids = [Command.create({"partner_id": self.father.partner_id.id})]

        self.assertEqual(visit.session_ids.participant_id.partner_id, self.father.partner_id)
        self.assertStates(purchase, free=2, reserved=1)

    # What becomes of it

    def test_it_follows_the_visit_and_back(self):
        purchase = self.bought()
        visit = self.visit()

        for step, counts in (
            ("action_arrive", {"used": 1}),
            ("action_rebook", {"reserved": 1}),
            ("action_fulfil", {"used": 1}),
        ):
            getattr(visit, step)()
            self.assertStates(purchase, free=2, **counts)
        self.assertLedgerAgrees(purchase.session_ids)

    def test_a_cancelled_visit_gives_it_back_and_takes_it_again(self):
        purchase = self.bought()
        visit = self.visit()

        visit._update_state("cancelled")
        self.assertStates(purchase, free=3)

        visit.action_rebook()
        self.assertStates(purchase, free=2, reserved=1)
        self.assertLedgerAgrees(purchase.session_ids)

    def test_a_late_cancellation_follows_the_clinics_rule(self):
        purchase = self.bought()
        visit = self.visit(day=MONDAY, clock="14:00")

        visit._update_state("cancelled")
        self.assertStates(purchase, free=3)

        self.company.clinic_late_uses_session = True
        visit.action_rebook()
        visit._update_state("cancelled")
        self.assertStates(purchase, free=2, used=1)
        visit.action_rebook()
        self.assertStates(purchase, free=2, reserved=1)

    def test_a_cancellation_in_time_gives_it_back_whatever_the_rule(self):
        self.company.clinic_late_uses_session = True
        purchase = self.bought()

        self.visit(day=WEDNESDAY)._update_state("cancelled")

        self.assertStates(purchase, free=3)

    def test_a_no_show_follows_the_clinics_rule(self):
        purchase = self.bought()
        self.visit("9:00")._update_state("noshow")
        self.assertStates(purchase, free=2, used=1)

        self.company.clinic_noshow_uses_session = False
        self.visit("10:00")._update_state("noshow")
        self.assertStates(purchase, free=2, used=1)

    def test_who_came_after_all_uses_one_again(self):
        self.company.clinic_noshow_uses_session = False
        self.single.invoice_moment = "arrival"
        purchase = self.bought()
        visit = self.visit()
        visit._update_state("noshow")
        self.assertStates(purchase, free=3)

        visit.action_arrive()

        self.assertStates(purchase, free=2, used=1)
        self.assertFalse(visit.invoice_id)
        self.assertLedgerAgrees(purchase.session_ids)

    def test_it_is_taken_off_in_one_step_and_the_visit_stays(self):
        purchase = self.bought()
        visit = self.visit()

        visit._drop_session(visit.session_ids)

        self.assertStates(purchase, free=3)
        self.assertEqual(visit.state, "booked")
        self.assertTrue(visit._get_session_fees())

    def test_a_move_beyond_its_last_day_gives_it_back_and_takes_another(self):
        soon = self.bought(validity_days=1)
        later = self.bought(validity_days=9)
        visit = self.visit()
        self.assertEqual(visit.session_ids.purchase_id, soon)

        visit.start = utc(WEDNESDAY, "10:00")

        self.assertEqual(visit.session_ids.purchase_id, later)
        self.assertStates(soon, free=3)

    def test_a_move_back_reserves_it_again(self):
        purchase = self.bought(validity_days=1)
        visit = self.visit()
        session = visit.session_ids
        visit.start = utc(WEDNESDAY, "10:00")
        self.assertFalse(visit.session_ids)

        visit.start = utc(TUESDAY, "10:00")

        self.assertEqual(visit.session_ids, session)
        self.assertStates(purchase, free=2, reserved=1)
        self.assertLedgerAgrees(session)

    def test_a_move_reserves_no_session_that_it_never_had(self):
        visit = self.visit()
        purchase = self.bought()

        visit.start = utc(WEDNESDAY, "10:00")

        self.assertStates(purchase, free=3)

    def moved_there_and_back(self, between, **values):
        """What pays for a visit that was moved beyond the last day, and back after a step."""
        self.bought(count=1, validity_days=1)
        visit = self.visit(**values)
        self.assertTrue(visit.session_ids)
        visit.start = utc(WEDNESDAY, "10:00")
        between(visit)
        visit.start = utc(TUESDAY, "10:00")
        return visit.session_ids

    def test_what_is_used_elsewhere_meanwhile_is_not_reserved_again(self):
        self.assertFalse(self.moved_there_and_back(lambda _visit: self.visit("11:00")))

    def test_what_is_to_use_none_by_now_has_none_reserved_again(self):
        def pay_it(visit):
            visit.uses_session = False

        self.assertFalse(self.moved_there_and_back(pay_it))

    def test_what_is_confidential_by_now_has_none_reserved_again(self):
        self.assertFalse(self.moved_there_and_back(lambda one: one._set_confidential(True)))

    def test_what_is_invoiced_by_now_has_none_reserved_again(self):
        def invoice(visit):
            visit._get_or_create_invoice().action_post()

        self.assertFalse(self.moved_there_and_back(invoice))

    def test_a_draft_that_was_made_meanwhile_is_cancelled_as_it_is_reserved_again(self):
        drafts = []

        self.assertTrue(
            self.moved_there_and_back(lambda one: drafts.append(one._get_or_create_invoice()))
        )
        self.assertEqual([draft.state for draft in drafts], ["cancel"])

    def test_what_is_not_shared_any_more_is_not_reserved_again(self):
        [permission] = self.grant(self.owner, self.father, "packages")

        def revoke(_visit):
            permission._revoke("No more.")

        self.assertFalse(self.moved_there_and_back(revoke, people=[self.father]))

    def test_a_move_within_its_time_keeps_it(self):
        self.bought()
        visit = self.visit()
        session = visit.session_ids

        visit.start = utc(WEDNESDAY, "10:00")

        self.assertEqual(visit.session_ids, session)

    def test_a_deleted_visit_gives_it_back(self):
        purchase = self.bought()

        self.visit().unlink()

        self.assertStates(purchase, free=3)
        self.assertLedgerAgrees(purchase.session_ids)

    # Without an appointment, and in time

    def test_it_can_be_used_on_a_day_without_an_appointment(self):
        purchase = self.bought(validity_days=1)
        first, second = purchase.session_ids[:2]

        first._use_on(TUESDAY)
        with self.assertRaisesRegex(UserError, "until 30 March 2027"):
            second._use_on(WEDNESDAY)

        self.assertStates(purchase, free=2, used=1)

    def test_free_ones_expire_at_the_end_of_the_day_at_the_clinic(self):
        purchase = self.bought(validity_days=1)
        self.visit()
        sessions = self.env["clinic.package.session"]

        with freeze_time(utc(TUESDAY, "23:59")):
            sessions._expire_due()
            self.assertStates(purchase, free=2, reserved=1)
        with freeze_time(utc(TUESDAY, "23:59") + timedelta(minutes=2)):
            sessions._expire_due()
            self.assertStates(purchase, expired=2, reserved=1)
            purchase.with_user(self.desk).expires_on = date(2027, 12, 31)
            self.assertStates(purchase, free=2, reserved=1)
        self.assertLedgerAgrees(purchase.session_ids)

    def test_the_job_looks_at_what_may_be_over_alone(self):
        self.bought(validity_days=30)
        soon = self.bought(validity_days=1)
        sessions, looked_at = self.env["clinic.package.session"], []
        self.patch(type(sessions), "_settle_expiry", lambda found: looked_at.append(found))

        sessions._expire_due()
        with freeze_time(utc(WEDNESDAY, "13:30")):
            sessions._expire_due()

        hers = [found.filtered(lambda s: s.owner_id == self.owner) for found in looked_at]
        self.assertEqual(hers, [sessions, soon.session_ids])

    def test_one_given_back_after_its_last_day_has_expired(self):
        purchase = self.bought(validity_days=1)
        visit = self.visit()

        with freeze_time(utc(WEDNESDAY, "9:00")):
            visit._update_state("cancelled")

        self.assertEqual(visit.session_ids.ids, [])
        self.assertStates(purchase, free=2, expired=1)

    def test_the_ledger_is_never_rewritten(self):
        self.bought()
        row = self.visit().session_ids.change_ids

        with self.assertRaisesRegex(UserError, "never rewritten"):
            row.changed_at = fields.Datetime.now()

    # Why it doesn't count

    def test_each_reason_is_one_sentence(self):
        other = self.practitioner("Paul Test-Pond")
        purchase = self.bought(
            validity_days=1,
            practitioner_ids=[Command.set(self.nora.ids)],
            location_ids=[Command.set(self.harbour.ids)],
        )
        session = purchase.session_ids[0]
        rights = session._get_rights(self.owner)
        visit = self.visit()
        nobody = visit.participant_ids.browse()

        def why(visit, rights=rights, session=session):
            seen = visit._describe_visit(nobody)
            return session._explain(session._judge_visit_at_desk(seen, rights))

        session = purchase.session_ids.filtered(lambda s: s.state == "free")[0]
        for sentence, wrong in (
            ("for Test Physio", self.visit("11:00", service_id=self.group.id)),
            ("only with Nora", self.visit("11:00", practitioner_id=other.id)),
            ("only at Test Harbour", self.visit("11:30", location_id=self.location("Bay").id)),
            ("until 30 March 2027 only", self.visit(day=WEDNESDAY)),
        ):
            self.assertIn(sentence, why(wrong, session=session))
        theirs = session._get_rights(self.father.partner_id)
        self.assertIn("isn't theirs", why(visit, theirs, session))
        self.assertIn("reserved", why(visit, session=visit.session_ids))
        purchase._refund_unused()
        self.assertIn("refunded", why(visit, session=session))
