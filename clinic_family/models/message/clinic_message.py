import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...engine.instants import from_stored, get_day, get_now
from ...engine.reminders import due_reminder, goes_along

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
# A day on which the clocks go back has so many hours.
LONGEST_DAY = 25


class ClinicMessage(models.Model):
    """One message to one person about one patient's visit; what it said in words isn't kept.

    Who is written to, and at which address, is decided at the moment of sending. What one reader
    is told at the same time leaves as one mail, in which each message stands for its own visit.

    A server that is killed at any moment sends no message twice: that a message is being sent is
    committed before it is handed over. A run that finds one in that state knows that the run
    before it died, because Odoo's scheduler lets only one run at a time. Whether such a message
    left can't be known, and it is never sent again by itself.
    """

    _name = "clinic.message"
    _inherit = ["clinic.hidden.mixin", "clinic.passing.mixin", "clinic.written.mixin"]
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
    phone_text = fields.Char(related="appointment_id.phone_text")
    kind = fields.Selection(KINDS, string="Message", required=True, readonly=True)
    before = fields.Json(readonly=True, help="What the patient had been told before.")
    says = fields.Json(readonly=True, help="What it tells; empty for a cancellation.")
    hours = fields.Integer(
        string="Hours Before", readonly=True, help="Of a reminder: for which time it left."
    )
    start = fields.Datetime(
        string="Reminds Of", readonly=True, help="Of a reminder: the start it was for."
    )
    goes_along = fields.Boolean(
        readonly=True,
        help="Of a reminder: it leaves with that of an earlier visit of the day, before its time.",
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

    @api.model
    def _get_passed(self):
        visit = "participant_id.appointment_id"
        left = Domain("state", "not in", ("waiting", "sending"))
        return left & self._get_older(f"{visit}.start", f"{visit}.company_id")

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
            if hours:
                self._remind_all(self._get_coming(company, max(hours) + LONGEST_DAY), hours)
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

    def _remind_all(self, coming, hours):
        """Reminds of all that come to one company but those of whom it fails, which is logged."""
        try:
            with self.env.cr.savepoint():
                self._remind(coming, hours)
        except Exception:
            if len(coming) == 1:
                _logger.exception("Nobody is reminded of the visit of %s", coming)
                return
            half = len(coming) // 2
            self._remind_all(coming[:half], hours)
            self._remind_all(coming[half:], hours)

    def _remind(self, coming, hours):
        """Reminds of those who are due, and their readers of whom else they hear that day."""
        reminders = self._find_reminders(coming)
        due = dict(self._get_due(coming, hours, reminders))
        if not due:
            return
        days = {one._get_visit_day() for one in due}
        those = coming.filtered(lambda one: one._get_visit_day() in days)
        recipients = those._get_recipients()
        knows, has, values = self._find_who_knows(due, recipients), set(), []
        for participant, before in due.items():
            day, everybody = participant._get_visit_day(), recipients[participant]
            readers = [one for one in everybody if (participant, one) not in knows]
            has |= {(participant._get_reading(one), day, before) for one in readers}
            if readers or not everybody:
                values += self._get_reminder_values(participant, before, readers)
            participant.reminded_for = participant._get_reminder_time(before)
        for participant in those:
            values += self._get_values_along(participant, recipients[participant], hours, has)
        there = set(reminders.mapped(lambda one: one._get_reminder_key()))
        self.create([
            one for one in values
            if (one["participant_id"], one["recipient_id"], one["hours"], one["start"]) not in there
        ])  # fmt: skip
        reminders._try_at_their_own_time(due, recipients)

    def _find_reminders(self, participants):
        return self.search_fetch(
            [("kind", "=", "reminder"), ("participant_id", "in", participants.ids)],
            ["participant_id", "recipient_id", "hours", "start", "goes_along"],
        )

    def _get_reminder_key(self):
        """Of which there is one reminder only."""
        return self.participant_id.id, self.recipient_id.id, self.hours, self.start

    def _get_due(self, participants, hours, reminders):
        """The participants for whom a reminder time has come that isn't done with."""
        reminded = {
            (one.participant_id, one.hours, one.start) for one in reminders if not one.goes_along
        }
        now = get_now()
        for participant in participants:
            start = participant.appointment_id.start
            settled = from_stored(participant.settled_at)
            before = due_reminder(hours, from_stored(start), settled, now)
            if (
                before
                and (participant, before, start) not in reminded
                and participant.reminded_for != participant._get_reminder_time(before)
            ):
                yield participant, before

    def _find_who_knows(self, due, recipients):
        """Of which due participants which readers need no reminder, as pairs.

        Those who had the reminder of the day, of this participant in it or a message since then,
        which says what is true.
        """
        participants = self.env["clinic.participant"].union(*due)
        reminded = self._find_reminded(participants.appointment_id.company_id, recipients)
        told = self.search([
            ("participant_id", "in", participants.ids), ("state", "!=", "failed"),
        ]).grouped(lambda one: (one.participant_id, one._get_reading()))  # fmt: skip
        knows = set()
        for participant, before in due.items():
            day, truth = participant._get_visit_day(), participant._get_truth()
            for reader in recipients[participant]:
                reading = participant._get_reading(reader)
                first = reminded.get((reading, day, before))
                messages = told.get((participant, reading), self.browse())
                if first and any(one.id >= first and one.says == truth for one in messages):
                    knows.add((participant, reader))
        return knows

    def _find_reminded(self, company, recipients):
        """The first reminder of each day and time before it that each of these had, its number."""
        people = {one.id for readers in recipients.values() for one in readers}
        since = fields.Datetime.now() - timedelta(hours=LONGEST_DAY)
        reminders = self.search([
            ("kind", "=", "reminder"),
            ("state", "!=", "failed"),
            ("recipient_id", "in", people),
            ("participant_id.appointment_id.company_id", "=", company.id),
            ("start", ">=", since),
        ], order="id desc")  # fmt: skip
        return {(one._get_reading(), one._get_visit_day(), one.hours): one.id for one in reminders}

    def _get_values_along(self, participant, recipients, hours, reminded):
        """The messages about a later visit of the day, to who is reminded of an earlier one."""
        visit, day, now = participant.appointment_id, participant._get_visit_day(), get_now()
        start, settled = from_stored(visit.start), from_stored(participant.settled_at)
        for before in hours:
            readers = [
                one
                for one in recipients
                if (participant._get_reading(one), day, before) in reminded
            ]
            if readers and goes_along(before, start, settled, now):
                yield from self._get_reminder_values(participant, before, readers, goes_along=True)

    def _get_reminder_values(self, participant, before, readers, **more):
        common = {
            "kind": "reminder",
            "says": participant._get_truth(),
            "hours": before,
            "start": participant.appointment_id.start,
            **more,
        }
        return [{**common, **addressed} for addressed in self._address(participant, readers)]

    def _try_at_their_own_time(self, due, recipients):
        """What went along and failed for good is tried anew when its own time has come."""
        self.filtered(
            lambda one: (
                one.goes_along
                and one.state == "failed"
                and not one.try_at
                and due.get(one.participant_id) == one.hours
                and one.start == one.appointment_id.start
                and one.recipient_id in recipients[one.participant_id]
            )
        ).write({"state": "waiting", "try_at": fields.Datetime.now(), "tries": 0})

    def _get_reading(self):
        return self.participant_id._get_reading(self.recipient_id)

    def _get_visit_day(self):
        """The day of the visit that a reminder speaks of, at its location."""
        zone = self.appointment_id.location_id._get_zone()
        return get_day(from_stored(self.start or self.appointment_id.start), zone)

    @api.model
    def _queue(self, tellings):
        """Makes the messages to all who hear of each participant, to be sent at once.

        When nobody can be written to, the staff find a failed one to the patient.
        """
        participants = self.env["clinic.participant"].union(*(one for one, _values in tellings))
        recipients = participants._get_recipients()
        return self.create([
            {**values, **addressed}
            for participant, values in tellings
            for addressed in self._address(participant, recipients[participant])
        ])  # fmt: skip

    def _address(self, participant, readers):
        """To whom messages about the participant go now, as values: of each a message."""
        now = fields.Datetime.now()
        addressed = [{"recipient_id": one.id, "try_at": now} for one in readers]
        return [
            {"participant_id": participant.id, **values}
            for values in addressed or [self._get_unreachable_values(participant)]
        ]

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
