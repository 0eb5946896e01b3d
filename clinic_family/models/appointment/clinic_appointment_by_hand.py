from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import NO_ACCESS

# Farther away, a date is a slip of the pen.
FARTHEST_PAST = timedelta(days=366)
FARTHEST_AHEAD = timedelta(days=3 * 366)
INVOICED = ("payer_id", "service_id")
PLACE = ("start", "stop", "service_id", "practitioner_id", "location_id")
BOOKED = ("booked", "arrived", "fulfilled")
CHANGING = "clinic_family.changing_participants"
YES = ("time_reason", "time_finding", "time_unusual", "time_allowed_by_id", "time_allowed_at")


class ClinicAppointment(models.Model):
    """The judge of times for what staff write: in a form, by a drag, over RPC, in an import.

    What is impossible is refused with the reason. What is unusual needs a yes, which is the
    sentence why it is so all the same, and is stored with who gave it and to what. What verbs
    write with full rights they have judged themselves.
    """

    _inherit = "clinic.appointment"

    time_hint = fields.Char(
        compute="_compute_time_hint",
        groups="base.group_user",
        help="What is unusual about the time, as it is in the form now.",
    )
    time_reason = fields.Char(
        string="Why at This Time",
        copy=False,
        groups="base.group_user",
        help="Lets the visit take place although its time is unusual. Moved again, it needs "
        "another reason.",
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

    @api.depends(*PLACE)
    def _compute_time_hint(self):
        for visit in self:
            is_whole = all(visit._get_place()) and visit.stop > visit.start
            visit.time_hint = is_whole and visit._describe_unusual(visit._get_unusual())

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        visits._judge_by_hand()
        return visits

    def write(self, vals):
        self._verify_not_invoiced(vals)
        before = {visit: visit._get_place() for visit in self} if self._may_move(vals) else {}
        with self._changing_participants(vals):
            result = super().write(vals)
        moved = self.filtered(lambda visit: visit in before and before[visit] != visit._get_place())
        if "time_reason" in vals:
            moved = self
        else:
            # A yes was to the time it was given for.
            moved.sudo().filtered("time_finding").write(dict.fromkeys(YES, False))
        moved._judge_by_hand()
        if "participant_ids" in vals:
            self._verify_somebody_comes()
        return result

    @contextmanager
    def _changing_participants(self, vals):
        """Of what is changed in one step only the outcome counts."""
        if "participant_ids" not in vals:
            yield
            return
        self.env.cr.cache[CHANGING] = True
        try:
            yield
        finally:
            self.env.cr.cache.pop(CHANGING, None)

    def _verify_not_invoiced(self, vals):
        """What an invoice says of a visit, its draft too, isn't changed beside it."""
        named = vals.keys() & set(INVOICED)
        if self.env.su or not named:
            return
        for visit in self.filtered("is_invoiced"):
            if any(visit[name].id != vals[name] for name in named):
                raise UserError(self.env._(
                    "%(appointment)s has an invoice. Cancel or credit it before you change who "
                    "pays, or for what.",
                    appointment=visit.display_name,
                ))  # fmt: skip

    def _may_move(self, vals):
        return not vals.keys().isdisjoint(PLACE)

    def _get_place(self):
        return [self[name] for name in PLACE]

    # Judging

    def _judge_by_hand(self):
        """Refuses what can't be, and stores who says yes to what is unusual."""
        if self.env.su:
            return
        for visit in self.filtered(lambda one: one.state in BOOKED):
            visit._verify_somebody_comes()
            visit._verify_possible()
            visit._store_yes(visit._get_unusual())

    def _verify_somebody_comes(self):
        if self.env.su or self.env.cr.cache.get(CHANGING):
            return
        for visit in self.filtered(lambda one: one.state in BOOKED):
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
            self._to_instant(self.start),
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

    def _store_yes(self, reasons):
        """Stores who lets the visit be at an unusual time, which takes a reason."""
        finding = self._describe_unusual(reasons)
        if finding and not (self.time_reason or "").strip():
            raise ValidationError(self.env._(
                "%(finding)s Nothing was saved. If it is meant to be so, please open the "
                "appointment, set the time there, and write the reason in “Why at This Time”.",
                finding=finding,
            ))  # fmt: skip
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
