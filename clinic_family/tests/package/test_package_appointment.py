"""The sessions that pay for a visit, on the appointment's own form."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import MONDAY, ROLE, TUESDAY, WEDNESDAY
from ..package_common import PackageCase


@tagged("post_install", "-at_install")
class TestPackageAppointment(PackageCase):
    def bought(self, owner=None, services=None, **values):
        package = self.package(*(services or self.single), **values)
        return self.sell(package, owner or self.owner)

    def choose(self, visit):
        """The window that offers sessions for a visit: its lines by owner and package."""
        action = visit.with_user(self.desk).action_use_session()
        choosing = self.env[action["res_model"]].with_user(self.desk).browse(action["res_id"])
        return choosing.line_ids

    def reasons(self, visit):
        return self.choose(visit).mapped("reason")

    # What it shows

    def test_a_visit_shows_whose_package_pays_and_what_is_left(self):
        self.bought()

        visit = self.visit().with_user(self.desk)

        self.assertEqual(visit.session_text, "Test visits (Mira Motherwell): 2 left")
        self.assertEqual(visit.session_ids.left_count, 2)
        self.assertFalse(visit.wants_session)

    def test_the_practitioner_sees_it_too(self):
        self.bought()
        doctor = self.user("test_doctor", "Dora Doctor", ROLE + "practitioner")
        self.nora.user_id = doctor

        visit = self.visit().with_user(doctor)

        self.assertIn("2 left", visit.session_text)
        self.assertEqual(visit.session_ids.purchase_id.display_name, "Test visits, Mira Motherwell")

    def test_the_calendar_carries_a_sign(self):
        self.bought()
        paid, unpaid = self.visit("9:00"), self.visit("10:00", people=[self.father])
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_appointment_action"
        )
        self.assertIn("'clinic_signs': True", action["context"])

        shown = (paid | unpaid).with_context(clinic_signs=True)

        self.assertEqual([one.display_name[:1] for one in shown], ["▣", "F"])
        self.assertNotIn("▣", paid.display_name)

    # Pay instead, and the other way round

    def test_one_step_pays_instead(self):
        purchase = self.bought()
        visit = self.visit()

        visit.session_ids.with_user(self.desk).action_take_off()

        self.assertStates(purchase, free=3)
        self.assertTrue(visit.with_user(self.desk).wants_session)
        self.assertTrue(visit._get_or_create_invoice())

    def test_one_step_uses_a_session(self):
        late, soon = self.bought(), self.bought(validity_days=30)
        visit = self.visit()
        visit.session_ids.action_take_off()

        lines = self.choose(visit)
        self.assertEqual(lines.mapped("counts"), [True, True])
        lines.filtered(lambda line: line.session_id.purchase_id == late).action_use()

        self.assertEqual(visit.session_ids.purchase_id, late)
        self.assertStates(soon, free=3)

    def test_a_visit_that_took_place_has_used_it(self):
        purchase = self.bought()
        visit = self.visit()
        visit.session_ids.action_take_off()
        visit.action_fulfil()

        self.choose(visit).action_use()

        self.assertStates(purchase, free=2, used=1)

    def test_sessions_of_who_shares_and_of_who_pays_are_offered(self):
        permission = self.grant(self.grandmother.partner_id, self.father, "packages")
        shared, hers = self.bought(self.grandmother.partner_id), self.bought()
        visit = self.visit(people=[self.father], uses_session=False, payer_id=self.owner.id)

        lines = self.choose(visit)

        self.assertEqual(lines.session_id.purchase_id, shared | hers)
        lines.filtered(lambda line: line.owner_id == self.grandmother.partner_id).action_use()
        self.assertEqual(visit.session_ids.permission_id, permission)

    def test_where_each_pays_each_is_offered_their_own(self):
        self.single.write({"fee_per": "participant", "max_participants": 3})
        hers, his = self.bought(), self.bought(self.father.partner_id)
        visit = self.visit(people=[self.mother, self.father], uses_session=False)

        [line] = self.choose(visit).filtered(
            lambda one: (
                one.participant_id.partner_id == self.father.partner_id
                and one.owner_id == self.father.partner_id
            )
        )
        line.action_use()

        self.assertStates(his, free=2, reserved=1)
        self.assertStates(hers, free=3)
        self.assertEqual(visit.session_ids.participant_id.partner_id, self.father.partner_id)

    def test_an_unpaid_one_may_be_chosen_and_says_so(self):
        purchase = self.draft(self.package(self.single), self.owner)
        self.invoice_of(purchase).action_post()
        visit = self.visit()

        [line] = self.choose(visit)
        self.assertEqual((line.counts, line.reason), (True, "Not paid yet."))
        line.action_use()

        self.assertStates(purchase, free=2, reserved=1)

    def test_what_was_used_meanwhile_is_refused_in_a_sentence(self):
        self.bought(count=1)
        visit = self.visit(uses_session=False)
        line = self.choose(visit)
        self.visit("11:00")

        with self.assertRaisesRegex(UserError, "reserved for another visit"):
            line.action_use()

    # Why none counts

    def test_each_that_does_not_count_says_why(self):
        other, bay = self.practitioner("Paul Test-Pond"), self.location("Test Bay")
        self.bought(services=self.group)
        self.bought(practitioner_ids=[Command.set(other.ids)])
        self.bought(location_ids=[Command.set(bay.ids)])
        self.bought(validity_days=1)
        self.bought()._refund_unused()
        self.draft(self.package(self.single), self.owner)
        visit = self.visit(day=WEDNESDAY)

        self.assertCountEqual(self.reasons(visit), [
            "This session is for Test Family Talk.",
            "This package counts only with Paul Test-Pond.",
            "This package counts only at Test Bay.",
            "This session can be used until 30 March 2027 only.",
            "This session was refunded.",
            "The invoice of this package isn't confirmed.",
        ])  # fmt: skip

    def test_somebody_elses_package_and_a_limit_say_so(self):
        self.env["clinic.relationship"]._link(
            self.father.partner_id,
            self.grandmother.partner_id,
            self.env.ref("clinic_family.clinic_relationship_type_other"),
        )
        self.bought(self.grandmother.partner_id)
        self.bought()
        permission = self.grant(self.owner, self.father, "packages")
        permission._share_packages(permission.purchase_ids, 1)
        self.visit("9:00", people=[self.father])

        reasons = self.reasons(self.visit("10:00", people=[self.father]))

        self.assertEqual(set(reasons), {
            "This session isn't theirs to use.",
            "They have used as many sessions as the owner lets them.",
        })  # fmt: skip

    # After a late cancellation or a no-show

    def test_what_a_no_show_used_is_given_back_in_one_step_and_used_up_again(self):
        purchase = self.bought()
        visit = self.visit()
        visit._update_state("noshow")

        visit.session_ids.with_user(self.desk).action_give_back()
        self.assertStates(purchase, free=3)
        self.assertTrue(visit.with_user(self.desk).returned_session_ids)

        visit.with_user(self.desk).action_use_up()
        self.assertStates(purchase, free=2, used=1)
        self.assertEqual(visit.session_ids.purchase_id, purchase)
        self.assertFalse(visit.with_user(self.desk).returned_session_ids)
        self.assertLedgerAgrees(purchase.session_ids)

    def test_a_late_cancellation_is_counted_as_used_in_one_step(self):
        purchase = self.bought()
        visit = self.visit(day=MONDAY, clock="14:00")
        visit._update_state("cancelled")
        self.assertStates(purchase, free=3)

        visit.with_user(self.desk).action_use_up()

        self.assertStates(purchase, free=2, used=1)

    def test_only_the_front_desk_counts_it_as_used(self):
        self.bought()
        visit = self.visit()
        visit._update_state("cancelled")
        doctor = self.user("test_doctor", "Dora Doctor", ROLE + "practitioner")
        self.nora.user_id = doctor

        with self.assertRaises(AccessError):
            visit.with_user(doctor).action_use_up()

    def test_what_another_visit_has_taken_since_is_not_counted_twice(self):
        purchase = self.bought(count=1)
        visit = self.visit("9:00", day=TUESDAY)
        visit._update_state("cancelled")
        self.visit("10:00")

        self.assertFalse(visit.returned_session_ids)
        visit.action_use_up()

        self.assertStates(purchase, reserved=1)

    # Money

    def test_a_visit_paid_with_sessions_is_not_invoiced(self):
        self.bought()
        visit = self.visit().with_user(self.desk)

        with self.assertRaisesRegex(UserError, "nothing to invoice"):
            visit.action_view_invoice()

        self.assertFalse(visit.invoice_id)

    def test_an_invoiced_visit_wants_no_session(self):
        self.bought()
        visit = self.visit(uses_session=False)
        visit._get_or_create_invoice()

        self.assertFalse(visit.wants_session)

    def test_a_visit_whose_invoice_is_credited_in_full_wants_a_session_again(self):
        self.bought()
        visit = self.visit(uses_session=False)
        invoice = visit._get_or_create_invoice()
        invoice.action_post()
        self.assertFalse(visit.wants_session)

        invoice._reverse_moves().action_post()

        self.assertFalse(visit.is_invoiced)
        self.assertTrue(visit.wants_session)

    def test_the_reversal_says_first_what_has_become_of_the_sessions(self):
        purchase = self.bought()
        self.visit("9:00").action_fulfil()
        self.visit("10:00")
        invoice = self.invoice_of(purchase)

        reversal = self.env["account.move.reversal"].with_user(self.desk).with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id})  # fmt: skip

        for words in ("3 package sessions", "1 used", "1 reserved"):
            self.assertIn(words, reversal.clinic_package_note)

    def test_the_reversal_says_nothing_of_sessions_where_there_are_none(self):
        visit = self.visit(uses_session=False)
        invoice = visit._get_or_create_invoice()
        invoice.action_post()

        reversal = self.env["account.move.reversal"].with_user(self.desk).with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id})  # fmt: skip

        self.assertFalse(reversal.clinic_package_note)
