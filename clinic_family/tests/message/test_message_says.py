"""What a message says of a visit beside when and where, and to whom it says it."""

from datetime import date, timedelta

from odoo.tests import tagged
from odoo.tests.common import freeze_time

from ..common import THURSDAY, written
from ..form_common import FormBuilders
from ..message_common import MessageCase
from ..package_common import PackageBuilders


@tagged("post_install", "-at_install")
class TestMessageSays(FormBuilders, PackageBuilders, MessageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.single.product_id.write({"lst_price": 80, "taxes_id": False})

    def letters(self, *people, **values):
        self.visit(*people, service_id=self.single.id, **values)
        return self.by_reader(self.send())

    def by_reader(self, mails):
        return {mail.address.partition("@")[0]: mail for mail in mails}

    # Price

    def test_price_and_payer_are_for_those_who_see_the_payers_bills(self):
        self.grant(self.leo, self.grandmother, "notify")
        self.grant(self.leo, self.mother, "notify")

        letters = self.letters(self.leo, payer_id=self.mira.id)

        self.assertIn("Price: $ 80.00 Pays: Mira Motherwell (you)", letters["mira"].words)
        for reader in ("leo", "greta"):
            self.assertNotRegex(letters[reader].words, "Price|Pays|80")

    def test_who_is_let_see_the_payers_bills_reads_who_pays(self):
        self.grant(self.mira, self.father, "pay")
        self.grant(self.leo, self.father, "notify")

        letters = self.letters(self.leo, payer_id=self.mira.id)

        self.assertRegex(
            letters["fergus"].words, "Price: .*Pays: Mira Motherwell For|Pays: Mira Mo"
        )

    def test_where_others_pay_a_part_no_price_is_said_that_is_not_paid(self):
        self.env["clinic.payer.share"]._agree(
            self.mira, {"payer_id": self.greta.id, "percent": 80, "why": "Insured"}
        )

        self.assertNotIn("Price", self.letters(self.mother)["mira"].words)

    def test_what_a_session_pays_has_no_price(self):
        self.sell(self.package(self.single), self.mira)

        letters = self.letters(self.mother)

        self.assertIn("Paid with: Package", letters["mira"].words)
        self.assertNotIn("Price", letters["mira"].words)

    def test_of_a_cancelled_visit_neither_price_nor_preparation_is_said(self):
        self.single.preparation = "Please bring a towel."
        visit = self.told(self.visit(self.mira, service_id=self.single.id))
        visit._update_state("cancelled")

        [mail] = self.send()

        self.assertNotRegex(mail.words, "Price|Pays|towel|Booked by")

    # Who booked

    def test_the_patient_reads_who_booked_and_another_relative_does_not(self):
        self.grant(self.leo, self.mother, "book", "notify")
        self.grant(self.leo, self.grandmother, "notify")
        self.book(
            self.mother,
            self.checkout(self.single, written(THURSDAY, "10:00"), [self.leo], self.mira),
        )

        letters = self.by_reader(self.send())

        self.assertIn("Booked by Mira Motherwell", letters["leo"].words)
        self.assertIn("Booked by you", letters["mira"].words)
        self.assertNotRegex(letters["greta"].words, "Booked by|Mira")

    def test_who_reads_at_a_childs_address_is_told_as_little_as_a_relative(self):
        self.leo.birth_date = date(2018, 5, 1)
        self.grant(self.leo, self.mother, "book", "notify")
        self.book(
            self.mother,
            self.checkout(self.single, written(THURSDAY, "10:00"), [self.leo], self.mira),
        )

        letters = self.by_reader(self.send())

        self.assertNotIn("Booked by", letters["leo"].words)
        self.assertIn("Booked by you", letters["mira"].words)

    def test_what_the_front_desk_books_is_booked_by_the_clinic(self):
        self.assertIn("Booked by the clinic", self.letters(self.mother)["mira"].words)

    # Where, and what to bring

    def test_the_address_leads_to_a_map(self):
        self.harbour.partner_id = self.person("Harbour House", street="1 Quay Street")

        html = self.letters(self.mother)["mira"].html

        self.assertRegex(html, 'href="https://maps.google.com/maps.q=1.Quay.Street')

    def test_it_says_what_the_service_says_before_a_visit(self):
        self.single.preparation = "Please bring <a> towel."

        letter = self.letters(self.mother)["mira"]

        self.assertIn("Please bring <a> towel.", letter.words)
        self.assertIn("&lt;a&gt;", letter.html)

    # Forms

    def test_outstanding_forms_are_named_to_who_may_fill_them_in(self):
        self.ask_for(self.single, self.survey("History"))
        self.grant(self.leo, self.mother, "notify", "intake")
        self.grant(self.leo, self.grandmother, "notify", "book")

        self.visit(self.leo, service_id=self.single.id)
        letters = self.by_reader(mail for mail in self.send() if "booked for" in mail.subject)

        self.assertIn("Please fill in before the visit: History, for Leo", letters["mira"].words)
        self.assertIn("/my/forms", letters["mira"].html)
        self.assertRegex(letters["leo"].words, "Please fill in before the visit: History Fill")
        self.assertNotRegex(letters["greta"].html, "History|/my/forms")

    def test_a_reminder_asks_for_what_is_outstanding_then(self):
        self.company.clinic_reminder_hours = "24"
        self.ask_for(self.single, self.survey("History"))
        hers = self.told(self.visit(self.mira, service_id=self.single.id))
        self.told(self.visit(self.fergus, service_id=self.single.id, clock="11:00"))
        self.complete(self.requests(self.mira), self.mother)

        with freeze_time(hers.start - timedelta(hours=22)):
            self.env["clinic.message"]._send_due()

        letters = self.by_reader(mail for mail in self.server.mails if "coming on" in mail.subject)
        self.assertNotIn("History", letters["mira"].words)
        self.assertIn("Please fill in before the visit: History", letters["fergus"].words)
