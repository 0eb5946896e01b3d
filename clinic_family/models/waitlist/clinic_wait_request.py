from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...engine.instants import from_stored
from ...engine.intervals import Interval
from ...engine.wishes import Wish
from ...exceptions import BookingRefused

STATES = [
    ("waiting", "Waiting"),
    ("offered", "Offered"),
    ("booked", "Booked"),
    ("ended", "Ended"),
]
ENDS = [
    ("left", "Left by themselves"),
    ("staff", "Taken off by the clinic"),
    ("over", "The last day is over"),
    ("unanswered", "Offers without an answer"),
    ("otherwise", "Booked otherwise"),
    ("permission", "May not book for them any more"),
]
ACTIVE = ("waiting", "offered")
WEEKDAYS = ("on_mon", "on_tue", "on_wed", "on_thu", "on_fri", "on_sat", "on_sun")
# What one waits for; staff may change it as long as somebody waits.
WISHES = (
    "booker_id", "patient_ids", "service_id", "practitioner_id", "location_id", "date_from",
    "date_until", "hour_from", "hour_to", *WEEKDAYS,
)  # fmt: skip
# Whose offer it is, and of what.
PEOPLE = ("booker_id", "patient_ids", "service_id")
# Who lets so many offers in a row run out isn't there any more.
MOST_UNANSWERED = 3
MOST_ACTIVE = 10
# To begin with, and at the longest.
USUAL_DAYS, MOST_DAYS = 28, 366


class ClinicWaitRequest(models.Model):
    """Who waits for which service, when they would come, and who asked.

    Those who wait stand in the order in which they asked. Hours and days are those of the clocks
    where the visit is. Nobody but the front desk reads of it; those who asked see their own on
    their pages, and never that somebody else waits.
    """

    _name = "clinic.wait.request"
    _inherit = ["clinic.hidden.mixin", "clinic.passing.mixin", "clinic.written.mixin"]
    _description = "Request on the Wait List"
    _written_by_hand_by = dict.fromkeys(WISHES, "clinic_family.clinic_family_group_front_desk")
    _order = "asked_at, id"

    booker_id = fields.Many2one(
        "res.partner",
        string="Who Answers",
        required=True,
        index=True,
        ondelete="cascade",
        help="Gets the offers and books: the patient, or somebody who may book for all of them.",
    )
    patient_ids = fields.Many2many("res.partner", string="Patients")
    patient_names = fields.Char(string="Who Waits", compute="_compute_patient_names")
    service_id = fields.Many2one("clinic.service", required=True, index=True, ondelete="cascade")
    practitioner_id = fields.Many2one(
        "clinic.practitioner", index="btree_not_null", ondelete="cascade", help="Empty: anyone."
    )
    location_id = fields.Many2one(
        "clinic.location", index="btree_not_null", ondelete="cascade", help="Empty: anywhere."
    )
    company_id = fields.Many2one(
        related="service_id.company_id", store=True, precompute=True, index=True
    )
    on_mon = fields.Boolean(string="Monday", default=True)
    on_tue = fields.Boolean(string="Tuesday", default=True)
    on_wed = fields.Boolean(string="Wednesday", default=True)
    on_thu = fields.Boolean(string="Thursday", default=True)
    on_fri = fields.Boolean(string="Friday", default=True)
    on_sat = fields.Boolean(string="Saturday", default=True)
    on_sun = fields.Boolean(string="Sunday", default=True)
    hour_from = fields.Float(string="Not Before", default=0.0)
    hour_to = fields.Float(string="Not After", default=24.0)
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self.env.company._get_clinic_today()
    )
    date_until = fields.Date(
        string="Until",
        required=True,
        default=lambda self: self.env.company._get_clinic_today() + timedelta(days=USUAL_DAYS),
        help="The last day on which they would come.",
    )
    when_text = fields.Char(string="When", compute="_compute_when_text")
    asked_at = fields.Datetime(
        string="Since",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: fields.Datetime.now(),
        help="Who asked first is offered first.",
    )
    state = fields.Selection(
        STATES, string="Status", required=True, default="waiting", readonly=True, copy=False,
        index=True,
    )  # fmt: skip
    told_until = fields.Date(
        string="Told of the End",
        readonly=True,
        copy=False,
        help="The last day of which they were told, shortly before, that they wait no longer.",
    )
    ended_why = fields.Selection(ENDS, string="Why It Ended", readonly=True, copy=False)
    offer_ids = fields.One2many("clinic.wait.offer", "request_id", string="Offers", readonly=True)
    offer_text = fields.Char(string="Offered", compute="_compute_offer_text")
    next_text = fields.Char(
        string="Next Free Time",
        compute="_compute_next_text",
        help="What is offered next, as the book is now: who asked first comes first, and each "
        "free time goes to one. Times that were cancelled a moment ago are left alone as long as "
        "it can be undone.",
    )

    _hours_ordered = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_to <= 24 AND hour_from < hour_to)",
        "The hours begin before they end, on one day.",
    )
    _dates_ordered = models.Constraint(
        "CHECK (date_from <= date_until)", "The last day isn't before the first."
    )
    _some_weekday = models.Constraint(
        "CHECK (on_mon OR on_tue OR on_wed OR on_thu OR on_fri OR on_sat OR on_sun)",
        "Please choose a day of the week at least.",
    )

    @api.constrains("service_id", "practitioner_id", "location_id", "booker_id", "patient_ids")
    def _check_companies(self):
        for request in self.sudo():
            request.company_id._verify_together(
                request.practitioner_id,
                request.location_id,
                request.booker_id,
                *request.patient_ids,
            )

    @api.constrains("booker_id", "patient_ids", "service_id")
    def _check_people(self):
        for request in self.sudo():
            if not request.patient_ids:
                raise ValidationError(self.env._("Please say who waits."))
            if len(request.patient_ids) > request.service_id.max_participants:
                raise ValidationError(self.env._(
                    "%(service)s is for at most %(count)s people. Please choose fewer.",
                    service=request.service_id.name,
                    count=request.service_id.max_participants,
                ))  # fmt: skip
            if not request._may_book():
                raise ValidationError(self.env._(
                    "%s may not book for all of these patients, so they can't take an offer.",
                    request.booker_id.name,
                ))  # fmt: skip

    @api.constrains("date_from", "date_until")
    def _check_not_for_ever(self):
        for request in self:
            if (request.date_until - request.date_from).days > MOST_DAYS:
                raise ValidationError(self.env._("Nobody waits for longer than a year."))

    # Asked

    def _get_open_offer(self):
        return self.offer_ids.filtered(lambda offer: offer.state == "open")[:1]

    def _may_book(self):
        """Whether who answers may book for all of them now."""
        self.ensure_one()
        return bool(self._filter_bookable())

    def _filter_bookable(self):
        """Those whose answering person may book for all who wait now, and is still here."""
        authorities_sudo = (
            self.env["clinic.authority"]
            .sudo()
            .search_fetch(
                [
                    ("actor_id", "in", self.booker_id.ids),
                    ("person_id", "in", self.patient_ids.ids),
                    ("kind", "=", "book"),
                ],
                ["actor_id", "person_id"],
            )
        )
        live = {(one.actor_id.id, one.person_id.id) for one in authorities_sudo}
        return self.filtered(
            lambda request: (
                request.patient_ids
                and request.booker_id.active
                and all(
                    one.active and (request.booker_id.id, one.id) in live
                    for one in request.patient_ids
                )
            )
        )

    def _find_served(self):
        """For each who has it, a visit of the service that all of them come to, made since.

        None that who asked may not know of.
        """
        since = min(self.mapped("asked_at"), default=False)
        visits = self.env["clinic.appointment"].search([
            ("service_id", "in", self.service_id.ids),
            ("state", "in", ("booked", "arrived", "fulfilled")),
            ("booked_at", ">=", since),
            ("participant_ids.partner_id", "in", self.patient_ids.ids),
        ]) if self else self.env["clinic.appointment"]  # fmt: skip
        coming = {visit: visit._get_coming().partner_id for visit in visits}
        return {
            request: visit
            for request in self
            for visit, people in coming.items()
            if visit.service_id == request.service_id
            and visit.booked_at >= request.asked_at
            and request.patient_ids <= people
            and visit._is_known_to(request.booker_id)
        }

    def _get_wish(self):
        """What they would take, as the engine reads it; nothing that was refused already.

        On days on which everybody is of the age the service is for; on none as long as somebody's
        is unknown, who couldn't book it.
        """
        is_unknown = self.service_id._is_for_an_age() and not all(
            person.birth_date for person in self.patient_ids.sudo()
        )
        first, last = self.service_id._get_days_of_age(self.patient_ids)
        return Wish(
            first_day=max(self.date_from, first or self.date_from),
            last_day=min(self.date_until, last or self.date_until),
            weekdays=frozenset(n for n, day in enumerate(WEEKDAYS) if self[day] and not is_unknown),
            begin=round(self.hour_from * 60),
            end=round(self.hour_to * 60),
            practitioner_id=self.practitioner_id.id or 0,
            location_id=self.location_id.id or 0,
            refused=[
                Interval(from_stored(offer.start), from_stored(offer.stop))
                for offer in self.offer_ids
                if offer.state in ("declined", "over", "withdrawn")
            ],
        )

    # Joining and leaving

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        self.env["clinic.waitlist"]._look_soon()
        return requests

    def write(self, vals):
        people = [name for name in PEOPLE if name in vals]
        before = {one: [one[name] for name in people] for one in self}
        result = super().write(vals)
        if vals.keys().isdisjoint(WISHES):
            return result
        outdated_sudo = (
            self.sudo()
            ._get_open_offers()
            .filtered(
                lambda offer: (
                    [offer.request_id[name] for name in people]
                    != before[offer.request_id.sudo(False)]
                    or not offer._fits()
                )
            )
        )
        # What was offered is for those who waited then, and what they waited for.
        outdated_sudo._close("outdated")
        outdated_sudo.request_id._go_on()
        self.env["clinic.waitlist"]._look_soon()
        return result

    @api.model
    def _join(self, booker, people, values):
        """The booker waits for these people, as the values say; sent twice they wait once.

        Raises BookingRefused when they may not, with a sentence for the page.
        """
        self.env["clinic.family"]._wait_for_own_requests(booker)
        decisions = self.env["clinic.authority"]._decide(booker, "book", people)
        service = self.env["clinic.service"].browse(values["service_id"])
        are_others = people.sudo().exists().company_id - service.company_id.sudo()
        if not decisions or not all(decisions.values()) or are_others:
            raise BookingRefused("no_permission", self.env._(
                "You can't book for one of the people you chose. "
                "Please choose yourself or somebody who lets you book."
            ))  # fmt: skip
        self._verify_ages_within(service, people, values)
        requests_sudo = self.sudo()
        mine_sudo = requests_sudo._find_of(booker)
        values = {**values, "booker_id": booker.id, "patient_ids": [fields.Command.set(people.ids)]}
        same_sudo = mine_sudo.filtered(
            lambda one: one.service_id.id == values["service_id"] and one.patient_ids == people
        )
        if same_sudo:
            same_sudo[:1].write(values)
            return same_sudo[:1].sudo(False)
        if len(mine_sudo) >= MOST_ACTIVE:
            raise BookingRefused("too_many", self.env._(
                "You wait for many visits already: %s. Please leave one of them first.",
                len(mine_sudo),
            ))  # fmt: skip
        return requests_sudo.create(values).sudo(False)

    def _verify_ages_within(self, service, people, values):
        """There is a day among those asked for on which everybody is of the age.

        A day that can't be booked yet is judged once it is offered.
        """
        usual = self.default_get(["date_from", "date_until"])
        begin, end = (values.get(name) or usual[name] for name in ("date_from", "date_until"))
        first, _last = service._get_days_of_age(people)
        day = min(max(begin, first or begin), end)
        company = service.company_id.sudo()
        if day <= company._get_clinic_today() + timedelta(days=company.clinic_horizon_days):
            self.env["clinic.booking"]._verify_ages(people, service, day)

    @api.model
    def _get_passed(self):
        return Domain("state", "not in", ACTIVE) & self._get_older("asked_at")

    @api.model
    def _find_of(self, booker):
        """What this person waits for."""
        return self.search([("booker_id", "=", booker.id), ("state", "in", ACTIVE)])

    @api.model
    def _find_mine(self, booker, request_id):
        """The booker's own request of this number, with full rights; nothing for anybody else."""
        return self.sudo().search([("id", "=", request_id), ("booker_id", "=", booker.id)])

    @api.model
    def _find_between(self, person, other):
        """What one of the two waits for in the other's place, as far as the reader sees it."""
        return self.search(
            Domain("state", "in", ACTIVE)
            & Domain.OR(
                Domain("booker_id", "=", one.id) & Domain("patient_ids", "in", another.ids)
                for one, another in ((person, other), (other, person))
            )
        )

    def _end(self, why):
        """They wait no more, and what was offered to them is free again; harmless when repeated."""
        active = self.filtered(lambda one: one.state in ACTIVE)
        active._get_open_offers()._close("withdrawn")
        active.write({"state": "ended", "ended_why": why})

    def _get_open_offers(self):
        return self.offer_ids.filtered(lambda offer: offer.state == "open")

    def _go_on(self):
        """What was offered wasn't taken: they wait on, unless they never answer."""
        for request in self.filtered(lambda one: one.state == "offered"):
            last = request.offer_ids.sorted("id", reverse=True)[:MOST_UNANSWERED]
            if len(last) == MOST_UNANSWERED and set(last.mapped("state")) == {"over"}:
                request._end("unanswered")
            else:
                request.state = "waiting"

    def _has_lost_answer(self):
        """What they took had to be paid first, and that came to nothing: they wait again."""
        if self.state != "offered" or self._get_open_offer():
            return False
        bookings = self.offer_ids.filtered(lambda one: one.state == "accepted").booking_id
        return not any(one.state == "paying" and one._get_finished() for one in bookings)

    def _lose_answer(self):
        """Who takes a time and doesn't pay has not answered: it is not offered to them again."""
        taken = self.offer_ids.filtered(lambda one: one.state == "accepted")
        taken.write({"state": "over"})
        self._go_on()
