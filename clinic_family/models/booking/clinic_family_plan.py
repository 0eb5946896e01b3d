from dataclasses import replace
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ...engine.checkout import Checkout
from ...engine.instants import from_stored, get_day, localize, to_stored, write_start
from ...engine.intervals import Interval
from ...engine.plan_search import find_plans
from ...engine.plans import ZONE_APART, Party, Placed, Wanted
from ...engine.sessions import Visit, choose
from ...engine.slots import free_starts
from ...exceptions import BookingRefused

MOST_TOGETHER = 5
DAYS_SEARCHED = 28


class ClinicFamilyPlan(models.AbstractModel):
    """Finds visits of several people together, each with a service of their own.

    What is found can be booked, all of it: the same engine judges each start as on the page of a
    single service, and who comes and who pays is judged before anything is offered. Visits the
    reader may not see stand in nobody's way.
    """

    _name = "clinic.family.plan"
    _description = "Family Plan"

    @api.model
    def _get_services(self):
        """The services that may be part of a plan: those for one person each."""
        services = self.env["clinic.service"]
        own = Domain("company_id", "=", self.env.company.id)
        return services.search(services._get_on_offer() & own & Domain("max_participants", "=", 1))

    @api.model
    def _is_led(self, person):
        """Whether an adult has to come along: for a child, and whoever is looked after as one."""
        return not self.env["clinic.family"]._decide_paying(person)

    def _find(self, booker, outing):
        """The best plans of the four weeks from its first day on, by day, and who has no time.

        Returns ``[(day, [Plan])]``, days without one left out, and the people for whom nothing
        is free in these days at all. Raises BookingRefused when one of them can't be booked, can't
        be paid for, or nobody is named.
        """
        people, services, along, led = self._verify(booker, outing)
        days = self._filter_fitting(self._get_days(outing), outing, people, services)
        locations = self._get_locations(services, outing)
        windows = [self._get_window(day, locations, outing) for day in days]
        if not windows or not locations:
            return [], people
        reach = Interval(
            min(each.start for each in windows[0].values()),
            max(each.stop for each in windows[-1].values()),
        )
        giving_way = self._get_giving_way(booker, outing, people, services)
        kinds = list(zip(services, self._get_lengths(outing, services), strict=True))
        starts = self._read_starts(kinds, locations, reach, giving_way)
        party = Party(
            wanted=[
                self._get_wanted(person, kind, starts[kind])
                for person, kind in zip(people, kinds, strict=True)
            ],
            along_id=along.id or 0,
            led=frozenset(led.ids),
            side_by_side=outing.side_by_side,
            travel=outing.way * 60,
            **self._read_engaged(booker, people | along | led, locations, reach, giving_way),
        )
        found = [
            (day, plans)
            for day, plans in zip(days, find_plans(party, windows), strict=True)
            if plans
        ]
        return found, [] if found else self._find_without(people, party, windows)

    @api.model
    def _get_checkouts(self, outing, plan):
        """What is asked for at the check-out to have this plan."""
        services = dict(outing.wishes)
        places = self.env["clinic.location"].browse({one.location_id for one in plan.visits})
        zones = {place.id: place._get_zone() for place in places}
        return [
            Checkout(
                service_id=services[one.person_id],
                practitioner_id=one.practitioner_id,
                location_id=one.location_id,
                start=write_start(one.start, zones[one.location_id]),
                participant_ids=(one.person_id,),
                payer_id=outing.payer_id,
                along_id=outing.along_id,
            )
            for one in plan.visits
        ]

    # Judging who comes

    def _verify(self, booker, outing):
        """Those who come, the service each wants, in the same order, and who comes along.

        And those who come along with nobody else: the adult has to be with them, whether they come
        now or not.
        """
        bookings = self.env["clinic.booking"]
        if not outing.wishes:
            raise BookingRefused("nobody", self.env._("Please choose who is coming."))
        if len(outing.wishes) > MOST_TOGETHER:
            raise BookingRefused("too_many", self.env._(
                "We look for times for at most %(count)s people at once. Please choose fewer.",
                count=MOST_TOGETHER,
            ))  # fmt: skip
        self._verify_hours(outing)
        known = self.env["clinic.authority"]._get_people(booker, "book")
        if not {person_id for person_id, _service in outing.wishes} <= set(known.ids):
            raise bookings._get_people_refusal()
        offered = self._get_services()
        services = []
        for person_id, service_id in outing.wishes:
            service = offered.filtered(lambda one, wish=service_id: one.id == wish)
            if not service:
                raise BookingRefused(
                    "service", self.env._("Please choose a service for everybody.")
                )
            checkout = Checkout(service.id, 0, 0, "", (person_id,), outing.payer_id)
            bookings._prepare_coming(booker, service, checkout)
            services.append(service)
        people = self.env["res.partner"].browse(one for one, _service in outing.wishes)
        led = (known.sudo(False) if outing.along_id else people).filtered(self._is_led)
        return people, services, self._verify_along(booker, outing, people, led), led

    @api.model
    def _verify_hours(self, outing):
        if outing.end <= outing.begin:
            raise BookingRefused("hours", self.env._(
                "Visits can't be over before they begin. Please choose other hours."
            ))  # fmt: skip

    def _verify_along(self, booker, outing, people, led):
        """Who comes along, and may with each of those who come and need somebody."""
        along = self.env["res.partner"].browse(outing.along_id or [])
        adults = along and self.env["clinic.family"]._find_adults_along(booker, led)
        if along and along not in self._get_adults(booker, adults):
            raise BookingRefused("along", self.env._("Please choose an adult who comes along."))
        if any(along not in adults[person.id] for person in along and people & led):
            raise BookingRefused("along", self.env["clinic.participant"]._get_along_refusal())
        return along

    def _find_paid(self, booker, outing, plans):
        """For each plan, those of its visits that sessions would pay by the booker's right."""
        nothing = dict.fromkeys(plans, ())
        if outing.moving_ids:
            # What they are paid with already goes along.
            return nothing
        sessions, services = self.env["clinic.package.session"], dict(outing.wishes)
        rights = sessions._get_rights(booker)
        wanted = self.env["clinic.service"].browse(services.values())
        free = sessions._find_free(rights, wanted)._describe()
        paid = {}
        for plan in plans if free else ():
            visits = [self._describe_visit(one, services[one.person_id]) for one in plan.visits]
            chosen = zip(plan.visits, choose(free, visits, rights), strict=True)
            paid[plan] = tuple(one for one, session in chosen if session)
        return {**nothing, **paid}

    def _describe_visit(self, placed, service_id):
        zone = self.env["clinic.location"].browse(placed.location_id)._get_zone()
        return Visit(
            service_id,
            placed.practitioner_id,
            placed.location_id,
            get_day(placed.start, zone),
            frozenset([placed.person_id]),
        )

    @api.model
    def _get_adults(self, booker, adults):
        """Who may come along with somebody the booker books for, the booker first."""
        me = booker.filtered(lambda person: not self._is_led(person))
        return me | booker.browse().union(*adults.values())

    def _find_elsewhere(self, booker, service, checkout):
        """Who takes part in another visit of the booker's basket at the time asked for."""
        # The basket is the booker's own.
        basket_sudo = self.env["clinic.booking"]._find_basket(booker).sudo()
        try:
            wish = basket_sudo._read_wish(service, checkout)
        except BookingRefused:
            return booker.browse()
        start = to_stored(wish[1])
        stop = start + timedelta(minutes=service.duration)
        others_sudo = basket_sudo._get_finished() - basket_sudo._find_held(service, wish)
        at_once_sudo = others_sudo.filtered(lambda one: one.start < stop and one.stop > start)
        return at_once_sudo.participant_ids.partner_id.sudo(False)

    def _map_adults(self, booker):
        """Who may come along with each of those the booker books for who need an adult, by id."""
        people = self.env["clinic.authority"]._get_people(booker, "book").sudo(False)
        return self.env["clinic.family"]._find_adults_along(booker, people.filtered(self._is_led))

    def _filter_fitting(self, days, outing, people, services):
        """The days on which everybody is of the age of their service.

        Raises BookingRefused when somebody isn't on any of them, before anything is offered.
        """
        bookings = self.env["clinic.booking"]
        for person, service in zip(people, services, strict=True):
            fitting = [day for day in days if service._judge_age(person, day)]
            if days and not fitting:
                bookings._verify_ages(person, service, days[0])
            days = fitting
        return days

    # Reading what is free

    def _get_days(self, outing):
        today = self.env.company._get_clinic_today()
        last_day = today + timedelta(days=self.env.company.sudo().clinic_horizon_days)
        first_day = min(max(outing.first_day or today, today), last_day)
        days = (first_day + timedelta(days=n) for n in range(DAYS_SEARCHED))
        return [day for day in days if day <= last_day and day.weekday() in outing.weekdays]

    def _get_locations(self, services, outing):
        locations = self.env["clinic.location"].union(
            *(service._get_places()[1] for service in services)
        )
        if not outing.location_id:
            return locations
        return locations.filtered(lambda place: place.id == outing.location_id)

    def _get_window(self, day, locations, outing):
        """Between which instants a visit may be on that day, by location id."""
        return {
            place.id: Interval(
                localize(day, outing.begin, place._get_zone()),
                localize(day, outing.end, place._get_zone()),
            )
            for place in locations
        }

    def _get_lengths(self, outing, services):
        """How long each visit takes, in seconds; one that moves takes what it takes now."""
        if outing.moving_ids:
            moving = self.env["clinic.appointment"].browse(outing.moving_ids)
            return [visit._get_length() for visit in moving]
        return [service.duration * 60 for service in services]

    def _read_starts(self, kinds, locations, window, giving_way):
        """The free starts of each service and length, by practitioner and location, at once."""
        places = {service: self._get_givers(service) for service, _length in kinds}
        practitioners = self.env["clinic.practitioner"].union(*places.values())
        diaries = self._read_diaries(practitioners, locations, window, giving_way)
        starts = {}
        for service, length in dict.fromkeys(kinds):
            terms = {
                place.id: replace(self._get_terms(service, place, window), duration=length)
                for place in locations
            }
            starts[service, length] = {
                place: free_starts(diary, terms[place[1]], window)
                for place, diary in diaries.items()
                if place[0] in places[service].ids
            }
        return starts

    def _read_diaries(self, *asked):
        return self.env["clinic.availability"]._read_offered(*asked)

    def _get_givers(self, service):
        return service._get_places()[0]

    def _get_terms(self, service, location, _window):
        return service._get_terms(location)

    def _get_wanted(self, person, kind, starts):
        service, length = kind
        return Wanted(
            person_id=person.id,
            duration=length,
            before=service.buffer_before * 60,
            after=service.buffer_after * 60,
            starts=starts,
        )

    def _find_without(self, people, party, windows):
        """Those for whom alone nothing is free."""
        return people.filtered(
            lambda person: (
                not any(
                    any(find_plans(Party(wanted=[one]), windows, most=1))
                    for one in party.wanted
                    if one.person_id == person.id
                )
            )
        )

    # What stands already

    def _get_giving_way(self, booker, outing, people, services):
        """What a plan holds for them already, and what nobody was named for; or what moves."""
        if outing.moving_ids:
            return self.env["clinic.appointment"].browse(outing.moving_ids)
        basket_sudo = self.env["clinic.booking"]._find_basket(booker).sudo()
        pairs = set(zip(services, people, strict=True))
        return basket_sudo._get_planned(pairs) | basket_sudo._get_unfinished()

    def _read_engaged(self, booker, people, locations, reach, giving_way):
        """Who of them is treated when and where already, and the zones of all locations."""
        window = Interval(reach.start - ZONE_APART, reach.stop + ZONE_APART)
        found = self._find_engaged(booker, people, window, giving_way)
        places = locations | locations.union(*(one.appointment_id.location_id for one in found))
        return {
            # Where somebody has to be counts, also at a location the reader doesn't see.
            "zones": {place.id: place.tz for place in places.sudo()},
            "engaged": [
                Placed(
                    one.partner_id.id,
                    from_stored(one.appointment_id.start),
                    from_stored(one.appointment_id.stop),
                    one.appointment_id.practitioner_id.id,
                    one.appointment_id.location_id.id,
                )
                for one in found
            ],
        }

    def _find_engaged(self, booker, people, window, giving_way):
        """The visits they have, as far as the booker may see them, and those in the basket."""
        basket_sudo = self.env["clinic.booking"]._find_basket(booker).sudo()
        held_sudo = basket_sudo._get_finished() - giving_way
        booked = self._search_booked(people, window, giving_way, known_to=booker)
        return (booked.sudo() | held_sudo.participant_ids).filtered(
            lambda one: one.partner_id in people
        )

    def _search_booked(self, people, window, besides, known_to=None):
        """Their visits in the window, as far as who asks may see them."""
        spans = [(to_stored(window.start), to_stored(window.stop))]
        return self.env["clinic.participant"]._search_at_once(
            spans, people, besides=besides, known_to=known_to
        )
