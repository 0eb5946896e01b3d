from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.instants import to_instant

STATES = [
    ("held", "Held"),
    ("booked", "Booked"),
    ("arrived", "Arrived"),
    ("fulfilled", "Done"),
    ("cancelled", "Cancelled"),
    ("noshow", "No-show"),
]
# Which state may follow which. The ways back undo a clerk's mistake.
TRANSITIONS = {
    "held": {"booked", "cancelled"},
    "booked": {"arrived", "fulfilled", "cancelled", "noshow"},
    "arrived": {"fulfilled", "booked", "cancelled"},
    "fulfilled": {"arrived"},
    "cancelled": {"booked"},
    "noshow": {"booked", "arrived"},
}


class ClinicAppointment(models.Model):
    """A time, a practitioner, a location, a service; and who comes, and who pays.

    Times are UTC. ``blocked_start`` to ``blocked_stop`` is the visit with its buffers, and no
    two appointments block the same practitioner at once: the database refuses it.
    """

    _name = "clinic.appointment"
    _inherit = ["clinic.hidden", "clinic.written"]
    _description = "Appointment"
    # A practitioner moves their visits; what, with whom and for whom it is says the front desk.
    _written_by_hand_by = dict.fromkeys(
        (
            "service_id", "practitioner_id", "location_id", "participant_ids", "seats", "payer_id",
            "uses_session",
        ),
        "clinic_family.clinic_family_group_front_desk",
    )  # fmt: skip
    _order = "start desc, id desc"

    service_id = fields.Many2one("clinic.service", required=True, index=True, ondelete="restrict")
    practitioner_id = fields.Many2one("clinic.practitioner", required=True, ondelete="restrict")
    location_id = fields.Many2one("clinic.location", required=True, ondelete="restrict")
    company_id = fields.Many2one(related="location_id.company_id", store=True, precompute=True)
    start = fields.Datetime(required=True, index=True)
    stop = fields.Datetime(
        compute="_compute_stop", store=True, readonly=False, required=True, precompute=True
    )
    local_time = fields.Char(
        compute="_compute_local_time", help="When it begins at the location, in its own time zone."
    )
    blocked_start = fields.Datetime(compute="_compute_blocked", store=True, precompute=True)
    blocked_stop = fields.Datetime(compute="_compute_blocked", store=True, precompute=True)
    state = fields.Selection(
        STATES, string="Status", required=True, default="booked", readonly=True
    )
    booked_at = fields.Datetime(
        string="Booked On",
        default=lambda self: fields.Datetime.now(),
        readonly=True,
        copy=False,
        help="Empty while it is held at the check-out, and when the booking was undone: patients "
        "see only what has been booked.",
    )
    held_until = fields.Datetime(
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Until when a check-out keeps the time; then others may take it.",
    )
    participant_ids = fields.One2many("clinic.participant", "appointment_id")
    patient_names = fields.Char(
        string="Patients", compute="_compute_patient_names", groups="base.group_user"
    )
    participant_count = fields.Integer(
        string="Coming",
        compute="_compute_participant_count",
        store=True,
        groups="base.group_user",
        help="How many of the participants have not cancelled.",
    )
    seats = fields.Integer(
        compute="_compute_seats",
        store=True,
        readonly=False,
        precompute=True,
        groups="base.group_user",
        help="How many participants this appointment has room for.",
    )
    payer_id = fields.Many2one(
        "res.partner",
        string="Primary Patient",
        required=True,
        index=True,
        ondelete="restrict",
        groups="base.group_user",
        help="Pays for the appointment: the invoice is addressed to this person.",
    )
    booking_id = fields.Many2one(
        "clinic.booking",
        string="Online Booking",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
    )
    # Who made or changed it may be a relative: not for the other participants' eyes.
    create_uid = fields.Many2one("res.users", groups="base.group_user")
    write_uid = fields.Many2one("res.users", groups="base.group_user")

    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (practitioner_id WITH =,"
        " tsrange(blocked_start, blocked_stop, '[)') WITH &&)"
        " WHERE (state IN ('held', 'booked', 'arrived', 'fulfilled'))",
        "The practitioner has another appointment at this time.",
    )
    _stop_after_start = models.Constraint(
        "CHECK (stop > start)", "An appointment must end after it begins."
    )
    # An empty range overlaps nothing. That it covers the visit can't be asked here: Odoo stores a
    # new start before what is computed from it.
    _blocked_not_empty = models.Constraint(
        "CHECK (blocked_start IS NOT NULL AND blocked_stop IS NOT NULL"
        " AND blocked_start < blocked_stop)",
        "An appointment takes time of its practitioner.",
    )
    _within_a_day = models.Constraint(
        "CHECK (blocked_stop - blocked_start <= interval '24 hours')",
        "An appointment with its buffers can't take longer than a day.",
    )
    _seats_suffice = models.Constraint(
        "CHECK (participant_count <= seats)", "This appointment has no room for more participants."
    )
    _blocked_index = models.Index(
        "(practitioner_id, blocked_start) INCLUDE (blocked_stop, state, held_until)"
    )

    def _auto_init(self):
        # Before the table's constraints are made, on install and on upgrade: the exclusion
        # constraint compares integers in a gist index.
        self.env.cr.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        return super()._auto_init()

    @api.constrains("location_id", "service_id", "practitioner_id", "payer_id")
    def _check_companies(self):
        for visit in self.sudo():
            visit.company_id._verify_together(
                visit.service_id, visit.practitioner_id, visit.payer_id
            )
            visit.participant_ids._check_companies()

    @api.depends("start", "service_id")
    def _compute_stop(self):
        for appointment in self:
            if appointment.start and appointment.service_id:
                length = timedelta(minutes=appointment.service_id.duration)
                appointment.stop = appointment.start + length

    @api.depends("start", "stop", "service_id")
    def _compute_blocked(self):
        for appointment in self:
            service = appointment.service_id
            before = timedelta(minutes=service.buffer_before)
            after = timedelta(minutes=service.buffer_after)
            appointment.blocked_start = appointment.start and appointment.start - before
            appointment.blocked_stop = appointment.stop and appointment.stop + after

    @api.depends("service_id")
    def _compute_seats(self):
        for appointment in self:
            appointment.seats = appointment.service_id.max_participants

    @api.depends("participant_ids.state")
    def _compute_participant_count(self):
        # Stored on purpose: two requests adding the last participant write the same row, so that
        # one of them fails and is retried, and the constraint above sees the true number.
        for appointment in self:
            coming = appointment.participant_ids.filtered(lambda p: p.state != "cancelled")
            appointment.participant_count = len(coming)

    @api.depends("service_id", "local_time", "patient_names", "state")
    @api.depends_context("uid")
    def _compute_display_name(self):
        # Names for the staff only: Odoo shows this, read with full rights, to whoever sees a
        # record that points here.
        is_staff = self.env.user.has_group("clinic_family.clinic_family_group_practitioner")
        for appointment in self:
            detail = appointment.patient_names if is_staff else appointment.local_time
            held = appointment.state == "held" and self.env._("Held")
            appointment.display_name = " · ".join(
                part for part in (held, detail, appointment.sudo().service_id.name) if part
            )

    @api.depends("start", "location_id")
    def _compute_local_time(self):
        for appointment in self:
            values = appointment._get_time_values()
            appointment.local_time = values and self.env._(
                "%(day)s, %(time)s %(zone)s",
                day=values["long_day"],
                time=values["time"],
                zone=values["zone"],
            )

    def _get_time_values(self):
        """How the start is shown at the location; nothing while either is missing."""
        if not self.start or not self.location_id:
            return {}
        start = to_instant(self.start.replace(tzinfo=timezone.utc))
        return self.location_id._get_time_values(start)

    @api.depends("participant_ids.partner_id", "participant_ids.state")
    def _compute_patient_names(self):
        for appointment in self:
            coming = appointment.participant_ids.filtered(lambda p: p.state != "cancelled")
            appointment.patient_names = ", ".join(
                (coming or appointment.participant_ids).mapped("partner_id.name")
            )

    @api.onchange("participant_ids")
    def _onchange_participant_ids(self):
        if not self.payer_id:
            self.payer_id = self.participant_ids[:1].partner_id

    # Changes of state

    def _move_to(self, target):
        """Moves the appointments to the target state, with those participants who are as far.

        The one gate every change of state goes through. Repeating one is harmless.
        """
        # To whom it is hidden it isn't there, before anything is said of what they may change.
        self.check_access("read")
        self.check_access("write")
        moving = self.filtered(lambda appointment: appointment.state != target)
        for appointment in moving:
            if target not in TRANSITIONS[appointment.state]:
                states = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(self.env._(
                    "%(appointment)s is %(state)s and can't become %(target)s.",
                    appointment=appointment.display_name,
                    state=states[appointment.state],
                    target=states[target],
                ))  # fmt: skip
        # Whoever may change a visit may take its steps; states are nobody's to write by hand.
        moving_sudo = moving.sudo()
        participants_sudo = moving_sudo._get_going_along()
        participants_sudo._set_state(target)
        moving_sudo.state = target
        if target == "booked":
            moving_sudo.filtered(lambda a: not a.booked_at).booked_at = fields.Datetime.now()
            participants_sudo._make_patients()
        # At once, so that what is freed here can be taken in the same transaction.
        moving.flush_recordset()

    def _get_going_along(self):
        """The participants who are as far as their appointment.

        Of a cancelled one those who were cancelled with it: whoever had left before stays away.
        """
        along = self.participant_ids.filtered(lambda p: p.state == p.appointment_id.state)
        cancelled = along.filtered(lambda p: p.state == "cancelled")
        with_it = [
            participants._get_last_cancelled()
            for participants in cancelled.grouped("appointment_id").values()
        ]
        return (along - cancelled).union(*with_it)

    def action_arrive(self):
        self._move_to("arrived")

    def action_fulfil(self):
        self._move_to("fulfilled")

    def action_mark_noshow(self):
        self._move_to("noshow")

    def action_cancel(self):
        self._move_to("cancelled")

    def action_rebook(self):
        """Undoes a cancellation, a no-show or an arrival; refused when the time is gone.

        What waits in a basket is booked by whoever chose it, and by nobody else.
        """
        for appointment in self:
            if appointment.booking_id.state == "open":
                raise UserError(self.env._(
                    "%s is still at somebody's check-out. Please make a new appointment.",
                    appointment.display_name,
                ))  # fmt: skip
        self._move_to("booked")
