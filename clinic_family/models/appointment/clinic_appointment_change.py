from contextlib import contextmanager
from datetime import timedelta

from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import NO_ACCESS
from odoo.tools import mute_logger

from ...engine.instants import from_stored
from ...exceptions import SlotTaken

# Which state may follow which. The ways back undo a clerk's mistake.
TRANSITIONS = {
    "held": {"booked", "cancelled"},
    "booked": {"arrived", "fulfilled", "cancelled", "noshow"},
    "arrived": {"fulfilled", "booked", "cancelled"},
    "fulfilled": {"arrived"},
    "cancelled": {"booked"},
    "noshow": {"booked", "arrived"},
}
# No visit takes more, with its buffers (see the constraint).
LONGEST = timedelta(days=1)
# Farther away, a date is a slip of the pen.
FARTHEST_PAST = timedelta(days=366)
FARTHEST_AHEAD = timedelta(days=3 * 366)
PLACE = ("start", "stop", "service_id", "practitioner_id", "location_id")
# What decides which time an appointment takes, and the states in which it does.
TAKING = {"practitioner_id", "service_id", "start", "stop", "state"}
BLOCKING = ("held", "booked", "arrived", "fulfilled")
BOOKED = ("booked", "arrived", "fulfilled")
# What others follow when it changes; besides, who comes.
FOLLOWED = ("state", *PLACE, "payer_id")
CHANGING = "clinic_family.changing_appointments"
YES = ("time_reason", "time_finding", "time_unusual", "time_allowed_by_id", "time_allowed_at")
NOTED = ("orphaned_noted_at", "orphaned_noted_by_id", "orphaned_note")


class ClinicAppointment(models.Model):
    """How an appointment changes: the one gate of states, the judge of times, and what follows.

    What staff write is judged here, whichever way it comes: the impossible is refused, and the
    unusual needs a yes, the sentence why it is so all the same, stored with who gave it and to
    what. What verbs write with full rights they have judged themselves.
    """

    _inherit = "clinic.appointment"

    time_hint = fields.Char(
        compute="_compute_time_hint",
        groups="base.group_user",
        help="What is unusual about the time, as it is in the form now.",
    )
    time_reason = fields.Char(
        string="Why All the Same",
        copy=False,
        groups="base.group_user",
        help="Lets an unusual visit take place. Moved again, it needs another reason.",
    )
    time_finding = fields.Char(
        string="Unusual", readonly=True, copy=False, groups="base.group_user"
    )
    time_unusual = fields.Char(
        readonly=True,
        copy=False,
        groups=NO_ACCESS,
        help="What somebody answered for, by the engine's reasons; anything else isn't meant.",
    )
    time_allowed_by_id = fields.Many2one(
        "res.users", string="Allowed By", readonly=True, copy=False, groups="base.group_user"
    )
    time_allowed_at = fields.Datetime(
        string="Allowed On", readonly=True, copy=False, groups="base.group_user"
    )

    # Storing: nobody else overrides these three, others extend what is called in them

    @api.model_create_multi
    def create(self, vals_list):
        self._browse_practitioners(vals_list)._lock()
        for vals in vals_list:
            self._free_expired(vals)
        with self.browse()._changing() as old:
            visits = super().create(vals_list)
            old.update(dict.fromkeys(visits.ids))
            visits._judge_by_hand()
            visits.sudo().filtered("payer_reason")._note_decider()
        return visits

    def write(self, vals):
        self._verify_writing(vals)
        self._get_touched().update(self.ids)
        self._make_room(vals)
        if vals.keys().isdisjoint((*FOLLOWED, "participant_ids", "time_reason", "payer_reason")):
            return super().write(vals)
        with self._changing():
            before = {visit: visit._get_place() for visit in self}
            result = super().write(vals)
            moved = self.filtered(lambda visit: before[visit] != visit._get_place())
            moved.flush_recordset()  # whole, before what follows asks for some of it alone
            moved._forget_what_was_said(vals)
            (self if "time_reason" in vals else moved)._judge_by_hand()
            if "payer_reason" in vals:
                # Who wrote the reason is nobody's to write by hand.
                self.sudo()._note_decider()
        return result

    def unlink(self):
        self._get_touched().update(self.ids)
        return super().unlink()

    def _verify_writing(self, vals):
        """Whether these values may be written by hand; domains that come later refuse some."""

    def _forget_what_was_said(self, vals):
        """A yes, and a note on lost hours, were to the time they were given for."""
        self.sudo().filtered("orphaned_noted_at").write(dict.fromkeys(NOTED, False))
        if "time_reason" not in vals:
            self.sudo().filtered("time_finding").write(dict.fromkeys(YES, False))

    def _get_touched(self):
        """The ids of those that this transaction itself has changed or deleted."""
        return self.env.cr.cache.setdefault("clinic_family.touched_appointments", set())

    # What follows

    @contextmanager
    def _changing(self):
        """Calls `_after_change` once for what one step did, however much it stored on the way.

        Yields what was true before, by id.
        """
        cache = self.env.cr.cache
        old = cache.get(CHANGING)
        is_outermost = old is None
        if is_outermost:
            old = cache[CHANGING] = {}
        for visit in self.sudo():
            old.setdefault(visit.id, visit._get_followed())
        try:
            yield old
        finally:
            if is_outermost:
                cache.pop(CHANGING, None)
        if is_outermost:
            self.browse(old)._after_change(old)

    def _get_followed(self):
        """What others follow, as it is now."""
        return {name: self[name] for name in FOLLOWED} | {"coming": self._get_coming()}

    def _after_change(self, old):
        """What follows from a change of state, time, place or people; ``old`` is by id.

        An appointment that was just made has nothing there. Called once a step, with the rights
        of who took it; each domain extends it.
        """
        self._verify_somebody_comes()

    def _filter_changed(self, old, names):
        """Those of which one of these isn't any more as it was; none that was just made."""

        def is_changed(visit):
            before, now = old[visit.id], visit.sudo()._get_followed()
            return before and any(before[name] != now[name] for name in names)

        return self.filtered(is_changed)

    def _get_old_state(self, old):
        """In which state it was; what was just made was in none."""
        return old[self.id]["state"] if old[self.id] else ""

    # Changes of state

    def _update_state(self, target):
        """Moves the appointments to the target state, with those participants who are as far.

        The one gate every change of state goes through. Repeating one is harmless.
        """
        # To whom it is hidden it isn't there, before anything is said of what they may change.
        self.check_access("read")
        self.check_access("write")
        moving = self.filtered(lambda appointment: appointment.state != target)
        moving._verify_transition(target)
        # Who may change a visit may take its steps; nobody writes states by hand.
        moving_sudo = moving.sudo()
        with moving._changing():
            participants_sudo = moving_sudo._get_participants_in_step()
            participants_sudo._set_state(target)
            moving_sudo.state = target
            moving_sudo.filtered("cancel_reason_id").cancel_reason_id = False
            if target == "booked":
                # Before it is noted when they were booked: this tells the first time.
                participants_sudo._make_patients()
                moving_sudo.filtered(lambda a: not a.booked_at).booked_at = fields.Datetime.now()
            # At once, so that what is freed here can be taken in the same transaction.
            moving.flush_recordset()

    def _verify_transition(self, target):
        for appointment in self:
            if target not in TRANSITIONS[appointment.state]:
                states = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(self.env._(
                    "%(appointment)s is %(state)s and can't become %(target)s.",
                    appointment=appointment.display_name,
                    state=states[appointment.state],
                    target=states[target],
                ))  # fmt: skip

    def _get_participants_in_step(self):
        """The participants who are as far as their appointment.

        Of a cancelled one those who were cancelled with it: those who had left before stay away.
        """
        in_step = self.participant_ids.filtered(lambda p: p.state == p.appointment_id.state)
        cancelled = in_step.filtered(lambda p: p.state == "cancelled")
        with_it = [
            participants._get_last_cancelled()
            for participants in cancelled.grouped("appointment_id").values()
        ]
        return (in_step - cancelled).union(*with_it)

    def action_arrive(self):
        self._update_state("arrived")

    def action_fulfil(self):
        self._update_state("fulfilled")

    def action_mark_noshow(self):
        return self._ask_why("noshow", self.env._("No-show"))

    def action_cancel(self):
        return self._ask_why("cancelled", self.env._("Cancel the Visit"))

    def action_rebook(self):
        """Undoes a cancellation, a no-show or an arrival; refused when the time is gone."""
        self._update_state("booked")

    # Taking a time

    def _take_time(self, practitioners, values):
        """Stores the values with the first of the practitioners who is still free then.

        Of an empty recordset it makes the appointment. Returns it, and raises SlotTaken when
        somebody else was first.
        """
        with (self.practitioner_id | practitioners)._locked():
            for practitioner in practitioners:
                taking = {**values, "practitioner_id": practitioner.id}
                try:
                    # Losing is an answer, not an error to alarm anybody with.
                    with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                        if not self:
                            return self.create(taking)
                        self.write(taking)
                        return self
                except ExclusionViolation:
                    continue
        raise self._get_taken_refusal()

    @api.model
    def _get_taken_refusal(self):
        return SlotTaken("taken", self.env._("Somebody took this time a moment ago."))

    def _browse_practitioners(self, vals_list):
        named = {vals.get("practitioner_id") for vals in vals_list}
        return self.env["clinic.practitioner"].browse(filter(None, named))

    def _make_room(self, vals):
        """Queues those who take a time, at the front desk as online, and frees what ran out."""
        changed = TAKING & vals.keys()
        # A visit that has its time already only says how far it is.
        taking = self.filtered(
            lambda visit: changed - {"state"} or (changed and visit.state not in BLOCKING)
        )
        if taking:
            (self.practitioner_id | self._browse_practitioners([vals]))._lock()
        for visit in taking:
            visit._free_expired({**{name: visit[name] for name in TAKING}, **vals})

    def _free_expired(self, vals):
        """Frees what others held for too long where an appointment with these values will be.

        A constraint can't look at the clock, so it's done before whatever takes a time is stored.
        """
        wanted = self.sudo().new({name: value for name, value in vals.items() if name in TAKING})
        if wanted.state not in BLOCKING or not (wanted.blocked_start and wanted.blocked_stop):
            return
        self.sudo().search([
            ("practitioner_id", "=", wanted.practitioner_id.id),
            ("state", "=", "held"),
            ("held_until", "<=", fields.Datetime.now()),
            # None is longer: without it all that the practitioner ever had would be read.
            ("blocked_start", ">", wanted.blocked_start - LONGEST),
            ("blocked_start", "<", wanted.blocked_stop),
            ("blocked_stop", ">", wanted.blocked_start),
            ("id", "not in", self.ids),
        ])._update_state("cancelled")  # fmt: skip

    # Judging what staff write

    @api.depends(*PLACE)
    def _compute_time_hint(self):
        for visit in self:
            is_whole = all(visit._get_place()) and visit.stop > visit.start
            visit.time_hint = is_whole and visit._describe_unusual(visit._get_unusual())

    def _get_place(self):
        return [self[name] for name in PLACE]

    def _judge_by_hand(self):
        """Refuses what can't be, and stores who says yes to what is unusual."""
        if self.env.su:
            return
        for visit in self.filtered(lambda one: one.state in BOOKED):
            visit._verify_somebody_comes()
            visit._verify_possible()
            visit._store_yes(visit._get_unusual())

    def _verify_somebody_comes(self):
        if self.env.su:
            return
        for visit in self.sudo().filtered(lambda one: one.state in BOOKED):
            if not visit.participant_ids:
                raise ValidationError(self.env._(
                    "Somebody has to come to an appointment. Please add a participant, or cancel "
                    "the appointment."
                ))  # fmt: skip

    def _verify_possible(self):
        refusal = self._get_impossible()
        if refusal:
            raise ValidationError(refusal)

    def _get_impossible(self):
        """Why such a visit can't be, in one sentence; nothing when it can."""
        visit_sudo, now = self.sudo(), fields.Datetime.now()
        names = {
            "practitioner": visit_sudo.practitioner_id.name,
            "service": visit_sudo.service_id.name,
        }
        for needed in ("practitioner_id", "service_id", "location_id"):
            if not visit_sudo[needed].active:
                return self.env._("%s is archived. Please choose another.", visit_sudo[needed].name)
        if visit_sudo.practitioner_id not in visit_sudo.service_id.practitioner_ids:
            return self.env._("%(practitioner)s doesn't give %(service)s.", **names)
        if self.start < now - FARTHEST_PAST:
            return self.env._("%s is more than a year ago. Please check the date.", self.local_time)
        if self.start > now + FARTHEST_AHEAD:
            return self.env._(
                "%s is more than three years ahead. Please check the date.", self.local_time
            )
        return ""

    def _get_unusual(self):
        """What is unusual about the time and the place, by the engine's reasons."""
        return self.service_id._find_unusual(
            self.practitioner_id._origin,
            self.location_id._origin,
            from_stored(self.start),
            self._get_length(),
            without=self._origin,
        )

    def _describe_unusual(self, reasons):
        """A sentence for each of the reasons."""
        words = self.service_id._get_desk_words(self.practitioner_id, self.location_id)
        if not self._has_hours_there():
            words["hours"] = words["place"]
        return " ".join(words[reason] for reason in reasons)

    def _has_hours_there(self):
        return self.location_id._origin in self.sudo().practitioner_id.schedule_ids.location_id

    def _refuse_unusual(self, finding):
        return ValidationError(self.env._(
            "%(finding)s Nothing was saved. If it is meant to be so, please open the "
            "appointment, set it there, and write the reason in “Why All the Same”.",
            finding=finding,
        ))  # fmt: skip

    def _store_yes(self, reasons):
        """Stores who lets the visit be at an unusual time, which takes a reason."""
        finding = self._describe_unusual(reasons)
        if finding and not (self.time_reason or "").strip():
            raise self._refuse_unusual(finding)
        yes = dict.fromkeys(YES, False)
        if finding:
            yes = {
                "time_reason": self.time_reason.strip(),
                "time_finding": finding,
                "time_unusual": ",".join(reasons),
                "time_allowed_by_id": self.env.uid,
                "time_allowed_at": fields.Datetime.now(),
            }
        if finding or self.time_reason:
            # Who said yes, and when, is nobody's to write by hand.
            self.sudo().write(yes)
