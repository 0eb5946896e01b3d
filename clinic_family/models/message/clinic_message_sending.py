import logging
import smtplib
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.mail import formataddr

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ...engine.telling import pause_after

_logger = logging.getLogger(__name__)
# The mail server has answered, and the answer is no: nothing left.
REFUSALS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)


class ClinicMessage(models.Model):
    """How messages leave, so that a server killed at any moment sends none twice.

    That a message is being sent is committed before it is handed over. Who finds one in that
    state at the beginning of a run knows that the run before died with it: Odoo's scheduler lets
    nobody else run the job meanwhile.
    """

    # A room of its own in a large model.
    _inherit = "clinic.message"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _send_due(self):
        """Tells and reminds whoever is due, and sends what is waiting."""
        self._find_lost()
        self.env["clinic.participant"]._queue_tellings()
        self._queue_reminders()
        self._send_waiting()

    def _find_lost(self):
        self.search([("state", "=", "sending")]).write({
            "state": "unknown",
            "failure_reason": self.env._("The server stopped while this was being sent."),
        })  # fmt: skip
        self.env["ir.cron"]._commit_progress()

    def _send_waiting(self):
        """Sends one after the other, and stops when the mail server can't be reached at all."""
        waiting = self.search([("try_at", "<=", fields.Datetime.now())], order="try_at, id")
        for left, message in zip(reversed(range(len(waiting))), waiting, strict=True):
            goes_on = not message.exists() or message._send()
            more = left if goes_on else 0
            if not self.env["ir.cron"]._commit_progress(1, remaining=more) or not more:
                return

    def _send(self):
        """Sends one; false when there is no use in trying others now."""
        self.write({"state": "sending", "try_at": False, "tries": self.tries + 1})
        self.env["ir.cron"]._commit_progress()
        address = self._find_address()
        if not address:
            self._withdraw()
            return True
        error, goes_on = self._hand_over(address)
        self.write({"address": address, **(error or self._get_sent_values())})
        return goes_on

    def _get_sent_values(self):
        return {"state": "sent", "sent_at": fields.Datetime.now(), "failure_reason": False}

    def _withdraw(self):
        """Forgets what nobody is to be told any more; what was tried in vain stays as failed."""
        if self.tries == 1:
            self.unlink()
        else:
            self.state = "failed"

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
            _logger.info("Message %s was not sent: %s", self.id, error)
            return self._explain(error, is_made=mail is not None)
        return None, True

    def _explain(self, error, is_made):
        reason = " ".join(str(part) for part in error.args) or type(error).__name__
        is_unreachable = self._never_connected(error)
        if not is_made or is_unreachable or self._never_accepted(error):
            pause = pause_after(self.tries)
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
        company = self.appointment_id.company_id
        participant = self.participant_id.with_company(company)
        template = self.env.ref(f"clinic_family.mail_template_{self.kind}")
        mail_id = template.with_env(participant.env).with_context(clinic_message=self.id).send_mail(
            participant.id,
            email_values={
                **company._get_private_mail(template),
                "email_to": formataddr((self.recipient_id.name, address)),
                # Read once more here to see whether it was sent, then deleted.
                "auto_delete": False,
            },
        )  # fmt: skip
        return self.env["mail.mail"].browse(mail_id)
