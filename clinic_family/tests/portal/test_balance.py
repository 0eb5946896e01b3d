"""What is open, for oneself and those one may pay for: who sees and pays what, over HTTP."""

from lxml import html

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NO_ID
from ..pay_common import PayCase

BOTH, GRETA, NOBODY = {"greta", "pays"}, {"greta"}, set()
# Who finds each of Greta's invoices on their page, and pays it there.
OPEN = {
    "open": BOTH,
    "part": BOTH,
    "overdue": BOTH,
    "of her address": GRETA,
    "paid": NOBODY,
    "credit note": NOBODY,
    "draft": NOBODY,
    "cancelled": NOBODY,
    "bill": NOBODY,
    "other company": NOBODY,
}


@tagged("post_install", "-at_install", "timeless")
class TestBalanceTable(PayCase):
    """Least entitled first; what isn't theirs is answered as what isn't there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_neighbours()
        # A child with an account of their own, and somebody who works here and books invoices.
        cls.people["child"] = cls.user("test_pay_child", "Chuck Child")
        cls.people["employee"] = cls.env.ref("base.user_admin")
        address = cls.person("Greta's Office", parent_id=cls.greta.id, type="invoice")
        cls.invoices = {
            "open": cls.invoice(),
            "part": cls.invoice(amount=200),
            "overdue": cls.invoice(invoice_date="2020-01-01", invoice_date_due="2020-01-01"),
            "of her address": cls.invoice(address),
            "paid": cls.invoice(),
            "credit note": cls.invoice(move_type="out_refund"),
            "draft": cls.invoice(post=False),
            "cancelled": cls.invoice(post=False),
            "bill": cls.invoice(move_type="in_invoice"),
            "other company": cls.invoice_of_neighbours(),
        }
        cls.register(cls.invoices["paid"])
        cls.invoices["cancelled"].button_cancel()
        register = cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=cls.invoices["part"].ids
        )
        register.create({"amount": 120})._create_payments()
        cls.env.flush_all()

    def page(self, url="/my/balance", **params):
        answer = self.get(url, **params)
        return html.fromstring(answer.content)

    def test_the_page(self):
        found = {name: set() for name in self.invoices}
        for who in self.people:
            self.login(who)
            offered = self.page().xpath("//input[@name='invoice']/@value")
            for name, invoice in self.invoices.items():
                if str(invoice.id) in offered:
                    found[name].add(who)

        self.assertEqual(found, OPEN)

    def test_the_visitor_logs_in_first(self):
        self.login(None)

        for url in ("/my/balance", "/my/balance/pay"):
            self.assertIn("/web/login", self.get(url).headers["Location"])
        with mute_logger("odoo.http"):
            self.assertIn("error", self.begin_together(self.invoices["open"]))

    def test_the_page_before_paying(self):
        """For anything that isn't theirs to pay it says what it says for no invoice."""
        passed = {name: set() for name in self.invoices}
        for who in self.people:
            self.login(who)
            unknown = self.told("/my/balance/pay", invoice=NO_ID)
            for name, invoice in self.invoices.items():
                told = self.told("/my/balance/pay", invoice=invoice.id)
                if "pay in one go" in told.lower():
                    passed[name].add(who)
                else:
                    self.assertEqual(told, unknown, (who, name))

        self.assertEqual(passed, OPEN)

    def told(self, url, **params):
        return " ".join(" ".join(self.page(url, **params).xpath("//main//text()")).split())

    @mute_logger("odoo.http")
    def test_beginning_to_pay(self):
        paid = {name: set() for name in self.invoices}
        for who in self.people:
            self.login(who)
            unknown = self.begin_together(str(NO_ID))["error"]
            for name, invoice in self.invoices.items():
                answer = self.begin_together(invoice)
                if "result" in answer:
                    paid[name].add(who)
                    invoice.transaction_ids.filtered(lambda tx: tx.state == "draft")._set_canceled()
                else:
                    self.assertEqual(answer["error"], unknown, (who, name))

        self.assertEqual(paid, OPEN)

    @mute_logger("odoo.http")
    def test_only_a_script_with_json_begins(self):
        self.login("pays")
        url = f"/my/balance/begin/{self.invoices['open'].id}"

        self.assertEqual(self.url_open(url, method="OPTIONS").status_code, 405)
        self.assertEqual(self.url_open(url, data={"amount": "80"}).status_code, 415)
        self.assertURLEqual(self.get(url).headers["Location"], "/my/balance")
        self.assertFalse(self.invoices["open"].transaction_ids)

    @mute_logger("odoo.http")
    def test_one_that_isn_t_theirs_refuses_the_whole(self):
        self.login("pays")
        mine = self.invoices["open"]
        for name, invoice in self.invoices.items():
            if "pays" not in OPEN[name]:
                self.assertIn("error", self.begin_together(mine + invoice, amount=80), name)
        for ids in (f"{mine.id}-{NO_ID}", f"{mine.id}-x", f"{mine.id}-", "0", "-", "x", "-1"):
            self.assertIn("error", self.begin_together(ids, amount=80), ids)
        self.assertFalse(mine.transaction_ids)

    @mute_logger("odoo.http")
    def test_tampering_is_refused(self):
        self.login("pays")
        mine = self.invoices["open"] + self.invoices["part"]
        stranger = self.stranger.partner_id.id
        for values in (
            {"amount": 1e9}, {"amount": -160}, {"amount": 160.01}, {"is_validation": True},
            {"partner_id": stranger}, {"invoice_ids": [1]}, {"currency_id": 1},
            {"provider_id": NO_ID}, {"reference_prefix": "x"},
        ):  # fmt: skip
            self.assertIn("error", self.begin_together(mine, **values), values)
        self.assertFalse(mine.transaction_ids)

    def test_it_asks_for_what_is_left(self):
        self.login("pays")

        page = self.page(
            "/my/balance/pay", invoice=[self.invoices["open"].id, self.invoices["part"].id]
        )

        [form] = page.xpath("//form[@id='o_payment_form']")
        self.assertEqual(float(form.get("data-amount")), 160)
        self.assertFalse(form.get("data-access-token"))

    def test_no_page_carries_a_key(self):
        for invoice in self.invoices.values():
            invoice._portal_ensure_token()
        self.login("pays")

        pages = [
            self.get("/my/balance").text,
            self.get("/my/balance/pay", invoice=self.invoices["open"].id).text,
            str(self.begin_together(self.invoices["open"])),
        ]

        for page in pages:
            self.assertNotIn("access_token=", page)
            for invoice in self.invoices.values():
                self.assertNotIn(invoice.access_token, page)

    def test_a_person_s_part_and_the_sum(self):
        own = self.invoice(self.mira, amount=12)
        self.login("pays")

        told = self.told("/my/balance")

        self.assertLess(told.index("Mira Motherwell (you)"), told.index("Greta Grandison"))
        self.assertIn(own.name, told)
        self.assertIn("overdue since", told)
        amounts = [each.text_content() for each in self.page().xpath("//main//h2//span[2]")]
        self.assertEqual([self.digits(each) for each in amounts], ["12.00", "240.00"])
        [whole] = self.page().xpath("//form//p[span='In all']")
        self.assertIn("252.00", whole.text_content())

    def digits(self, text):
        return "".join(letter for letter in text if letter.isdigit() or letter == ".")

    def test_another_currency_is_another_sum(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        other = self.invoice(currency_id=euro.id)
        self.login("pays")

        self.assertEqual(len(self.page().xpath("//form[@action='/my/balance/pay']")), 2)
        with mute_logger("odoo.http"):
            answer = self.begin_together(self.invoices["open"] + other, amount=160)
        self.assertIn("error", answer)

    def test_what_is_with_the_provider_is_shown_and_not_offered(self):
        self.login("pays")
        self.begin_together(self.invoices["open"])
        self.invoices["open"].transaction_ids._set_pending()

        page = self.page()

        self.assertIn(self.invoices["open"].name, page.text_content())
        offered = page.xpath("//input[@name='invoice']/@value")
        self.assertNotIn(str(self.invoices["open"].id), offered)

    def test_the_page_says_how_the_payment_ended(self):
        self.login("pays")
        told = {}
        self.begin_together(self.invoices["open"])
        transaction = self.invoices["open"].transaction_ids
        for state in ("draft", "pending", "authorized", "done", "error", "cancel"):
            transaction.state = state
            told[state] = self.told("/my/balance", paid=1)

        self.assertIn("Thank you. You have paid", told["done"])
        for state in ("pending", "authorized"):
            self.assertIn("isn't confirmed yet", told[state])
        for state in ("draft", "error", "cancel"):
            self.assertIn("wasn't finished", told[state])
        self.login("greta")
        self.assertNotIn("Thank you", self.told("/my/balance", paid=1))

    def test_nothing_is_open(self):
        self.login("stranger")

        self.assertIn("Nothing is open", self.told("/my/balance"))

    def test_the_page_costs_no_more_for_more(self):
        """A query a row would be felt by those with many invoices."""
        few = self.count_queries()
        for _ in range(10):
            self.invoice()
        many = self.count_queries()

        self.assertLessEqual(many, few)

    def count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        balance = self.env["clinic.page.balance"].with_user(self.mother)
        balance._get_balance(self.mira)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        balance._get_balance(self.mira)
        return self.env.cr.sql_log_count - before
