from contextlib import contextmanager
from smtplib import SMTPException
from urllib.parse import urlsplit

from odoo import models
from odoo.exceptions import UserError
from odoo.tools.mail import formataddr

from odoo.addons.base.models.ir_mail_server import MailDeliveryException


class ResCompany(models.Model):
    """Who messages come from, and to whom they go: one reader, and nobody beside."""

    _inherit = "res.company"

    def _get_clinic_sender(self):
        """Who every message of the clinic comes from, and who is answered: never a person.

        A clinic without an address has one at the host of its site, which nobody need read.
        """
        self.ensure_one()
        if self.email_formatted:
            return self.email_formatted
        address = self.env["ir.mail_server"].with_company(self)._get_default_from_address()
        host = urlsplit(self.get_base_url()).hostname or "localhost"
        return formataddr((self.name, address or f"noreply@{host}"))

    def _make_mail(self, address, **values):
        """A mail of the clinic to one address, which isn't sent yet."""
        # The queue of mails is the system's, whoever sends one.
        mails_sudo = self.env["mail.mail"].sudo()
        return mails_sudo.create({
            **self.sudo()._get_private_mail(), "email_to": address, **values,
        })  # fmt: skip

    def _make_mail_from(self, template, record, address, **values):
        """A mail to one address as the template writes it about the record; not sent yet either."""
        private = self.sudo()._get_private_mail(template)
        email_values = {**private, "email_to": address, **values}
        return self.env["mail.mail"].browse(
            template.send_mail(record.id, email_values=email_values)
        )

    @contextmanager
    def _explaining_refusals(self):
        """Says in words why a mail that is sent at once inside didn't leave."""
        try:
            yield
        except (MailDeliveryException, SMTPException) as refused:
            raise UserError(self.env._(
                "The mail server didn't take the message. Please ask whoever looks after your "
                "e-mail. It said: %(reason)s",
                reason=" ".join(map(str, refused.args)),
            )) from None  # fmt: skip

    def _get_private_mail(self, template=None):
        """What every message of the clinic to one reader has in common.

        It comes from the clinic, whoever acted, unless the template names another sender. It
        goes to one address and is on no record's page, which others may read.
        """
        sender = self._get_clinic_sender()
        named = [name for name in ("email_from", "reply_to") if template and template[name]]
        values = {
            "author_id": self.partner_id.id,
            "email_from": sender,
            "reply_to": sender,
            "recipient_ids": [],
            "email_cc": False,
            "model": False,
            "res_id": False,
            "message_type": "user_notification",
            "auto_delete": True,
        }
        return {name: value for name, value in values.items() if name not in named}
