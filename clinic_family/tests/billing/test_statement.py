"""A patient's statement of account agrees with the ledger, and goes to whom it concerns."""

import random
from datetime import date, timedelta

from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import ROLE, ClinicHttpCase, freeze_time
from ..receipt_common import ReceiptCase

FEBRUARY, MARCH = date(2027, 2, 1), date(2027, 3, 31)


class StatementBuilders:
    """Documents of the ledger, posted on a day."""

    def document(self, day, amount, partner=None, **values):
        document = self.env["account.move"].create({
            "move_type": "out_invoice",
            "partner_id": (partner or self.mother.partner_id).id,
            "invoice_date": day,
            "date": day,
            "invoice_line_ids": [
                Command.create({"name": "Visit", "price_unit": amount, "tax_ids": False})
            ],
            **values,
        })  # fmt: skip
        document.action_post()
        return document

    def payment(self, day, amount, partner=None, **values):
        payment = self.env["account.payment"].create({
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": (partner or self.mother.partner_id).id,
            "date": day,
            "amount": amount,
            **values,
        })  # fmt: skip
        payment.action_post()
        return payment

    def statement(self, first=FEBRUARY, last=MARCH, partner=None):
        self.env.flush_all()
        maker = self.env["report.clinic_family.report_statement"]
        return maker._make(partner or self.mother.partner_id, self.company, first, last)

    def rows(self, account):
        return [(row["what"], row["amount"], row["balance"]) for row in account["rows"]]


@tagged("post_install", "-at_install")
class TestStatement(StatementBuilders, ReceiptCase):
    def test_it_begins_with_what_was_owed_and_tells_what_happened(self):
        self.document(date(2027, 1, 10), 100)
        self.payment(date(2027, 1, 20), 60)
        self.document(date(2027, 2, 10), 80)
        self.document(date(2027, 2, 11), 30, move_type="out_refund")
        self.payment(date(2027, 3, 1), 90)
        self.payment(date(2027, 3, 2), 5, payment_type="outbound")
        self.document(date(2027, 4, 1), 999)

        [account] = self.statement().accounts

        self.assertEqual((account["opening"], account["closing"]), (40, 5))
        self.assertEqual(
            self.rows(account),
            [
                ("Invoice", 80, 120),
                ("Credit note", -30, 90),
                ("Payment", -90, 0),
                ("Paid back", 5, 5),
            ],
        )

    def test_what_happened_on_one_day_is_in_the_order_in_which_it_was_written(self):
        self.document(FEBRUARY, 10)
        self.document(FEBRUARY, 20)
        self.payment(FEBRUARY, 30)

        [account] = self.statement().accounts

        self.assertEqual([row["balance"] for row in account["rows"]], [10, 30, 0])

    def test_what_was_written_later_for_an_earlier_day_stands_before(self):
        self.document(MARCH, 20)
        self.document(FEBRUARY, 10)

        [account] = self.statement().accounts

        self.assertEqual(self.rows(account), [("Invoice", 10, 10), ("Invoice", 20, 30)])

    def test_what_cost_nothing_is_not_in_it(self):
        self.document(FEBRUARY, 0)

        self.assertFalse(self.statement().accounts)

    def test_the_first_and_the_last_day_belong_to_it(self):
        self.document(FEBRUARY, 10)
        self.document(MARCH, 20)
        self.document(FEBRUARY - timedelta(days=1), 100)
        self.document(MARCH + timedelta(days=1), 200)

        [account] = self.statement().accounts

        self.assertEqual((account["opening"], account["closing"]), (100, 130))

    def test_drafts_and_cancelled_ones_are_not_in_it(self):
        self.document(FEBRUARY, 10).button_draft()
        cancelled = self.document(FEBRUARY, 20)
        cancelled.button_draft()
        cancelled.button_cancel()

        self.assertFalse(self.statement().accounts)

    def test_it_is_one_patients_and_nobody_elses(self):
        self.document(FEBRUARY, 10, partner=self.leo)

        self.assertFalse(self.statement().accounts)

    def test_below_a_company_it_is_still_one_patients(self):
        company = self.person("Test Works", is_company=True)
        (self.mother.partner_id + self.leo).parent_id = company
        self.document(FEBRUARY, 10)
        self.document(FEBRUARY, 20, partner=self.leo)

        [account] = self.statement().accounts

        self.assertEqual(account["closing"], 10)

    def test_it_is_one_companys(self):
        self.document(FEBRUARY, 10)
        other = self.env["res.company"].create({"name": "Other Clinic"})
        maker = self.env["report.clinic_family.report_statement"]

        self.assertFalse(maker._make(self.mother.partner_id, other, FEBRUARY, MARCH).accounts)

    def test_currencies_are_kept_apart(self):
        franc = self.env.ref("base.CHF")
        franc.active = True
        self.document(FEBRUARY, 10)
        self.document(FEBRUARY, 20, currency_id=franc.id)

        accounts = self.statement().accounts

        self.assertEqual(
            {account["currency"]: account["closing"] for account in accounts},
            {self.company.currency_id: 10, franc: 20},
        )

    def test_an_invoice_says_for_whom_it_was(self):
        self.posted(self.mother, self.leo)

        [account] = self.statement(last=date(2027, 12, 31)).accounts

        self.assertEqual(account["rows"][0]["for_whom"], "Mira Motherwell, Leo Littleton")

    def test_its_days_are_written_as_in_the_patients_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.mother.partner_id.lang = "fr_FR"

        self.assertEqual(self.statement().first, "01/02/2027")

    def test_it_agrees_with_the_ledger_whatever_happened(self):
        chance = random.Random(20270330)
        for _number in range(30):
            day = date(2027, 1, 1) + timedelta(days=chance.randrange(120))
            amount = round(chance.uniform(0.01, 400), 2)
            kind = chance.choice(["out_invoice", "out_invoice", "out_refund", "paid"])
            if kind == "paid":
                self.payment(day, amount)
            else:
                self.document(day, amount, move_type=kind)

        [account] = self.statement().accounts

        self.assertEqual(account["opening"], self.ledger(FEBRUARY - timedelta(days=1)))
        self.assertEqual(account["closing"], self.ledger(MARCH))
        total = account["opening"] + sum(row["amount"] for row in account["rows"])
        self.assertAlmostEqual(total, account["closing"])

    def ledger(self, day):
        """What Odoo's ledger says is owed at the end of a day."""
        lines = self.env["account.move.line"].search([
            ("partner_id", "=", self.mother.partner_id.id),
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("date", "<=", day),
        ])  # fmt: skip
        return self.company.currency_id.round(sum(lines.mapped("balance")))


@tagged("post_install", "-at_install")
class TestStatementWindow(StatementBuilders, ReceiptCase):
    def window(self, user=None, **values):
        statements = self.env["clinic.statement"].with_user(user or self.desk)
        return statements.create({"partner_id": self.mira.id, **values})

    def test_it_proposes_the_year_so_far(self):
        with freeze_time("2027-03-30 09:00:00"):
            window = self.window()

        self.assertEqual((window.date_from, window.date_to), (date(2027, 1, 1), date(2027, 3, 30)))

    def test_it_says_whom_it_goes_to(self):
        self.assertEqual(self.window().reader_names, "Mira Motherwell, Greta Grandison")

    def test_it_prints_the_patients_statement(self):
        self.document(FEBRUARY, 10)
        window = self.window(date_from=FEBRUARY, date_to=MARCH)
        window.action_print()

        reports = self.env["ir.actions.report"].with_user(self.desk)
        paper, _kind = reports._render_qweb_html("clinic_family.report_statement", window.ids)

        self.assertIn("Mira Motherwell", paper.decode())
        self.assertRegex(paper.decode(), r"Closing balance[\s\S]*10\.00")

    def test_each_gets_it_in_a_message_of_their_own(self):
        self.document(FEBRUARY, 10)

        self.window().action_send()

        mails = self.mails()
        self.assertEqual(set(mails), {"mira@example.com", "greta@example.com"})
        for address, mail in mails.items():
            self.assertEqual(self.addresses_in(mail), {address})
            self.assertIn("statement of account of Mira Motherwell", mail.words)
            self.assertEqual(len(mail.files), 1)
            self.assertNotIn("token", mail.html)
        self.assertIn("Hello Mira Motherwell,", mails["mira@example.com"].words)
        self.assertIn("a copy of a message to Mira", mails["greta@example.com"].words)

    def test_whose_permission_has_ended_does_not_get_it(self):
        window = self.window()
        self.receipts._revoke("A quarrel.")

        window.action_send()

        self.assertEqual(set(self.mails()), {"mira@example.com"})

    def test_a_childs_goes_to_whoever_may_have_it(self):
        self.grant(self.leo, self.father, "receipts")

        self.window(partner_id=self.leo.id).action_send()

        self.assertEqual(set(self.mails()), {"fergus@example.com"})

    def test_to_nobody_it_is_not_sent(self):
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self.window(partner_id=self.leo.id).action_send()

    def test_when_a_message_cannot_be_written_none_counts_as_sent(self):
        def fail(*_args):
            raise ValueError

        self.patch(type(self.env["clinic.receipt.copy"]), "_get_words", fail)

        with (
            mute_logger("odoo.addons.clinic_family.models.billing.clinic_receipt_copy"),
            self.assertRaisesRegex(UserError, "none was sent"),
        ):
            self.window().action_send()

    def test_when_one_of_the_messages_cannot_be_written_none_is_sent(self):
        def fail_for_copies(_copies, customer, reader, _letter):
            if reader != customer:
                raise ValueError
            return "Subject", "Body"

        self.patch(type(self.env["clinic.receipt.copy"]), "_get_words", fail_for_copies)

        with (
            mute_logger("odoo.addons.clinic_family.models.billing.clinic_receipt_copy"),
            self.assertRaisesRegex(UserError, "none was sent"),
        ):
            self.window().action_send()

    def test_a_practitioner_asks_for_none(self):
        nora = self.user("test_nora", "Nora", ROLE + "practitioner")

        with self.assertRaises(AccessError):
            self.window(nora)


@tagged("post_install", "-at_install")
class TestStatementPage(StatementBuilders, ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grant(cls.mother.partner_id, cls.grandmother, "receipts", "pay")

    def get_paper(self, user, query="?"):
        """The paper that somebody gets of their own."""
        return self.get_page(user, f"{query}&paper=1")

    def get_page(self, user, query=""):
        """The page on which somebody reads their own."""
        self.document(FEBRUARY, 10)
        self.authenticate(user.login, user.login)
        answer = self.url_open(f"/my/statement{query}")
        self.assertEqual(answer.status_code, 200)
        return answer

    def get_headers(self, server):
        """What comes with the statement when the server is so far equipped for making PDFs."""
        reports = type(self.env["ir.actions.report"])
        self.patch(reports, "get_wkhtmltopdf_state", lambda _reports: server)
        return self.get_paper(self.mother).headers

    def test_it_is_a_paper_that_is_kept_nowhere(self):
        headers = self.get_headers("ok")

        self.assertEqual(headers["Content-Type"], "application/pdf")
        self.assertIn("no-store", headers["Cache-Control"])

    def test_it_is_a_page_where_the_server_makes_no_papers(self):
        self.assertIn("text/html", self.get_headers("install")["Content-Type"])

    def test_everybody_gets_their_own(self):
        self.assertIn("10.00", self.get_paper(self.mother).text)
        self.assertIn("Nothing was invoiced", self.get_paper(self.grandmother).text)

    def test_everybody_reads_their_own_in_the_portal_and_prints_it_from_there(self):
        hers = html.fromstring(self.get_page(self.mother, "?from=2027-02-01&to=2027-02-28").content)
        [main] = hers.xpath("//main")
        words = " ".join(main.text_content().split())

        self.assertRegex(words, r"Opening balance.*Invoice.*Closing balance\s*\$\s10.00")
        self.assertEqual(
            main.xpath("//a[contains(@href, 'paper=1')]/@href"),
            ["/my/statement?from=2027-02-01&to=2027-02-28&paper=1"],
        )
        self.assertTrue(main.xpath("//ol//a[@href='/my/invoices']"))
        self.assertIn("Nothing was invoiced", self.get_page(self.grandmother).text)

    def test_the_page_is_in_the_language_of_the_page_and_the_paper_in_the_customers(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.document(FEBRUARY, 10)
        pages = self.env["clinic.page.statement"].with_user(self.mother)
        page = pages.with_context(lang="fr_FR")

        read = page._get_statement("2027-02-01", "2027-02-28")["statement"]
        printed = page.env["res.partner"]._make_own_statement(FEBRUARY, MARCH)

        self.assertEqual((read.first, read.last), ("01/02/2027", "28/02/2027"))
        self.assertEqual(read.accounts[0]["rows"][0]["day"], f"{FEBRUARY:%d/%m/%Y}")
        self.assertEqual(printed.accounts[0]["rows"][0]["day"], f"{FEBRUARY:%m/%d/%Y}")

    def test_the_period_is_the_one_asked_for(self):
        self.assertNotIn(
            "Invoice", self.get_paper(self.mother, "?from=2027-03-01&to=2027-03-31").text
        )

    def test_what_is_no_period_is_the_year_so_far(self):
        self.assertIn("Invoice", self.get_paper(self.mother, "?from=x&to=2027-13-01").text)

    @mute_logger("odoo.http", "odoo.addons.web.controllers.report")
    def test_nobody_prints_anybodys_by_its_address(self):
        window = self.env["clinic.statement"].create({"partner_id": self.mother.partner_id.id})
        self.authenticate("test_grandmother", "test_grandmother")

        answers = [
            self.url_open(f"/report/html/clinic_family.report_statement{path}")
            for path in (f"/{window.id}", '?options={"statement":["Rosa",1,2,3,[]]}')
        ]

        self.assertEqual([answer.status_code for answer in answers], [403, 403])
        self.assertNotIn("Rosa", answers[1].text)

    def test_the_page_of_invoices_leads_there(self):
        self.authenticate("test_mother", "test_mother")

        page = self.url_open("/my/invoices").text

        self.assertIn('action="/my/statement"', page)
        self.assertIn('value="2027-01-01"', page)
