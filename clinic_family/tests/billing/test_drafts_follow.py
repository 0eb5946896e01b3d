"""A draft says what is so: who comes, when and where, and who pays with which taxes."""

from odoo.tests import tagged

from ..common import THURSDAY, WEDNESDAY, utc
from ..invoice_common import InvoiceCase

MOVED = {"start": utc(WEDNESDAY, "14:00"), "stop": utc(WEDNESDAY, "14:30")}


@tagged("post_install", "-at_install")
class TestDraftsFollow(InvoiceCase):
    def draft(self, *people, **values):
        visit = self.visit(*(people or [self.mother, self.leo]), **values)
        return visit.with_user(self.desk), visit._get_or_create_invoice()

    def join(self, visit, person):
        visit.participant_ids.create({"appointment_id": visit.id, "partner_id": person.id})

    # When and where

    def test_it_says_when_the_visit_is_that_the_desk_has_moved(self):
        visit, draft = self.draft()

        visit.write(MOVED)

        for text in (draft.invoice_line_ids.name, draft.invoice_origin):
            self.assertIn(visit.local_time, text)
            self.assertIn("Wednesday", text)

    def test_one_that_confirms_itself_says_it_too(self):
        self.invoice_when("booking", confirmed=True)
        visit = self.visit(self.mother)

        visit.with_user(self.desk).write(MOVED)
        self.time_passes()

        self.assertEqual(visit.invoice_id.state, "posted")
        self.assertIn(visit.local_time, visit.invoice_id.invoice_line_ids.name)

    def test_it_speaks_the_language_of_the_payer_whoever_moves_the_visit(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.mother.partner_id.lang = "fr_FR"
        visit, draft = self.draft()
        self.assertIn("jeudi", draft.invoice_line_ids.name)

        visit.write(MOVED)
        self.assertIn("Wednesday", visit.local_time)

        for text in (draft.invoice_line_ids.name, draft.invoice_origin):
            self.assertIn("mercredi", text)

    def test_what_staff_have_written_stays(self):
        visit, draft = self.draft()
        draft.invoice_line_ids.name = draft.invoice_origin = "As agreed"

        visit.write(MOVED)
        self.leave(visit, self.leo)

        self.assertEqual(draft.invoice_line_ids.name, "As agreed")
        self.assertEqual(draft.invoice_origin, "As agreed")

    def test_of_another_visit_on_it_nothing_changes(self):
        visit, draft = self.draft(self.mother)
        other = self.appointment(THURSDAY, "14:00", [self.mother])
        line = draft.invoice_line_ids.copy({"move_id": draft.id})
        line.clinic_appointment_id = other
        before = line.name = line._get_written_name()

        visit.write(MOVED)

        self.assertEqual(line.name, before)
        self.assertIn("Wednesday", (draft.invoice_line_ids - line).name)

    # Who comes

    def test_who_leaves_is_off_it_and_who_joins_is_on_it(self):
        self.group.fee_per = "participant"
        visit, draft = self.draft()

        self.join(visit, self.ana)
        self.assertEqual(draft.amount_untaxed, 240)
        self.leave(visit, self.leo)

        self.assertEqual(draft.amount_untaxed, 160)
        self.assertEqual(draft.clinic_patient_names, "Mira Motherwell, Ana Littleton")

    def test_one_fee_for_all_names_who_comes(self):
        visit, draft = self.draft()

        self.join(visit, self.ana)
        self.leave(visit, self.leo)

        self.assertEqual(draft.amount_untaxed, 80)
        self.assertIn("Mira Motherwell, Ana Littleton", draft.invoice_line_ids.name)

    def test_who_is_moved_to_another_visit_is_on_its_draft(self):
        self.group.fee_per = "participant"
        visit, draft = self.draft()
        other = self.appointment(THURSDAY, "14:00", [self.ana])
        theirs = other._get_or_create_invoice()

        visit.participant_ids.filtered(lambda one: one.partner_id == self.leo)._move_to(
            other.with_user(self.desk)
        )

        self.assertEqual((draft.amount_untaxed, theirs.amount_untaxed), (80, 160))

    def test_whom_staff_have_let_off_stays_off(self):
        self.group.fee_per = "participant"
        visit, draft = self.draft()
        draft.invoice_line_ids[1].unlink()

        self.join(visit, self.ana)
        visit.write(MOVED)

        self.assertEqual(draft.clinic_patient_names, "Mira Motherwell, Ana Littleton")

    # Who pays

    def test_its_taxes_are_those_of_who_pays(self):
        tax = self.env["account.tax"].create({
            "name": "Test 25 %", "amount": 25, "type_tax_use": "sale",
        })  # fmt: skip
        self.product.taxes_id = tax
        position = self.env["account.fiscal.position"].create({"name": "Test abroad"})
        self.grandmother.partner_id.property_account_position_id = position
        for override, totals in (("tax_excluded", (100, 80)), ("tax_included", (80, 64))):
            with self.subTest(override):
                tax.price_include_override = override
                visit, draft = self.draft(self.mother)
                self.assertEqual(draft.amount_total, totals[0])

                visit._change_payer(self.grandmother.partner_id)
                self.assertEqual(draft.amount_total, totals[1])
                visit._change_payer(self.mother.partner_id)

                self.assertEqual(draft.amount_total, totals[0])
                visit._update_state("cancelled")

    def test_a_price_that_was_agreed_stays(self):
        visit, draft = self.draft(self.mother)
        draft.invoice_line_ids.price_unit = 60

        visit._change_payer(self.grandmother.partner_id)

        self.assertEqual(draft.amount_untaxed, 60)

    # Deleted

    def test_of_a_visit_that_is_deleted_nothing_is_invoiced(self):
        self.invoice_when("booking", confirmed=True)
        visit = self.visit(self.mother)
        draft = visit.invoice_id

        visit.unlink()
        self.time_passes()

        self.assertEqual(draft.state, "cancel")

    def test_what_else_is_on_it_stays(self):
        visit, draft = self.draft(self.mother)
        other = self.appointment(THURSDAY, "14:00", [self.mother])
        line = draft.invoice_line_ids.copy({"move_id": draft.id})
        line.clinic_appointment_id = other

        visit.sudo().unlink()

        self.assertEqual((draft.state, draft.invoice_line_ids), ("draft", line))
