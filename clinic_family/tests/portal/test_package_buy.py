"""Patients buy packages online: one invoice a click, and sessions as soon as the clinic wants."""

import re

from lxml import html

from odoo.fields import Command
from odoo.tests import tagged

from ..common import MONDAY, TUESDAY, WEDNESDAY, written
from ..common_site import SiteCase
from ..family_common import CHILD_BORN
from ..package_common import PackageBuilders
from .test_package_page import PackagePageCase


class ShopCase(PackagePageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.offered = cls.package(
            cls.single,
            count=10,
            name="Ten visits",
            description="Nine for ten",
            is_published=True,
            validity_days=180,
        )
        cls.address = f"/my/packages/{cls.offered.id}"

    def buy(self, user, key="one key", package=None):
        package = package or self.offered
        return self.post(user, f"/my/packages/{package.id}/buy", {"key": key})

    def bought(self, user):
        self.env.invalidate_all()
        return self.env["clinic.package.purchase"].search([
            ("owner_id", "=", user.partner_id.id), ("package_id", "=", self.offered.id),
        ])  # fmt: skip

    def tax(self, percent):
        return self.env["account.tax"].create({
            "name": f"Test {percent} %", "amount": percent, "type_tax_use": "sale",
        })  # fmt: skip


@tagged("post_install", "-at_install")
class TestBuying(ShopCase):
    def test_what_is_on_sale_is_on_the_page_and_says_all_before_the_click(self):
        self.offered.practitioner_ids = [Command.set(self.nora.ids)]

        self.assertIn("Ten visits 10 sessions", self.packages(self.father))
        page = self.see(self.father, self.address)

        for words in (
            "Nine for ten",
            "10 × Test Physio",
            "500.00 with taxes",
            "25 Sep 2027, when you buy it today",
            "Only with Nora Test-Nightingale",
            "family members whom you let use it",
            "as soon as the invoice is paid",
        ):
            self.assertIn(words, page)

    def test_buying_makes_a_confirmed_invoice_for_the_buyer(self):
        answer = self.buy(self.father)

        purchase = self.bought(self.father)
        invoice = self.invoice_of(purchase)
        self.assertEqual(invoice.invoice_date, MONDAY, "not the buyer's day")
        self.assertEqual((answer.status_code, answer.headers["Location"].split("/")[-1]), (
            303, str(invoice.id),
        ))  # fmt: skip
        self.assertEqual((invoice.partner_id, invoice.state), (self.father.partner_id, "posted"))
        self.assertFalse(invoice.invoice_user_id)
        self.assertIn("Ten visits", self.packages(self.father))
        self.assertIn(
            "can be used once the invoice is paid",
            self.see(self.father, f"/my/invoices/{invoice.id}"),
        )

    def test_more_offers_need_no_more_queries(self):
        self.product.taxes_id = self.tax(15)
        few = self.count_queries()
        for number in range(5):
            self.package(self.single, count=number + 2, name=f"More {number}", is_published=True)

        self.assertEqual(self.count_queries(), few)

    def count_queries(self):
        """How often the database is asked for what is on sale."""
        page = self.env["clinic.page.package.shop"].with_user(self.father)
        me = self.father.partner_id.with_user(self.father)
        page._get_offers(me)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertTrue(page._get_offers(me))
        return self.env.cr.sql_log_count - before

    def test_the_price_shown_is_what_the_invoice_comes_to(self):
        self.offered.line_ids.price_unit = 33.33
        self.product.taxes_id = self.tax(15) + self.tax(7.77)
        for rounding in ("round_per_line", "round_globally"):
            with self.subTest(rounding):
                self.company.tax_calculation_rounding_method = rounding
                offered = self.offered.with_user(self.father)
                shown = offered._get_prices_for(self.father.partner_id)[offered.id]

                self.buy(self.father, key=rounding)

                invoice = self.invoice_of(self.bought(self.father)[0])
                self.assertAlmostEqual(invoice.amount_total, shown)
                self.assertGreater(shown, 333.3)

    def test_two_clicks_buy_once_and_another_form_buys_again(self):
        first, second = self.buy(self.father), self.buy(self.father)

        self.assertEqual(first.headers["Location"], second.headers["Location"])
        self.assertEqual(len(self.bought(self.father)), 1)
        self.buy(self.father, key="another key")
        self.assertEqual(len(self.bought(self.father)), 2)

    def test_each_form_has_a_key_of_its_own(self):
        keys = {
            re.search(r'name="key" value="(\w+)"', self.get(self.father, self.address).text)[1]
            for _form in range(2)
        }

        self.assertEqual(len(keys), 2)

    def test_without_a_key_nothing_is_bought(self):
        self.assertEqual(self.buy(self.father, key="").status_code, 404)
        self.assertFalse(self.bought(self.father))

    def test_the_key_of_another_is_ones_own_order(self):
        hers, his = self.buy(self.mother), self.buy(self.father)

        self.assertNotEqual(hers.headers["Location"], his.headers["Location"])
        self.assertEqual(len(self.bought(self.mother)), 1)

    def test_what_is_not_on_sale_is_not_there(self):
        self.offered.is_published = False

        self.assertNotIn("Ten visits", self.packages(self.father))
        self.assertEqual(self.get(self.father, self.address).status_code, 404)
        self.assertEqual(self.buy(self.father).status_code, 404)
        self.assertFalse(self.bought(self.father))

    def test_an_empty_package_is_not_on_sale(self):
        self.offered.line_ids.unlink()

        self.assertEqual(self.get(self.father, self.address).status_code, 404)

    def test_a_child_does_not_buy(self):
        self.father.partner_id.birth_date = CHILD_BORN

        page = self.see(self.father, self.address)
        refused = self.buy(self.father)

        self.assertIn("Please let the person who looks after you do this.", page)
        self.assertNotIn("Buy for", page)
        self.assertEqual(refused.status_code, 422)
        self.assertFalse(self.bought(self.father))

    def test_the_clinic_says_when_it_can_be_used(self):
        self.buy(self.father)
        visit = self.visit("10:00", self.father)
        self.assertFalse(visit.session_ids)

        self.pay(self.invoice_of(self.bought(self.father)))
        self.assertTrue(self.visit("11:00", self.father).session_ids)

        self.company.clinic_package_use = "posted"
        self.assertIn("at once, and pay the invoice later", self.see(self.father, self.address))
        self.buy(self.stranger)
        self.assertTrue(self.visit("14:00", self.stranger).session_ids)

    def test_many_offers_need_no_more_queries_than_one(self):
        page = self.env["clinic.page.package.shop"].with_user(self.father)
        few = self.count_offer_queries(page)

        for _number in range(4):
            self.package(self.single, self.group, is_published=True)

        self.assertEqual(self.count_offer_queries(page), few)

    def count_offer_queries(self, page):
        page._get_offers(self.father.partner_id)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        page._get_offers(self.father.partner_id)
        return self.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestInvoiceOfPackage(ShopCase):
    def setUp(self):
        super().setUp()
        self.buy(self.father)
        self.purchase = self.bought(self.father)
        self.invoice = self.invoice_of(self.purchase)
        self.pay(self.invoice)
        self.visit("10:00", self.father)

    def document(self, user):
        report = self.env["ir.actions.report"].with_user(user).sudo()
        content, _kind = report._render_qweb_html("account.report_invoice", self.invoice.ids)
        return " ".join(content.decode().split())

    def rows(self, user):
        """What the lines of the document say."""
        rows = html.fromstring(self.document(user)).xpath("//tbody[@class='invoice_tbody']/tr")
        # For the phone and for larger screens, the name stands twice.
        cells = [[cell.text_content().split() for cell in row.iter("td")] for row in rows]
        return [[" ".join(words) for words in row if words] for row in cells]

    def test_on_its_document_it_is_one_line_that_says_what_was_sold(self):
        name = "Ten visits 10 × Test Physio"

        self.assertEqual(self.rows(self.father), [[name, name, "1.00", "500.00", "$ 500.00"]])

    def test_what_else_is_on_the_invoice_keeps_a_line_of_its_own(self):
        draft = self.draft(self.offered, self.father.partner_id)
        self.invoice = self.invoice_of(draft)
        lines = self.invoice.invoice_line_ids.filtered("clinic_session_id")
        lines[:4].tax_ids = self.tax(10)
        lines[4:].tax_ids = False
        self.invoice.invoice_line_ids = [Command.create({"name": "A ball", "price_unit": 7})]
        self.invoice.invoice_line_ids[-1].tax_ids = False

        rows = self.rows(self.father)

        self.assertEqual(
            [(row[0], row[-1]) for row in rows],
            [
                ("Ten visits 4 × Test Physio", "$ 200.00"),
                ("Ten visits 6 × Test Physio", "$ 300.00"),
                ("A ball", "$ 7.00"),
            ],
        )

    def test_a_line_that_is_parted_from_its_package_stands_alone(self):
        draft = self.draft(self.package(self.single, count=2), self.father.partner_id)
        self.invoice = self.invoice_of(draft)
        self.package(self.single, count=1, name="One visit")._sell(
            self.invoice, self.father.partner_id
        )
        headings = self.invoice.invoice_line_ids.filtered(
            lambda line: line.display_type == "line_section"
        )
        headings[1].unlink()

        self.assertEqual(
            [row[0] for row in self.rows(self.father)],
            ["Test visits 2 × Test Physio", "Test Physio (1 of 1)"],
        )

    def test_its_page_says_how_many_are_left_to_the_owner(self):
        page = self.see(self.father, f"/my/invoices/{self.invoice.id}")

        self.assertIn("Ten visits: 9 of 10 sessions left, valid until 25 September 2027", page)
        self.assertIn("Your packages", page)

    def sold(self, user):
        """What the page of the invoice says of each session, folded."""
        page = self.get(user, f"/my/invoices/{self.invoice.id}").content
        rows = html.fromstring(page).xpath("//details[not(@open)]/ol/li")
        return [" ".join(row.text_content().split()) for row in rows]

    def book_for_leo(self):
        start = written(WEDNESDAY, "11:00")
        self.book(self.father, self.checkout(self.single, start, [self.leo], self.father))

    def test_each_session_is_folded_on_its_page_with_its_day_and_for_whom(self):
        self.book_for_leo()

        self.assertEqual(
            self.sold(self.father),
            [
                "31 Mar 2027 · Test Physio, for you Booked",
                "31 Mar 2027 · Test Physio, for Leo Booked",
                *["Test Physio Left"] * 8,
            ],
        )

    def test_whose_visit_the_owner_may_not_see_is_not_named_there(self):
        self.book_for_leo()
        self.env["clinic.permission"]._get_held(self.leo, self.father.partner_id)._revoke("Test")

        self.assertEqual(self.sold(self.father)[1], "31 Mar 2027 · Test Physio Booked")

    def test_who_pays_for_the_owner_reads_of_no_session(self):
        self.grant(self.father.partner_id, self.mother, "pay")
        self.grant(self.father.partner_id, self.mother, "book")

        self.assertEqual(self.sold(self.mother), [])

    def test_the_list_of_invoices_says_which_package_was_sold(self):
        self.assertRegex(self.see(self.father, "/my/invoices"), r"INV/\d+/\d+ Ten visits ")

    def test_more_packages_in_the_list_of_invoices_need_no_more_queries(self):
        self.buy(self.father, key="another key")
        few = self.count_list_queries()
        for number in range(3):
            self.buy(self.father, key=f"key {number}")

        self.assertEqual(self.count_list_queries(), few)

    def count_list_queries(self):
        moves = self.env["account.move"].with_user(self.father)
        rows = [{"invoice": move} for move in moves.search([("move_type", "=", "out_invoice")])]
        # What is read once, and remembered.
        self.assertTrue(moves._add_page_customers(rows))
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(self.father._is_portal())
        before = self.cr.sql_log_count
        self.assertTrue(moves._add_page_customers(rows)[0]["clinic_packages"])
        return self.cr.sql_log_count - before

    def test_it_can_be_paid_by_whoever_comes_from_the_packages_page(self):
        self.buy(self.stranger)
        invoice = self.invoice_of(self.bought(self.stranger))

        page = self.get(self.stranger, f"/my/invoices/{invoice.id}").text

        self.assertIn(f'data-transaction-route="/invoice/transaction/{invoice.id}"', page)
        self.assertNotIn("data-access-token", page)

    def test_whoever_else_sees_the_invoice_reads_what_was_sold(self):
        self.grant(self.father.partner_id, self.mother, "pay")
        page = self.see(self.mother, f"/my/invoices/{self.invoice.id}")

        self.assertIn("Ten visits: 10 sessions, valid until 25 September 2027", page)
        self.assertNotIn("left,", page)
        self.assertNotIn("sessions left", self.document(self.mother))

    def test_the_document_and_the_message_say_it_to_the_customer(self):
        note = "Ten visits: 9 of 10 sessions left, valid until 25 September 2027"
        template = self.env.ref("account.email_template_edi_invoice")

        body = self.env["account.move.send"]._get_default_mail_body(self.invoice, template, "en_US")

        self.assertIn(note, self.document(self.env.user))
        self.assertIn(note, body)

    def test_the_receipt_of_the_payment_says_it_too(self):
        payment = self.invoice._get_reconciled_payments()

        content, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "account.report_payment_receipt", payment.ids
        )

        self.assertIn("Ten visits: 9 of 10 sessions left", content.decode())

    def test_a_package_of_one_session_is_not_spoken_of_as_several(self):
        purchase = self.sell(self.package(self.single, count=1), self.father.partner_id)
        invoice = self.invoice_of(purchase)

        [own] = invoice._get_package_notes(self.father.partner_id)
        [others] = invoice._get_package_notes(self.mother.partner_id)

        self.assertIn("Test visits: 1 of 1 session left, valid", own)
        self.assertIn("Test visits: 1 session, valid", others)

    def test_an_invoice_without_a_package_says_nothing_of_it(self):
        invoice = self.env["account.move"].create({
            "move_type": "out_invoice",
            "partner_id": self.father.partner_id.id,
            "invoice_line_ids": [Command.create({"product_id": self.product.id})],
        })  # fmt: skip
        invoice.action_post()

        self.assertNotIn("Your packages", self.see(self.father, f"/my/invoices/{invoice.id}"))


@tagged("post_install", "-at_install")
class TestOfferAtTheCheckout(PackageBuilders, SiteCase):
    def setUp(self):
        super().setUp()
        self.offered = self.package(self.single, count=10, name="Ten visits", is_published=True)
        start = written(TUESDAY, "10:00")
        self.hold(self.mother, self.checkout(self.single, start, [self.mother]))
        self.login(self.mother)

    def basket(self):
        return self.text(self.get("/book/basket"))

    def test_a_package_that_would_pay_is_offered(self):
        self.assertIn("Or buy Ten visits for $ 500.00", self.basket().replace("\xa0", " "))

    def test_one_that_would_not_count_is_not(self):
        self.offered.practitioner_ids = [Command.set(self.practitioner("Paul Test-Pond").ids)]
        self.assertNotIn("Or buy", self.basket())
        self.offered.practitioner_ids = [Command.clear()]
        self.assertIn("Or buy", self.basket())
        self.offered.is_published = False
        self.assertNotIn("Or buy", self.basket())

    def test_none_is_offered_where_a_session_pays(self):
        self.sell(self.package(self.single), self.mother.partner_id)

        self.assertNotIn("Or buy", self.basket())

    def test_the_way_back_to_the_basket_is_there_and_the_session_counts(self):
        buying = self.url_open(f"/my/packages/{self.offered.id}")
        self.submit(self.form_of(buying, "/buy"))
        purchase = self.env["clinic.package.purchase"].search([
            ("owner_id", "=", self.mother.partner_id.id),
        ])  # fmt: skip
        self.assertIn("isn't paid yet", self.basket())
        self.pay(self.invoice_of(purchase))

        self.assertIn("/book/basket", self.url_open("/my/packages").text.split("<main")[1])
        self.assertIn("Package “Ten visits”: 1 session used, 9 left", self.basket())

    def form_of(self, response, action):
        document = html.fromstring(response.content, base_url=response.url)
        return document.xpath(f".//form[contains(@action, '{action}')]")[0]
