"""Who sees and pays a patient's invoices: the patient, and who may pay for them, nobody else."""

from lxml import html

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NO_ID
from ..pay_common import PayCase

BOTH, GRETA, NOBODY = {"greta", "pays"}, {"greta"}, set()
# Of each of Greta's invoices: who finds it, opens it, downloads it; and who may pay it.
SEEN = {
    "open": BOTH,
    "part": BOTH,
    "paid": BOTH,
    "credit note": BOTH,
    "draft": NOBODY,
    "cancelled": NOBODY,
    "other company": NOBODY,
    "of her address": GRETA,
    "bill": GRETA,
}
PAID = {"open": BOTH, "part": BOTH, "of her address": GRETA}
VISITOR = "logged out"


@tagged("post_install", "-at_install", "timeless")
class TestPayTable(PayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_neighbours()
        address = cls.person("Greta's Office", parent_id=cls.greta.id, type="invoice")
        cls.invoices = {
            "open": cls.invoice(),
            "part": cls.invoice(amount=200),
            "paid": cls.invoice(),
            "credit note": cls.invoice(move_type="out_refund"),
            "draft": cls.invoice(post=False),
            "cancelled": cls.invoice(post=False),
            "other company": cls.invoice_of_neighbours(),
            "of her address": cls.invoice(address),
            "bill": cls.invoice(move_type="in_invoice"),
        }
        cls.register(cls.invoices["paid"])
        cls.invoices["cancelled"].button_cancel()
        cls.env.flush_all()

    def see(self, way):
        """For each invoice who gets through; everybody else is answered as for none."""
        seen = {name: set() for name in self.invoices}
        for who in (*self.people, VISITOR):
            self.login(who)
            unknown = way(NO_ID)
            for name, invoice in self.invoices.items():
                answer = way(invoice.id)
                if answer != unknown:
                    seen[name].add(who)
        return seen

    def test_the_page(self):
        def opens(invoice_id):
            answer = self.get(f"/my/invoices/{invoice_id}")
            return answer.status_code, answer.headers.get("Location"), answer.content

        self.assertEqual(self.see(opens), SEEN)

    @mute_logger("odoo.addons.base.models.ir_actions_report")
    def test_the_paper(self):
        def prints(invoice_id):
            answer = self.get(f"/my/invoices/{invoice_id}", report_type="html")
            return answer.status_code, answer.headers.get("Location"), answer.content

        self.assertEqual(self.see(prints), SEEN)

    def test_the_list(self):
        seen = {name: set() for name in self.invoices}
        for who in self.people:
            self.login(who)
            page = self.get("/my/invoices").text
            for name, invoice in self.invoices.items():
                if f"/my/invoices/{invoice.id}" in page:
                    seen[name].add(who)

        self.assertEqual(seen, SEEN)

    @mute_logger("odoo.http")
    def test_paying(self):
        """Whoever may not see it gets one answer, for an invoice that is there and for none."""
        paid = {name: set() for name in self.invoices}
        for who in (*self.people, VISITOR):
            self.login(who)
            unknown = self.begin(NO_ID)["error"]
            for name, invoice in self.invoices.items():
                answer = self.begin(invoice.id)
                if "result" in answer:
                    paid[name].add(who)
                    # Else the next one would be told that it is being paid.
                    invoice.transaction_ids.filtered(lambda tx: tx.state == "draft")._set_canceled()
                elif who not in SEEN[name]:
                    self.assertEqual(answer["error"], unknown, (who, name))

        self.assertEqual(paid, {name: PAID.get(name, NOBODY) for name in self.invoices})

    def test_the_home_page_counts_them(self):
        for who, has_any in (("pays", True), ("all but pay", False), ("ended", False)):
            self.login(who)
            counted = self.call("/my/counters", {"counters": ["invoice_count"]})["result"]
            self.assertEqual(bool(counted["invoice_count"]), has_any, who)

    # The ORM, least entitled first

    def test_the_rules(self):
        seen = {name: set() for name in self.invoices}
        lines = {name: set() for name in self.invoices}
        for who, user in self.people.items():
            self.env.invalidate_all()
            for name, invoice in self.invoices.items():
                if invoice.with_user(user)._filtered_access("read"):
                    seen[name].add(who)
                if invoice.invoice_line_ids.with_user(user)._filtered_access("read"):
                    lines[name].add(who)
                found = self.env["account.move"].with_user(user).search([("id", "=", invoice.id)])
                self.assertEqual(bool(found), who in seen[name], (who, name))

        self.assertEqual((seen, lines), (SEEN, SEEN))

    def test_nothing_else_of_the_books_opens(self):
        invoice = self.invoices["paid"].with_user(self.mother)
        line = invoice.sudo().line_ids - invoice.sudo().invoice_line_ids
        self.env.invalidate_all()

        self.assertFalse(line.with_user(self.mother)._filtered_access("read"))
        self.assertEqual(invoice.line_ids, invoice.invoice_line_ids)
        for operation in ("write", "unlink", "create"):
            self.assertFalse(invoice.has_access(operation))
            self.assertFalse(invoice.invoice_line_ids.has_access(operation))
        for model in ("account.payment", "account.journal", "account.partial.reconcile",
                      "payment.transaction", "payment.provider"):  # fmt: skip
            self.assertFalse(self.env[model].with_user(self.mother).has_access("read"), model)

    def test_nobody_searches_by_who_may_pay(self):
        for who in (self.mother, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                self.env["account.move"].with_user(who).search(
                    [("clinic_viewer_ids", "in", self.mira.ids)]
                )


@tagged("post_install", "-at_install")
class TestPayPage(PayCase):
    """What a relative's page shows, and how it ends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shown = cls.invoice()
        cls.other = cls.invoice()
        cls.own = cls.invoice(cls.mira)

    def page(self, url="/my/invoices", **params):
        answer = self.get(url, **params)
        self.assertEqual(answer.status_code, 200)
        return answer.text

    def test_the_patients_name_stands_over_the_invoice(self):
        self.login("pays")

        self.assertIn("Greta Grandison", self.page())
        self.assertIn("because you may pay for Greta Grandison", self.page(self.shown.access_url))
        self.assertNotIn("because you may pay", self.page(self.own.access_url))

    def test_no_page_carries_a_key(self):
        """Not to her own invoices either, whose page leads to the next one."""
        for invoice in self.shown + self.other + self.own:
            invoice._portal_ensure_token()
        self.login("pays")

        pages = [self.page()] + [
            self.page(invoice.access_url) for invoice in self.shown + self.other + self.own
        ]
        kept = self.url_open(self.shown.get_portal_url()).text
        begun = self.begin(self.shown.id)

        for page in [*pages, kept, str(begun)]:
            self.assertNotIn("access_token=", page)
            for invoice in self.shown + self.other + self.own:
                self.assertNotIn(invoice.access_token, page)

    def test_looking_at_the_list_makes_no_key(self):
        for who in ("pays", "greta"):
            self.login(who)
            self.page()
        self.env.invalidate_all()

        self.assertEqual((self.shown + self.other + self.own).mapped("access_token"), [False] * 3)

    def test_a_longer_list_costs_no_more_queries_a_row(self):
        self.login("pays")
        few = self.count_queries()
        for _ in range(10):
            self.invoice()
        many = self.count_queries()

        self.assertLessEqual(many - few, 3)

    def count_queries(self):
        """What the list costs; what is only read once is read before."""
        self.page()
        self.env.flush_all()
        before = self.cr.sql_log_count
        self.page()
        return self.cr.sql_log_count - before

    def test_the_list_shows_instalments_to_whoever_pays(self):
        term = self.env["account.payment.term"].create({
            "name": "Two halves",
            "line_ids": [
                Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                for days in (0, 30)
            ],
        })  # fmt: skip
        due = self.invoice(amount=90, invoice_payment_term_id=term.id)
        amounts = {}
        for who in ("greta", "pays"):
            self.login(who)
            [row] = html.fromstring(self.page()).xpath(f"//tr[.//a[@title='{due.name}']]")
            amounts[who] = " ".join(row.text_content().split()).count("45.00")

        self.assertEqual(amounts, {"greta": 1, "pays": 1})

    def test_no_other_door_gives_a_key(self):
        token = self.shown._portal_ensure_token()
        invoice = self.shown.with_user(self.mother)
        self.login("pays")

        self.assertNotIn("access_token", invoice.get_portal_url(report_type="pdf", download=True))
        self.assertEqual(
            invoice.get_portal_url(report_type="pdf", download=True),
            f"/my/invoices/{invoice.id}?report_type=pdf&download=true",
        )
        with self.assertRaises(AccessError):
            invoice.read(["access_token"])
        with self.assertRaises(AccessError):
            invoice.search([("access_token", "=", token)])
        way = self.get("/mail/view", model="account.move", res_id=invoice.id)
        self.assertEqual(way.status_code, 303)
        self.assertNotIn(token, way.headers["Location"])

    def test_everything_ends_with_the_permission(self):
        token = self.shown._portal_ensure_token()
        self.login("pays")
        self.page(self.shown.access_url)
        self.permission._revoke("test")
        unknown = self.get(f"/my/invoices/{NO_ID}")

        for params in ({}, {"access_token": token}, {"report_type": "pdf"}):
            answer = self.get(self.shown.access_url, **params)
            self.assertEqual(
                (answer.status_code, answer.headers["Location"]),
                (unknown.status_code, unknown.headers["Location"]),
            )
        self.assertNotIn(self.shown.name, self.page())

    def test_a_block_ends_it(self):
        self.env["clinic.block"]._set(self.greta, self.mira, "test")
        self.login("pays")

        self.assertEqual(self.get(self.shown.access_url).status_code, 303)

    def test_a_live_key_opens_nothing_for_a_relative_who_is_logged_in(self):
        """Nothing but the permission counts; logged out, the customer's link is a link."""
        token = self.shown._portal_ensure_token()
        self.login("all but pay")
        self.assertEqual(self.get(self.shown.access_url, access_token=token).status_code, 303)
        with mute_logger("odoo.http"):
            self.assertIn("error", self.begin(self.shown.id, access_token=token))

        self.login(None)
        self.assertEqual(self.get(self.shown.access_url, access_token=token).status_code, 200)

    def test_a_kept_link_dies_in_the_second_in_which_the_permission_ends_by_itself(self):
        """Logged out too, and before any job has run; the customer's next link works."""
        kept = self.shown._portal_ensure_token()
        now = self.env.cr.now()
        self.shown.clinic_key_made_at = now.replace(year=2020)
        self.env["clinic.permission"].search([("grantor_id", "=", self.greta.id)]).flush_recordset()
        self.login(None)

        self.assertEqual(self.get(self.shown.access_url, access_token=kept).status_code, 303)
        way = self.get("/mail/view", model="account.move", res_id=self.shown.id, access_token=kept)
        self.assertNotIn("/my/invoices", way.headers["Location"])
        fresh = self.shown._portal_ensure_token()
        self.assertNotEqual(fresh, kept)
        self.assertEqual(self.get(self.shown.access_url, access_token=fresh).status_code, 200)

    def test_messages_and_files_stay_between_the_customer_and_the_clinic(self):
        words = "Only for Greta"
        message = self.shown.message_post(
            body=words, message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        paper = self.env["ir.attachment"].create({
            "name": "letter.txt", "raw": b"x", "res_model": "account.move",
            "res_id": self.shown.id,
        })  # fmt: skip
        ask = {"thread_model": "account.move", "thread_id": self.shown.id}
        seen = {}
        for who in ("greta", "pays"):
            self.login(who)
            user = self.people[who]
            fetched = self.call("/mail/chatter_fetch", {**ask, "fetch_params": {"limit": 9}})
            self.env.invalidate_all()
            seen[who] = [
                words in str(fetched),
                bool(message.with_user(user)._filtered_access("read")),
                "o_portal_chatter" in self.page(self.shown.access_url),
            ]

        self.assertEqual(seen, {"greta": [True] * 3, "pays": [False] * 3})
        self.assertNotEqual(self.get(f"/web/content/{paper.id}").status_code, 200)
        self.assertFalse(paper.with_user(self.mother)._filtered_access("read"))

    @mute_logger("odoo.http")
    def test_a_relative_writes_nothing_on_it(self):
        self.login("pays")

        answer = self.call("/mail/message/post", {
            "thread_model": "account.move",
            "thread_id": self.shown.id,
            "post_data": {"body": "Hello", "message_type": "comment"},
        })  # fmt: skip

        self.assertIn("error", answer)
        self.assertNotIn("Hello", "".join(self.shown.message_ids.mapped("body")))

    def test_whoever_sees_it_by_permission_doesn_t_follow_it(self):
        before = self.shown.message_partner_ids
        self.shown.with_user(self.mother).message_subscribe(self.mira.ids)
        self.login("pays")
        self.url_open("/website_mail/follow", json={"params": {
            "id": self.shown.id, "object": "account.move", "message_is_follower": "off",
        }})  # fmt: skip
        self.env.invalidate_all()

        self.assertEqual(self.shown.message_partner_ids, before)
        # The clinic may let somebody follow, and customers follow their own.
        self.shown.message_subscribe(self.father.partner_id.ids)
        self.assertIn(self.father.partner_id, self.shown.message_partner_ids)
        self.own.with_user(self.mother).message_subscribe(self.mira.ids)
        self.assertIn(self.mira, self.own.message_partner_ids)

    def test_a_link_to_another_customer_s_invoice_opens_it_for_who_is_logged_in(self):
        """As without this addon: who has the link of somebody who is no patient uses it."""
        invoice = self.invoice(partner=self.person("Carl Customer"))
        key = invoice._portal_ensure_token()
        self.login("stranger")

        page = self.get(invoice.access_url, access_token=key)
        begun = self.begin(invoice.id, access_token=key)

        self.assertEqual(page.status_code, 200)
        self.assertIn(key, page.text)
        self.assertIn("result", begun)
