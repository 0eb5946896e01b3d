"""One price: what a visitor reads on every page, in messages and on the invoice is the same."""

import re

from lxml import html

from odoo.fields import Command
from odoo.tests import tagged

from ..common import TUESDAY, freeze_time, utc, written
from ..common_site import SiteCase
from ..package_common import PackageBuilders


@tagged("post_install", "-at_install")
class TestOnePrice(PackageBuilders, SiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.env["account.tax"].create({
            "name": "Test 15 %", "amount": 15, "type_tax_use": "sale",
        })  # fmt: skip
        cls.product.taxes_id = cls.tax
        cls.ten = cls.package(cls.single, count=10, price=80, name="Ten", is_published=True)
        # Whoever has it pays no tax.
        cls.abroad = cls.env["account.fiscal.position"].create({"name": "Test abroad"})

    def setUp(self):
        super().setUp()
        self.login(self.mother)

    def main(self, url):
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200, url)
        words = html.fromstring(answer.content).xpath("//main")[0].text_content()
        return " ".join(words.replace("\xa0", " ").split())

    def read_pages(self):
        """What the pages say before one books, by the page."""
        self.hold(self.mother, self.checkout(self.single, written(TUESDAY, "10:00"), [self.mother]))
        return {
            "services": self.main("/book?search=Test+Physio"),
            "times": self.main(self.single.website_url),
            "practitioner": self.main(self.nora.website_url),
            "basket": self.main("/book/basket"),
        }

    def assertOnePrice(self, price, ten):
        """The price of a visit, and that of ten at once, wherever they are said."""
        pages = self.read_pages()
        self.assertEqual([name for name, words in pages.items() if price not in words], [])
        self.assertIn(ten, self.main("/my/packages"))
        self.assertIn(ten, self.main(f"/my/packages/{self.ten.id}"))
        visit = self.confirm(self.mother).with_env(self.env)._get_appointments()
        letter = visit.participant_ids._get_price_words(self.mother.partner_id, is_told=True)
        self.assertEqual(letter["price"].replace("\xa0", " "), price)
        invoices = (
            visit._get_or_create_invoice(),
            self.invoice_of(self.draft(self.ten, self.mother.partner_id)),
        )
        self.assertEqual([f"$ {invoice.amount_total:,.2f}" for invoice in invoices], [price, ten])

    def test_with_a_tax_on_top(self):
        self.assertOnePrice("$ 92.00", "$ 920.00")

    def test_with_a_tax_in_it(self):
        self.tax.price_include_override = "tax_included"

        self.assertOnePrice("$ 80.00", "$ 800.00")

    def test_for_who_pays_no_tax_where_it_is_on_top(self):
        self.mother.partner_id.property_account_position_id = self.abroad

        self.assertOnePrice("$ 80.00", "$ 800.00")

    def test_for_who_pays_no_tax_where_it_is_in_it(self):
        self.tax.price_include_override = "tax_included"
        self.mother.partner_id.property_account_position_id = self.abroad

        self.assertOnePrice("$ 69.57", "$ 695.65")

    def test_only_where_there_is_a_tax_it_says_so(self):
        taxed = self.main(self.single.website_url)
        self.product.taxes_id = [Command.clear()]

        self.assertIn("$ 92.00 · Tax included", taxed)
        self.assertNotIn("Tax included", self.main(self.single.website_url))

    def test_each_pays_for_themselves_and_all_of_it_is_said(self):
        self.group.fee_per = "participant"
        start = written(TUESDAY, "10:00")
        people = [self.mother.partner_id, self.leo]

        self.hold(self.mother, self.checkout(self.group, start, people, self.mother))

        self.assertIn("$ 92.00 a person", self.main(self.group.website_url))
        self.assertIn("$ 184.00 for 2 of 2 people", self.main("/book/basket"))

    def test_a_missed_fee_is_what_is_paid_too(self):
        self.tax.price_include_override = "tax_included"
        self.mother.partner_id.property_account_position_id = self.abroad
        self.single.write({"noshow_fee": 50, "noshow_fee_unit": "percent"})
        checkout = self.checkout(self.single, written(TUESDAY, "10:00"), [self.mother])
        visit = self.book(self.mother, checkout).with_env(self.env)

        self.assertIn(
            "Not coming without cancelling costs $ 34.78.", self.main(self.single.website_url)
        )
        with freeze_time(utc(TUESDAY, "11:00")):
            self.env["clinic.appointment.cancel"].create({
                "appointment_ids": [Command.set(visit.ids)],
                "target": "noshow",
                "reason_id": self.env["clinic.cancel.reason"].create({"name": "Test"}).id,
            }).action_save()  # fmt: skip
        self.assertEqual(visit._get_or_create_invoice().amount_total, 34.78)

    def test_a_visitor_reads_the_price_with_taxes(self):
        self.authenticate(None, None)

        self.assertIn("$ 92.00", self.main("/book?search=Test+Physio"))
        prices = self.env["clinic.page.block"].with_user(self.env.ref("base.public_user"))
        self.assertEqual(prices._get_prices()[self.single.id].amount, 92)

    def test_what_costs_nothing_is_free_wherever_its_price_is_said_and_nobody_pays(self):
        self.product.list_price = 0
        self.single.write({"max_participants": 3, "fee_per": "participant"})

        pages = self.read_pages()
        self.assertEqual(
            [name for name, words in pages.items() if "Free of charge" not in words], []
        )
        pages["thanks"] = self.text(self.submit(self.form(self.get("/book/basket"), "/confirm")))
        wrong = r"\b0\.00|Per person|a person|Tax included|Pays|paid at|You pay"
        self.assertEqual([name for name in pages if re.search(wrong, pages[name])], [])
        self.assertIn("There is nothing to pay.", pages["thanks"])

    def test_of_a_visit_that_costs_nothing_and_one_that_does_only_this_says_who_pays(self):
        product = {"name": "Test Talk", "type": "service", "list_price": 0}
        talk = self.service("Test Talk", self.nora)
        talk.product_id = self.env["product.product"].create(product)
        for service, clock in ((self.single, "10:00"), (talk, "11:00")):
            self.hold(self.mother, self.checkout(service, written(TUESDAY, clock), [self.mother]))

        thanks = self.page(self.submit(self.form(self.get("/book/basket"), "/confirm")))

        cards = [card.text_content() for card in thanks.find_class("card")]
        self.assertEqual(["Pays: " in words for words in cards], [True, False])
