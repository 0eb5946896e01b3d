from datetime import datetime, timedelta, timezone

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...engine.instants import day_bounds, from_instant
from ...engine.intervals import Interval
from .clinic_booking_site import DAYS_SHOWN

DAY = 24 * 3600


class ClinicBookingChoice(models.AbstractModel):
    """What visitors choose from: services, the people who give them, places and times."""

    # A room of its own in a large model.
    _inherit = "clinic.booking.site"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_services(self, search=""):
        """The published services by category, those matching the search."""
        domain = Domain("is_published", "=", True) & self._match(search, "name", "description")
        services = self.env["clinic.service"].search(domain)
        return {"search": search, "categories": services.grouped("category_name")}

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
        moving = moving or self._get_own_unfinished(service)
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
        }
        if not location:
            return values
        values.update(self._get_week(service, chosen, location, day, moving))
        is_free = any(one_day["starts"] for one_day in values["days"])
        nothing = not is_free and self._get_nothing(service, values, moving)
        return {**values, "nothing": nothing}

    def _choose(self, service, practitioner_id, location_id):
        """Everybody who gives the service, those chosen, where they work, and the place chosen."""
        practitioners, locations = service._get_places()
        one = practitioners.filtered(lambda p: p.id == practitioner_id)
        if one:
            locations = one._get_locations()
        location = locations.filtered(lambda place: place.id == location_id) or locations[:1]
        return practitioners, one or practitioners, locations, location

    def _get_week(self, service, practitioners, location, day, moving=()):
        zone = location._get_zone()
        today = datetime.now(timezone.utc).astimezone(zone).date()
        horizon = from_instant(service._get_terms(location).horizon - 1).astimezone(zone).date()
        first_day = min(max(day or today, today), horizon)
        count = min(DAYS_SHOWN, (horizon - first_day).days + 1)
        starts_by_day = service._get_days(first_day, count, practitioners, location, moving)[
            location
        ]
        week = timedelta(days=DAYS_SHOWN)
        return {
            "first_day": first_day,
            "name": self._get_week_name(list(starts_by_day)),
            "days": [
                self._get_day_values(location, one_day, starts)
                for one_day, starts in starts_by_day.items()
            ],
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
        return format_date(self.env, day, date_format="EEEE d MMMM")

    def _get_day_values(self, location, day, starts):
        return {
            "day": day,
            "name": self._get_day_name(day),
            "starts": [location._get_time_values(start) for start in starts],
        }

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
