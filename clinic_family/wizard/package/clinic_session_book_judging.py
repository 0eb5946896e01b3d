from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.decision import Decision
from ...engine.instants import day_bounds, from_instant, localize
from ...engine.intervals import Interval
from ...engine.sessions import Right, Visit

FORTNIGHT = 14 * 24 * 3600


class ClinicSessionBook(models.TransientModel):
    """Whether the visit can be booked and paid with the session, and which times are near."""

    # A room of its own in a large model.
    _inherit = "clinic.session.book"  # pylint: disable=consider-merging-classes-inherited

    finding = fields.Char(compute="_compute_finding")
    is_free = fields.Boolean(compute="_compute_finding")
    nearest = fields.Json(compute="_compute_nearest")
    clash_text = fields.Char(
        compute="_compute_clash_text", help="Which other visit of the patient is at this time."
    )
    is_meant = fields.Boolean(
        string="It is meant so", compute="_compute_is_meant", store=True, readonly=False
    )

    @api.depends(
        "day", "clock", "duration", "adds_appointment", "patient_id", "practitioner_id",
        "location_id",
    )  # fmt: skip
    def _compute_finding(self):
        for book in self:
            decision = book._judge()
            book.is_free = bool(decision)
            book.finding = self.env._("Free.") if decision else book._explain(decision)

    def _judge(self):
        """Whether the visit can be booked and paid with the session; reasons are codes."""
        missing = self._get_missing()
        if missing:
            return Decision.no(missing)
        start = self._get_start()
        shown = from_instant(start).astimezone(self.location_id._get_zone())
        if shown.hour * 60 + shown.minute != round(self.clock * 60):
            return Decision.no("clock")
        return self._judge_session() and self.service_id._judge_at_desk(
            self.practitioner_id._origin, self.location_id._origin, start, self.duration * 60
        )

    def _get_start(self):
        return localize(self.day, self.clock, self.location_id._get_zone())

    def _get_missing(self):
        if not self.day or not self.adds_appointment:
            return "nothing"
        for name in ("patient_id", "practitioner_id", "location_id"):
            if not self[name]:
                return name
        return self._get_wrong_time()

    def _get_wrong_time(self):
        if not self.clock:
            return "nothing"
        if not 0 < self.clock < 24:
            return "clock"
        return "" if 0 < self.duration <= 24 * 60 else "duration"

    def _judge_session(self):
        visit = Visit(
            self.service_id.id,
            self.practitioner_id.id,
            self.location_id.id,
            self.day,
            frozenset(self.patient_id.ids),
        )
        return self.session_id._judge_visit_at_desk(visit, self._get_rights())

    def _get_rights(self):
        """The patient's own, and the owner's for those whom the owner may book for."""
        rights = self.session_id._get_rights(self.patient_id)
        if self.patient_id in self._get_wards():
            rights.append(Right(self.owner_id.id))
        return rights

    def _explain(self, decision):
        why = {
            "nothing": "",
            "patient_id": self.env._("Please choose the patient."),
            "practitioner_id": self.env._("Please choose the practitioner."),
            "location_id": self.env._("Please choose the location."),
            "clock": self.env._("There is no such time on that day."),
            "duration": self.env._("A visit takes at least a minute and at most a day."),
            **self.service_id._get_desk_words(self.practitioner_id, self.location_id),
        }
        if decision.reason in why:
            return why[decision.reason]
        return self.session_id._explain(decision)

    # Two visits at once

    @api.depends("day", "clock", "duration", "adds_appointment", "patient_id", "location_id")
    @api.depends_context("uid")
    def _compute_clash_text(self):
        visits = self.env["clinic.appointment"]
        for book in self:
            found = visits
            if not book._get_missing():
                span = book._get_span()
                found = visits._search_clashing_at([span], book.patient_id)
            book.clash_text = visits._describe_clashes(found)

    @api.depends("day", "clock", "duration", "adds_appointment", "patient_id", "location_id")
    def _compute_is_meant(self):
        """A yes was to one patient and time."""
        self.is_meant = False

    def _get_span(self):
        """From when until when the visit would be."""
        start = from_instant(self._get_start()).replace(tzinfo=None)
        return start, start + timedelta(minutes=self.duration)

    def _verify_meant(self):
        if self.clash_text and not self.is_meant:
            raise UserError(self.env._(
                "%(clash)s Please say that it is meant so, or choose another time.",
                clash=self.clash_text,
            ))  # fmt: skip

    # The nearest times

    @api.depends("is_free")
    @api.depends_context("lang")
    def _compute_nearest(self):
        for book in self:
            book.nearest = [] if book.is_free else book._get_nearest()

    def _get_nearest(self):
        """The free times nearest to what was asked for, as buttons show them."""
        practitioners = (self.practitioner_id or self.practitioner_choice_ids)._origin
        locations = (self.location_id or self.location_choice_ids)._origin
        if not (self.session_id and self.day and self.adds_appointment):
            return []
        if not (locations and practitioners):
            return []
        zone = locations[0]._get_zone()
        window = day_bounds(self.day, zone)
        wanted = window.start
        if 0 < self.clock < 24:
            wanted = localize(self.day, self.clock, zone)
            window = Interval(window.start - FORTNIGHT, window.stop)
        window = Interval(window.start, window.stop + FORTNIGHT)
        length = max(self.duration, 1) * 60
        slots = self.service_id._get_nearest_at_desk(
            practitioners, locations, window, wanted, length
        )
        return [self._show_slot(slot) for slot in slots]

    def _show_slot(self, slot):
        practitioner = self.env["clinic.practitioner"].browse(slot.practitioner_id)
        location = self.env["clinic.location"].browse(slot.location_id)
        local = from_instant(slot.start).astimezone(location._get_zone())
        words = location._get_time_values(slot.start)
        texts = [words["day"], words["time"]]
        texts += [] if self.practitioner_id else [practitioner.name]
        texts += [] if self.location_id else [location.name]
        return {
            "day": local.date().isoformat(),
            "clock": local.hour + local.minute / 60,
            "practitioner_id": {"id": practitioner.id, "display_name": practitioner.name},
            "location_id": {"id": location.id, "display_name": location.name},
            "text": ", ".join(texts),
        }
