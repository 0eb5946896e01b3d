import logging
import re
from typing import NamedTuple

from markupsafe import Markup
from psycopg2 import OperationalError

from odoo import Command, api, models
from odoo.tools import html2plaintext
from odoo.tools.mail import formataddr

_logger = logging.getLogger(__name__)
# Links into somebody's portal, with or without a key: the text stays, the way doesn't.
DOOR = re.compile(r"""\shref=(["'])[^"']*(?:/my/|/mail/view|token=)[^"']*\1""")


class Letter(NamedTuple):
    """What somebody was written about money, and how it reads in another language.

    ``files`` are pairs of a name and its content. ``retell`` answers a language with the subject
    and body that the template has in it.
    """

    subject: str
    body: str
    lang: str
    files: list
    retell: object


class ClinicReceiptCopy(models.AbstractModel):
    """Copies of what a patient is sent about money, for those who may have their receipts.

    Each is a message of its own, to one address, in the reader's language. It opens nothing: who
    may have a receipt need not be allowed to see or pay the patient's invoices.
    """

    _name = "clinic.receipt.copy"
    _description = "Copies of Receipts"

    @api.model
    def _get_readers(self, customer):
        """Who may have copies of what this customer is sent about money, as of now.

        Those who can be reached, and nobody at the customer's own address.
        """
        # Who gets a copy is no matter of who sends it.
        authorities_sudo = self.env["clinic.authority"].sudo().search_fetch(
            [("person_id", "in", customer.ids), ("kind", "=", "receipts")], ["actor_id"]
        )  # fmt: skip
        readers = (authorities_sudo.actor_id - customer).sorted("id").sudo(False)
        addresses = (customer | readers)._get_clinic_addresses()
        return readers.filtered(lambda reader: reader in addresses)

    @api.model
    def _get_readers_of(self, record):
        """Who may have copies of this invoice or payment; nobody of a confidential visit's."""
        if record._is_confidential():
            return self.env["res.partner"]
        return self._get_readers(record.partner_id)

    @api.model
    def _leave_out_ended(self, record, chosen, proposed):
        """Those of the chosen who get it: not whom a window proposed and whose permission ended.

        Decided when it is sent. Whom staff added by hand they answer for; whom the window filled
        in counts as filled in, also when staff took them out and put them in again.
        """
        return chosen - (proposed - self._get_readers_of(record))

    @api.model
    def _get_copied(self, record, people):
        """Those of the people who get a copy of their own, when a patient is the customer.

        The clinic's staff read it in their own way, and whom no patient concerns in Odoo's.
        """
        if not self._is_of_patient(record):
            return self.env["res.partner"]
        return (people - record.partner_id).filtered("partner_share")

    @api.model
    def _is_of_patient(self, record):
        """Whether an invoice or a payment is of a patient, or of one who pays for patients."""
        customer_sudo = record.partner_id.sudo()
        return bool(
            customer_sudo.is_patient
            or record.sudo()._get_clinic_patients()
            or self._get_readers(customer_sudo)
        )

    @api.model
    def _say_for_whom(self, record, lang):
        """For whom an invoice or a payment is, as its mail says it; empty for no appointment's."""
        names = record.with_context(lang=lang).clinic_patient_names
        words = self.with_context(lang=lang).env._("This is for %s.", names)
        paragraph = Markup('<p style="margin: 16px 0 0; font-size: 13px;">%s</p>')
        return paragraph % words if names else Markup()

    @api.model
    def _send(self, record, customer, readers, letter):
        """Each reader gets a copy, and the record's page notes who did, which is the answer.

        A copy that can't be made holds up neither the others nor what the customer gets.
        """
        sent = [
            reader
            for reader in readers
            if reader._get_clinic_address() and self._send_one(record, customer, reader, letter)
        ]
        if sent:
            names = ", ".join(reader.name for reader in sent)
            note = self.env._("%(subject)s: sent to %(names)s", subject=letter.subject, names=names)
            record._message_log(body=note)
        return sent

    def _send_one(self, record, customer, reader, letter):
        try:
            with self.env.cr.savepoint():
                mail_sudo = self._make_mail(customer, reader, letter)
                mail_sudo.attachment_ids.write({
                    "res_model": "mail.message", "res_id": mail_sudo.mail_message_id.id,
                })  # fmt: skip
        except OperationalError:
            # Somebody else was faster: the whole request is tried again.
            raise
        except Exception:
            _logger.exception("No copy of %s could be made", record)
            return False
        mail_sudo.send_after_commit()
        return True

    def _make_mail(self, customer, reader, letter):
        subject, body = self._get_words(customer, reader, letter)
        address = reader._get_clinic_address()
        return self.env.company._make_mail(
            formataddr((reader.name, address)),
            subject=subject,
            body_html=body,
            attachment_ids=[
                Command.create({"name": name, "raw": content}) for name, content in letter.files
            ],
        )

    def _get_words(self, customer, reader, letter):
        """The subject and the whole mail, in the reader's language where there is that."""
        lang = reader.lang or letter.lang or self.env.lang
        subject, body = self._retell(letter, lang)
        local = self.with_context(lang=lang)
        why = local._explain(customer, reader)
        closed = Markup(DOOR.sub("", str(body or "")))
        html = local.env["mail.render.mixin"]._render_encapsulate(
            "clinic_family.message_layout",
            Markup("<p>%s</p>%s") % (why, closed),
            {"company": self.env.company, "lang": lang},
        )
        return subject, html

    def _retell(self, letter, lang):
        """In another language only what is still the template's own; what staff wrote stays."""
        if lang == letter.lang:
            return letter.subject, letter.body
        told = (letter.subject, letter.body)
        own = letter.retell(letter.lang)
        retold = letter.retell(lang)
        return tuple(
            new if self._reads_like(old, default) else old
            for old, default, new in zip(told, own, retold, strict=True)
        )

    def _reads_like(self, text, other):
        return html2plaintext(text or "").split() == html2plaintext(other or "").split()

    def _explain(self, customer, reader):
        """Whose it is, and why somebody else gets it."""
        words = {"reader": reader.name, "customer": customer.name}
        if reader == customer:
            return self.env._("Hello %(reader)s,", **words)
        if reader in self._get_readers(customer):
            return self.env._(
                "Hello %(reader)s, this is a copy of a message to %(customer)s. You get it "
                "because you may have receipts of %(customer)s.",
                **words,
            )
        return self.env._("Hello %(reader)s, this is a copy of a message to %(customer)s.", **words)

    # Who paid for others

    @api.model
    def _send_to_payer(self, payments):
        """A receipt for who paid online for others: how much, for whom, for which invoices.

        It says no more than they saw before they paid, and goes to them alone.
        """
        payer = payments.clinic_payer_id
        address = payer and payer._get_clinic_address()
        if not address:
            return
        try:
            with self.env.cr.savepoint():
                local = self.with_context(lang=payer.lang or self.env.lang)
                mail_sudo = local._make_payer_mail(payer, address, payments)
        except OperationalError:
            # Somebody else was faster: the whole request is tried again.
            raise
        except Exception:
            _logger.exception("No receipt of %s could be made for who paid", payments)
            return
        mail_sudo.send_after_commit()

    def _make_payer_mail(self, payer, address, payments):
        company, currency = payments.company_id, payments.currency_id
        words = {"amount": currency.format(sum(payments.mapped("amount"))), "clinic": company.name}
        if payments[:1].payment_type == "outbound":
            subject = self.env._("%(clinic)s: %(amount)s paid back", **words)
            first = self.env._("%(clinic)s has paid %(amount)s back to you.", **words)
            paid = payments.payment_transaction_id.source_transaction_id
            if paid.clinic_card_permission_id:
                first = self.env._(
                    "%(clinic)s has paid %(amount)s back, to the card it came from.", **words
                )
        else:
            subject = self.env._("%(clinic)s: receipt of %(amount)s", **words)
            first = self.env._("You have paid %(amount)s to %(clinic)s. Thank you.", **words)
        hello = self.env._("Hello %s,", payer.name)
        lines = Markup("").join(
            Markup("<li>%s</li>") % self._describe_part(payment) for payment in payments
        )
        html = self.env["mail.render.mixin"]._render_encapsulate(
            "clinic_family.message_layout",
            Markup("<p>%s</p><p>%s</p><ul>%s</ul>") % (hello, first, lines),
            {"company": company, "lang": self.env.lang},
        )
        return company._make_mail(
            formataddr((payer.name, address)), subject=subject, body_html=html
        )

    def _describe_part(self, payment):
        paid = payment.payment_transaction_id
        moves = paid.invoice_ids or paid.source_transaction_id.invoice_ids
        own = moves.filtered(lambda move: move.commercial_partner_id == payment.partner_id)
        words = {
            "amount": payment.currency_id.format(payment.amount),
            "name": payment.partner_id.name,
            "invoices": ", ".join(own.mapped("name")),
        }
        if not own:
            return self.env._("%(amount)s for %(name)s", **words)
        return self.env._("%(amount)s for %(name)s: %(invoices)s", **words)
