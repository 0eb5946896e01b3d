from odoo import Command, api, fields, models
from odoo.tools.mail import append_content_to_html

from ...models.billing.clinic_receipt_copy import Letter


class MailComposeMessage(models.TransientModel):
    """Receipts of payments leave in a message for each who gets them, as invoices do.

    In the window of one payment those who may have the customer's receipts are filled in; when many
    leave at once, they are looked up then.
    """

    _inherit = "mail.compose.message"

    clinic_proposed_ids = fields.Many2many(
        "res.partner",
        relation="clinic_mail_compose_message_proposed_rel",
        compute="_compute_clinic_proposed_ids",
        store=True,
        readonly=False,
    )

    def _is_clinic_receipt(self):
        return self.model == "account.payment" and bool(self.template_id)

    def _get_clinic_payment(self):
        """The payment in whose window this is; none when it is about many.

        What the window proposes is computed with full rights: a payment the reader may not see
        is none.
        """
        if not (self._is_clinic_receipt() and self._is_clinic_single()):
            return self.env["account.payment"]
        payments = self.env["account.payment"].browse(self._evaluate_res_ids())
        seen = payments.sudo(False)._filtered_access("read")
        return payments if len(payments) == 1 and seen else payments.browse()

    def _get_clinic_lang(self, payment):
        return self.template_id._render_lang(payment.ids)[payment.id] or self.env.lang

    @api.depends("composition_mode", "model", "res_ids", "template_id")
    def _compute_clinic_proposed_ids(self):
        for composer in self:
            payment = composer._get_clinic_payment()
            composer.clinic_proposed_ids = payment._get_clinic_readers()

    @api.depends("composition_mode", "model", "res_ids", "template_id")
    def _compute_partner_ids(self):
        result = super()._compute_partner_ids()
        for composer in self:
            composer.partner_ids |= composer._get_clinic_payment()._get_clinic_readers()
        return result

    @api.depends("composition_mode", "model", "res_ids", "template_id")
    def _compute_body(self):
        result = super()._compute_body()
        for composer in self:
            payment = composer._get_clinic_payment()
            if payment and composer.body:
                copies = self.env["clinic.receipt.copy"]
                composer.body += copies._say_for_whom(payment, composer._get_clinic_lang(payment))
        return result

    def _manage_mail_values(self, mail_values_all):
        mail_values_all = super()._manage_mail_values(mail_values_all)
        if self._is_clinic_receipt():
            for payment in self.env["account.payment"].browse(mail_values_all):
                self._say_clinic_names(payment, mail_values_all[payment.id])
                self._send_clinic_copies(payment, mail_values_all[payment.id])
        return mail_values_all

    def _say_clinic_names(self, payment, values):
        """Says for whom the payment is; one payment's window has it in its text already."""
        if self._is_clinic_single():
            return
        names = self.env["clinic.receipt.copy"]._say_for_whom(
            payment, self._get_clinic_lang(payment)
        )
        if names:
            body = append_content_to_html(values["body_html"], names, plaintext=False)
            values["body_html"] = body

    def _send_clinic_copies(self, payment, values):
        """Takes those who get a copy of their own out of the customer's mail, and sends it."""
        copies = self.env["clinic.receipt.copy"].with_company(payment.company_id)
        people = self._get_clinic_addressed(payment, values)
        readers = copies._get_copied(payment, people | self._look_up_clinic_readers(payment))
        self._set_clinic_addressed(values, people - readers)
        if readers:
            letter = self._get_clinic_letter(payment, values)
            copies._send(payment, payment.partner_id, readers, letter)

    def _is_clinic_single(self):
        """Whether it is the window of one payment, in which staff choose who gets it."""
        return self.composition_mode == "comment"

    def _get_clinic_addressed(self, payment, values):
        """Those to whom the customer's mail would go."""
        partners = self.env["res.partner"]
        if self._is_clinic_single():
            return self.env["clinic.receipt.copy"]._leave_out_ended(
                payment,
                partners.browse(values["partner_ids"]),
                self.clinic_proposed_ids,
            )
        return partners.browse(command[1] for command in values["recipient_ids"])

    def _look_up_clinic_readers(self, payment):
        """Who gets a copy without being named: a window names them, for staff to take out."""
        is_single = self._is_clinic_single()
        return self.env["res.partner"] if is_single else payment._get_clinic_readers()

    def _set_clinic_addressed(self, values, people):
        if self._is_clinic_single():
            values["partner_ids"] = people.ids
        else:
            values["recipient_ids"] = [Command.link(person.id) for person in people]

    def _get_clinic_letter(self, payment, values):
        def retell(lang):
            template = self.template_id.sudo().with_context(lang=lang)
            [subject] = template._render_field("subject", payment.ids).values()
            [body] = template._render_field(
                "body_html", payment.ids, options={"post_process": True}
            ).values()
            return subject, body + self.env["clinic.receipt.copy"]._say_for_whom(payment, lang)

        lang = self._get_clinic_lang(payment)
        is_single = self._is_clinic_single()
        subject, body = (values["subject"], values["body"]) if is_single else retell(lang)
        return Letter(
            subject=subject,
            body=body,
            lang=lang,
            files=self._get_clinic_files(values),
            retell=retell,
        )

    def _get_clinic_files(self, values):
        """What is attached, as it is handed over with one window or with many records."""
        ids = [each[1] if isinstance(each, tuple | list) else each
               for each in values.get("attachment_ids") or []]  # fmt: skip
        attached = self.env["ir.attachment"].sudo().browse(ids)
        given = [(name, content) for name, content, *_info in values.get("attachments") or []]
        return given + [(one.name, one.raw) for one in attached]
