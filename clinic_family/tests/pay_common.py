"""A patient's invoices, everybody who may or may not pay them, and Odoo's demo provider."""

from datetime import date, datetime, timedelta

from odoo.fields import Command

from .common import NOW, ClinicHttpCase
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
        others = ("ended", "suspended", "expired", "not yet begun", "pays for the sibling")
        rows = [(f"test_pay_{name.replace(' ', '_')}", f"Pat {name.title()}") for name in others]
        cls.people |= dict(zip(others, cls.users(*rows), strict=True))
        cls.grant(cls.greta, cls.people["ended"], "pay")._revoke("test")
        cls.grant(cls.greta, cls.people["suspended"], "pay")._suspend("test")
        # Pages are asked while time stands still, and the database's clock goes on.
        clocks, day = (cls.env.cr.now(), datetime.fromisoformat(NOW)), timedelta(days=1)
        ended = min(clocks) - day
        cls.period(cls.greta, cls.people["expired"], "pay", starts_at=ended - day, ends_at=ended)
        cls.period(cls.greta, cls.people["not yet begun"], "pay", starts_at=max(clocks) + day)
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
    def invoice_of_neighbours(cls):
        """The second company keeps books of its own."""
        company = cls.neighbour
        account = cls.env["account.account"].with_company(company)
        receivable = account.create({
            "name": "Owed", "code": "111", "account_type": "asset_receivable", "reconcile": True,
            "company_ids": company.ids,
        })  # fmt: skip
        income = account.create({
            "name": "Earned", "code": "222", "account_type": "income", "company_ids": company.ids,
        })  # fmt: skip
        journal = cls.env["account.journal"].create({
            "name": "Sales", "code": "NEI", "type": "sale", "company_id": company.id,
            "default_account_id": income.id,
        })  # fmt: skip
        partner = cls.greta.with_company(company)
        partner.property_account_receivable_id = receivable
        lines = [Command.create({
            "name": "A visit", "price_unit": 80, "tax_ids": False, "account_id": income.id,
        })]  # fmt: skip
        return cls.invoice(company_id=company.id, journal_id=journal.id, invoice_line_ids=lines)

    @classmethod
    def card(cls, partner):
        """A saved card of somebody, which pays at once."""
        return cls.env["payment.token"].create({
            "provider_id": cls.provider.id,
            "payment_method_id": cls.method.id,
            "partner_id": partner.id,
            "provider_ref": "test",
            "payment_details": "4242",
            "demo_simulated_state": "done",
        })  # fmt: skip

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

    def rows(self, partner):
        """What the statement of somebody says happened."""
        self.env.flush_all()
        maker = self.env["report.clinic_family.report_statement"]
        made = maker._make(partner, self.company, date(2026, 1, 1), date(2099, 1, 1))
        return [
            (row["what"], row["amount"], row["balance"])
            for account in made.accounts
            for row in account["rows"]
        ]

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

    def begin_together(self, invoices, **values):
        """Begins to pay these in one go, as the balance page's script does; Odoo's answer."""
        ids = invoices if isinstance(invoices, str) else "-".join(map(str, invoices.ids))
        form = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "amount": 0 if isinstance(invoices, str) else sum(invoices.mapped("amount_residual")),
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/my/balance",
            **values,
        }
        return self.call(f"/my/balance/begin/{ids}", form)

    def pay_together(self, invoices, **values):
        """Pays these in one go with the demo provider, to the end; the payments."""
        begun = self.begin_together(invoices, **values)
        self.assertIn("result", begun)
        reference = begun["result"]["reference"]
        transaction = self.env["payment.transaction"].search([("reference", "=", reference)])
        self.finish(reference)
        return transaction.child_transaction_ids.payment_id

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
