from odoo import models

from ...engine.instants import day_bounds, get_day
from ...engine.intervals import Interval
from ...engine.nothing_free import explain_nothing


class ClinicPageBooking(models.AbstractModel):
    """Why nothing is free in the days that are shown, and what is."""

    _inherit = "clinic.page.booking"

    def _get_nothing(self, service, choice, book):
        """Why nothing of what was chosen is free in the days that are shown, and what is."""
        location = choice["location"]
        found = self._search_book(choice, book)
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

    def _search_book(self, choice, book):
        """The reason, and the first free starts after, before and in spite of what was chosen."""
        span = book.span
        shown = self._get_window(choice["location"], choice["first_day"], choice["shown_until"])
        return {
            # Where but the visit's own time were free, that is what takes it.
            "reason": explain_nothing(book.own, book.terms, shown).reason or "taken",
            "later": book.find_first(book.own, Interval(shown.stop, span.stop)),
            "earlier": book.find_first(book.own, Interval(span.start, shown.start)),
            "anyone": book.find_first(book.diaries.values(), Interval(shown.start, span.stop)),
        }

    def _get_window(self, location, first_day, last_day):
        """These days at the location, also those the clinic hasn't opened yet."""
        zone = location._get_zone()
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
