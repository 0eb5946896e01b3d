"""What would tie a confidential visit to somebody else: a share, a session, a form, a payment."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import THURSDAY, WEDNESDAY
from ..confidential_common import Teenager
from ..family_common import PARENTAL
from ..form_common import FormBuilders
from ..package_common import PackageBuilders
from ..payer_common import Payers
from ..receipt_common import ReceiptCase


class TiesCase(Payers, Teenager, ReceiptCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_teenager()
        cls.build_payers()
        cls.her = cls.girl.partner_id

    def plain(self, payer=None, clock="10:00", day=WEDNESDAY):
        return self.appointment(day, clock, [self.her], payer_id=(payer or self.her).id)

    def mark(self, visit):
        visit.with_user(self.desk).action_mark_confidential()
        self.env.invalidate_all()
        return visit


@tagged("post_install", "-at_install")
class TestConfidentialBills(TiesCase):
    def test_a_relative_who_agreed_to_pay_a_share_gets_no_bill_for_it(self):
        self.agree(self.her, self.fergus)
        other = self.confirm_whole(self.draft(self.plain(day=THURSDAY)))
        self.assertEqual(self.totals(other), {"Ana Anderling": 40, "Fergus Fatherly": 40})

        bills = self.confirm_whole(self.draft(self.mark(self.plain())))

        self.assertEqual(self.totals(bills), {"Ana Anderling": 80})

    def test_a_company_pays_its_share_and_reads_nothing(self):
        self.agree(self.her, self.fergus, percent=40)
        self.agree(self.her, self.insurer, percent=25)

        bills = self.confirm_whole(self.draft(self.mark(self.plain())))

        self.assertEqual(self.totals(bills), {"Ana Anderling": 60, "Harbour Insurance": 20})
        for bill in bills:
            self.assertEqual(bill.invoice_line_ids.name.split("\n")[0], "Clinic service")

    def test_a_credit_note_has_no_source(self):
        visit = self.plain(self.mira)
        invoice = visit._get_or_create_invoice()
        invoice.action_post()
        self.assertIn("Family Talk", invoice.invoice_origin)

        self.mark(visit)

        self.assertFalse(self.credit(visit).invoice_origin)

    def test_a_credit_note_that_the_clinic_makes_tells_of_no_fee(self):
        visit = self.plain(self.mira)
        invoice = visit._get_or_create_invoice()
        self.assertIn("No fee after all", visit._get_credit_reason(invoice))

        self.mark(visit)

        self.assertNotIn("fee", visit._get_credit_reason(invoice))

    def test_what_is_a_draft_again_says_nothing_any_more(self):
        visit = self.plain(self.mira)
        invoice = visit._get_or_create_invoice()
        invoice.action_post()
        self.mark(visit)
        line = invoice.invoice_line_ids
        self.assertEqual(line.product_id, self.product)

        invoice.with_user(self.desk).button_draft()

        self.assertEqual(line.name, "Clinic service")
        self.assertFalse(line.product_id or invoice.invoice_origin)
        self.assertEqual(invoice.amount_total, 80)

    def test_a_link_that_was_sent_opens_its_bill_no_more(self):
        visit = self.plain()
        invoice = visit._get_or_create_invoice()
        invoice.action_post()
        key = invoice._portal_ensure_token()

        self.mark(visit)

        self.assertNotEqual(invoice._portal_ensure_token(), key)

    def test_one_that_was_invoiced_isnt_deleted(self):
        visit = self.plain()
        visit._get_or_create_invoice().action_post()
        self.mark(visit)

        with self.assertRaisesRegex(UserError, "isn't deleted"):
            visit.unlink()

    def test_a_line_without_a_product_says_nothing_either(self):
        visit = self.plain(self.mira)
        line = visit._get_or_create_invoice().invoice_line_ids
        line.write({"product_id": False, "name": "Talk with Ana", "price_unit": 80})

        self.mark(visit)

        self.assertEqual((line.name, line.price_unit), ("Clinic service", 80))


@tagged("post_install", "-at_install")
class TestConfidentialStatements(TiesCase):
    def window(self):
        self.env.invalidate_all()
        return self.env["clinic.statement"].with_user(self.desk).create({
            "partner_id": self.her.id, "date_from": "2027-01-01", "date_to": "2027-12-31",
        })  # fmt: skip

    def deposit(self, visit, **values):
        payment = self.env["account.payment"].create({
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.her.id,
            "amount": 20,
            "date": "2027-03-01",
            **values,
        })  # fmt: skip
        payment.action_post()
        payment.sudo().clinic_appointment_id = visit
        return payment

    def test_a_deposit_for_it_keeps_the_statement_with_the_customer(self):
        self.grant(self.her, self.grandmother, "receipts")
        visit = self.plain()
        self.deposit(visit)
        self.assertIn(self.greta, self.window()._get_readers())

        self.mark(visit)

        self.assertEqual(self.window()._get_readers(), self.her)

    def test_a_statement_names_nobody_who_paid_for_it(self):
        visit = self.plain()
        payment = self.deposit(visit)
        payment.sudo().clinic_payer_id = self.mira
        self.assertEqual(self.kind(payment), "Paid by Mira Motherwell")

        self.mark(visit)

        self.assertEqual(self.kind(payment), "Payment")

    def kind(self, payment):
        move = self.env["account.move"].new({"origin_payment_id": payment.id})
        return self.env["report.clinic_family.report_statement"]._get_kind(move)


@tagged("post_install", "-at_install")
class TestConfidentialSessions(PackageBuilders, TiesCase):
    def test_the_ledger_names_it_no_more(self):
        purchase = self.sell(self.package(self.group, count=1), self.mira)
        visit = self.plain(self.mira)
        self.assertStates(purchase, reserved=1)

        self.mark(visit)

        change = purchase.session_ids.change_ids[0]
        self.assertEqual(change.new_state, "free")
        self.assertFalse(change.appointment_id or change.partner_id)

    def test_what_it_gave_back_before_isnt_used_up_by_it(self):
        purchase = self.sell(self.package(self.group, count=1), self.mira)
        visit = self.plain(self.mira)
        purchase.session_ids.with_user(self.desk).action_take_off()
        visit.with_user(self.desk).action_cancel()
        visit._update_state("cancelled")
        self.env.invalidate_all()
        self.assertTrue(visit.returned_session_ids)

        self.mark(visit)

        self.assertFalse(visit.returned_session_ids)
        visit.with_user(self.desk).action_use_up()
        self.assertStates(purchase, free=1)

    def test_a_session_that_is_sold_again_isnt_reserved_for_it(self):
        purchase = self.sell(self.package(self.group, count=1), self.mira)
        visit = self.plain(self.mira)
        invoice = self.invoice_of(purchase)
        invoice.button_draft()
        invoice.button_cancel()
        self.assertStates(purchase, refunded=1)
        self.mark(visit)

        invoice.button_draft()
        invoice.action_post()

        self.assertStates(purchase, free=1)

    def test_nothing_reserves_one(self):
        purchase = self.sell(self.package(self.group, count=1), self.mira)
        self.grant(self.mira, self.girl, "packages")
        visit = self.mark(self.plain(self.mira))

        plan = [(visit, visit.participant_ids.browse(), purchase.session_ids, False)]
        with self.assertRaisesRegex(UserError, "package session"):
            visit._reserve_planned(plan)


@tagged("post_install", "-at_install")
class TestConfidentialForms(FormBuilders, TiesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey_asked = cls.survey("Test history", clinic_signatures="guardians")
        cls.ask_for(cls.group, cls.survey_asked)
        cls.visit_asking = cls.appointment(
            WEDNESDAY, "10:00", [cls.her], payer_id=cls.mira.id
        )  # fmt: skip
        cls.request = cls.env["clinic.form.request"].search([("patient_id", "=", cls.her.id)])

    def assertEnded(self):
        self.mark(self.visit_asking)
        self.assertEqual(self.request.state, "abandoned")
        for user in (self.mother, self.father):
            requests = self.env["clinic.form.request"].with_user(user)
            self.assertFalse(requests._find_mine(), user.login)
            self.assertFalse(requests.search([]), user.login)
            self.assertFalse(requests._find_due_for(self.her, user.partner_id), user.login)

    def test_what_she_has_begun_ends(self):
        self.request.with_user(self.girl)._open()
        self.request.answer_id._mark_in_progress()
        self.assertEqual(self.request.state, "begun")

        self.assertEnded()

    def test_what_waits_for_a_signature_ends(self):
        self.complete(self.request, self.mother)
        self.assertEqual(self.request.state, "signing")
        self.env.invalidate_all()
        mothers = self.env["clinic.form.request"].with_user(self.mother)
        self.assertTrue(mothers._find_due_for(self.her, self.mira))

        self.mark(self.visit_asking)

        self.assertEqual(self.request.state, "abandoned")
        self.assertFalse(mothers._find_due_for(self.her, self.mira))

    def test_a_message_about_forms_is_for_the_patient_alone(self):
        one = self.visit_asking.participant_ids
        self.assertIn(self.mira, one._get_form_readers()[one])

        self.mark(self.visit_asking)

        self.assertEqual(one._get_form_readers()[one], {self.her: "ana@example.com"})


@tagged("post_install", "-at_install")
class TestConfidentialContact(TiesCase):
    def setUp(self):
        super().setUp()
        self.mira.phone, self.her.phone = "021 555", "021 777"

    def test_the_desk_is_handed_the_patients_phone_alone(self):
        visit = self.plain(self.mira)
        shown = self.env["clinic.desk.visit"].with_user(self.desk)
        self.assertEqual(shown.get_visit(visit.id)["payer_phone"], "021 555")
        self.assertIn("021 555", visit.with_user(self.desk).phone_text)

        self.mark(visit)

        self.assertEqual(shown.get_visit(visit.id)["payer_phone"], "")
        self.assertEqual(visit.with_user(self.desk).phone_text, "Ana Anderling 021 777")

    def test_a_login_that_was_never_used_makes_no_address_private(self):
        self.her.birth_date = "2015-01-01"
        self.assertEqual(self.her._get_private_address(), "ana@example.com")

        self.girl.log_ids.unlink()
        self.env.invalidate_all()

        self.assertFalse(self.her._get_private_address())

    def test_an_address_that_was_somebody_elses_isnt_private(self):
        self.env["res.partner"].create({
            "name": "Old Contact", "email": "ana@example.com", "active": False,
        })  # fmt: skip

        self.assertFalse(self.her._get_private_address())

    def test_whom_one_looks_after_shares_ones_address_and_it_stays_private(self):
        self.leo.email = self.mira.email
        self.assertFalse(self.mira._get_private_address())

        self.record(self.leo, self.mira, PARENTAL, "parental")

        self.assertEqual(self.mira._get_private_address(), self.mira.email)

        self.father.partner_id.email = self.mira.email
        self.assertFalse(self.mira._get_private_address())

    def test_a_login_that_isnt_its_contacts_address_says_of_nobody_that_they_read_there(self):
        self.mother.login = "ana@example.com"
        self.assertEqual(self.her._get_private_address(), "ana@example.com")

        self.mother.email = "Ana@Example.com"

        self.assertFalse(self.her._get_private_address())

    def test_the_age_is_that_of_the_visits_company(self):
        visit = self.mark(self.plain())
        self.girl.log_ids.unlink()
        self.company.clinic_child_age = 16
        elsewhere = self.env["res.company"].create({"name": "Elsewhere", "clinic_child_age": 18})
        self.env.invalidate_all()

        one = visit.participant_ids.with_company(elsewhere)
        self.assertEqual(one._get_private_recipient(), {self.her: "ana@example.com"})

    def test_what_else_becomes_of_her_doesnt_touch_her_parents_calendar(self):
        self.plain(self.mira)
        self.env["clinic.calendar.feed"].with_user(self.mother)._renew(self.mother)
        feed = self.env["clinic.calendar.feed"].with_user(self.mother)._find_for(self.mother)
        feed = feed.sudo(False)
        before = feed._get_version()

        self.env.cr.execute(
            "UPDATE res_partner SET write_date = write_date + interval '1 hour' WHERE id = %s",
            [self.her.id],
        )

        self.assertEqual(feed._get_version(), before)
        self.her.name = "Anna Anderling"
        self.env.flush_all()
        self.assertNotEqual(feed._get_version(), before)
