"""How many fees a visit costs, how those who come are named, and what isn't so any more."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import THURSDAY, ClinicHttpCase
from ..invoice_common import InvoiceCase


@tagged("post_install", "-at_install")
class TestInvoiceFees(InvoiceCase):
    def invoice(self, *people, **values):
        visit = self.visit(*(people or [self.mother, self.leo, self.ana]), **values)
        return visit._get_or_create_invoice()

    def test_one_fee_per_participant_each_on_a_line_of_its_own(self):
        self.group.fee_per = "participant"

        lines = self.invoice(self.mother, self.leo).invoice_line_ids

        self.assertEqual(lines.mapped("price_unit"), [80, 80])
        self.assertIn("Mira Motherwell", lines[0].name)
        self.assertNotIn("Leo", lines[0].name)
        self.assertIn("Leo Littleton", lines[1].name)

    def test_whoever_does_not_come_costs_nothing(self):
        self.group.fee_per = "participant"
        visit = self.visit(self.mother, self.leo)
        self.leave(visit, self.leo)

        self.assertEqual(visit._get_or_create_invoice().amount_untaxed, 80)

    def test_everybody_is_named_whoever_pays_first(self):
        self.assertEqual(
            self.invoice(
                self.leo, self.mother, payer_id=self.mother.partner_id.id
            ).clinic_patient_names,
            "Mira Motherwell, Leo Littleton",
        )

    def test_the_clinic_may_name_the_first_only(self):
        self.company.clinic_invoice_naming = "short"
        invoice = self.invoice()

        self.assertEqual(invoice.clinic_patient_names, "Mira Motherwell and 2 others")
        self.assertIn("Mira Motherwell and 2 others", invoice.invoice_line_ids.name)
        self.assertNotIn("Leo", invoice.invoice_line_ids.name + invoice.invoice_origin)

    def test_an_invoice_of_something_else_is_for_nobody(self):
        invoice = self.env["account.move"].create({
            "move_type": "out_invoice",
            "partner_id": self.leo.id,
            "invoice_line_ids": [Command.create({"product_id": self.product.id})],
        })  # fmt: skip

        self.assertFalse(invoice.clinic_patient_names)

    def test_one_other_is_one(self):
        self.company.clinic_invoice_naming = "short"

        self.assertEqual(
            self.invoice(self.mother, self.leo).clinic_patient_names,
            "Mira Motherwell and 1 other",
        )

    def test_a_draft_loses_the_line_of_whoever_leaves(self):
        self.group.fee_per = "participant"
        visit = self.visit(self.mother, self.leo)
        invoice = visit._get_or_create_invoice()

        self.cancel(self.mother, visit, self.leo)

        self.assertEqual(invoice.clinic_patient_names, "Mira Motherwell")
        self.assertEqual(invoice.amount_untaxed, 80)

    def test_what_staff_wrote_on_a_draft_stays(self):
        visit = self.visit(self.mother, self.leo)
        invoice = visit._get_or_create_invoice()
        invoice.invoice_line_ids.name = "As agreed"

        self.cancel(self.mother, visit, self.leo)

        self.assertEqual(invoice.invoice_line_ids.name, "As agreed")
        self.assertEqual(invoice.clinic_patient_names, "Mira Motherwell")

    def test_a_draft_for_several_visits_stays_until_the_last_is_cancelled(self):
        first = self.visit(self.mother)
        second = self.appointment(THURSDAY, "11:00", [self.mother])
        second.invoice_id = draft = first._get_or_create_invoice()

        first._update_state("cancelled")
        self.assertEqual(draft.state, "draft")
        second._update_state("cancelled")

        self.assertEqual(draft.state, "cancel")

    def test_the_mail_of_the_send_window_names_them(self):
        invoice = self.invoice()
        invoice.action_post()

        window = (
            self.env["account.move.send.wizard"]
            .with_user(self.desk)
            .create({"move_id": invoice.id})
        )

        self.assertIn("Mira Motherwell, Ana Littleton, Leo Littleton", window.body)

    def test_the_paper_names_them(self):
        invoice = self.invoice()
        invoice.action_post()

        paper, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "account.report_invoice", invoice.ids
        )

        self.assertIn("Mira Motherwell, Ana Littleton, Leo Littleton</div>", paper.decode())

    def test_the_button_on_the_invoice_opens_the_appointment_or_all_of_them(self):
        visit = self.posted()
        invoice = visit.invoice_id.with_user(self.desk)
        other = self.appointment(THURSDAY, "11:00", [self.leo])

        self.assertEqual(invoice.action_view_clinic_appointment()["res_id"], visit.id)
        other.invoice_id = invoice
        domain = invoice.action_view_clinic_appointment()["domain"]

        self.assertEqual(self.env["clinic.appointment"].search(domain), visit + other)


@tagged("post_install", "-at_install")
class TestInvoiceDifference(InvoiceCase):
    def test_as_long_as_all_is_so_nothing_is_said(self):
        self.assertFalse(self.posted().invoice_difference)

    def test_a_draft_is_not_talked_about(self):
        visit = self.visit(self.mother)
        visit._get_or_create_invoice()
        visit.payer_id = self.leo

        self.assertFalse(visit.invoice_difference)

    def test_the_visit_was_cancelled(self):
        visit = self.posted()

        visit._update_state("cancelled")

        self.assertRegex(visit.invoice_difference, "cancelled.*Mira Motherwell")
        self.assertEqual(visit.invoice_id.state, "posted")

    def test_somebody_else_pays(self):
        visit = self.posted()

        visit._change_payer(self.grandmother.partner_id)

        self.assertRegex(visit.invoice_difference, "Greta Grandison pays.*Mira Motherwell")
        self.assertEqual(visit.invoice_id.partner_id, self.mother.partner_id)

    def test_somebody_left_who_was_invoiced_for_themselves(self):
        self.group.fee_per = "participant"
        visit = self.posted()

        self.leave(visit, self.leo)

        self.assertEqual(
            visit.invoice_difference, "On the invoice, but no longer coming: Leo Littleton."
        )

    def test_somebody_joined_who_has_to_be_invoiced(self):
        self.group.fee_per = "participant"
        visit = self.posted()

        visit.participant_ids = [Command.create({"partner_id": self.ana.id})]

        self.assertEqual(visit.invoice_difference, "Coming, but not on the invoice: Ana Littleton.")

    def test_one_fee_for_all_stays_right_whoever_leaves_or_joins(self):
        visit = self.posted()

        self.leave(visit, self.leo)
        visit.participant_ids = [Command.create({"partner_id": self.ana.id})]

        self.assertFalse(visit.invoice_difference)

    def test_credited_it_is_settled_and_a_new_one_is_made(self):
        visit = self.posted()
        visit._change_payer(self.grandmother.partner_id)
        old = visit.invoice_id

        note = self.credit(visit)

        self.assertEqual(note.clinic_patient_names, old.clinic_patient_names)
        self.assertFalse(visit.invoice_difference)
        self.assertFalse(visit.is_invoiced)
        new = self.env["account.move"].browse(visit.action_view_invoice()["res_id"])
        self.assertNotEqual(new, old)
        self.assertEqual(new.partner_id, self.grandmother.partner_id)

    def test_no_patient_searches_by_what_they_may_not_read(self):
        visit = self.posted()
        visits = self.env["clinic.appointment"]

        for domain in ([("is_invoiced", "=", True)], [("is_invoiced", "=", False)]):
            with self.subTest(domain=domain), self.assertRaises(AccessError):
                visits.with_user(self.mother).search(domain)
        self.assertIn(visit, visits.search([("is_invoiced", "=", True)]))

    def test_a_credit_note_nobody_confirmed_settles_nothing(self):
        visit = self.posted()

        visit.invoice_id._reverse_moves()

        self.assertTrue(visit.is_invoiced)
        self.assertEqual(visit.action_view_invoice()["res_id"], visit.invoice_id.id)

    def test_a_paid_one_is_credited_as_well(self):
        visit = self.posted()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=visit.invoice_id.ids
        ).create({})._create_payments()

        visit._update_state("cancelled")
        self.credit(visit)

        self.assertFalse(visit.invoice_difference)

    def test_the_fee_of_whoever_left_is_credited_alone(self):
        self.group.fee_per = "participant"
        visit = self.posted()
        self.leave(visit, self.leo)

        action = visit.action_credit_invoice()
        reversal = (
            self.env[action["res_model"]]
            .with_context(**action["context"])
            .create({"journal_id": visit.invoice_id.journal_id.id})
        )
        note = self.env["account.move"].browse(reversal.refund_moves()["res_id"])
        note.invoice_line_ids.filtered(
            lambda line: line.clinic_patient_ids == self.mother.partner_id
        ).unlink()
        note.action_post()

        self.assertFalse(visit.invoice_difference)
        self.assertTrue(visit.is_invoiced)

    def test_one_made_in_its_place_in_the_same_window_is_the_invoice_then(self):
        visit = self.posted()
        action = visit.action_credit_invoice()
        reversal = (
            self.env[action["res_model"]]
            .with_context(**action["context"])
            .create({"journal_id": visit.invoice_id.journal_id.id})
        )

        new = self.env["account.move"].browse(reversal.modify_moves()["res_id"])

        self.assertEqual(visit.action_view_invoice()["res_id"], new.id)


@tagged("post_install", "-at_install")
class TestInvoicePage(ClinicHttpCase):
    def test_the_page_of_the_invoice_names_them(self):
        visit = self.appointment(THURSDAY, "10:00", [self.mother, self.leo])
        invoice = visit._get_or_create_invoice()
        invoice.action_post()
        self.authenticate("test_mother", "test_mother")

        page = self.url_open(f"/my/invoices/{invoice.id}").text

        self.assertRegex(page, "For <strong[^>]*>Mira Motherwell, Leo Littleton")
