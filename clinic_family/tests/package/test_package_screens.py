"""What the manager and the front desk see of packages, and do with them."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..common import ROLE, TUESDAY
from ..package_common import PackageCase


@tagged("post_install", "-at_install")
class TestPackageScreens(PackageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.user("test_manager", "Max Manager", ROLE + "manager")
        cls.biller = cls.user("test_billing", "Bea Billing", ROLE + "billing")

    def test_the_manager_makes_a_package_with_the_fees_of_its_services(self):
        form = Form(self.env["clinic.package"].with_user(self.manager))
        form.name = "Three visits"
        with form.line_ids.new() as line:
            line.service_id = self.single
            line.quantity = 3
            self.assertEqual((line.price_unit, line.price_total), (80, 240))
            line.price_unit = 70

        package = form.save()

        self.assertEqual((package.session_count, package.price), (3, 210))

    def test_the_front_desk_does_not_change_what_is_sold(self):
        package = self.package(self.single)

        with self.assertRaises(AccessError):
            package.with_user(self.desk).name = "Free for all"

    def test_a_package_says_how_often_it_was_sold(self):
        package = self.package(self.single)
        purchases = self.draft(package, self.owner) | self.draft(package, self.leo)
        self.draft(self.package(self.single), self.owner)

        seen = package.with_user(self.manager)

        self.assertEqual(seen.sold_count, 2)
        action = seen.action_view_sold()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), purchases)

    def test_a_patient_shows_their_free_sessions_and_packages(self):
        purchase = self.sell(self.package(self.single), self.owner)
        self.sell(self.package(self.single), self.leo)
        self.visit()

        patient = self.owner.with_user(self.biller)

        self.assertEqual(patient.free_session_count, 2)
        action = patient.action_view_package_purchases()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), purchase)

    def test_a_refund_says_first_how_many_how_much_and_to_whom(self):
        purchase = self.sell(
            self.package(self.single, count=4, price=45), self.owner, payer=self.father.partner_id
        )
        self.visit()

        refund = self.env["clinic.package.refund"].with_user(self.biller).create({
            "purchase_id": purchase.id,
        })  # fmt: skip

        invoice = self.invoice_of(purchase)
        for words in ("3 free sessions", "135.00", "Fergus Fatherly", invoice.name):
            self.assertIn(words, refund.summary)
        note = self.env["account.move"].browse(refund.action_refund()["res_id"])
        self.assertEqual((note.move_type, note.amount_total), ("out_refund", 135))
        seen = purchase.with_user(self.biller)
        self.assertEqual(seen.move_ids, invoice | note)
        self.assertEqual(seen.action_view_moves()["domain"], [("id", "in", seen.move_ids.ids)])

    def test_the_refund_of_a_single_session_says_so(self):
        purchase = self.sell(self.package(self.single, count=1), self.owner)

        refund = self.env["clinic.package.refund"].create({"purchase_id": purchase.id})

        self.assertIn("1 free session is refunded", refund.summary)

    def test_of_an_invoice_nobody_confirmed_it_says_so(self):
        purchase = self.draft(self.package(self.single), self.owner)

        refund = self.env["clinic.package.refund"].create({"purchase_id": purchase.id})

        self.assertIn("nothing to refund", refund.summary)

    def test_the_front_desk_gives_more_time(self):
        purchase = self.sell(self.package(self.single, validity_days=1), self.owner)

        with Form(purchase.with_user(self.desk)) as form:
            form.expires_on = "2027-12-31"

        self.assertEqual(str(purchase.expires_on), "2027-12-31")

    def test_a_session_shows_its_day_and_its_ledger_in_words(self):
        purchase = self.sell(self.package(self.single), self.owner)
        session = self.visit("8:00").session_ids.with_user(self.biller)

        self.assertEqual(session.day, TUESDAY)
        [row] = session.change_ids
        self.assertEqual((row.old_state_name, row.new_state_name), ("Free", "Reserved"))
        other = purchase.session_ids.filtered(lambda one: one.state == "free")[0]
        self.assertFalse(other.day)
        other._use_on(TUESDAY)
        self.assertEqual(other.day, TUESDAY)

    def test_a_practitioner_opens_a_session_without_its_ledger(self):
        self.sell(self.package(self.single), self.owner)
        therapist = self.user("test_therapist", "Nora Therapist", ROLE + "practitioner")
        self.nora.user_id = therapist
        session = self.visit("8:00").session_ids

        form = Form(session.with_user(therapist), "clinic_family.clinic_package_session_view_form")

        self.assertEqual(form.service_id, self.single)
        self.assertNotIn("change_ids", form._view["fields"])
