from datetime import timedelta
from heapq import nsmallest
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...engine.decision import Decision
from ...engine.instants import day_bounds, from_stored, get_day, get_now
from ...engine.intervals import Interval
from ...engine.nothing_free import first_start
from ...engine.slots import Diary, Terms, any_free_starts, find_against, free_starts, judge


class Slot(NamedTuple):
    """A free start with one practitioner at one location; the start is an instant."""

    start: int
    practitioner_id: int
    location_id: int


class ClinicService(models.Model):
    """What can be booked: how long it takes, who gives it, for how many people, at what fee."""

    _name = "clinic.service"
    _description = "Service"
    _inherit = ["clinic.written.mixin", "website.published.mixin"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True, help="Shown on the booking site.")
    preparation = fields.Text(
        string="Before the Visit",
        translate=True,
        help="Said in the messages about a visit: what to bring, what to do before.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    duration = fields.Integer(string="Duration (min)", required=True, default=30)
    buffer_before = fields.Integer(
        string="Buffer Before (min)",
        help="Kept free before the visit. May lie outside working hours.",
    )
    buffer_after = fields.Integer(string="Buffer After (min)")
    step = fields.Integer(
        string="Start Every (min)",
        required=True,
        default=15,
        help="Times are offered at this step, counted from the start of each working period.",
    )
    max_participants = fields.Integer(string="Participants", required=True, default=1)
    is_group = fields.Boolean(
        string="Group Service", compute="_compute_is_group", search="_search_is_group"
    )
    practitioner_ids = fields.Many2many("clinic.practitioner", string="Practitioners")
    is_given = fields.Boolean(
        compute="_compute_is_given",
        compute_sudo=True,
        groups="base.group_user",
        help="Somebody who is published gives it, and has working hours at some location.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Fee",
        required=True,
        ondelete="restrict",
        groups="base.group_user",
        domain=[("type", "=", "service")],
        help="The product that is invoiced for one appointment.",
    )
    # The fee's name and price are public, the product's record isn't.
    category_name = fields.Char(related="product_id.categ_id.name", string="Category")
    fee = fields.Float(related="product_id.lst_price")
    currency_id = fields.Many2one(related="product_id.currency_id")
    change_policy = fields.Selection(
        [("clinic", "As the clinic"), ("own", "Own rule")],
        string="Changing Online",
        required=True,
        default="clinic",
        help="As the clinic: what the settings say holds for this service too. Own rule: what is "
        "written here holds instead. The front desk may always cancel and move.",
    )
    allow_cancel = fields.Boolean(string="Patients Cancel Online", default=True)
    cancel_hours = fields.Float(
        string="Cancel Until (Hours Before)",
        default=24.0,
        help="Until this long before the visit; after that the page says whom to call.",
    )
    allow_reschedule = fields.Boolean(string="Patients Move Online", default=True)
    reschedule_hours = fields.Float(
        string="Move Until (Hours Before)",
        default=24.0,
        help="Until this long before the visit; after that the page says whom to call.",
    )

    _change_hours_positive = models.Constraint(
        "CHECK (cancel_hours >= 0 AND reschedule_hours >= 0)",
        "How long before the visit patients may cancel or move can't be negative.",
    )
    _times_positive = models.Constraint(
        "CHECK (duration > 0 AND step > 0 AND buffer_before >= 0 AND buffer_after >= 0)",
        "Duration and step must be positive, and buffers can't be negative.",
    )
    _within_a_day = models.Constraint(
        "CHECK (buffer_before + duration + buffer_after <= 1440)",
        "A service with its buffers can't take longer than a day.",
    )
    _some_participants = models.Constraint(
        "CHECK (max_participants >= 1)", "A service needs at least one participant."
    )

    @api.constrains("product_id", "company_id")
    def _check_fee(self):
        """The price that is shown is the one that is invoiced: nothing converts it."""
        for service in self.sudo():
            company, fee = service.company_id, service.product_id
            company._verify_together(fee)
            if fee.currency_id != company.currency_id:
                raise ValidationError(self.env._(
                    "The price of %(fee)s is in %(currency)s, and %(company)s invoices in %(own)s. "
                    "Choose a fee that belongs to %(company)s.",
                    fee=fee.name, currency=fee.currency_id.name,
                    company=company.name, own=company.currency_id.name,
                ))  # fmt: skip

    @api.depends("max_participants")
    def _compute_is_group(self):
        for service in self:
            service.is_group = service.max_participants > 1

    def _search_is_group(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("max_participants", ">" if True in value else "<=", 1)]

    @api.depends(
        "practitioner_ids.is_published",
        "practitioner_ids.active",
        "practitioner_ids.schedule_ids.location_id.active",
    )
    def _compute_is_given(self):
        bookable = self._get_bookable_practitioners()
        for service in self:
            service.is_given = bool(service.practitioner_ids.filtered_domain(bookable))

    def _compute_website_url(self):
        for service in self:
            slug = self.env["ir.http"]._slug
            service.website_url = f"/book/{slug(service)}" if service.id else "#"

    # Changing online

    def _get_change_rule(self, change):
        """Whether patients may do this change ("cancel", "reschedule"), and how many hours before.

        A service that isn't on the booking site has no times to be moved to.
        """
        self.ensure_one()
        has_times = change == "cancel" or self.is_published
        if self.change_policy == "own":
            return self[f"allow_{change}"] and has_times, self[f"{change}_hours"]
        company = self.company_id
        return company[f"clinic_allow_{change}"] and has_times, company[f"clinic_{change}_hours"]

    # Free times

    @api.model
    def _get_on_offer(self):
        """What visitors find to choose from: published, and given by somebody they can book."""
        given = Domain("practitioner_ids", "any", self._get_bookable_practitioners())
        return Domain("is_published", "=", True) & given

    def _get_bookable_practitioners(self):
        # Schedules are the clinic's own affair; that somebody works is public.
        works = Domain("schedule_ids", "any!", [("location_id.active", "=", True)])
        return Domain("is_published", "=", True) & Domain("active", "=", True) & works

    def _get_places(self):
        """The practitioners who give this service online and the locations they work at."""
        self.ensure_one()
        practitioners = self.env["clinic.practitioner"].search_fetch(
            [("service_ids", "=", self.id), ("is_published", "=", True)],
            ["name", "job_title", "languages", "biography", "resource_id", "company_id"],
        )
        return practitioners, practitioners._get_locations()

    def _get_starts(self, window, practitioners, locations, moving=()):
        """The free starts in the window of instants, by location id, in order.

        Each start once, however many practitioners are free at it.
        """
        self.ensure_one()
        diaries = self.env["clinic.availability"]._read_offered(
            practitioners, locations, window, moving
        )
        here = {location.id: [] for location in locations}
        for (_practitioner_id, location_id), diary in diaries.items():
            here[location_id].append(diary)
        return {
            location.id: any_free_starts(
                here[location.id], self._get_terms(location, moving), window
            )
            for location in locations
        }

    def _get_slots(self, window, practitioners, locations, moving=()):
        """All free starts in the window of instants, by time, then in the practitioners' order.

        They may be meant for ``moving`` an appointment, which is as long as it is.
        """
        self.ensure_one()
        diaries = self.env["clinic.availability"]._read_offered(
            practitioners, locations, window, moving
        )
        terms = {location.id: self._get_terms(location, moving) for location in locations}
        rank = {practitioner_id: n for n, practitioner_id in enumerate(practitioners.ids)}
        slots = [
            Slot(start, practitioner_id, location_id)
            for (practitioner_id, location_id), diary in diaries.items()
            for start in free_starts(diary, terms[location_id], window)
        ]
        return sorted(slots, key=lambda slot: (slot.start, rank[slot.practitioner_id]))

    def _judge_start(self, practitioners, location, start, moving=(), without=()):
        """Which of the practitioners are free at this start, and if none is, why.

        Returns the practitioners and a Decision. What is offered passes, and nothing else does.
        An appointment that is ``moving`` there doesn't stand in its own way, nor do those that
        give way to it (``without``).
        """
        self.ensure_one()
        window = Interval(start, start + 1)
        diaries = self.env["clinic.availability"]._read_offered(
            practitioners, location, window, without or moving
        )
        terms = self._get_terms(location, moving)
        decisions = {
            practitioner_id: judge(diary, terms, start)
            for (practitioner_id, _location_id), diary in diaries.items()
        }
        free = practitioners.filtered(lambda p: decisions.get(p.id))
        if free:
            return free, Decision.yes()
        return free, self._get_kindest_refusal(decisions.values())

    def _get_blocked(self, start):
        """What a visit that starts then takes of the practitioner's time, as it is stored."""
        before, after = (timedelta(minutes=one) for one in (self.buffer_before, self.buffer_after))
        return start - before, start + timedelta(minutes=self.duration) + after

    def _get_kindest_refusal(self, decisions):
        """Of several practitioners' refusals, the one that came closest to a yes."""
        reasons = ["taken", "grid", "time_off", "hours", "horizon", "notice", "past"]
        return min(
            decisions,
            key=lambda decision: reasons.index(decision.reason),
            default=Decision.no("hours"),
        )

    def _get_terms(self, location, moving=()):
        company_sudo = self.company_id.sudo()
        now = get_now()
        zone = location._get_zone()
        last_day = get_day(now, zone) + timedelta(days=company_sudo.clinic_horizon_days)
        length = moving.stop - moving.start if moving else timedelta(minutes=self.duration)
        return Terms(
            duration=int(length.total_seconds()),
            before=self.buffer_before * 60,
            after=self.buffer_after * 60,
            step=self.step * 60,
            now=now,
            lead=int(company_sudo.clinic_notice_hours * 3600),
            horizon=day_bounds(last_day, zone).stop,
        )

    def _find_first(self, practitioners):
        """The first slot each of them has free for any of these services, by their id.

        However many they are, their diaries are read at once.
        """
        locations = practitioners._get_locations()
        terms = {
            (service, location.id): service._get_terms(location)
            for service in self
            for location in locations
        }
        if not terms:
            return {}
        given = {
            practitioner.id: [one for one in self if practitioner in one.practitioner_ids]
            for practitioner in practitioners
        }
        book = Interval(get_now(), max(one.horizon for one in terms.values()))
        diaries = self.env["clinic.availability"]._read_offered(practitioners, locations, book)
        first = {}
        for (practitioner_id, location_id), diary in diaries.items():
            for service in given[practitioner_id]:
                # What isn't sooner need not be looked for.
                stop = first[practitioner_id].start if practitioner_id in first else book.stop
                start = first_start(
                    [diary], terms[service, location_id], Interval(book.start, stop)
                )
                if start is not None:
                    first[practitioner_id] = Slot(start, practitioner_id, location_id)
        return first

    # Times as the front desk sees them: only what really stands in the way counts

    def _judge_at_desk(self, practitioner, location, start, length, without=()):
        """Whether the practitioner works there then and has nothing else, for so many seconds.

        As if the appointments ``without`` were not there.
        """
        diary = self._read_desk_diary(practitioner, location, start, without)
        return judge(diary, self._get_terms_at(length, start), start)

    def _find_unusual(self, practitioner, location, start, length, without=()):
        """All that stands in the way at the desk, by the engine's reasons."""
        diary = self._read_desk_diary(practitioner, location, start, without)
        return find_against(diary, self._get_terms_at(length, start), start)

    def _find_unusual_each(self, practitioner, location, starts, length):
        """The same for many starts, which are read at once: the reasons by start."""
        if not starts:
            return {}
        availability = self.env["clinic.availability"]
        window = Interval(min(starts), max(starts) + 1)
        diaries = availability._read_diaries(practitioner, location, window)
        diary = diaries.get((practitioner.id, location.id))
        if not diary:
            time_off = availability._read_time_off(practitioner, window)
            diary = Diary(closed=time_off.get(practitioner.id, ()))
        return {
            start: find_against(diary, self._get_terms_at(length, start), start) for start in starts
        }

    def _read_desk_diary(self, practitioner, location, start, without):
        """The practitioner's diary there then; where they have no hours it holds their time off."""
        availability, window = self.env["clinic.availability"], Interval(start, start + 1)
        diaries = availability._read_diaries(practitioner, location, window, without)
        if (practitioner.id, location.id) in diaries:
            return diaries[practitioner.id, location.id]
        time_off = availability._read_time_off(practitioner, window)
        return Diary(closed=time_off.get(practitioner.id, ()))

    def _get_terms_at(self, length, start):
        return self._get_desk_terms(length, step=1, now=start - 1, horizon=start + 1)

    def _get_desk_words(self, practitioner, location):
        """A sentence for each thing that makes a time unusual, by the engine's reasons."""
        names = {"practitioner": practitioner.name, "location": location.name}
        return {
            "place": self.env._("%(practitioner)s has no hours at %(location)s.", **names),
            "hours": self.env._(
                "%(practitioner)s doesn't work at %(location)s at that time.", **names
            ),
            "time_off": self.env._("%(practitioner)s is away at that time.", **names),
            "taken": self.env._("%(practitioner)s has something else at that time.", **names),
        }

    def _get_nearest_at_desk(self, practitioners, locations, window, wanted, length, without=()):
        """The three free times of the window, none of them past, that are nearest to an instant.

        As if the appointments ``without`` were not there; where they are is no other time.
        """
        slots = self._get_free_at_desk(practitioners, locations, window, length, without)
        here = {
            Slot(from_stored(one.start), one.practitioner_id.id, one.location_id.id)
            for one in without
        }
        others = [slot for slot in slots if slot not in here]
        return nsmallest(3, others, key=lambda slot: (abs(slot.start - wanted), slot))

    def _get_free_at_desk(self, practitioners, locations, window, length, without=()):
        """All free times of the window at the service's step, none of them past.

        As if the appointments ``without`` were not there.
        """
        availability = self.env["clinic.availability"]
        diaries = availability._read_diaries(practitioners, locations, window, without)
        terms = self._get_desk_terms(
            length, step=self.step * 60, now=get_now(), horizon=window.stop
        )
        return [
            Slot(start, *place)
            for place, diary in diaries.items()
            for start in free_starts(diary, terms, window)
        ]

    def _get_desk_terms(self, length, **terms):
        return Terms(
            duration=length, before=self.buffer_before * 60, after=self.buffer_after * 60, **terms
        )
