from calendar import Calendar
from datetime import date, timedelta
from itertools import chain, islice
from typing import NamedTuple

from odoo import api, models
from odoo.tools import format_date

from ...engine.instants import day_bounds, from_stored, get_day, read_start, write_start
from ...engine.intervals import Interval
from ...engine.nothing_free import first_start
from ...engine.sessions import Visit, judge_right
from ...engine.slots import Diary, Terms, any_free_starts, cut

DAYS_SHOWN = 7
DAY = 24 * 3600
ONE_DAY = timedelta(days=1)
NOON, EVENING = 12, 17


class Book(NamedTuple):
    """What a service has free at a location as far ahead as it can be booked, read at once.

    An appointment that is moving isn't in its own way. The time it has already is ``present``,
    with the diary it is in: nobody is told that it is free.
    """

    terms: Terms
    diaries: dict[int, Diary]
    own: list[Diary]
    span: Interval
    today: date
    last_day: date
    present: int | None = None
    present_diary: Diary | None = None

    def find_first(self, diaries, window):
        """The first start in the window that anybody is free at, if there is one."""
        start = first_start(diaries, self.terms, window)
        if start != self.present or not self._is_among(diaries):
            return start
        return first_start(diaries, self.terms, Interval(self.present + 1, window.stop))

    def find_new(self, starts):
        """Those of the starts that are free with whoever was chosen, and not the present one."""
        if not self._is_among(self.own):
            return list(starts)
        return [start for start in starts if start != self.present]

    def _is_among(self, diaries):
        return any(diary is self.present_diary for diary in diaries)


class ClinicPageBooking(models.AbstractModel):
    """The pages on which visitors choose a service, who gives it, a place and a time.

    Everything is read with the visitor's rights. Times are those of the location, whose zone is
    named on the page.
    """

    _name = "clinic.page.booking"
    _inherit = "clinic.page"
    _description = "Booking Page"

    @api.model
    def _get_services(self, search=""):
        """The published services by category, those matching the search."""
        services = self.env["clinic.service"]
        words = self._match(search, "name", "description")
        services = services.search(services._get_on_offer() & words)
        return {
            "search": search,
            "categories": services.grouped("category_name"),
            "prices": services._get_totals_for(self._get_buyer()),
        }

    @api.model
    def _find_service(self, slug):
        """The published service at this address, or an empty set."""
        _name, service_id = self.env["ir.http"]._unslug(slug)
        return self.env["clinic.service"].search([
            ("id", "=", service_id), ("is_published", "=", True),
        ])  # fmt: skip

    # Choosing a time

    @api.model
    def _get_times(self, service, practitioner_id, location_id, day, moving=(), is_month=False):
        """A week of free times of the service, or its month, as the visitor narrowed it down.

        ``practitioner_id`` 0 stands for any practitioner; an unknown practitioner, location or
        day for the first one. An appointment that is ``moving`` isn't in its own way, nor is the
        time the visitor has just chosen and comes back from.
        """
        practitioners, chosen, locations, location = self._choose(
            service, practitioner_id, location_id
        )
        values = {
            "service": service,
            "prices": service._get_totals_for(self._get_buyer()),
            "practitioners": practitioners,
            "practitioner": practitioners.filtered(lambda p: p.id == practitioner_id),
            "locations": locations,
            "location": location,
            "rule": self.env["clinic.appointment"]._get_rule_of(service),
            "bound": [],
            "firsts": {},
        }
        if not location:
            return {**values, "phone": self._get_phone_of(service)}
        left_out = moving or self._get_own_unfinished(service)
        book = self._read_book(service, practitioners, chosen, location, left_out)
        if moving and moving.location_id == location:
            book = book._replace(
                present=from_stored(moving.start),
                present_diary=book.diaries.get(moving.practitioner_id.id),
            )
        shown = self._get_month if is_month else self._get_week
        values.update(
            shown(book, location, min(max(day or book.today, book.today), book.last_day)),
            **self._get_firsts(book, chosen, location),
            is_month=is_month,
            today=book.today,
            last_day=book.last_day,
            horizon=self._get_day_name(book.last_day),
        )
        values["nothing"] = not values["is_free"] and self._get_nothing(service, values, book)
        if not (moving or self.env.user._is_public()):
            values["bound"] = self._get_bound(service, values)
        return values

    def _get_phone_of(self, service):
        """The number to call about a service that nobody gives anywhere."""
        company_sudo = service.company_id.sudo()
        numbers = self.env["clinic.location"].search_fetch(
            [("company_id", "=", company_sudo.id), ("phone", "!=", False)], ["phone"], limit=1
        )
        return numbers.phone or company_sudo.phone

    def _read_book(self, service, practitioners, chosen, location, moving):
        zone, terms = location._get_zone(), service._get_terms(location, moving)
        # The last week that is shown may go on after the book has ended.
        span = Interval(terms.now, terms.horizon + DAYS_SHOWN * DAY)
        read = self.env["clinic.availability"]._read_offered(practitioners, location, span, moving)
        diaries = {practitioner_id: diary for (practitioner_id, _place), diary in read.items()}
        return Book(
            terms=terms,
            diaries=diaries,
            own=[diaries[one.id] for one in chosen if one.id in diaries],
            span=span,
            today=get_day(terms.now, zone),
            last_day=get_day(terms.horizon - 1, zone),
        )

    def _get_own_unfinished(self, service):
        """The time of this service the reader has just chosen, without saying who comes."""
        if self.env.user._is_public():
            return ()
        basket_sudo = self.env["clinic.booking"]._find_basket(self.env.user.partner_id).sudo()
        return basket_sudo._get_unfinished().filtered(lambda visit: visit.service_id == service)

    def _choose(self, service, practitioner_id, location_id):
        """Everybody who gives the service, those chosen, where they work, and the place chosen."""
        practitioners, locations = service._get_places()
        one = practitioners.filtered(lambda p: p.id == practitioner_id)
        if one:
            locations = one._get_locations()
        location = locations.filtered(lambda place: place.id == location_id) or locations[:1]
        return practitioners, one or practitioners, locations, location

    def _get_choice(self, service, checkout):
        """What was chosen so far, for the heads of the pages and the hidden fields."""
        _everybody, chosen, _locations, location = self._choose(
            service, checkout.practitioner_id, checkout.location_id
        )
        start = location and read_start(checkout.start, location._get_zone())
        return {
            "service": service,
            "practitioner": chosen.filtered(lambda p: p.id == checkout.practitioner_id),
            "location": location,
            "start": start and location._get_time_values(start.facts["instant"]),
            "checkout": checkout,
        }

    def _get_firsts(self, book, chosen, location):
        """The next time that is free with each practitioner, and with whoever was chosen."""
        found = {
            practitioner_id: book.find_first([diary], book.span)
            for practitioner_id, diary in book.diaries.items()
        }
        firsts = {one: start for one, start in found.items() if start is not None}
        soonest = min((firsts[one] for one in chosen.ids if one in firsts), default=None)
        return {
            "firsts": {one: location._get_time_values(start) for one, start in firsts.items()},
            "soonest": soonest is not None and location._get_time_values(soonest),
        }

    def _find_starts(self, book, location, first_day, last_day):
        """The free starts of these days, complete, each once however many are free at it."""
        zone = location._get_zone()
        count = (min(last_day, book.last_day) - first_day).days + 1
        bounds = {
            day: day_bounds(day, zone)
            for day in (first_day + timedelta(days=n) for n in range(count))
        }
        window = Interval(bounds[first_day].start, max(each.stop for each in bounds.values()))
        starts = any_free_starts(book.own, book.terms, window)
        return {day: cut(starts, *each) for day, each in bounds.items()}

    def _get_week(self, book, location, first_day):
        week = timedelta(days=DAYS_SHOWN)
        starts_by_day = self._find_starts(book, location, first_day, first_day + week - ONE_DAY)
        return {
            "first_day": first_day,
            "name": self._get_week_name(list(starts_by_day)),
            "days": self._get_days_values(book, location, starts_by_day),
            "is_free": any(map(book.find_new, starts_by_day.values())),
            "shown_until": first_day + week - ONE_DAY,
            "previous": first_day > book.today and max(first_day - week, book.today),
            "next": first_day + week <= book.last_day and first_day + week,
            **self._get_clock(location, starts_by_day),
        }

    def _get_month(self, book, location, day):
        """The month of this day: how many times are free on each that can be booked."""
        first = day.replace(day=1)
        following = (first + timedelta(days=31)).replace(day=1)
        first_day = max(first, book.today)
        starts_by_day = self._find_starts(book, location, first_day, following - ONE_DAY)
        week_start = int(self.env["res.lang"]._get_data(code=self.env.lang or "en_US").week_start)
        weeks = Calendar(week_start - 1).monthdatescalendar(day.year, day.month)
        return {
            "first_day": first_day,
            "name": format_date(self.env, first, date_format="MMMM y"),
            "weekdays": [format_date(self.env, one, date_format="EEE") for one in weeks[0]],
            "weeks": [
                [
                    {"day": one, "count": len(book.find_new(starts_by_day.get(one, ())))}
                    if one.month == day.month
                    else None
                    for one in week
                ]
                for week in weeks
            ],
            "is_free": any(map(book.find_new, starts_by_day.values())),
            "shown_until": following - ONE_DAY,
            "previous": first > book.today and max((first - ONE_DAY).replace(day=1), book.today),
            "next": following <= book.last_day and following,
            **self._get_clock(location, starts_by_day),
        }

    def _get_week_name(self, days):
        first, last = (
            format_date(self.env, day, date_format="d MMM") for day in (days[0], days[-1])
        )
        return first if first == last else f"{first} – {last}"

    def _get_day_name(self, day):
        return format_date(self.env, day, date_format=self.env._("EEEE d MMMM"))

    def _get_days_values(self, book, location, starts_by_day):
        """The days with their times, and how many of them are free.

        The first day that has some is the one that is open.
        """
        values = iter(location._get_starts_values(chain.from_iterable(starts_by_day.values())))
        free = {day: len(book.find_new(starts)) for day, starts in starts_by_day.items()}
        opened = next((day for day, count in free.items() if count), None)
        return [
            {
                "day": day,
                "name": self._get_day_name(day),
                "weekday": format_date(self.env, day, date_format="EEE"),
                "count": free[day],
                "is_open": day == opened,
                "parts": self._get_parts(islice(values, len(starts))),
            }
            for day, starts in starts_by_day.items()
        ]

    def _get_parts(self, starts):
        """The times of a day by the part of the day they are in."""
        parts = {"morning": [], "afternoon": [], "evening": []}
        for start in starts:
            hour = start["hour"]
            part = "morning" if hour < NOON else "afternoon" if hour < EVENING else "evening"
            parts[part].append(start)
        return {name: some for name, some in parts.items() if some}

    def _get_clock(self, location, starts_by_day):
        """The zone the times of these days are in, and the day on which its clocks change."""
        zone, days = location._get_zone(), list(starts_by_day)
        starts = list(chain.from_iterable(starts_by_day.values()))
        changing = [day for day in days[1:] if self._is_odd(day_bounds(day, zone))]
        return {
            "moments": [write_start(start, zone) for start in (*starts[:1], *starts[-1:])],
            "zone": self._get_zone_at_the_end(location, days[0]),
            "clock_change": changing
            and {
                "name": self._get_day_name(changing[0]),
                "zone": self._get_zone_at_the_end(location, changing[0]),
            },
        }

    def _is_odd(self, bounds: Interval):
        return bounds.stop - bounds.start != DAY

    def _get_zone_at_the_end(self, location, day):
        """The zone's name late on that day: people come after its clocks were changed at night."""
        return location._get_time_values(day_bounds(day, location._get_zone()).stop - 1)["zone"]

    # Where bound packages count

    def _get_bound(self, service, values):
        """The reader's bound packages that have a session for the service, each with its times.

        None when there is a session that counts everywhere.
        """
        usable_sudo = self._find_usable(service)
        purchases_sudo = usable_sudo.purchase_id
        if any(not (one.practitioner_ids or one.location_ids) for one in purchases_sudo):
            return []
        return [self._get_bound_values(purchase_sudo, values) for purchase_sudo in purchases_sudo]

    def _find_usable(self, service):
        """The free sessions for the service that the reader may use for their own visit today."""
        me = self.env.user.partner_id
        sessions_sudo = self.env["clinic.package.session"].sudo()
        rights = sessions_sudo._get_rights(me)
        found_sudo = sessions_sudo._find_free(rights, service)
        today = service.company_id._get_clinic_today()
        visit = Visit(service.id, 0, 0, today, frozenset(me.ids))
        return found_sudo.browse(
            session.id
            for session in found_sudo._describe()
            if session.paid
            and (not session.last_day or session.last_day >= today)
            and any(judge_right(session, visit, right) for right in rights)
        )

    def _get_bound_values(self, purchase_sudo, values):
        """Where it counts, in words, and the choices that show only those times."""
        places_sudo = purchase_sudo.location_ids
        here = values["location"]
        place = here if not places_sudo or here in places_sudo else places_sudo[:1]
        given_sudo = purchase_sudo.practitioner_ids & values["practitioners"].sudo()
        choices = given_sudo or ([] if purchase_sudo.practitioner_ids else [values["practitioner"]])
        return {
            "words": self._get_bound_words(purchase_sudo),
            "choices": [
                {
                    "practitioner": practitioner.id or 0,
                    "location": place.id,
                    "name": practitioner.name if len(choices) > 1 else "",
                }
                for practitioner in choices
                if (practitioner, place) != (values["practitioner"], here)
            ],
        }

    def _get_bound_words(self, purchase_sudo):
        owner = purchase_sudo.owner_id
        package = self.env["clinic.package.session"]._get_package_words(
            purchase_sudo.name, "" if owner == self.env.user.partner_id else owner.name
        )
        where = self.env["clinic.page.package"]._get_where(purchase_sudo)
        return self.env._("%(package)s counts %(where)s.", package=package, where=where)
