"""What comes by mail is nowhere else: whoever has `receipts` sees none of it when logged in."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import THURSDAY, ClinicHttpCase
from ..receipt_common import ReceiptCase

MONEY = (
    "account.move",
    "account.move.line",
    "account.payment",
    "account.partial.reconcile",
    "ir.attachment",
    "mail.message",
    "mail.notification",
)


@tagged("post_install", "-at_install")
class TestReceiptsPrivate(ReceiptCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = {model: cls.seen_by(cls.grandmother, model) for model in MONEY}

    @classmethod
    def seen_by(cls, user, model):
        """How many records of a model this user finds."""
        cls.env.flush_all()
        cls.env.invalidate_all()
        try:
            return cls.env[model].with_user(user).search_count([])
        except AccessError:
            return None

    def send_everything(self):
        invoice = self.invoiced()
        self.window(invoice).action_send_and_print()
        payment = self.paid(invoice)
        self.receipt(payment)._action_send_mail()
        self.assertEqual([m.address for m in self.server.mails].count("greta@example.com"), 2)
        return invoice, payment

    def test_nothing_more_is_found_than_before(self):
        self.send_everything()

        after = {model: self.seen_by(self.grandmother, model) for model in MONEY}
        self.assertEqual(after, self.before)

    def test_nothing_is_read(self):
        invoice, payment = self.send_everything()
        papers = self.env["ir.attachment"].search(
            [("res_model", "in", ("account.move", "account.payment", "mail.message"))]
        )
        self.assertTrue(papers)

        for record in (invoice, payment, invoice.invoice_line_ids, papers):
            self.assertFalse(record.with_user(self.grandmother)._filtered_access("read"))

    def test_the_customer_sees_their_own(self):
        invoice, _payment = self.send_everything()

        self.assertTrue(invoice.with_user(self.mother).has_access("read"))


@tagged("post_install", "-at_install")
class TestReceiptsPages(ClinicHttpCase):
    @mute_logger("odoo.http")
    def test_no_page_shows_them(self):
        self.grant(self.mother.partner_id, self.grandmother, "receipts")
        visit = self.appointment(THURSDAY, "10:00", [self.mother])
        invoice = visit._get_or_create_invoice()
        invoice.action_post()
        self.authenticate("test_grandmother", "test_grandmother")

        pages = [
            self.url_open(f"/my/invoices{path}", allow_redirects=False)
            for path in ("", f"/{invoice.id}", f"/{invoice.id}?report_type=pdf")
        ]

        self.assertNotIn(invoice.name, pages[0].text)
        self.assertEqual([page.status_code for page in pages], [200, 303, 303])
