import logging
import smtplib
from datetime import timedelta

from odoo import fields, models
from odoo.tools.mail import formataddr

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ...engine.telling import pause_after
from .clinic_participant_letter import Letters

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
        keys, errors = self._ask_each(lambda one: one._get_mail_key())
        for message, error in errors.items():
            message.tries += 1
            message.write(message._get_failed_values(error))
        mails = {}
        for message, key in keys.items():
            mails.setdefault(key, []).append(message.id)
        return [self.browse(ids) for ids in mails.values()]

    def _ask_each(self, ask):
        """What each answers, and with what it failed for others, which stops nobody else's."""
        answers, errors = {}, {}
        for message in self:
            try:
                with self.env.cr.savepoint():
                    answers[message] = ask(message)
            except Exception as error:
                _logger.warning("Message %s can't be sent: %s", message.id, error)
                errors[message] = error
        return answers, errors

    def _get_mail_key(self):
        """What is equal for all that leaves as one mail: above all its reader.

        A reminder speaks of one day. Who has given several children one address reads of all.
        """
        if self.kind not in TOGETHER:
            return self.id
        day = self.kind == "reminder" and self._get_visit_day()
        return self.kind, self.appointment_id.company_id, self._get_reading(), self.tries, day

    def _send(self):
        """Sends them as one mail; false when there is no use in trying others now."""
        tries = self[0].tries + 1
        self.write({"state": "sending", "try_at": False, "tries": tries})
        self.env["ir.cron"]._commit_progress()
        addresses, errors = self._ask_each(lambda one: one._find_address())
        for message, error in errors.items():
            message.write(message._get_failed_values(error))
        self.filtered(lambda one: one not in errors and not addresses[one])._withdraw()
        goes_on = True
        for address, messages in self.exists().grouped(addresses.get).items():
            if address:
                goes_on = messages._deliver(address)
        return goes_on

    def _deliver(self, address):
        """Hands them over and notes what became of it; false as above.

        If they can't be put into one mail, one of them can't be put into words: it is each alone
        then, and that one stops none of the others.
        """
        error, is_made, goes_on = self._hand_over(address)
        if error and not is_made and len(self) > 1:
            return all([one._deliver(address) for one in self])
        self.write({"address": address, **(error or self._get_sent_values())})
        return goes_on

    def _get_sent_values(self):
        return {"state": "sent", "sent_at": fields.Datetime.now(), "failure_reason": False}

    def _withdraw(self):
        """Forgets what nobody is to be told any more; what was tried in vain stays as failed."""
        fresh = self.filtered(lambda one: one.tries == 1)
        (self - fresh).write({"state": "failed"})
        fresh.unlink()

    def _hand_over(self, address):
        """Gives it to the mail server; answers with what failed, whether there was a mail to give,
        and whether others may follow.

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
        return None, True, True

    def _explain(self, error, is_made):
        is_unreachable = self._never_connected(error)
        values = self._get_failed_values(error)
        if not is_made or is_unreachable or self._never_accepted(error):
            return values, is_made, not is_unreachable
        return {"state": "unknown", "failure_reason": values["failure_reason"]}, True, True

    def _get_failed_values(self, error):
        """It didn't leave, and is tried again after a pause, if not too often."""
        pause = pause_after(self[0].tries)
        return {
            "state": "failed",
            "try_at": pause and fields.Datetime.now() + timedelta(minutes=pause),
            "failure_reason": " ".join(str(part) for part in error.args) or type(error).__name__,
        }

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
            template.with_env(participant.env).with_context(
                clinic_message=self.ids, clinic_letters=Letters()
            ),
            participant,
            formataddr((first.recipient_id.name, address)),
            # Read once more here to see whether it was sent, then deleted.
            auto_delete=False,
        )
