from odoo import api, fields, models
from odoo.exceptions import UserError

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


class ClinicMessage(models.Model):
    """One message to one person about one patient's visit; what it said in words isn't kept.

    Who is written to, and at which address, is decided at the moment of sending. Whether a
    message left when the server died in the middle can't be known: such a one is never sent
    again by itself.
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
        """Whether the visit is still to come, and as the message says."""
        participant, visit = self.participant_id, self.participant_id.appointment_id
        if (self.says or {}) != participant._get_truth() or not participant._is_to_come():
            return False
        return self.kind != "reminder" or participant.state == visit.state == "booked"

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
