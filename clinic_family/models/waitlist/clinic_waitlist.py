import logging
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...engine.instants import from_stored, get_now, to_stored
from ...engine.intervals import Interval
from ...engine.wishes import Free, deal
from ..appointment.clinic_appointment_change import LONGEST
from .clinic_wait_request import ACTIVE

_logger = logging.getLogger(__name__)
# An offer that would be over sooner isn't made: nobody could answer it.
SHORTEST_OFFER = timedelta(minutes=15)
# Who waits is told so long before their last day that they wait no longer.
BEFORE_END = timedelta(days=1)


class ClinicWaitlist(models.AbstractModel):
    """Looks for free times for those who wait, and offers each to the first whom it fits.

    A time may become free through many doors: a visit cancelled, moved or deleted, a hold that
    ran out, longer hours, time off taken back, an entry gone from a calendar. So nothing is
    remembered of what became free: the job looks at the book itself, every few minutes and soon
    after a visit has freed its time, with the engine that offers times on the website.
    """

    _name = "clinic.waitlist"
    _description = "Wait List"

    # The job

    @api.model
    def _look(self):
        """Ends what is over, and offers what is free. Each offer is stored for good by itself."""
        self._end_over()
        companies = self.env["clinic.wait.request"].search([("state", "=", "waiting")]).company_id
        failed = set()
        for company in companies:
            while self._offer_next(company, failed):
                if not self.env["ir.cron"]._commit_progress(1):
                    return
        self._tell_of_end(companies)

    @api.model
    def _look_soon(self):
        self.env.ref("clinic_family.ir_cron_waitlist").sudo()._trigger()

    @api.model
    def _look_when_settled(self, companies):
        """Looks as soon as what was just cancelled can't be undone any more, if anybody waits."""
        domain = [("state", "=", "waiting"), ("company_id", "in", companies.ids)]
        if self.env["clinic.wait.request"].sudo().search_count(domain, limit=1):
            at = {company._get_undo_until() for company in companies.sudo()}
            self.env.ref("clinic_family.ir_cron_waitlist").sudo()._trigger(at=sorted(at))

    def _offer_next(self, company, failed):
        """Offers the first of what is free; what was taken meanwhile is left to the next look.

        Nobody waits for a request that nothing can be kept for: it is added to the ``failed``.
        """
        requests = self.env["clinic.wait.request"]
        for request_id, free in self._plan(company, left_out=failed).items():
            try:
                with self.env.cr.savepoint():
                    made = self._offer(requests.browse(request_id), free)
            except (UserError, IntegrityError):
                _logger.warning(
                    "Nothing can be offered to wait request %s", request_id, exc_info=True
                )
                failed.add(request_id)
                # What it was dealt is for those behind it.
                return self._offer_next(company, failed)
            if made:
                return True
        return False

    # What is over

    def _end_over(self):
        now = fields.Datetime.now()
        offers = self.env["clinic.wait.offer"].search([("state", "=", "open")], order="id")
        for offer in offers:
            if offer.exists() and offer.state == "open":
                self._end_offer(offer, now)
        requests = self.env["clinic.wait.request"]
        for company in requests.search([("state", "=", "waiting")]).company_id:
            today = company._get_clinic_today()
            requests.search([
                ("state", "=", "waiting"),
                ("company_id", "=", company.id),
                ("date_until", "<", today),
            ])._end("over")  # fmt: skip
        active = requests.search([("state", "in", ACTIVE)])
        bookable = active._filter_bookable()
        # What has ended by its date was told nobody, and counts as what they wait for.
        (active - bookable)._end("permission")
        active = bookable
        for request, visit in active._find_served().items():
            if not visit._is_in_undo():
                request._end("otherwise")
        active.filtered(lambda one: one._has_lost_answer())._lose_answer()
        self.env["ir.cron"]._commit_progress()

    def _tell_of_end(self, companies):
        """Writes once to who still waits that their last day is near, and never by night."""
        awake = companies.filtered(lambda company: not company._is_night())
        waiting = self.env["clinic.wait.request"].search([
            ("state", "=", "waiting"),
            ("company_id", "in", awake.ids),
            ("asked_at", "<", fields.Datetime.now() - BEFORE_END),
            ("service_id.is_published", "=", True),
        ])  # fmt: skip
        served = waiting._find_served()
        for request in waiting.filtered(lambda one: one not in served):
            until = request.date_until
            tomorrow = request.company_id._get_clinic_today() + BEFORE_END
            if until <= tomorrow and request.told_until != until:
                self._tell_one_of_end(request)

    def _tell_one_of_end(self, request):
        """The clinic may have changed the text: one that can't be made stops nobody else's."""
        try:
            with self.env.cr.savepoint():
                request.told_until = request.date_until
                self.env["clinic.sharing.notice"]._tell_waiting(request)
        except UserError:
            _logger.warning("Nothing can be written to wait request %s", request.id, exc_info=True)
        self.env["ir.cron"]._commit_progress()

    def _end_offer(self, offer, now):
        """It ran out, was called off by staff, or is offered to one who may not book any more."""
        if offer.ends_at <= now:
            offer._close("over")
        elif not offer._get_visit() or not offer.request_id._may_book():
            offer._close("withdrawn")
        else:
            return
        offer.request_id._go_on()
        self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _drop_without_permission(self, permissions):
        """Requests that rested on these permissions end, and what was offered is free again."""
        if not permissions:
            return
        pairs = Domain.OR(
            Domain("booker_id", "=", one.grantee_id.id)
            & Domain("patient_ids", "in", one.grantor_id.ids)
            for one in permissions
        )
        requests = self.env["clinic.wait.request"].search(Domain("state", "in", ACTIVE) & pairs)
        requests.filtered(lambda one: not one._may_book())._end("permission")

    # What is offered to whom

    @api.model
    def _plan(self, companies, with_resting=True, left_out=()):
        """Who would be offered what now, in their order, by request id.

        ``with_resting`` leaves alone what was cancelled so lately that it can still be undone.
        The ids ``left_out`` are dealt nothing.
        """
        plan = {}
        for company in companies:
            waiting = self.env["clinic.wait.request"].sudo().search([
                ("state", "=", "waiting"), ("company_id", "=", company.id),
            ])  # fmt: skip
            waiting = waiting.filtered(lambda one: one.id not in left_out)._filter_bookable()
            served = waiting._find_served()
            waiting = waiting.filtered(lambda one, served=served: one not in served)
            free = {service: self._find_free(service) for service in waiting.service_id}
            plan |= deal(
                {request.id: request._get_wish() for request in waiting},
                {request.id: free[request.service_id] for request in waiting},
                self._find_resting(company) if with_resting else (),
            )
        return plan

    def _find_free(self, service):
        """The times the website offers of a service, as far ahead as the clinic opens its book."""
        company = service.company_id.sudo()
        if not service.active or not service.is_published:
            return []
        practitioners, locations = service.sudo()._get_places()
        locations = locations.filtered(lambda place: place.company_id == company)
        if not practitioners or not locations:
            return []
        now = get_now()
        ends = max(service._get_terms(place).horizon for place in locations)
        zones = {place.id: place._get_zone() for place in locations}
        earliest = now + int((SHORTEST_OFFER.total_seconds()) + company.clinic_notice_hours * 3600)
        length, before, after = (
            minutes * 60
            for minutes in (service.duration, service.buffer_before, service.buffer_after)
        )
        return [
            Free(
                slot.start,
                slot.start + length,
                Interval(slot.start - before, slot.start + length + after),
                slot.practitioner_id,
                slot.location_id,
                zones[slot.location_id],
            )
            for slot in service._get_slots(Interval(earliest, ends), practitioners, locations)
        ]

    def _find_resting(self, company):
        """What was cancelled a moment ago, by practitioner: it may be undone."""
        now = fields.Datetime.now()
        since = now - timedelta(minutes=company.clinic_undo_minutes)
        cancelled_sudo = self.env["clinic.appointment"].sudo().search([
            ("company_id", "=", company.id),
            ("state", "=", "cancelled"),
            # None is longer: without it all visits that ever were would be read.
            ("start", ">", now - LONGEST),
            ("stop", ">", now),
            "|", ("booking_id.undo_until", ">", now),
            ("participant_ids.cancelled_at", ">", since),
        ])  # fmt: skip
        return [
            (
                visit.practitioner_id.id,
                Interval(from_stored(visit.blocked_start), from_stored(visit.blocked_stop)),
            )
            for visit in cancelled_sudo
        ]

    @api.model
    def _describe(self, free):
        """A free time, for the staff."""
        return self._describe_place(
            self.env["clinic.location"].browse(free.location_id),
            free.start,
            self.env["clinic.practitioner"].browse(free.practitioner_id),
        )

    @api.model
    def _describe_place(self, location, start, practitioner):
        """When by the clocks there, and with whom."""
        values = location._get_time_values(start)
        return f"{values['day']} {values['time']} · {practitioner.name}"

    # Offering

    def _offer(self, request, free):
        """Keeps the time for them and queues the message; nothing when somebody was first."""
        company = request.company_id
        start = to_stored(free.start)
        booking = self.env["clinic.booking"].with_company(company)._keep_for(request, free)
        if not booking:
            return booking
        offer = self.env["clinic.wait.offer"].create({
            "request_id": request.id,
            "booking_id": booking.id,
            "practitioner_id": free.practitioner_id,
            "location_id": free.location_id,
            "start": start,
            "stop": to_stored(free.stop),
            "made_at": fields.Datetime.now(),
            "ends_at": company._get_offer_end(start),
        })  # fmt: skip
        request.state = "offered"
        self.env["clinic.message"]._queue_offer(offer)
        self.env.ref("clinic_family.ir_cron_waitlist").sudo()._trigger(at=offer.ends_at)
        return offer

    @api.model
    def _offer_first(self, request):
        """Offers this one the first free time that fits, whoever asked before them."""
        wishes = {request.id: request._get_wish()}
        free = self._find_free(request.service_id)
        dealt = deal(wishes, {request.id: free}, self._find_resting(request.company_id))
        if not dealt or not self._offer(request, dealt[request.id]):
            raise UserError(self.env._("Nothing is free that fits what they wait for."))
