from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, RedirectWarning, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.instants import from_stored
from ...engine.intervals import Interval
from ...engine.slots import Diary, outside_hours
from .clinic_appointment import EXPECTED

# A yes to leaving appointments without hours is meant for the change it was asked for.
YES_HOLDS = timedelta(hours=1)
MOST_LISTED = 10
WATCHING = "clinic_family.watching_hours"


@dataclass
class Watch:
    """Whose hours change in a step, and how it was for them before."""

    practitioners: models.BaseModel
    ahead: models.BaseModel
    orphaned: models.BaseModel
    doubled: set = field(default_factory=set)


class ClinicGround(models.AbstractModel):
    """Takes the ground from under no appointment in silence.

    Whatever an appointment needs (a place, a practitioner, a service, the patient) isn't taken
    away while somebody is expected. Hours are: a practitioner falls ill. Then the one who takes
    them is asked, with the appointments concerned; these become *orphaned* and are found.
    """

    _name = "clinic.ground"
    _description = "What Appointments Stand On"

    # Found

    @api.model
    def _find_orphaned(self, appointments):
        """Those of the appointments that are still to come and have lost what they stand on.

        The judge is the one of the free times; read at once for all.
        """
        now = fields.Datetime.now()
        ahead = appointments.filtered(
            lambda a: a.state in EXPECTED and a.start and a.stop and a.stop > now
        )
        if not ahead:
            return ahead
        starts = ahead.mapped(lambda a: self._get_span(a).start)
        window = Interval(min(starts), max(starts) + 1)
        # Who may see an appointment need not be able to read everybody's hours.
        ahead_sudo, availability = ahead.sudo(), self.env["clinic.availability"]
        practitioners_sudo = ahead_sudo.practitioner_id
        diaries = availability._read_hours(practitioners_sudo, ahead_sudo.location_id, window)
        time_off = availability._read_time_off(practitioners_sudo, window)
        orphaned = ahead.browse()
        for place, together in ahead.grouped(
            lambda a: (a.practitioner_id.id, a.location_id.id)
        ).items():
            diary = diaries.get(place) or Diary(closed=time_off[place[0]])
            lost = self._find_lost(together, diary)
            orphaned += together.filtered(
                lambda a, lost=lost: self._has_lost(a, lost) or self._stands_on_archived(a)
            )
        return orphaned

    def _find_lost(self, appointments, diary):
        """The times without hours, and those during time off, by the engine's reasons."""
        spans = appointments.mapped(self._get_span)
        return {
            "hours": set(outside_hours(Diary(work=diary.work), spans)),
            "time_off": set(outside_hours(Diary(work=sorted(spans), closed=diary.closed), spans)),
        }

    def _has_lost(self, appointment, lost):
        """Whether something is missing that nobody has answered for."""
        answered = (appointment.sudo().time_unusual or "").split(",")
        return any(
            self._get_span(appointment) in spans
            for reason, spans in lost.items()
            if reason not in answered
        )

    def _get_span(self, appointment):
        """When it is, as instants."""
        return Interval(*(from_stored(each) for each in (appointment.start, appointment.stop)))

    def _stands_on_archived(self, appointment):
        itself = appointment.sudo()
        return not (
            itself.practitioner_id.active and itself.location_id.active and itself.service_id.active
        )

    # Refused

    @api.model
    def _verify_none_ahead(self, field, records):
        """None of the records is archived while somebody is expected through this field."""
        appointments_sudo = self.env["clinic.appointment"].sudo()
        domain = appointments_sudo._get_domain_of_ahead() & Domain(field, "in", records.ids)
        self._verify_none(appointments_sudo.search(domain, order="start"), records)

    @api.model
    def _verify_none(self, appointments, records):
        if appointments and not appointments.sudo(False)._filtered_access("read"):
            # Who sees none of them isn't told that there are any.
            raise UserError(self.env._(
                "%s can't be archived. Please ask the clinic's front desk.",
                ", ".join(records.mapped("display_name")),
            ))  # fmt: skip
        if appointments:
            raise UserError(self.env._(
                "%(names)s can't be archived while these appointments are ahead. "
                "Please move or cancel them first:\n%(appointments)s",
                names=", ".join(records.mapped("display_name")),
                appointments=self._list(appointments),
            ))  # fmt: skip

    @api.model
    @contextmanager
    def _watching_services(self, field, records):
        """Nobody is taken off a service inside while somebody is expected there with them.

        Who books with them queues up, as where hours change.
        """
        self._queue_up(self._get_givers(records))
        appointments_sudo = self.env["clinic.appointment"].sudo()
        domain = appointments_sudo._get_domain_of_ahead() & Domain(field, "in", records.ids)
        ahead_sudo = appointments_sudo.search(domain, order="start") if records else records
        given_sudo = ahead_sudo.filtered(self._is_given)
        yield
        taken_sudo = given_sudo.filtered(lambda one: not self._is_given(one))
        if taken_sudo:
            raise UserError(self.env._(
                "%(practitioner)s doesn't give %(service)s any more then, but these appointments "
                "are ahead. Please move or cancel them first:\n%(appointments)s",
                practitioner=taken_sudo[0].practitioner_id.name,
                service=taken_sudo[0].service_id.name,
                appointments=self._list(taken_sudo),
            ))  # fmt: skip

    def _get_givers(self, records):
        """The practitioners themselves, or those who give these services."""
        if records._name == "clinic.practitioner":
            return records
        return records.sudo().with_context(active_test=False).practitioner_ids

    def _is_given(self, appointment_sudo):
        practitioner_sudo = appointment_sudo.practitioner_id
        return (
            appointment_sudo.service_id
            in practitioner_sudo.with_context(active_test=False).service_ids
        )

    @api.model
    def _list(self, appointments):
        """When and for whom they are, one a line; of hidden ones how many there are."""
        shown = appointments.sudo(False)._filtered_access("read")[:MOST_LISTED]
        lines = [
            f"{one.local_time}: {one.display_name}, {one.practitioner_id.name}" for one in shown
        ]
        more = len(appointments) - len(shown)
        if more:
            lines.append(self.env._("and %(count)s more", count=more))
        return "\n".join(lines)

    # Asked

    @api.model
    @contextmanager
    def _watching_hours(self, practitioners):
        """Asks the one who changes hours inside about the appointments that lose theirs.

        Of what is changed in one step only the outcome counts. Who changes hours queues up with
        those who book: of two at once, the second sees what the first has done.
        """
        watch = self.env.cr.cache.get(WATCHING)
        if watch or not practitioners:
            # A step may reach on its way whom it didn't begin with.
            self._watch(practitioners, watch)
            yield
            return
        watch = self.env.cr.cache[WATCHING] = Watch(
            practitioners.browse(), *[self.env["clinic.appointment"].sudo()] * 2
        )
        try:
            self._watch(practitioners, watch)
            yield
        finally:
            self.env.cr.cache.pop(WATCHING, None)
        self._verify_once(watch)
        self.env["clinic.appointment"].invalidate_model(["is_orphaned"])
        self._ask_about(self._find_orphaned(watch.ahead) - watch.orphaned)

    def _watch(self, practitioners, watch):
        """Remembers how it is before the hours of these people change."""
        added = practitioners - watch.practitioners if watch else practitioners
        if not added:
            return
        self._queue_up(added)
        ahead = self._find_ahead(added)
        watch.practitioners += added
        watch.ahead += ahead
        watch.orphaned += self._find_orphaned(ahead)
        watch.doubled |= added._find_doubled()

    def _verify_once(self, watch):
        """Nobody is written down twice at one place and time; what was before may stay."""
        for one, other in watch.practitioners._find_doubled() - watch.doubled:
            raise ValidationError(one._explain_doubled(other))

    def _find_ahead(self, practitioners):
        appointments_sudo = self.env["clinic.appointment"].sudo()
        domain = Domain("practitioner_id", "in", practitioners.ids)
        return appointments_sudo.search(
            domain & appointments_sudo._get_domain_of_ahead(), order="start, id"
        )

    def _ask_about(self, appointments):
        since = fields.Datetime.now() - YES_HOLDS
        asked = appointments.filtered(
            lambda one: not one.orphaned_noted_at or one.orphaned_noted_at < since
        )
        if not asked:
            return
        message = self.env._(
            "Nobody would work any more at the time of these appointments:\n%(appointments)s\n"
            "Please move or cancel them first, or note that they are to wait.",
            appointments=self._list(asked),
        )
        if asked.sudo(False)._filtered_access("write") != asked:
            raise UserError(message)
        raise RedirectWarning(
            message,
            self.env.ref("clinic_family.clinic_orphan_note_action").id,
            self.env._("Let Them Wait…"),
            {"default_appointment_ids": asked.ids},
        )

    # One after the other

    def _queue_up(self, practitioners):
        """Lets those who book with them wait, and begin anew, because something has changed."""
        if not practitioners:
            return
        practitioners._lock()
        practitioners._note_changed()
        self._verify_sees_all(practitioners)

    def _verify_sees_all(self, practitioners):
        """Begins anew when something was booked since this transaction began.

        It can't see that, however long it has waited for the lock; another connection can.
        While modules are installed nobody books, and another connection would see no tables.
        """
        if not self.env.registry.ready:
            return
        booked = SQL(
            "SELECT id, start, stop, practitioner_id FROM clinic_appointment"
            " WHERE practitioner_id = ANY(%s) AND state = ANY(%s) AND stop > %s",
            practitioners.ids,
            list(EXPECTED),
            fields.Datetime.now(),
        )
        self.env.flush_all()
        seen = set(self.env.execute_query(booked))
        with self.env.registry.cursor() as cr:
            cr.execute(booked)
            unseen = set(cr.fetchall()) - seen
        touched = self.env["clinic.appointment"]._get_touched()
        if any(appointment_id not in touched for appointment_id, *_place in unseen):
            raise ConcurrencyError("appointments were booked while this changed")
