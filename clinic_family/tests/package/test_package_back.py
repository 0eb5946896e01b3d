"""What the front desk frees again, counts as used or deletes: who may, and what follows."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import freeze_time

from ..common import ROLE, TUESDAY, WEDNESDAY, utc
from ..package_common import PackageCase


@tagged("post_install", "-at_install")
class TestPackageBack(PackageCase):
    def bought(self, owner=None, **values):
        return self.sell(self.package(self.single, **values), owner or self.owner)

    def posted(self, package, owner=None):
        """What somebody bought and hasn't paid."""
        purchase = self.draft(package, owner or self.owner)
        self.invoice_of(purchase).action_post()
        return purchase

    def choose(self, visit):
        action = visit.with_user(self.desk).action_use_session()
        choosing = self.env[action["res_model"]].with_user(self.desk).browse(action["res_id"])
        return choosing.line_ids

    # Given back

    def test_only_the_front_desk_gives_back(self):
        purchase = self.bought()
        visit = self.visit()
        visit._update_state("noshow")
        biller = self.user("test_billing", "Bea Billing", ROLE + "billing")

        with self.assertRaises(AccessError):
            visit.session_ids.with_user(biller).action_give_back()

        self.assertStates(purchase, free=2, used=1)

    def test_what_is_freed_after_its_last_day_has_expired(self):
        purchase = self.bought(validity_days=1)
        missed, off = self.visit("9:00"), self.visit("10:00")
        missed._update_state("noshow")
        alone = purchase.session_ids.filtered(lambda one: one.state == "free")
        alone._use_on(TUESDAY)

        with freeze_time(utc(WEDNESDAY, "9:00")):
            missed.session_ids.action_give_back()
            off.session_ids.action_take_off()
            alone.action_take_off()

        self.assertStates(purchase, expired=3)

    # Chosen

    def test_the_packages_of_strangers_and_of_former_relatives_are_not_listed(self):
        other = self.env.ref("clinic_family.clinic_relationship_type_other")
        pair = self.env["clinic.relationship"]._link(self.owner, self.father.partner_id, other)
        theirs = self.bought(self.father.partner_id), self.bought(self.stranger.partner_id)
        hers = self.bought()
        visit = self.visit(uses_session=False)
        self.assertEqual(self.choose(visit).session_id.purchase_id, hers | theirs[0])

        pair._end("They have parted.")

        self.assertEqual(self.choose(visit).session_id.purchase_id, hers)

    def test_a_visit_for_which_one_was_chosen_uses_sessions_again(self):
        purchase = self.bought()
        visit = self.visit()
        visit.session_ids.action_take_off()

        self.choose(visit).action_use()
        visit._update_state("cancelled")
        visit.action_rebook()

        self.assertStates(purchase, free=2, reserved=1)

    def test_what_is_booked_again_takes_the_session_it_had_not_one_that_ends_sooner(self):
        purchase = self.bought()
        visit = self.visit()
        visit._update_state("cancelled")
        sooner = self.bought(validity_days=60)

        visit.action_rebook()

        self.assertStates(purchase, free=2, reserved=1)
        self.assertStates(sooner, free=3)

    def test_a_session_chosen_before_it_was_paid_is_taken_again(self):
        purchase = self.posted(self.package(self.single))
        visit = self.visit()
        self.choose(visit).action_use()
        self.assertStates(purchase, free=2, reserved=1)

        visit._update_state("cancelled")
        visit.action_rebook()

        self.assertStates(purchase, free=2, reserved=1)

    def test_who_came_after_all_is_paid_by_the_session_they_had(self):
        self.company.clinic_noshow_uses_session = False
        purchase = self.bought()
        visit = self.visit()
        visit._update_state("noshow")
        sooner = self.bought(validity_days=60)

        visit._update_state("arrived")

        self.assertStates(purchase, free=2, used=1)
        self.assertStates(sooner, free=3)

    def test_a_visit_whose_invoice_was_cancelled_wants_a_session(self):
        visit = self.visit(uses_session=False)
        visit._get_or_create_invoice().button_cancel()

        self.assertTrue(visit.wants_session)

    def test_an_invoice_that_is_no_longer_confirmed_is_noticed_in_the_window(self):
        purchase = self.posted(self.package(self.single))
        window = self.env["clinic.package.session.use"].with_user(self.desk).create({
            "session_id": purchase.session_ids[0].id, "day": TUESDAY, "adds_appointment": False,
        })  # fmt: skip
        self.invoice_of(purchase).button_draft()

        with self.assertRaisesRegex(UserError, "isn't confirmed"):
            window.action_save()

        self.assertStates(purchase, free=3)

    # Counted as used

    def test_each_is_counted_for_whom_it_was(self):
        self.single.write({"fee_per": "participant", "max_participants": 3})
        hers, his = self.bought(), self.bought(self.father.partner_id)
        visit = self.visit(people=[self.mother, self.father])
        visit._update_state("cancelled")

        visit.with_user(self.desk).action_use_up()

        self.assertStates(hers, free=2, used=1)
        self.assertStates(his, free=2, used=1)
        for session in visit.session_ids:
            self.assertEqual(session.participant_id.partner_id, session.owner_id)

    def test_it_is_counted_under_the_permission_it_was_reserved_under(self):
        permission = self.grant(self.owner, self.father, "packages")
        self.bought()
        visit = self.visit(people=[self.father])
        visit._update_state("cancelled")

        visit.action_use_up()

        self.assertEqual(visit.session_ids.permission_id, permission)

    def test_of_two_that_were_given_back_for_one_fee_the_last_is_counted(self):
        first = self.bought(count=1)
        visit = self.visit()
        visit._update_state("cancelled")
        self.assertTrue(self.visit("11:00").session_ids)
        second = self.bought(count=1)
        visit.action_rebook()
        visit._update_state("noshow")
        visit.session_ids.action_give_back()
        first.session_ids.appointment_id._update_state("cancelled")
        self.env.invalidate_all()
        self.assertEqual(visit.returned_session_ids, second.session_ids)

        visit.with_user(self.desk).action_use_up()

        self.assertEqual(visit.session_ids, second.session_ids)
        self.assertStates(first, free=1)
        self.assertStates(second, used=1)

    # Refunded and deleted

    def test_a_credit_note_says_first_which_visits_have_to_be_paid(self):
        invoice = self.invoice_of(self.bought())
        self.visit()

        note = invoice._reverse_moves()

        self.assertIn("1 of the package sessions on it are reserved", note.clinic_package_note)
        self.assertFalse(invoice.clinic_package_note)

    def test_a_refund_says_the_amount_with_taxes(self):
        tax = self.env["account.tax"].create({"name": "Ten", "amount": 10})
        self.product.taxes_id = tax
        purchase = self.bought()

        refund = self.env["clinic.package.refund"].create({"purchase_id": purchase.id})

        self.assertIn("165.00", refund.summary)

    def test_one_beside_other_things_on_a_confirmed_invoice_is_not_deleted(self):
        purchase = self.draft(self.package(self.single), self.owner)
        invoice = self.invoice_of(purchase)
        invoice.invoice_line_ids = [Command.create({"product_id": self.product.id})]
        invoice.action_post()

        with self.assertRaisesRegex(UserError, "other things on invoice"):
            purchase.with_user(self.desk).action_delete()

        self.assertEqual(invoice.state, "posted")

    def test_one_with_a_reserved_session_is_not_deleted(self):
        self.company.clinic_package_use = "posted"
        purchase = self.posted(self.package(self.single))
        self.visit()

        with self.assertRaisesRegex(UserError, "reserved or used"):
            purchase.with_user(self.desk).action_delete()

        self.assertStates(purchase, free=2, reserved=1)

    def test_a_visit_that_is_invoiced_and_paid_with_a_session_says_so(self):
        purchase = self.bought()
        visit = self.visit(uses_session=False)
        visit._get_or_create_invoice().action_post()

        nobody = visit.participant_ids.browse()
        visit._reserve_planned([(visit, nobody, purchase.session_ids[0], 0)])

        self.assertIn("paid with a package session too: Mira", visit.invoice_difference)

    def test_a_visit_paid_with_a_session_makes_no_invoice_by_itself(self):
        self.single.invoice_moment = "arrival"
        self.bought()
        visit = self.visit()

        visit.action_arrive()

        self.assertFalse(visit.invoice_id)

    def test_a_draft_for_what_a_session_pays_is_cancelled(self):
        purchase = self.bought()
        visit = self.visit(uses_session=False)
        draft = visit._get_or_create_invoice()

        nobody = visit.participant_ids.browse()
        visit._reserve_planned([(visit, nobody, purchase.session_ids[0], 0)])

        self.assertEqual(draft.state, "cancel")
        self.assertFalse(visit.is_invoiced)

    def test_taken_off_when_the_moment_is_past_it_is_invoiced_at_once(self):
        self.single.invoice_moment = "arrival"
        self.bought()
        visit = self.visit()
        visit.action_arrive()

        visit.session_ids.with_user(self.desk).action_take_off()

        self.assertEqual((visit.invoice_id.state, visit.invoice_id.amount_untaxed), ("draft", 80))

    # Sold

    def test_another_company_does_not_sell_it(self):
        other = self.env["res.company"].create({"name": "Other Clinic"})
        package = self.package(self.single, company_id=other.id)
        invoice = self.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": self.owner.id,
        })  # fmt: skip

        with self.assertRaisesRegex(UserError, "sold by Other Clinic only"):
            package._sell(invoice, self.owner)

    def test_an_empty_one_is_not_sold(self):
        package = self.package()

        with self.assertRaisesRegex(UserError, "no session in Test visits yet"):
            self.draft(package, self.owner)

        self.assertFalse(package.sold_count)

    def test_what_is_paid_in_part_can_not_be_used_yet(self):
        purchase = self.posted(self.package(self.single))
        context = {"active_model": "account.move", "active_ids": self.invoice_of(purchase).ids}
        register = self.env["account.payment.register"].with_context(**context)
        register.create({"amount": 100})._create_payments()
        self.assertEqual(self.invoice_of(purchase).payment_state, "partial")

        self.assertFalse(self.visit().session_ids)
