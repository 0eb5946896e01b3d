from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...engine.instants import from_stored, get_day
from ..family.res_partner import MANAGER

STATES = [
    ("held", "Held"),
    ("booked", "Booked"),
    ("arrived", "Arrived"),
    ("fulfilled", "Done"),
    ("cancelled", "Cancelled"),
    ("noshow", "No-show"),
]
# In which states somebody is expected.
EXPECTED = ("booked", "arrived")


class ClinicAppointment(models.Model):
    """A time, a practitioner, a location, a service; and who comes, and who pays.

    Times are UTC. ``blocked_start`` to ``blocked_stop`` is the visit with its buffers, and no
    two appointments block the same practitioner at once: the database refuses it.
    """

    _name = "clinic.appointment"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin", "clinic.viewer.mixin"]
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
        default=0,
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
    is_orphaned = fields.Boolean(
        string="Orphaned",
        compute="_compute_is_orphaned",
        search="_search_is_orphaned",
        groups="base.group_user",
        help="It is still to come, but the practitioner doesn't work there and then.",
    )
    orphaned_noted_at = fields.Datetime(readonly=True, copy=False, groups="base.group_user")
    orphaned_noted_by_id = fields.Many2one(
        "res.users", string="Left Waiting By", readonly=True, copy=False, groups="base.group_user"
    )
    orphaned_note = fields.Char(
        string="Why It Waits",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Why its hours were taken away although it was known of.",
    )
    cancel_reason_id = fields.Many2one(
        "clinic.cancel.reason",
        string="Why Not",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="clinic_family.clinic_family_group_practitioner",
        help="Why it was cancelled or missed.",
    )
    is_confidential = fields.Boolean(readonly=True, copy=False, groups="base.group_user")
    payer_reason = fields.Char(
        string="Why a Child Pays",
        copy=False,
        groups=MANAGER,
        help="Nobody below the clinic's age pays, unless a manager says here why.",
    )
    payer_reason_by_id = fields.Many2one(
        "res.users", string="Decided By", copy=False, readonly=True, groups=MANAGER
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

    @api.constrains("location_id", "service_id", "practitioner_id", "payer_id", "cancel_reason_id")
    def _check_companies(self):
        for visit in self.sudo():
            visit.company_id._verify_together(
                visit.service_id, visit.practitioner_id, visit.payer_id, visit.cancel_reason_id
            )
            visit.participant_ids._check_companies()

    @api.depends("start", "service_id")
    def _compute_stop(self):
        for appointment in self:
            if appointment.start and appointment.service_id:
                length = timedelta(minutes=appointment.service_id.duration)
                appointment.stop = appointment.start + length

    @api.depends("start", "stop", "service_id", "practitioner_id", "location_id")
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
        # one fails and is retried. Its default spares a second write of what nobody comes to yet.
        for visit in self:
            visit.participant_count = sum(p.state != "cancelled" for p in visit.participant_ids)

    @api.depends("service_id", "local_time", "patient_names", "state")
    @api.depends_context("uid", "clinic_with_time")
    def _compute_display_name(self):
        # Names for the staff only: Odoo shows this, read with full rights, to anybody who sees a
        # record that points here.
        is_staff = self.env.user.has_group("clinic_family.clinic_family_group_practitioner")
        with_time = not is_staff or self.env.context.get("clinic_with_time")
        for appointment in self:
            held = appointment.state == "held" and self.env._("Held")
            time = with_time and appointment.local_time
            names = is_staff and appointment.patient_names
            service = appointment.sudo().service_id.name
            appointment.display_name = " · ".join(filter(None, (held, time, names, service)))

    @api.depends("start", "location_id")
    @api.depends_context("lang")
    def _compute_local_time(self):
        for visit in self:
            visit.local_time = self._get_local_time(visit.location_id, visit.start)

    @api.model
    def _get_local_time(self, location, start):
        if not (location and start):
            return ""
        values = location._get_time_values(from_stored(start))
        return self.env._(
            "%(day)s, %(time)s %(zone)s",
            day=values["long_day"],
            time=values["time"],
            zone=values["zone"],
        )

    def _get_time_values(self):
        """How the start is shown at the location; nothing while either is missing."""
        if not self.start or not self.location_id:
            return {}
        return self.location_id._get_time_values(from_stored(self.start))

    @api.depends("participant_ids.partner_id", "participant_ids.state")
    def _compute_patient_names(self):
        for appointment in self:
            # One by one, as they came: any other way the names of a list are a query a row.
            everybody = list(appointment.participant_ids)
            coming = [one for one in everybody if one.state != "cancelled"]
            appointment.patient_names = ", ".join(
                one.partner_id.name or "" for one in coming or everybody
            )

    @api.onchange("participant_ids")
    def _onchange_participant_ids(self):
        if not self.payer_id:
            self.payer_id = self.participant_ids[:1].partner_id

    def _get_coming(self):
        """Those who haven't cancelled, whoever asks: what one does concerns those who stay."""
        return self.sudo().participant_ids.filtered(lambda p: p.state != "cancelled")

    def _is_in_undo(self):
        """Whether it can still be taken back as if it had never been; what staff make never is."""
        return False

    def _get_day(self):
        """The day of the visit at its location."""
        return get_day(from_stored(self.start), self.location_id._get_zone())

    def _get_length(self):
        """How long the visit takes, in seconds: the front desk may have made it longer."""
        return int((self.stop - self.start).total_seconds())

    # What it stands on: somebody who works there and then

    @api.depends(
        "start", "stop", "practitioner_id", "location_id", "service_id", "state", "time_unusual"
    )
    def _compute_is_orphaned(self):
        orphaned = self.env["clinic.ground"]._find_orphaned(self)
        for appointment in self:
            appointment.is_orphaned = appointment in orphaned

    @api.model
    def _search_is_orphaned(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Only numbers are taken from it: who searches sees those they may see.
        ahead_sudo = self.sudo().search(self._get_domain_of_ahead())
        orphaned = self.env["clinic.ground"]._find_orphaned(ahead_sudo)
        return Domain("id", "in" if True in value else "not in", orphaned.ids)

    @api.model
    def _get_domain_of_ahead(self):
        """Somebody is expected, now or later."""
        return Domain("state", "in", EXPECTED) & Domain("stop", ">", fields.Datetime.now())

    def _note_orphaned(self, note):
        """Somebody takes the hours of these away, knows of it, and says why."""
        # What they know of is what they may change; the note itself is written by this verb only.
        self.check_access("write")
        self.sudo().write({
            "orphaned_noted_at": fields.Datetime.now(),
            "orphaned_noted_by_id": self.env.uid,
            "orphaned_note": note,
        })  # fmt: skip

    def _ask_why(self, target, title):
        """Opens the window in which visits are called off, for those who may change them."""
        self.check_access("read")
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_appointment_cancel_action"
        )
        context = {"default_appointment_ids": self.ids, "default_target": target}
        return {**action, "name": title, "context": context}

    # Who pays: nobody below the clinic's age, unless a manager insists

    def _note_decider(self):
        for visit in self:
            visit.payer_reason_by_id = visit.payer_reason and self.env.uid

    @api.constrains("payer_id", "payer_reason")
    def _check_payer_age(self):
        # Everybody is bound by what only managers may read and write.
        for visit_sudo in self.sudo().filtered(lambda v: v.state != "held" and not v.payer_reason):
            family = self.env["clinic.family"].with_company(visit_sudo.company_id)
            decision = family._decide_paying(visit_sudo.payer_id)
            if not decision:
                raise ValidationError(self.env._(
                    "%(why)s If it has to be so, a manager can note the reason on the visit.",
                    why=family._explain_not_paying(decision, visit_sudo.payer_id),
                ))  # fmt: skip
