from odoo import api, models

from .clinic_receipt_copy import Letter


class AccountMoveSend(models.AbstractModel):
    """Invoices of patients leave in a message for each who gets them.

    The customer gets Odoo's own, with the way to their page; everybody else a copy that opens
    nothing. Those who may have the customer's receipts are filled in, in the window of one invoice
    and when many leave in the background.
    """

    _inherit = "account.move.send"

    @api.model
    def _get_default_mail_body(self, move, mail_template, mail_lang):
        body = super()._get_default_mail_body(move, mail_template, mail_lang)
        return body and body + self.env["clinic.receipt.copy"]._say_for_whom(move, mail_lang)

    @api.model
    def _get_default_mail_partner_ids(self, move, mail_template, mail_lang):
        partners = super()._get_default_mail_partner_ids(move, mail_template, mail_lang)
        return partners | self._get_clinic_readers(move)

    @api.model
    def _get_clinic_readers(self, move):
        if not move.is_sale_document(include_receipts=True):
            return self.env["res.partner"]
        return self.env["clinic.receipt.copy"]._get_readers_of(move)

    @api.model
    def _send_mail(self, move, mail_template, **kwargs):
        people = self.env["res.partner"].browse(kwargs.get("partner_ids") or [])
        readers = self.env["clinic.receipt.copy"]._get_copied(move, people)
        kwargs["partner_ids"] = (people - readers).ids
        letter = readers and self._get_clinic_letter(move, mail_template, kwargs)
        result = super()._send_mail(move, mail_template, **kwargs)
        if readers:
            copies = self.env["clinic.receipt.copy"].with_company(move.company_id)
            copies._send(move, move.partner_id, readers, letter)
        return result

    def _get_clinic_letter(self, move, mail_template, params):
        def retell(lang):
            return (
                self._get_default_mail_subject(move, mail_template, lang),
                self._get_default_mail_body(move, mail_template, lang),
            )

        return Letter(
            subject=params["subject"],
            body=params["body"],
            lang=self._get_default_mail_lang(move, mail_template) or self.env.lang,
            files=[(name, content) for name, content, *_info in params["attachments"]],
            retell=retell,
        )
