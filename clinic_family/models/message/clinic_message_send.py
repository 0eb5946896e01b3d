import logging
import smtplib
from datetime import timedelta

from odoo import fields, models
from odoo.tools.mail import formataddr

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ...engine.telling import pause_after

_logger = logging.getLogger(__name__)

# What these tell one reader leaves as one mail.
TOGETHER = ("confirmed", "changed", "cancelled", "reminder")
# The mail server has answered, and the answer is no: nothing left.
REFUSALS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)


class ClinicMessage(models.Model):
    """How messages leave."""

    _inherit = "clinic.message"

    # Sending

    def _find_lost(self):
        self.search([("state", "=", "sending")]).write({
            "state": "unknown",
            "failure_reason": self.env._("The server stopped while this was being sent."),
        })  # fmt: skip
        self.env["ir.cron"]._commit_progress()

    def _send_waiting(self):
        """Sends one mail after the other, until the mail server can't be reached at all."""
        waiting = self.search([("try_at", "<=", fields.Datetime.now())], order="try_at, id")
        mails = waiting._put_together()
        for left, messages in zip(reversed(range(len(mails))), mails, strict=True):
            there = messages.exists()
            goes_on = not there or there._send()
            more = left if goes_on else 0
            if not self.env["ir.cron"]._commit_progress(1, remaining=more) or not more:
                return

    def _put_together(self):
        """The messages by the mail in which they leave; the mail of the first is the first."""
        mails = {}
        for message in self:
            mails.setdefault(message._get_mail_key(), []).append(message.id)
        return [self.browse(ids) for ids in mails.values()]

    def _get_mail_key(self):
        """What is equal for all that leaves as one mail: above all its reader.

        A reminder speaks of one day. Who has given several children one address reads of all.
        """
        if self.kind not in TOGETHER:
            return self.id
        reader = self.recipient_id
        if self.participant_id._is_childs(reader):
            reader = reader._get_clinic_address()
        day = self.kind == "reminder" and self._get_visit_day()
        return self.kind, self.appointment_id.company_id, reader, self.tries, day

    def _send(self):
        """Sends them as one mail; false when there is no use in trying others now."""
        tries = self[0].tries + 1
        self.write({"state": "sending", "try_at": False, "tries": tries})
        self.env["ir.cron"]._commit_progress()
        addresses = {message: message._find_address() for message in self}
        self.filtered(lambda one: not addresses[one])._withdraw()
        goes_on = True
        for address, messages in self.exists().grouped(addresses.get).items():
            if address:
                error, goes_on = messages._hand_over(address)
                messages.write({"address": address, **(error or self._get_sent_values())})
        return goes_on

    def _get_sent_values(self):
        return {"state": "sent", "sent_at": fields.Datetime.now(), "failure_reason": False}

    def _withdraw(self):
        """Forgets what nobody is to be told any more; what was tried in vain stays as failed."""
        fresh = self.filtered(lambda one: one.tries == 1)
        (self - fresh).write({"state": "failed"})
        fresh.unlink()

    def _hand_over(self, address):
        """Gives it to the mail server; answers with what failed, and whether others may follow.

        Nothing of it stays in Odoo's own queue, which might send it once more.
        """
        mail = None
        try:
            with self.env.cr.savepoint():
                mail = self._make_mail(address)
                mail.send(raise_exception=True)
                if mail.state != "sent":
                    raise MailDeliveryException(mail.failure_reason or mail.state)
                mail.unlink()
        except Exception as error:
            _logger.info("Messages %s were not sent: %s", self.ids, error)
            return self._explain(error, is_made=mail is not None)
        return None, True

    def _explain(self, error, is_made):
        reason = " ".join(str(part) for part in error.args) or type(error).__name__
        is_unreachable = self._never_connected(error)
        if not is_made or is_unreachable or self._never_accepted(error):
            pause = pause_after(self[0].tries)
            try_at = pause and fields.Datetime.now() + timedelta(minutes=pause)
            values = {"state": "failed", "try_at": try_at, "failure_reason": reason}
            return values, not is_unreachable
        return {"state": "unknown", "failure_reason": reason}, True

    def _never_connected(self, error):
        """Odoo wraps what went wrong with the connection in its own error, as it is."""
        return (
            isinstance(error, MailDeliveryException)
            and len(error.args) > 1
            and isinstance(error.args[1], Exception)
        )

    def _never_accepted(self, error):
        """Whether the server said no, or wasn't even asked: the address or the text is wrong."""
        return isinstance(error, MailDeliveryException) and (
            len(error.args) == 1 or isinstance(error.__context__, REFUSALS)
        )

    def _make_mail(self, address):
        """To one address and nobody else, without a token, on no record's page."""
        first = self.sorted(lambda one: (one.appointment_id.start, one.id))[0]
        company = first.appointment_id.company_id
        participant = first.participant_id.with_company(company)
        template = self.env.ref(f"clinic_family.mail_template_{first.kind}")
        return company._make_mail_from(
            template.with_env(participant.env).with_context(clinic_message=self.ids),
            participant,
            formataddr((first.recipient_id.name, address)),
            # Read once more here to see whether it was sent, then deleted.
            auto_delete=False,
        )
