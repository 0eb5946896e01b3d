"""Copies of invoices and receipts, for whoever may have them when they leave."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..receipt_common import ReceiptCase


@tagged("post_install", "-at_install")
class TestInvoiceCopies(ReceiptCase):
    def sent(self, invoice, change=lambda window: None):
        """What leaves after the click on Send; the window may be changed before it."""
        window = self.window(invoice)
        change(window)
        window.action_send_and_print()
        return self.mails()

    def test_whoever_may_have_receipts_is_filled_in(self):
        self.grant(self.mira, self.father, "pay", "notify", "book")

        self.assertEqual(self.window(self.invoiced()).mail_partner_ids, self.mira + self.greta)

    def test_whose_permission_has_ended_is_not(self):
        self.receipts._revoke("A quarrel.")

        self.assertEqual(self.window(self.invoiced()).mail_partner_ids, self.mira)

    def test_the_receipts_of_whoever_pays_count_and_nobody_elses(self):
        self.grant(self.leo, self.father, "receipts")

        self.assertNotIn(self.fergus, self.window(self.invoiced()).mail_partner_ids)

    def test_whoever_has_no_address_or_the_customers_is_not(self):
        invoice = self.invoiced()
        self.grant(self.mira, self.father, "receipts")
        self.fergus.email, self.greta.email = False, "MIRA@example.com"

        self.assertEqual(self.window(invoice).mail_partner_ids, self.mira)

    def test_each_gets_a_message_of_their_own(self):
        mails = self.sent(self.invoiced())

        self.assertEqual(set(mails), {"mira@example.com", "greta@example.com"})
        for address, mail in mails.items():
            self.assertEqual(self.addresses_in(mail), {address})

    def test_a_copy_opens_nothing(self):
        mails = self.sent(self.invoiced())

        self.assertIn("access_token", mails["mira@example.com"].html)
        copy = mails["greta@example.com"].html
        for door in ("access_token", "signup_token", "/my/", "/mail/view", "hash="):
            self.assertNotIn(door, copy)

    def test_a_link_in_the_clinics_own_text_is_words_in_the_copy(self):
        template = self.env.ref("account.email_template_edi_invoice")
        template.body_html = '<p><a t-att-href="object.get_portal_url()">Pay now</a></p>'

        copy = self.sent(self.invoiced())["greta@example.com"]

        self.assertIn("Pay now", copy.words)
        self.assertNotIn("token", copy.html)

    def test_a_message_on_the_invoices_page_gives_nobody_a_key(self):
        invoice = self.invoiced()
        words = "Who pays?"

        invoice.message_post(
            body=words,
            partner_ids=(self.greta + self.person("Pat", email="pat@example.com")).ids,
            subtype_xmlid="mail.mt_comment",
        )

        self.assertEqual(set(self.mails()), {"greta@example.com", "pat@example.com"})
        for mail in self.server.mails:
            self.assertNotIn("access_token", mail.html)

    def test_it_says_whose_it_is_and_for_whom_and_carries_the_paper(self):
        copy = self.sent(self.invoiced(self.mother, self.leo))["greta@example.com"]

        self.assertIn("Hello Greta Grandison, this is a copy of a message to Mira", copy.words)
        self.assertIn("you may have receipts of Mira Motherwell", copy.words)
        self.assertIn("This is for Mira Motherwell, Leo Littleton.", copy.words)
        self.assertTrue([name for name in copy.files if name.endswith(".pdf")])

    def test_it_names_them_as_the_clinic_wants(self):
        self.company.clinic_invoice_naming = "short"

        for mail in self.sent(self.invoiced(self.mother, self.leo)).values():
            self.assertIn("This is for Mira Motherwell and 1 other.", mail.words)
            self.assertNotIn("Leo", mail.words)

    def test_whoever_staff_take_out_does_not_get_it(self):
        def take_out(window):
            window.mail_partner_ids -= self.greta

        self.assertEqual(set(self.sent(self.invoiced(), take_out)), {"mira@example.com"})

    def test_whoever_staff_add_gets_a_copy_too(self):
        def add(window):
            window.mail_partner_ids += self.fergus

        copy = self.sent(self.invoiced(), add)["fergus@example.com"]

        self.assertNotIn("token", copy.html)
        self.assertNotIn("you may have receipts", copy.words)

    def test_whose_permission_ends_while_the_window_is_open_does_not_get_it(self):
        mails = self.sent(self.invoiced(), lambda _window: self.receipts._revoke("A quarrel."))

        self.assertEqual(set(mails), {"mira@example.com"})

    def test_staff_answer_for_whom_they_add_without_a_permission(self):
        self.receipts._revoke("A quarrel.")

        def add(window):
            window.mail_partner_ids += self.greta

        self.assertIn("greta@example.com", self.sent(self.invoiced(), add))

    def test_only_the_customer_is_on_the_invoices_page(self):
        invoice = self.invoiced()
        self.sent(invoice)

        self.assertNotIn(self.greta, invoice.message_partner_ids)
        posted = invoice.message_ids.filtered(lambda message: message.message_type == "comment")
        self.assertEqual(posted.partner_ids, self.mira)
        self.assertIn("sent to Greta Grandison", invoice.message_ids[0].body)
        self.assertTrue(invoice.message_ids[0].is_internal or invoice.message_ids[0].subtype_id
                        == self.env.ref("mail.mt_note"))  # fmt: skip

    def test_a_copy_is_in_the_language_of_whoever_reads_it(self):
        self.speak_french()

        mails = self.sent(self.invoiced())

        self.assertIn("Voici votre facture", mails["greta@example.com"].words)
        self.assertNotIn("Voici votre facture", mails["mira@example.com"].words)

    def test_what_staff_wrote_stays_as_it_is(self):
        self.speak_french()

        def write(window):
            window.body = "<p>As we said.</p>"

        copy = self.sent(self.invoiced(), write)["greta@example.com"]

        self.assertIn("As we said.", copy.words)
        self.assertNotIn("Voici", copy.words)
        self.assertEqual(copy.subject, "Facture")

    def speak_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.greta.lang = "fr_FR"
        template = self.env.ref("account.email_template_edi_invoice").with_context(lang="fr_FR")
        template.write({"subject": "Facture", "body_html": "<p>Voici votre facture.</p>"})

    def test_in_the_background_each_gets_their_own_as_permissions_are_then(self):
        invoices = self.invoiced() + self.invoiced(self.father, clock="11:00")
        batch = self.env["account.move.send.batch.wizard"].with_user(self.desk).with_context(
            active_model="account.move", active_ids=invoices.ids
        )  # fmt: skip
        batch.create({}).action_send_and_print()
        self.receipts._revoke("A quarrel.")
        self.grant(self.fergus, self.grandmother, "receipts")

        self.env["account.move"]._cron_account_move_send()

        mails = self.mails()
        self.assertEqual(
            set(mails), {"mira@example.com", "fergus@example.com", "greta@example.com"}
        )
        self.assertIn("a copy of a message to Fergus", mails["greta@example.com"].words)
        self.assertEqual(self.addresses_in(mails["greta@example.com"]), {"greta@example.com"})

    def test_a_copy_that_fails_does_not_keep_the_customer_from_getting_it(self):
        def fail(*_args):
            raise ValueError

        self.patch(type(self.env["clinic.receipt.copy"]), "_get_words", fail)

        with mute_logger("odoo.addons.clinic_family.models.billing.clinic_receipt_copy"):
            self.assertEqual(set(self.sent(self.invoiced())), {"mira@example.com"})

    def add_father(self, window):
        window.mail_partner_ids += self.fergus

    def test_of_a_payer_who_is_no_patient_a_copy_opens_nothing_either(self):
        invoice = self.posted(self.leo, payer_id=self.greta.id).invoice_id.with_user(self.desk)
        self.assertFalse(self.greta.is_patient)

        copy = self.sent(invoice, self.add_father)["fergus@example.com"]

        self.assertEqual(self.addresses_in(copy), {"fergus@example.com"})
        self.assertNotIn("token", copy.html)

    def test_what_a_patient_buys_beside_visits_is_copied_the_same_way(self):
        self.receipts._revoke("A quarrel.")
        self.mira.is_patient = True
        invoice = self.env["account.move"].with_user(self.desk).create({
            "move_type": "out_invoice",
            "partner_id": self.mira.id,
            "invoice_line_ids": [(0, 0, {"product_id": self.product.id})],
        })  # fmt: skip
        invoice.action_post()

        copy = self.sent(invoice, self.add_father)["fergus@example.com"]

        self.assertEqual(self.addresses_in(copy), {"fergus@example.com"})
        self.assertNotIn("token", copy.html)

    def test_staff_read_it_in_their_own_way(self):
        def add(window):
            window.mail_partner_ids += self.desk.partner_id

        invoice = self.invoiced()
        self.sent(invoice, add)

        posted = invoice.message_ids.filtered(lambda message: message.message_type == "comment")
        self.assertEqual(posted.partner_ids, self.mira + self.desk.partner_id)

    def test_what_concerns_no_patient_leaves_as_odoo_sends_it(self):
        company = self.person("Harbour Supplies", email="supplies@example.com")
        invoice = self.env["account.move"].create({
            "move_type": "out_invoice",
            "partner_id": company.id,
            "invoice_line_ids": [(0, 0, {"product_id": self.product.id})],
        })  # fmt: skip
        invoice.action_post()
        window = self.window(invoice)
        window.mail_partner_ids += self.fergus

        window.action_send_and_print()

        posted = invoice.message_ids.filtered(lambda message: message.message_type == "comment")
        self.assertEqual(posted.partner_ids, company + self.fergus)


@tagged("post_install", "-at_install")
class TestReceiptCopies(ReceiptCase):
    def test_whoever_may_have_receipts_is_filled_in(self):
        receipt = self.receipt(self.paid(self.invoiced()))

        self.assertEqual(receipt.partner_ids, self.mira + self.greta)
        self.assertIn("This is for Mira Motherwell, Leo Littleton.", receipt.body)

    def test_what_the_clinic_pays_a_supplier_is_nobodys_receipt(self):
        payment = self.env["account.payment"].create({
            "payment_type": "outbound",
            "partner_type": "supplier",
            "partner_id": self.mira.id,
            "amount": 5,
        })  # fmt: skip
        payment.action_post()

        self.assertNotIn(self.greta, self.receipt(payment).partner_ids)

    def test_each_gets_a_message_of_their_own_that_opens_nothing(self):
        payment = self.paid(self.invoiced())

        self.receipt(payment)._action_send_mail()

        mails = self.mails()
        self.assertEqual(set(mails), {"mira@example.com", "greta@example.com"})
        for address, mail in mails.items():
            self.assertEqual(self.addresses_in(mail), {address})
            self.assertTrue(mail.files)
            self.assertIn("This is for Mira Motherwell, Leo Littleton.", mail.words)
        self.assertNotIn("token", mails["greta@example.com"].html)
        self.assertNotIn(self.greta, payment.message_partner_ids)

    def test_whose_permission_ends_while_the_window_is_open_does_not_get_it(self):
        receipt = self.receipt(self.paid(self.invoiced()))
        self.receipts._revoke("A quarrel.")

        receipt._action_send_mail()

        self.assertEqual(set(self.mails()), {"mira@example.com"})

    def test_whoever_staff_take_out_does_not_get_it_and_whoever_they_add_does(self):
        receipt = self.receipt(self.paid(self.invoiced()))
        receipt.partner_ids += self.fergus - self.greta
        receipt.partner_ids -= self.greta

        receipt._action_send_mail()

        self.assertEqual(set(self.mails()), {"mira@example.com", "fergus@example.com"})

    def test_many_at_once_as_permissions_are_then(self):
        payments = self.paid(self.invoiced()), self.paid(self.invoiced(self.father, clock="11:00"))
        receipts = self.receipt(*payments)
        self.receipts._revoke("A quarrel.")
        self.grant(self.fergus, self.grandmother, "receipts")

        receipts._action_send_mail()

        mails = self.mails()
        self.assertEqual(
            set(mails), {"mira@example.com", "fergus@example.com", "greta@example.com"}
        )
        copy = mails["greta@example.com"]
        self.assertIn("a copy of a message to Fergus", copy.words)
        self.assertIn("This is for Fergus Fatherly.", copy.words)
        self.assertIn("This is for Mira", mails["mira@example.com"].words)
        self.assertEqual(self.addresses_in(copy), {"greta@example.com"})
        self.assertTrue(copy.files)
