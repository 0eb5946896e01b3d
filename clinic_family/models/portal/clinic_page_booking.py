from datetime import timedelta
from itertools import chain, islice

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...engine.instants import day_bounds, get_day, get_now, read_start
from ...engine.intervals import Interval
from ...engine.nothing_free import explain_nothing, first_start
from ...engine.sessions import Visit, judge_right

DAYS_SHOWN = 7
DAY = 24 * 3600
NOON, EVENING = 12, 17


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
        domain = Domain("is_published", "=", True) & self._match(search, "name", "description")
        services = self.env["clinic.service"].search(domain)
        return {"search": search, "categories": services.grouped("category_name")}

    @api.model
    def _find_service(self, slug):
        """The published service at this address, or an empty set."""
        _name, service_id = self.env["ir.http"]._unslug(slug)
        return self.env["clinic.service"].search([
            ("id", "=", service_id), ("is_published", "=", True),
        ])  # fmt: skip

    @api.model
    def _get_practitioners(self, search=""):
        """The published practitioners who give something online, those matching the search."""
        domain = self._get_published_practitioners() & self._match(search, "name", "job_title")
        return {"search": search, "practitioners": self.env["clinic.practitioner"].search(domain)}

    @api.model
    def _find_practitioner(self, slug):
        """The published practitioner at this address, or an empty set."""
        _name, practitioner_id = self.env["ir.http"]._unslug(slug)
        return self.env["clinic.practitioner"].search(
            Domain("id", "=", practitioner_id) & self._get_published_practitioners()
        )

    @api.model
    def _get_practitioner(self, practitioner):
        """One practitioner, the services they give, and where they work."""
        return {
            "practitioner": practitioner,
            "services": self.env["clinic.service"].search(
                [("practitioner_ids", "=", practitioner.id), ("is_published", "=", True)]
            ),
            "locations": practitioner._get_locations(),
        }

    def _get_published_practitioners(self):
        return Domain("is_published", "=", True) & Domain("service_ids.is_published", "=", True)

    def _match(self, search, *names):
        return Domain.OR(Domain(name, "ilike", search) for name in names) if search else Domain.TRUE

    # Choosing a time

    @api.model
    def _get_times(self, service, practitioner_id, location_id, day, moving=()):
        """A week of free times of the service, as the visitor narrowed it down.

        ``practitioner_id`` 0 stands for any practitioner; an unknown practitioner, location or
        day for the first one. An appointment that is ``moving`` isn't in its own way, nor is the
        time the visitor has just chosen and comes back from.
        """
        practitioners, chosen, locations, location = self._choose(
            service, practitioner_id, location_id
        )
        values = {
            "is_visitor": self.env.user._is_public(),
            "service": service,
            "practitioners": practitioners,
            "practitioner": practitioners.filtered(lambda p: p.id == practitioner_id),
            "locations": locations,
            "location": location,
            "rule": self.env["clinic.appointment"]._get_rule_of(service),
            "bound": [],
        }
        if not location:
            return values
        left_out = moving or self._get_own_unfinished(service)
        values.update(self._get_week(service, chosen, location, day, left_out))
        is_free = any(one_day["starts"] for one_day in values["days"])
        values["nothing"] = not is_free and self._get_nothing(service, values, left_out)
        if not (moving or values["is_visitor"]):
            values["bound"] = self._get_bound(service, values)
        return values

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

    def _get_week(self, service, practitioners, location, day, moving=()):
        zone = location._get_zone()
        today = get_day(get_now(), zone)
        horizon = get_day(service._get_terms(location).horizon - 1, zone)
        first_day = min(max(day or today, today), horizon)
        count = min(DAYS_SHOWN, (horizon - first_day).days + 1)
        starts_by_day = service._get_days(first_day, count, practitioners, location, moving)[
            location
        ]
        week = timedelta(days=DAYS_SHOWN)
        return {
            "first_day": first_day,
            "name": self._get_week_name(list(starts_by_day)),
            "days": self._get_days_values(location, starts_by_day),
            "previous": first_day > today and max(first_day - week, today),
            "next": first_day + week <= horizon and first_day + week,
            "horizon": self._get_day_name(horizon),
            **self._get_clock(location, list(starts_by_day)),
        }

    def _get_week_name(self, days):
        first, last = (
            format_date(self.env, day, date_format="d MMM") for day in (days[0], days[-1])
        )
        return first if first == last else f"{first} – {last}"

    def _get_day_name(self, day):
        return format_date(self.env, day, date_format=self.env._("EEEE d MMMM"))

    def _get_days_values(self, location, starts_by_day):
        """The days with their free times; the first that has some is the one that is open."""
        values = iter(location._get_starts_values(chain.from_iterable(starts_by_day.values())))
        opened = next((day for day, starts in starts_by_day.items() if starts), None)
        return [
            {
                "day": day,
                "name": self._get_day_name(day),
                "weekday": format_date(self.env, day, date_format="EEE"),
                "is_open": day == opened,
                **self._get_parts_values(list(islice(values, len(starts)))),
            }
            for day, starts in starts_by_day.items()
        ]

    def _get_parts_values(self, starts):
        """The free times of a day, all of them and by the part of the day they are in."""
        parts = {"morning": [], "afternoon": [], "evening": []}
        for start in starts:
            hour = start["hour"]
            part = "morning" if hour < NOON else "afternoon" if hour < EVENING else "evening"
            parts[part].append(start)
        return {"starts": starts, "parts": {name: some for name, some in parts.items() if some}}

    def _get_clock(self, location, days):
        """The zone the times of these days are in, and the day on which its clocks change."""
        zone = location._get_zone()
        changing = [day for day in days[1:] if self._is_odd(day_bounds(day, zone))]
        return {
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

    # Why nothing is free

    def _get_nothing(self, service, choice, moving=()):
        """Why nothing of what was chosen is free in the week that is shown, and what is."""
        location = choice["location"]
        found = self._search_book(service, choice, moving)
        reason, later, earlier = found["reason"], found["later"], found["earlier"]
        until = self._get_free_time(location, later)
        sentences = self._tell_why(reason, service, choice, until), self._tell_end(choice, found)
        return {
            "why": " ".join(filter(None, sentences)),
            "later": until,
            "earlier": not later and self._get_free_time(location, earlier),
            "anyone": found["anyone"] != later and self._get_free_time(location, found["anyone"]),
            "call": location.phone and (reason == "notice" or not (later or earlier)),
        }

    def _search_book(self, service, choice, moving):
        """The reason, and the first free starts after, before and in spite of what was chosen."""
        location, everybody = choice["location"], choice["practitioners"]
        chosen_ids = set((choice["practitioner"] or everybody).ids)
        terms = service._get_terms(location, moving)
        week = self._get_window(location, choice["first_day"])
        book = Interval(terms.now, max(terms.horizon, week.stop))
        diaries = self.env["clinic.availability"]._read_diaries(everybody, location, book, moving)
        own = [
            diary
            for (practitioner_id, _location_id), diary in diaries.items()
            if practitioner_id in chosen_ids
        ]
        return {
            "reason": explain_nothing(own, terms, week).reason,
            "later": first_start(own, terms, Interval(week.stop, book.stop)),
            "earlier": first_start(own, terms, Interval(book.start, week.start)),
            "anyone": first_start(diaries.values(), terms, Interval(week.start, book.stop)),
        }

    def _get_window(self, location, first_day):
        """The days of a week at the location, also those the clinic hasn't opened yet."""
        zone = location._get_zone()
        last_day = first_day + timedelta(days=DAYS_SHOWN - 1)
        return Interval(day_bounds(first_day, zone).start, day_bounds(last_day, zone).stop)

    def _get_free_time(self, location, start):
        if start is None:
            return False
        day = get_day(start, location._get_zone())
        time = location._get_time_values(start)
        return {
            "day": day,
            "name": self._get_day_name(day),
            "time": f"{time['day']} {time['time']}",
        }

    def _tell_why(self, reason, service, choice, until):
        """The sentence for the reason; it says nothing of anybody's affairs."""
        location, practitioner = choice["location"], choice["practitioner"]
        if reason == "notice":
            return self.env._(
                "Online booking needs %(hours)g hours' notice. To come earlier, please call "
                "%(place)s.",
                hours=service.company_id.sudo().clinic_notice_hours,
                place=location.name,
            )
        if reason == "horizon":
            return self.env._(
                "That is as far ahead as this clinic opens its book: %(day)s.",
                day=choice["horizon"],
            )
        if practitioner:
            return self._tell_why_not_with(practitioner, reason, location, until)
        return self._tell_why_nobody(reason, location, until)

    def _tell_end(self, choice, found):
        """The sentence for a book in which nothing later is free."""
        practitioner, day = choice["practitioner"], choice["horizon"]
        if found["later"] or found["reason"] == "horizon":
            return ""
        if found["earlier"]:
            return self.env._(
                "Nothing later is free: this clinic opens its book until %(day)s.", day=day
            )
        if practitioner:
            return self.env._(
                "Nothing is free with %(name)s until %(day)s: "
                "that is as far ahead as this clinic opens its book.",
                name=practitioner.name,
                day=day,
            )
        return self.env._(
            "Nothing is free until %(day)s: that is as far ahead as this clinic opens its book.",
            day=day,
        )

    def _tell_why_not_with(self, practitioner, reason, location, until):
        name, place = practitioner.name, location.name
        if reason == "hours":
            return self.env._(
                "%(name)s doesn't work at %(place)s in these days.", name=name, place=place
            )
        if reason == "time_off":
            return self.env._("%(name)s is away in these days.", name=name)
        if until:
            return self.env._(
                "%(name)s is fully booked until %(day)s.", name=name, day=until["name"]
            )
        return self.env._("%(name)s is fully booked in these days.", name=name)

    def _tell_why_nobody(self, reason, location, until):
        place = location.name
        if reason == "hours":
            return self.env._("Nobody gives this service at %(place)s in these days.", place=place)
        if reason == "time_off":
            return self.env._("Nobody works at %(place)s in these days.", place=place)
        if until:
            return self.env._(
                "This service is fully booked at %(place)s until %(day)s.",
                place=place,
                day=until["name"],
            )
        return self.env._("This service is fully booked at %(place)s in these days.", place=place)
