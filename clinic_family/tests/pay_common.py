"""A patient's invoices, everybody who may or may not pay them, and Odoo's demo provider."""

from datetime import timedelta

from odoo.fields import Command

from .common import ClinicHttpCase
from .company_common import Neighbours


class PayCase(Neighbours, ClinicHttpCase):
    """Greta's invoices. Mira may pay for Greta; nobody else here may any more, or ever could."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.greta, cls.mira = cls.grandmother.partner_id, cls.mother.partner_id
        cls.greta.write({"is_patient": True, "email": "greta@example.com"})
        cls.permission = cls.grant(cls.greta, cls.mother, "pay")
        cls.grant(cls.greta, cls.father, "book", "notify", "receipts", "packages")
        cls.people = {
            "greta": cls.grandmother,
            "pays": cls.mother,
            "all but pay": cls.father,
            "stranger": cls.stranger,
        }
        for name in ("ended", "suspended", "expired", "not yet begun", "pays for the sibling"):
            cls.people[name] = cls.user(f"test_pay_{name.replace(' ', '_')}", f"Pat {name.title()}")
        cls.grant(cls.greta, cls.people["ended"], "pay")._revoke("test")
        cls.grant(cls.greta, cls.people["suspended"], "pay")._suspend("test")
        now, day = cls.env.cr.now(), timedelta(days=1)
        cls.period(
            cls.greta, cls.people["expired"], "pay", starts_at=now - 2 * day, ends_at=now - day
        )
        cls.period(cls.greta, cls.people["not yet begun"], "pay", starts_at=now + day)
        cls.grant(cls.leo, cls.people["pays for the sibling"], "pay")
        cls.provider = cls.env.ref("payment.payment_provider_demo")
        cls.provider.write({"state": "test", "is_published": True, "company_id": cls.company.id})
        cls.method = cls.provider.payment_method_ids[:1]
        cls.method.active = True
        cls.env["ir.config_parameter"].set_param("account_payment.enable_portal_payment", "True")

    @classmethod
    def invoice(cls, partner=None, amount=80, post=True, **values):
        invoice = cls.env["account.move"].create({
            "move_type": "out_invoice",
            "partner_id": (partner or cls.greta).id,
            "invoice_date": "2027-03-29",
            "invoice_line_ids": [
                Command.create({"name": "A visit", "price_unit": amount, "tax_ids": False})
            ],
            **values,
        })  # fmt: skip
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def register(cls, invoice):
        """Paid at the desk."""
        register = cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        return register.create({})._create_payments()

    def login(self, name):
        """As somebody of the table, or as nobody."""
        user = self.people.get(name)
        self.authenticate(user and user.login, user and user.login)

    def get(self, url, **params):
        return self.url_open(url, params=params, allow_redirects=False)

    def begin(self, invoice_id, amount=80, **values):
        """Begins to pay, as the page's script does; Odoo's answer."""
        form = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "amount": amount,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": f"/my/invoices/{invoice_id}",
            **values,
        }
        return self.call(f"/invoice/transaction/{invoice_id}", form)

    def call(self, url, params):
        answer = self.url_open(url, json={"jsonrpc": "2.0", "params": params}).json()
        self.env.invalidate_all()
        return answer

    def pay(self, invoice, **values):
        """Pays with the demo provider, to the end; the payment."""
        begun = self.begin(invoice.id, **values)
        self.assertIn("result", begun)
        return self.finish(begun["result"]["reference"])

    def finish(self, reference):
        transaction = self.env["payment.transaction"].search([("reference", "=", reference)])
        self.call("/payment/demo/simulate_payment", {
            "reference": reference, "payment_details": "1234", "simulated_state": "done",
        })  # fmt: skip
        self.call("/payment/status/poll", {})
        return transaction.payment_id
