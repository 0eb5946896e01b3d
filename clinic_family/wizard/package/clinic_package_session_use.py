from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...engine.decision import Decision
from ...engine.instants import day_bounds, from_instant, localize, to_stored
from ...engine.intervals import Interval
from ...engine.sessions import Right, Visit

FORTNIGHT = 14 * 24 * 3600


class ClinicPackageSessionUse(models.TransientModel):
    """The front desk uses one session: for a visit booked here, or on a day without one."""

    _name = "clinic.package.session.use"
    _inherit = ["clinic.assistant"]
    _description = "Use a Session"

    session_id = fields.Many2one("clinic.package.session", required=True, ondelete="cascade")
    owner_id = fields.Many2one(related="session_id.owner_id")
    service_id = fields.Many2one(related="session_id.service_id")
    expires_on = fields.Date(related="session_id.expires_on", string="Valid Until")
    is_unpaid = fields.Boolean(compute="_compute_is_unpaid")
    day = fields.Date(
        string="Date", required=True, default=lambda self: self.env.company._get_clinic_today()
    )
    adds_appointment = fields.Boolean(string="Add Appointment", default=True)
    patient_id = fields.Many2one(
        "res.partner", compute="_compute_patient_id", store=True, readonly=False
    )
    patient_choice_ids = fields.Many2many("res.partner", compute="_compute_patient_choice_ids")
    practitioner_id = fields.Many2one(
        "clinic.practitioner", compute="_compute_practitioner_id", store=True, readonly=False
    )
    practitioner_choice_ids = fields.Many2many(
        "clinic.practitioner", compute="_compute_practitioner_choice_ids"
    )
    location_id = fields.Many2one(
        "clinic.location", compute="_compute_location_id", store=True, readonly=False
    )
    location_choice_ids = fields.Many2many(
        "clinic.location", compute="_compute_location_choice_ids"
    )
    clock = fields.Float(string="Time")
    zone = fields.Char(compute="_compute_zone", help="Where it differs from the reader's own.")
    duration = fields.Integer(
        string="Duration (min)", compute="_compute_duration", store=True, readonly=False
    )
    finding = fields.Char(compute="_compute_finding")
    is_free = fields.Boolean(compute="_compute_finding")
    nearest = fields.Json(compute="_compute_nearest")
    clash_text = fields.Char(
        compute="_compute_clash_text", help="Which other visit of the patient is at this time."
    )
    is_meant = fields.Boolean(
        string="It is meant so", compute="_compute_is_meant", store=True, readonly=False
    )

    # What can be chosen

    @api.depends("session_id")
    def _compute_is_unpaid(self):
        for book in self:
            book.is_unpaid = not book.session_id.sudo()._is_paid_enough()

    @api.depends("session_id")
    def _compute_patient_id(self):
        for book in self:
            book.patient_id = book.owner_id

    @api.depends("session_id")
    def _compute_patient_choice_ids(self):
        """The owner, those the owner lets use packages, and those the owner may book for."""
        for book in self:
            choices = book.owner_id
            if book.session_id.purchase_id.is_shareable:
                choices |= book._get_users() | book._get_wards()
            book.patient_choice_ids = choices

    def _get_users(self):
        domain = [("person_id", "=", self.owner_id.id), ("kind", "=", "packages")]
        return self.env["clinic.authority"].search_fetch(domain, ["actor_id"]).actor_id

    def _get_wards(self):
        return self.env["clinic.authority"]._get_people(self.owner_id, "book").sudo(False)

    @api.depends("session_id")
    def _compute_practitioner_choice_ids(self):
        for book in self:
            bound = book.session_id.purchase_id.practitioner_ids
            giving = book.service_id.practitioner_ids
            book.practitioner_choice_ids = (giving & bound) if bound else giving

    @api.depends("session_id")
    def _compute_practitioner_id(self):
        for book in self:
            book.practitioner_id = book._get_only(book.practitioner_choice_ids)

    @api.depends("session_id", "practitioner_id")
    def _compute_location_choice_ids(self):
        for book in self:
            bound = book.session_id.purchase_id.location_ids
            there = (book.practitioner_id or book.practitioner_choice_ids)._get_locations()
            book.location_choice_ids = (there & bound) if bound else there

    @api.depends("session_id", "practitioner_id")
    def _compute_location_id(self):
        for book in self:
            if book.location_id._origin not in book.location_choice_ids._origin:
                book.location_id = False
            if not book.location_id:
                book.location_id = book._get_only(book.location_choice_ids)

    @api.model
    def _get_only(self, choices):
        return choices._origin if len(choices) == 1 else choices.browse()

    @api.depends("location_id")
    def _compute_zone(self):
        for book in self:
            tz = book.location_id.tz
            book.zone = tz and tz != self.env.user.tz and tz.rsplit("/", 1)[-1].replace("_", " ")

    @api.depends("session_id")
    def _compute_duration(self):
        for book in self:
            book.duration = book.service_id.duration

    # Doing it

    def action_check(self):
        """Looks again, as others may have booked meanwhile."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Use a Session"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_save(self):
        """Books the visit and reserves this session for it; or uses it on the day alone."""
        self.ensure_one()
        if self.adds_appointment:
            self._book()
        else:
            self._verify(self.session_id._judge_at_desk())
            # Who may open this window keeps the packages; sessions are changed by verbs only.
            self.session_id.sudo()._use_on(self.day)
        return {"type": "ir.actions.act_window_close"}

    def _verify(self, decision):
        if not decision:
            raise UserError(self._explain(decision) or self.env._("Please choose the time."))

    def _book(self):
        self._verify(self._judge())
        self._verify_meant()
        right = self._judge_session().facts["right"]
        is_owners = self.patient_id == self.owner_id or not right.permission_id
        # The session pays; a child is named as payer of nothing.
        may_pay = self.env["clinic.family"]._decide_paying(self.patient_id)
        payer = self.patient_id if may_pay and not is_owners else self.owner_id
        # One step: what follows from the booking knows already what pays for it.
        with self.env["clinic.appointment"]._changing():
            visit = self._take_time(payer)
            participant = visit.participant_ids
            if self.service_id.fee_per != "participant":
                participant = participant.browse()
            visit._reserve_planned([(visit, participant, self.session_id, right.permission_id)])
            visit.uses_session = True

    def _take_time(self, payer):
        """The appointment, unless somebody was faster; no session is used by itself."""
        start, stop = self._get_span()
        return self.env["clinic.appointment"]._take_time(self.practitioner_id, {
            "service_id": self.service_id.id,
            "location_id": self.location_id.id,
            "start": start,
            "stop": stop,
            "payer_id": payer.id,
            "participant_ids": [Command.create({"partner_id": self.patient_id.id})],
            "uses_session": False,
        })  # fmt: skip

    # Whether it can be booked and paid with the session

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
        participants, visits = self.env["clinic.participant"], self.env["clinic.appointment"]
        for book in self:
            spans = [] if book._get_missing() else [book._get_span()]
            found = participants._search_at_once(spans, book.patient_id, besides=visits)
            book.clash_text = found._describe_at_once()

    @api.depends("day", "clock", "duration", "adds_appointment", "patient_id", "location_id")
    def _compute_is_meant(self):
        """A yes was to one patient and time."""
        self.is_meant = False

    def _get_span(self):
        """From when until when the visit would be."""
        start = to_stored(self._get_start())
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
