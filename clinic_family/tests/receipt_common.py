"""What the tests of copies of receipts have in common."""

from ast import literal_eval

from .common import THURSDAY, utc
from .invoice_common import InvoiceCase


class ReceiptCase(InvoiceCase):
    """Mira lets her mother Greta have her receipts, and nobody anything else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.email = "clinic@example.com"
        cls.mira, cls.greta = cls.mother.partner_id, cls.grandmother.partner_id
        cls.fergus = cls.father.partner_id
        cls.mira.email, cls.greta.email = "mira@example.com", "greta@example.com"
        cls.fergus.email = "fergus@example.com"
        cls.receipts = cls.grant(cls.mira, cls.grandmother, "receipts")

    def invoiced(self, *people, clock="10:00"):
        """A posted invoice, as the front desk sees it."""
        visit = self.posted(*people, start=utc(THURSDAY, clock))
        return visit.invoice_id.with_user(self.desk)

    def window(self, invoice):
        """Odoo's window for sending one invoice, filled in as it is when it opens."""
        windows = self.env["account.move.send.wizard"].with_user(self.desk)
        return self.opened(windows.create({"move_id": invoice.id}))

    def opened(self, window):
        """What is filled in stays so from now on, whatever changes meanwhile."""
        window.read()
        return window

    def paid(self, invoice):
        """The payment of an invoice."""
        register = self.env["account.payment.register"].with_user(self.desk)
        wizard = register.with_context(active_model="account.move", active_ids=invoice.ids)
        return wizard.create({})._create_payments()

    def receipt(self, *payments):
        """Odoo's window for sending receipts of payments."""
        name = "account.account_send_payment_receipt_by_email_action"
        action = self.env.ref(name if len(payments) == 1 else f"{name}_multi")
        context = literal_eval(action.context)
        payments = self.env["account.payment"].union(*payments)
        composers = self.env["mail.compose.message"].with_user(self.desk).with_context(**context)
        values = {"model": "account.payment", "res_ids": str(payments.ids)}
        return self.opened(composers.create(values))

    def mails(self):
        """What has left, by address."""
        self.assertEqual(len({mail.address for mail in self.server.mails}), len(self.server.mails))
        return {mail.address: mail for mail in self.server.mails}

    def addresses_in(self, mail):
        """The addresses of patients and relatives that a mail shows in its headers."""
        people = self.mira + self.greta + self.fergus
        return {person.email for person in people if person.email in str(mail.headers)}
