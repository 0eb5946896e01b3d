"""Several pay for one visit: each has an invoice of their own, and together they are the whole."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import TUESDAY, WEDNESDAY
from ..invoice_common import InvoiceCase
from ..payer_common import Payers


class PayersCase(Payers, InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_payers()

    def halves(self, *people, **values):
        """A visit whose invoice the father pays half of; still a draft."""
        visit = self.visit(*(people or [self.leo]), payer_id=self.mira.id, **values)
        self.divide(self.draft(visit), (self.fergus, 50, 0))
        return visit

    def divided(self, *people, **values):
        visit = self.halves(*people, **values)
        self.confirm_whole(visit.invoice_id)
        return visit.with_user(self.desk)


@tagged("post_install", "-at_install")
class TestDividing(PayersCase):
    def test_each_gets_an_invoice_with_their_part(self):
        visit = self.divided()

        bills = visit.invoice_id._get_parts()
        self.assertEqual(self.totals(bills), {"Mira Motherwell": 40, "Fergus Fatherly": 40})
        self.assertEqual(bills.mapped("state"), ["posted", "posted"])
        self.assertEqual(visit.invoice_id.partner_id, self.mira)

    def test_until_it_is_confirmed_it_is_one_and_says_what_each_will_pay(self):
        visit = self.halves()

        self.assertEqual(visit.invoice_id.amount_total, 80)
        self.assertRegex(
            visit.invoice_id.with_user(self.desk).clinic_division_text,
            "Mira Motherwell.*40.*Fergus Fatherly.*40",
        )

    def test_the_window_says_to_the_cent_what_each_pays(self):
        draft = self.draft(self.visit(self.leo, payer_id=self.mira.id))
        draft.invoice_line_ids.price_unit = 80.01

        window = self.divide(draft, (self.fergus, 50, 0), (self.insurer, 0, 30))

        self.assertEqual(window.line_ids.mapped("pays"), [40, 30])
        self.assertEqual(window.rest, 10.01)
        self.assertEqual(
            self.totals(self.confirm_whole(draft)),
            {"Mira Motherwell": 10.01, "Fergus Fatherly": 40, "Harbour Insurance": 30},
        )

    def test_typing_it_in_the_window_shows_what_each_pays_before_the_click(self):
        draft = self.draft(self.visit(self.leo, payer_id=self.mira.id))
        windows = self.env["clinic.payer.divide"].with_user(self.desk)

        with Form(windows.with_context(**draft.action_divide()["context"])) as window:
            with window.line_ids.new() as line:
                line.payer_id = self.fergus
                line.amount = 30
            self.assertEqual((window.total, window.rest), (80, 50))
        window.record.action_save()

        self.assertEqual(
            self.totals(self.confirm_whole(draft)), {"Mira Motherwell": 50, "Fergus Fatherly": 30}
        )

    def test_it_is_merged_back_as_long_as_it_is_a_draft(self):
        visit = self.halves()

        windows = self.env["clinic.payer.divide"].with_user(self.desk)
        windows.create({"invoice_id": visit.invoice_id.id}).action_keep_whole()

        self.assertEqual(self.totals(self.confirm_whole(visit.invoice_id)), {"Mira Motherwell": 80})

    def test_what_is_left_is_for_somebody_or_nobody(self):
        """Nothing is left for the mother: the whole is the insurer's."""
        visit = self.visit(self.leo, payer_id=self.mira.id).with_user(self.desk)
        self.divide(self.draft(visit), (self.insurer, 100, 0))

        bills = self.confirm_whole(visit.invoice_id)

        self.assertEqual(self.totals(bills), {"Harbour Insurance": 80})
        self.assertFalse(visit.invoice_difference)
        self.assertTrue(visit.is_invoiced)

    def test_what_was_written_about_to_one_is_given_to_no_other(self):
        visit = self.visit(self.leo, payer_id=self.mira.id)
        draft = self.draft(visit)
        draft.message_post(body=self.mira.name, message_type="comment")
        self.divide(draft, (self.insurer, 100, 0))

        with self.assertRaisesRegex(UserError, "Nothing is left for Mira Motherwell"):
            draft.action_post()

    def test_a_confirmed_one_is_not_divided(self):
        visit = self.posted(self.leo, payer_id=self.mira.id)

        with self.assertRaisesRegex(UserError, "Credit it"):
            self.divide(visit.invoice_id, (self.fergus, 50, 0))

    def test_what_was_confirmed_whole_stays_whole_when_it_is_corrected(self):
        visit = self.posted(self.leo, payer_id=self.mira.id)
        self.agree(self.leo, self.fergus)

        visit.invoice_id.button_draft()
        with self.assertRaisesRegex(UserError, "Credit it"):
            self.divide(visit.invoice_id, (self.fergus, 50, 0))

        whole = self.confirm_whole(visit.invoice_id)
        self.assertEqual(self.totals(whole), {"Mira Motherwell": 80})

    def test_a_part_is_not_reset_to_draft(self):
        bills = self.divided().invoice_id._get_parts()

        for bill in bills:
            with self.subTest(bill.partner_id.name), self.assertRaisesRegex(UserError, "credit it"):
                bill.button_draft()

    def test_nobody_pays_who_is_below_the_age(self):
        draft = self.draft(self.visit(self.leo, payer_id=self.mira.id))
        self.leo.birth_date = "2020-03-01"

        with self.assertRaisesRegex(UserError, "can't be asked to pay"):
            self.divide(draft, (self.leo, 50, 0))

    def test_nobody_pays_twice_and_no_more_than_all(self):
        draft = self.draft(self.visit(self.leo, payer_id=self.mira.id))

        with self.assertRaisesRegex(UserError, "stands there once"):
            self.divide(draft, (self.fergus, 50, 0), (self.fergus, 10, 0))
        with self.assertRaisesRegex(UserError, "stands there once"):
            self.divide(draft, (self.mira, 50, 0))
        with self.assertRaisesRegex(UserError, "more than 100"):
            self.divide(draft, (self.fergus, 60, 0), (self.insurer, 50, 0))

    def test_the_draft_still_follows_the_visit(self):
        self.group.write({"fee_per": "participant"})
        visit = self.halves(self.leo, self.ana)

        self.leave(visit, self.ana)
        visit.invoice_id._post_by_itself()

        self.assertEqual(
            self.totals(visit.invoice_id._get_parts()),
            {"Mira Motherwell": 40, "Fergus Fatherly": 40},
        )

    def test_what_the_clerk_wrote_on_it_is_divided_too_and_a_note_stays_with_the_customer(self):
        visit = self.halves()
        visit.invoice_id.write({"invoice_line_ids": [
            Command.create({"name": "Plaster", "price_unit": 5, "quantity": 3, "tax_ids": False}),
            Command.create({"name": "As agreed with Fergus", "display_type": "line_note"}),
        ]})  # fmt: skip

        bills = self.confirm_whole(visit.invoice_id)

        self.assertEqual(self.totals(bills), {"Mira Motherwell": 47.5, "Fergus Fatherly": 47.5})
        self.assertNotIn("agreed", " ".join(bills[1].invoice_line_ids.mapped("name")))


@tagged("post_install", "-at_install")
class TestDividingTaxes(PayersCase):
    """Prices, taxes and totals add up to those of the whole."""

    def tax(self, amount, **values):
        return self.env["account.tax"].create({
            "name": f"Test {amount} {values}", "amount": amount, "type_tax_use": "sale", **values,
        })  # fmt: skip

    def add_up(self, prices, taxes, rows, rounding="round_globally", **values):
        """Divides an invoice of these lines: its parts sum up to what the whole was."""
        self.company.tax_calculation_rounding_method = rounding
        draft = self.env["account.move"].create({
            "move_type": "out_invoice",
            "partner_id": self.mira.id,
            "invoice_line_ids": [
                Command.create({
                    "name": "Item", "price_unit": price, "quantity": quantity,
                    "tax_ids": [Command.set(taxes.ids)],
                })
                for price, quantity in prices
            ],
            **values,
        })  # fmt: skip
        before = self.read_amounts(draft)

        self.divide(draft, *rows)
        bills = self.confirm_whole(draft)

        self.assertEqual(len(bills), len(rows) + 1)
        self.assertEqual(self.read_amounts(bills), before)

    def read_amounts(self, moves):
        taxes = moves.line_ids.filtered("tax_line_id")
        return {
            "untaxed": round(sum(moves.mapped("amount_untaxed")), 3),
            "tax": round(sum(moves.mapped("amount_tax")), 3),
            "total": round(sum(moves.mapped("amount_total")), 3),
            **{
                tax.name: round(sum(lines.mapped("amount_currency")), 3)
                for tax, lines in taxes.grouped("tax_line_id").items()
            },
        }

    def each_way(self, taxes, **values):
        thirds = [(self.fergus, 33.33, 0), (self.insurer, 33.33, 0)]
        odd = [(self.fergus, 50, 0), (self.insurer, 0, 17.77)]
        for rows in (thirds, odd, [(self.fergus, 50, 0)]):
            for rounding in ("round_globally", "round_per_line"):
                prices = [(80.01, 1), (19.99, 3), (0.05, 1)]
                with self.subTest(rows=[row[1:] for row in rows], rounding=rounding):
                    self.add_up(prices, taxes, rows, rounding=rounding, **values)
                    self.env.flush_all()

    def test_without_taxes(self):
        self.each_way(self.env["account.tax"])

    def test_on_top(self):
        self.each_way(self.tax(19))

    def test_in_the_price(self):
        self.each_way(self.tax(19, price_include_override="tax_included"))

    def test_two_of_them(self):
        self.each_way(self.tax(7.7) + self.tax(2.5))

    def test_one_on_the_other(self):
        self.each_way(self.tax(5, include_base_amount=True, sequence=1) + self.tax(9, sequence=2))

    def test_in_currencies_without_cents_and_with_thousandths(self):
        currencies = self.env["res.currency"]
        taxes = [self.tax(19), self.tax(19, price_include_override="tax_included")]
        for rounding in (1, 0.001):
            currency = currencies.create({
                "name": f"T{len(str(rounding))}", "symbol": "¤", "rounding": rounding,
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 1.7})],
            })  # fmt: skip
            for tax in taxes:
                with self.subTest(rounding=rounding, tax=tax.name):
                    self.add_up(
                        [(801, 1), (99, 3)],
                        tax,
                        [(self.fergus, 33.33, 0)],
                        currency_id=currency.id,
                    )

    def test_a_credit_note_takes_back_exactly_what_the_part_was(self):
        draft = self.draft(self.visit(self.leo, payer_id=self.mira.id))
        draft.invoice_line_ids.write({
            "price_unit": 80.01, "tax_ids": [Command.set(self.tax(19).ids)],
        })  # fmt: skip
        self.divide(draft, (self.fergus, 33.33, 0))

        for bill in self.confirm_whole(draft):
            note = bill._reverse_moves()
            note.action_post()
            self.assertEqual(note.amount_tax, bill.amount_tax)
            self.assertEqual(note.amount_total, bill.amount_total)
            self.assertTrue(bill._is_credited())


@tagged("post_install", "-at_install")
class TestDividedVisit(PayersCase):
    """A visit with several invoices is invoiced, charged and credited as one with one."""

    def credit_all(self, visit):
        """What Odoo's own window does after the click on Credit…"""
        action = visit.action_credit_invoice()
        window = self.env[action["res_model"]].with_user(self.desk)
        reversal = window.with_context(**action["context"]).create({
            "journal_id": visit.invoice_id.journal_id.id,
        })  # fmt: skip
        reversal.refund_moves()
        visit.invoice_id._get_parts().reversal_move_ids.action_post()
        self.env.invalidate_all()

    def test_it_is_invoiced_as_long_as_one_of_them_stands(self):
        visit = self.divided()
        hers, his = visit.invoice_id._get_parts()

        hers._reverse_moves(cancel=True)
        self.env.invalidate_all()
        self.assertTrue(visit.is_invoiced)
        self.assertEqual(visit.action_view_invoice()["domain"], [("id", "in", (hers + his).ids)])
        his._reverse_moves(cancel=True)
        self.env.invalidate_all()

        self.assertFalse(visit.is_invoiced)

    def test_nothing_differs_from_what_was_agreed(self):
        self.assertFalse(self.divided(self.mother, self.leo).invoice_difference)

    def test_cancelled_it_is_credited_to_both(self):
        visit = self.divided()

        visit.action_cancel()
        visit.sudo()._update_state("cancelled")
        self.assertRegex(visit.invoice_difference, "Mira Motherwell, Fergus Fatherly")
        self.credit_all(visit)

        self.assertFalse(visit.invoice_difference)
        self.assertEqual((self.get_owed(self.mira), self.get_owed(self.fergus)), (0, 0))

    def test_what_one_was_credited_the_other_still_has(self):
        visit = self.divided()
        visit.sudo()._update_state("cancelled")

        visit.invoice_id._reverse_moves(cancel=True)
        self.env.invalidate_all()

        self.assertRegex(visit.invoice_difference, "Fergus Fatherly has an invoice")

    def test_credited_it_is_invoiced_anew_as_a_whole(self):
        visit = self.divided()
        self.credit_all(visit)

        again = self.draft(visit)

        self.assertEqual((again.state, again.amount_total), ("draft", 80))

    def test_who_no_longer_comes_is_on_the_invoices(self):
        self.group.write({"fee_per": "participant"})
        visit = self.divided(self.leo, self.ana)

        self.leave(visit.sudo(), self.ana)

        self.assertEqual(
            visit.invoice_difference, "On the invoice, but no longer coming: Ana Littleton."
        )

    def test_somebody_else_pays_the_rest(self):
        visit = self.divided()

        visit.sudo()._change_payer(self.grandmother.partner_id)
        self.env.invalidate_all()

        self.assertRegex(visit.invoice_difference, "Greta Grandison pays.*Mira Motherwell")

    def test_the_bill_for_the_visit_stands_so_no_fee_comes_on_top(self):
        self.group.write(
            {"late_fee_type": "amount", "late_fee": 30}
        ) if "late_fee_type" in self.group._fields else None
        visit = self.divided()
        visit.invoice_id._reverse_moves(cancel=True)
        self.env.invalidate_all()

        self.assertTrue(visit._has_standing_bill())

    def test_both_statements_agree_with_the_ledger(self):
        visit = self.divided()

        maker = self.env["report.clinic_family.report_statement"]
        for bill in visit.invoice_id._get_parts():
            day = bill.invoice_date
            [account] = maker._make(bill.partner_id, self.company, day, day).accounts
            self.assertEqual(account["closing"], self.get_owed(bill.partner_id))
            self.assertEqual([row["amount"] for row in account["rows"]], [bill.amount_total])

    def test_the_day_sheet_says_paid_when_both_have_paid(self):
        visit = self.divided()
        visit.sudo()._update_state("arrived")
        desk = self.env["clinic.desk.day"].with_user(self.desk)

        def is_unpaid():
            return visit.id in desk._read_signs(visit)[1]

        hers, his = visit.invoice_id._get_parts()
        seen = [is_unpaid()]
        for bill in (hers, his):
            register = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=bill.ids
            )
            register.create({})._create_payments()
            seen.append(is_unpaid())
        self.assertEqual(seen, [True, True, False])


@tagged("post_install", "-at_install")
class TestPrivateParts(PayersCase):
    """Nothing on one's invoice says that there is another."""

    def get_words(self, bill):
        """All that stands on it, and on its paper and in its chatter."""
        paper = (
            self.env["ir.actions.report"]
            ._render_qweb_html("account.account_invoices", bill.ids)[0]
            .decode()
        )
        talk = bill.message_ids
        told = talk.partner_ids | bill.message_follower_ids.partner_id
        fields = ("ref", "invoice_origin", "narration", "payment_reference")
        values = talk.tracking_value_ids.mapped("new_value_char")
        return " ".join(
            map(str, [paper, *talk.mapped("body"), *values, *told.mapped("name"),
                      *(bill[name] for name in fields)])
        )  # fmt: skip

    def test_no_name_no_address_and_no_amount_of_the_other(self):
        self.mira.write({"street": "1 Hers Street", "email": "mira@example.com"})
        self.fergus.write({"street": "2 His Road", "email": "fergus@example.com"})
        visit = self.visit(self.leo, payer_id=self.mira.id)
        self.divide(self.draft(visit), (self.fergus, 30, 0))

        hers, his = self.confirm_whole(visit.invoice_id)

        for bill, others in (
            (hers, ("Fergus", "His Road", "24.00", "80.00", his.name)),
            (his, ("Mira", "Hers Street", "56.00", "80.00", hers.name)),
        ):
            words = self.get_words(bill)
            self.assertIn("Leo Littleton", words)
            for other in others:
                self.assertNotIn(other, words)
        self.assertIn("Your part: 70 %", hers.invoice_line_ids.name)
        self.assertIn("Your part: 30 %", his.invoice_line_ids.name)

    def test_a_payer_who_comes_along_is_not_named_to_the_other(self):
        visit = self.divided(self.mother, self.leo)

        hers, his = visit.sudo().invoice_id._get_parts()

        self.assertEqual(hers.clinic_patient_names, "Mira Motherwell, Leo Littleton")
        self.assertEqual(his.clinic_patient_names, "Leo Littleton")
        self.assertNotIn("Mira", self.get_words(his))

    def test_each_reads_their_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.fergus.lang = "fr_FR"

        his = self.divided().sudo().invoice_id._get_parts()[1]

        self.assertRegex(his.invoice_line_ids.name, r"(?i)\b(mars|mar\.|avr|avril|30|1)\b")

    def test_practitioners_do_not_know_of_payers(self):
        self.divided()
        nora = self.user(
            "test_nora", "Nora Nightingale", "clinic_family.clinic_family_group_practitioner"
        )

        with self.assertRaises(AccessError):
            self.env["clinic.payer.share"].with_user(nora).search([])

    def test_who_keeps_the_books_may_let_a_company_pay_and_practitioners_may_not(self):
        draft = self.draft(self.visit(self.leo, payer_id=self.mira.id))
        nora = self.user(
            "test_nora", "Nora Nightingale", "clinic_family.clinic_family_group_practitioner"
        )

        with self.assertRaises(AccessError):
            self.env["clinic.payer.share"].with_user(nora)._agree(self.leo, {
                "payer_id": self.insurer.id, "percent": 50, "why": "x",
            })  # fmt: skip
        with self.assertRaises(AccessError):
            self.env["clinic.payer.divide"].with_user(nora).create({"invoice_id": draft.id})


@tagged("post_install", "-at_install")
class TestStandingShares(PayersCase):
    """Somebody pays a share of a patient's visits from a day on."""

    def invoiced(self, *people, day=TUESDAY, service=None):
        service = service or self.group
        visit = self.appointment(
            day, "10:00", people or [self.leo], service_id=service.id, payer_id=self.mira.id
        )
        return self.totals(self.confirm_whole(self.draft(visit)))

    HALVES = {"Mira Motherwell": 40, "Fergus Fatherly": 40}
    WHOLE = {"Mira Motherwell": 80}

    def test_what_is_confirmed_is_divided(self):
        self.agree(self.leo, self.fergus)

        self.assertEqual(self.invoiced(), self.HALVES)

    def test_it_counts_from_its_first_day_to_its_last(self):
        share = self.agree(self.leo, self.fergus, first_day=WEDNESDAY)

        self.assertEqual(self.invoiced(day=TUESDAY), self.WHOLE)
        self.assertEqual(self.invoiced(day=WEDNESDAY), self.HALVES)
        share.sudo().write({"first_day": TUESDAY, "last_day": TUESDAY})
        visit = self.appointment(
            WEDNESDAY, "12:00", [self.leo], service_id=self.group.id, payer_id=self.mira.id
        )
        self.assertEqual(self.totals(self.confirm_whole(self.draft(visit))), self.WHOLE)

    def test_it_counts_for_its_services(self):
        self.agree(self.leo, self.fergus, service_ids=[Command.set(self.single.ids)])

        self.assertEqual(self.invoiced(day=TUESDAY), self.WHOLE)
        self.assertEqual(self.invoiced(day=WEDNESDAY, service=self.single), self.HALVES)

    def test_it_counts_for_its_patient_alone(self):
        self.group.write({"fee_per": "participant"})
        self.agree(self.leo, self.fergus)

        self.assertEqual(
            self.invoiced(self.leo, self.ana), {"Mira Motherwell": 120, "Fergus Fatherly": 40}
        )

    def test_a_fee_for_several_is_divided_where_all_of_them_have_agreed_alike(self):
        self.agree(self.leo, self.fergus)

        self.assertEqual(self.invoiced(self.leo, self.ana, day=TUESDAY), self.WHOLE)
        self.agree(self.ana, self.fergus)
        self.assertEqual(self.invoiced(self.leo, self.ana, day=WEDNESDAY), self.HALVES)

    def test_an_amount_is_no_more_than_there_is(self):
        self.agree(self.leo, self.insurer, percent=0, amount=100)

        self.assertEqual(self.invoiced(), {"Harbour Insurance": 80})

    def test_one_invoice_is_divided_otherwise_or_not_at_all(self):
        self.agree(self.leo, self.fergus)
        visit = self.visit(self.leo, payer_id=self.mira.id)
        draft = self.draft(visit)

        window = (
            self.env["clinic.payer.divide"].with_user(self.desk).create({"invoice_id": draft.id})
        )
        window.action_keep_whole()

        self.assertEqual(self.totals(self.confirm_whole(draft)), self.WHOLE)

    def test_the_window_begins_with_what_was_agreed(self):
        self.agree(self.leo, self.fergus)
        draft = self.draft(self.visit(self.leo, payer_id=self.mira.id))

        windows = self.env["clinic.payer.divide"].with_user(self.desk)
        window = windows.with_context(default_invoice_id=draft.id).create({})

        self.assertEqual(window.line_ids.payer_id, self.fergus)
        self.assertEqual((window.line_ids.pays, window.rest), (40, 40))

    def test_what_replaces_a_part_is_not_divided_again(self):
        """Odoo's own “Reverse and Create Invoice”."""
        self.agree(self.leo, self.fergus)
        visit = self.visit(self.leo, payer_id=self.mira.id)
        hers, his = self.confirm_whole(self.draft(visit))

        reversals = self.env["account.move.reversal"].with_user(self.desk)
        window = reversals.with_context(active_model="account.move", active_ids=hers.ids).create({
            "journal_id": hers.journal_id.id,
        })  # fmt: skip
        again = self.env["account.move"].browse(window.modify_moves()["res_id"])
        again.action_post()

        self.assertEqual(again._get_parts(), his + again)
        self.assertEqual(again.amount_total, 40)

    def test_what_staff_wrote_names_no_other_payer(self):
        for values, who in (
            ({"invoice_line_ids": "Half is Mira Motherwell's"}, "Fergus Fatherly"),
            ({"invoice_line_ids": "fergus fatherly pays half"}, "Mira Motherwell"),
            ({"ref": "Shared with Fergus Fatherly"}, "Mira Motherwell"),
            ({"narration": "<p>Fergus Fatherly pays <b>half</b></p>"}, "Mira Motherwell"),
        ):
            draft = self.halves().invoice_id
            if "invoice_line_ids" in values:
                draft.invoice_line_ids.name = values["invoice_line_ids"]
            else:
                draft.write(values)
            with self.subTest(**values), self.assertRaisesRegex(UserError, f"{who} would read of"):
                draft.with_user(self.desk).action_post()
            draft.clinic_appointment_ids._update_state("cancelled")

    def test_what_staff_wrote_may_name_those_it_is_for(self):
        visit = self.halves()
        visit.invoice_id.invoice_line_ids.name = "For Leo Littleton, as agreed by phone"

        hers, his = self.confirm_whole(visit.invoice_id)

        self.assertIn("as agreed by phone", hers.invoice_line_ids.name)
        self.assertIn("as agreed by phone", his.invoice_line_ids.name)

    def test_a_fee_for_not_coming_is_owed_by_who_pays_for_the_visit(self):
        self.agree(self.leo, self.fergus)
        visit = self.visit(self.leo, payer_id=self.mira.id)
        line = self.draft(visit).invoice_line_ids
        line.sudo().clinic_missed = "late"

        self.assertEqual(self.totals(self.confirm_whole(visit.invoice_id)), self.WHOLE)

    def test_a_fee_is_not_divided_on_a_draft_that_was_divided_by_hand_either(self):
        visit = self.halves()
        visit.invoice_id.invoice_line_ids.sudo().clinic_missed = "late"

        self.assertEqual(self.totals(self.confirm_whole(visit.invoice_id)), self.WHOLE)

    def test_what_costs_nothing_stays_on_the_first_invoice(self):
        visit = self.halves()
        visit.invoice_id.write({"invoice_line_ids": [
            Command.create({"name": "Plaster", "price_unit": 0, "tax_ids": False}),
        ]})  # fmt: skip

        hers, his = self.confirm_whole(visit.invoice_id)

        self.assertIn("Plaster", hers.invoice_line_ids.mapped("name"))
        self.assertNotIn("Plaster", his.invoice_line_ids.mapped("name"))

    def test_confirming_by_itself_divides_too(self):
        self.agree(self.leo, self.fergus)
        self.invoice_when("arrival", confirmed=True)
        visit = self.visit(self.leo, payer_id=self.mira.id)

        visit.action_arrive()

        self.assertEqual(self.totals(visit.invoice_id._get_parts()), self.HALVES)

    def test_it_says_who_agreed(self):
        share = self.agree(self.leo, self.fergus)

        self.assertEqual((share.why, share.create_uid), ("Both at the desk", self.desk))
        with self.assertRaisesRegex(UserError, "note who agreed"):
            self.agree(self.leo, self.insurer, why=" ")

    def test_nobody_below_the_age_pays_and_nobody_twice(self):
        self.ana.birth_date = "2020-03-01"
        self.agree(self.leo, self.fergus, percent=60)

        with self.assertRaisesRegex(UserError, "can't be asked to pay"):
            self.agree(self.leo, self.ana, percent=10)
        with self.assertRaisesRegex(UserError, "already"):
            self.agree(self.leo, self.fergus, percent=10)
        with self.assertRaisesRegex(UserError, "more than 100"):
            self.agree(self.leo, self.insurer, percent=50)

    def test_ended_it_counts_today_for_the_last_time(self):
        share = self.agree(self.leo, self.fergus)

        share.action_end()

        self.assertTrue(share.is_over)
        self.assertEqual(self.invoiced(), self.WHOLE)
