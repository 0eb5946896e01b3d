from datetime import timedelta

from odoo import models

from ...engine.instants import day_bounds, from_instant
from ...engine.intervals import Interval
from ...engine.nothing_free import explain_nothing, first_start
from .clinic_booking_site import DAYS_SHOWN


class ClinicBookingNothing(models.AbstractModel):
    """What visitors read when nothing is free: why, and when and with whom something is."""

    # A room of its own in a large model.
    _inherit = "clinic.booking.site"  # pylint: disable=consider-merging-classes-inherited

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
        day = from_instant(start).astimezone(location._get_zone()).date()
        time = location._get_time_values(start)
        return {
            "day": day,
            "name": self._get_day_name(day),
            "time": f"{time['day']} {time['time']}",
        }

    def _tell_why(self, reason, service, choice, until):
        """The sentence for the reason, without the affairs of anybody in particular."""
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
