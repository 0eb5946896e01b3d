import logging
import smtplib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import formataddr

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ...engine.instants import from_stored, get_now
from ...engine.reminders import due_reminder
from ...engine.telling import pause_after

_logger = logging.getLogger(__name__)

KINDS = [
    ("confirmed", "Confirmed"),
    ("changed", "Changed"),
    ("cancelled", "Cancelled"),
    ("reminder", "Reminder"),
]
STATES = [
    ("waiting", "Waiting"),
    ("sending", "Sending"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("unknown", "Unknown"),
]
# The mail server has answered, and the answer is no: nothing left.
REFUSALS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)


class ClinicMessage(models.Model):
    """One message to one person about one patient's visit; what it said in words isn't kept.

    Who is written to, and at which address, is decided at the moment of sending.

    A server that is killed at any moment sends no message twice: that a message is being sent is
    committed before it is handed over. A run that finds one in that state knows that the run
    before it died, because Odoo's scheduler lets only one run at a time. Whether such a message
    left can't be known, and it is never sent again by itself.
    """

    _name = "clinic.message"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Message About an Appointment"
    _order = "id desc"

    participant_id = fields.Many2one(
        "clinic.participant",
        string="About",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    appointment_id = fields.Many2one(related="participant_id.appointment_id")
    patient_id = fields.Many2one(
        related="participant_id.partner_id", string="Patient", store=True, index=True
    )
    kind = fields.Selection(KINDS, string="Message", required=True, readonly=True)
    before = fields.Json(readonly=True, help="What the patient had been told before.")
    says = fields.Json(readonly=True, help="What it tells; empty for a cancellation.")
    hours = fields.Integer(
        string="Hours Before", readonly=True, help="Of a reminder: for which time it left."
    )
    start = fields.Datetime(
        string="Reminds Of", readonly=True, help="Of a reminder: the start it was for."
    )
    recipient_id = fields.Many2one(
        "res.partner", string="To", required=True, readonly=True, index=True, ondelete="cascade"
    )
    address = fields.Char(readonly=True, help="Where it was sent.")
    state = fields.Selection(
        STATES, string="Status", required=True, default="waiting", readonly=True, index=True
    )
    tries = fields.Integer(readonly=True)
    try_at = fields.Datetime(
        string="Next Try",
        readonly=True,
        index="btree_not_null",
        help="Empty: not sent again automatically.",
    )
    failure_reason = fields.Char(string="Why Not", readonly=True)
    sent_at = fields.Datetime(string="Sent On", readonly=True)

    _reminder_unique = models.UniqueIndex(
        "(participant_id, recipient_id, hours, start) WHERE kind = 'reminder'",
        "This person has been reminded already.",
    )

    @api.depends("kind", "recipient_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for message in self:
            message.display_name = f"{kinds.get(message.kind)} · {message.recipient_id.name}"

    # What is due

    @api.model
    def _send_due(self):
        """Tells and reminds those who are due, and sends what is waiting."""
        self._find_lost()
        self.env["clinic.participant"]._queue_tellings()
        self._queue_reminders()
        self._send_waiting()

    @api.model
    def _queue_reminders(self):
        for company in self.env["res.company"].search([("clinic_reminder_hours", "!=", False)]):
            hours = company._get_reminder_hours()
            coming = self._get_coming(company, max(hours, default=0))
            due = self._get_due(coming, hours)
            self._queue([
                (participant, {
                    "kind": "reminder",
                    "says": participant._get_truth(),
                    "hours": before,
                    "start": participant.appointment_id.start,
                })
                for participant, before in due
            ])  # fmt: skip
        self.env["ir.cron"]._commit_progress()

    def _get_coming(self, company, hours):
        """Those booked to come to this company within so many hours, the next first."""
        now = fields.Datetime.now()
        coming = self.env["clinic.participant"].search([
            ("state", "=", "booked"),
            # Nobody is reminded of what they haven't been told yet.
            ("tell_at", "=", False),
            ("appointment_id.state", "=", "booked"),
            ("appointment_id.booked_at", "!=", False),
            ("appointment_id.company_id", "=", company.id),
            ("appointment_id.start", ">", now),
            ("appointment_id.start", "<=", now + timedelta(hours=hours)),
        ], order="id")  # fmt: skip
        return coming.sorted(lambda participant: participant.appointment_id.start)

    def _get_due(self, participants, hours):
        """The participants for whom a reminder time has come that none has left for."""
        reminded = {
            (message.participant_id, message.hours, message.start)
            for message in self.search_fetch(
                [("kind", "=", "reminder"), ("participant_id", "in", participants.ids)],
                ["participant_id", "hours", "start"],
            )
        }
        now = get_now()
        for participant in participants:
            start = participant.appointment_id.start
            settled = from_stored(participant.settled_at)
            before = due_reminder(hours, from_stored(start), settled, now)
            if before and (participant, before, start) not in reminded:
                yield participant, before

    @api.model
    def _queue(self, tellings):
        """Makes the messages to all who hear of each participant, to be sent at once.

        When nobody can be written to, the staff find a failed one to the patient.
        """
        participants = self.env["clinic.participant"].union(*(one for one, _values in tellings))
        recipients = participants._get_recipients()
        now = fields.Datetime.now()
        return self.create([
            {**values, "participant_id": participant.id, **addressed}
            for participant, values in tellings
            for addressed in (
                [{"recipient_id": one.id, "try_at": now} for one in recipients[participant]]
                or [self._get_unreachable_values(participant)]
            )
        ])  # fmt: skip

    def _get_unreachable_values(self, participant):
        return {
            "recipient_id": participant.partner_id.id,
            "state": "failed",
            "failure_reason": self.env._("There is no address to write to."),
        }

    def _find_address(self):
        """Where this is to be sent now; nothing when it isn't true any more, or not for them."""
        if not self._is_true():
            return None
        recipients = self.participant_id._get_recipients()[self.participant_id]
        return recipients.get(self.recipient_id)

    def _is_true(self):
        """Whether the visit is still to come, and is as the message says."""
        participant, visit = self.participant_id, self.participant_id.appointment_id
        if (self.says or {}) != participant._get_truth() or not participant._is_to_come():
            return False
        return self.kind != "reminder" or participant.state == visit.state == "booked"

    def _is_said_anew(self):
        """Whether what is told next of the visit says all that this one would have said."""
        return self.kind != "reminder"

    # Sending

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
        return company._make_mail_from(
            template.with_env(participant.env).with_context(clinic_message=self.id),
            participant,
            formataddr((self.recipient_id.name, address)),
            # Read once more here to see whether it was sent, then deleted.
            auto_delete=False,
        )

    # Sending again

    def action_send_again(self):
        """Staff decide that it leaves once more; what isn't true any more doesn't."""
        self.check_access("read")
        # The front desk reads the log and can't change it, but for this.
        for message_sudo in self.sudo():
            message_sudo._verify_sendable()
        self.sudo().write({
            "state": "waiting",
            "try_at": fields.Datetime.now(),
            "tries": 0,
            "failure_reason": False,
        })  # fmt: skip
        self.env.ref("clinic_family.ir_cron_send_messages").sudo()._trigger()

    def _verify_sendable(self):
        if self.state not in ("failed", "unknown"):
            raise UserError(self.env._(
                "Only a message that failed, or of which nobody knows whether it left, can be "
                "sent again."
            ))  # fmt: skip
        if not self._is_true():
            raise UserError(self.env._(
                "What this message says isn't true any more: the visit was changed, or has begun."
            ))  # fmt: skip
        if not self._find_address():
            raise UserError(self.env._(
                "%(name)s has no e-mail address, or may no longer receive messages about "
                "%(patient)s.",
                name=self.recipient_id.name,
                patient=self.patient_id.name,
            ))  # fmt: skip
