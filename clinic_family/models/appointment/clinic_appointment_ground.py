from datetime import timezone

from odoo import api, fields, models
from odoo.fields import Domain

from ...engine.instants import to_instant
from ...engine.intervals import Interval
from ...engine.slots import Diary, outside_hours

# In which states somebody is expected, and what the hours an appointment needs depend on.
EXPECTED = ("booked", "arrived")
PLACED = {"start", "stop", "practitioner_id", "location_id"}
NOTED = ("orphaned_noted_at", "orphaned_noted_by_id", "orphaned_note")


class ClinicAppointment(models.Model):
    """What an appointment stands on: somebody who works there and then."""

    _inherit = "clinic.appointment"

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
        help="Written by whoever took its hours away, knowing of it.",
    )

    @api.depends(
        "start", "stop", "practitioner_id", "location_id", "service_id", "state", "time_unusual"
    )
    def _compute_is_orphaned(self):
        orphaned = self._find_orphaned()
        for appointment in self:
            appointment.is_orphaned = appointment in orphaned

    @api.model
    def _search_is_orphaned(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Only numbers are taken from it: who searches sees those they may see.
        orphaned_sudo = self.sudo().search(self._get_domain_of_ahead())._find_orphaned()
        return Domain("id", "in" if True in value else "not in", orphaned_sudo.ids)

    @api.model
    def _get_domain_of_ahead(self):
        """Somebody is expected, now or later."""
        return Domain("state", "in", EXPECTED) & Domain("stop", ">", fields.Datetime.now())

    def _find_orphaned(self):
        """Those that are still to come and have lost what they stand on.

        The judge is the one of the free times; read at once for all.
        """
        now = fields.Datetime.now()
        ahead = self.filtered(lambda a: a.state in EXPECTED and a.start and a.stop and a.stop > now)
        if not ahead:
            return ahead
        starts = ahead.mapped(lambda a: a._get_span().start)
        window = Interval(min(starts), max(starts) + 1)
        # Who may see an appointment need not be able to read everybody's hours.
        ahead_sudo, availability = ahead.sudo(), self.env["clinic.availability"]
        practitioners_sudo = ahead_sudo.practitioner_id
        diaries = availability._read_hours(practitioners_sudo, ahead_sudo.location_id, window)
        time_off = availability._read_time_off(practitioners_sudo, window)
        orphaned = self.browse()
        for place, together in ahead.grouped(
            lambda a: (a.practitioner_id.id, a.location_id.id)
        ).items():
            diary = diaries.get(place) or Diary(closed=time_off[place[0]])
            lost = together._find_lost(diary)
            orphaned += together.filtered(
                lambda a, lost=lost: a._has_lost(lost) or a._is_archived_there()
            )
        return orphaned

    def _find_lost(self, diary):
        """The times without hours, and those during time off, by the engine's reasons."""
        spans = self.mapped(lambda a: a._get_span())
        return {
            "hours": set(outside_hours(Diary(work=diary.work), spans)),
            "time_off": set(outside_hours(Diary(work=sorted(spans), closed=diary.closed), spans)),
        }

    def _has_lost(self, lost):
        """Whether something is missing that nobody has answered for."""
        answered = (self.sudo().time_unusual or "").split(",")
        return any(
            self._get_span() in spans for reason, spans in lost.items() if reason not in answered
        )

    def _get_span(self):
        """When it is, as instants."""
        return Interval(
            *(to_instant(each.replace(tzinfo=timezone.utc)) for each in (self.start, self.stop))
        )

    def _is_archived_there(self):
        itself = self.sudo()
        return not (
            itself.practitioner_id.active and itself.location_id.active and itself.service_id.active
        )

    def _note_orphaned(self, note):
        """Somebody takes the hours of these away, knows of it, and says why."""
        # What they know of is what they may change; the note itself is written by this verb only.
        self.check_access("write")
        self.sudo().write({
            "orphaned_noted_at": fields.Datetime.now(),
            "orphaned_noted_by_id": self.env.uid,
            "orphaned_note": note,
        })  # fmt: skip

    def write(self, vals):
        """A note speaks of one time and place: when that changes, it speaks of nothing."""
        self._get_touched().update(self.ids)
        result = super().write(vals)
        if PLACED & vals.keys():
            self.sudo().filtered("orphaned_noted_at").write(dict.fromkeys(NOTED, False))
        return result

    def unlink(self):
        self._get_touched().update(self.ids)
        return super().unlink()

    @api.model
    def _get_touched(self):
        """The ids of those that this transaction itself has changed or deleted."""
        return self.env.cr.cache.setdefault("clinic_family.touched_appointments", set())
