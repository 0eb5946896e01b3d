import uuid
from datetime import datetime, timedelta, timezone

from odoo import api, models
from odoo.tools import format_date

from ..engine.instants import day_bounds, from_instant, read_start
from ..engine.intervals import Interval
from ..engine.slots import nearest

DAYS_SHOWN = 7
NEAREST_SHOWN = 3


class ClinicBookingSite(models.AbstractModel):
    """What the pages of the booking site show: plain values, read with the visitor's rights.

    Times are those of the location, whose zone is named on the page.
    """

    _name = "clinic.booking.site"
    _description = "Booking Site"

    @api.model
    def _get_services(self, search=""):
        """The published services by category, those matching the search."""
        domain = [("is_published", "=", True)]
        if search:
            domain += ["|", ("name", "ilike", search), ("description", "ilike", search)]
        services = self.env["clinic.service"].search(domain)
        return {"search": search, "categories": services.grouped("category_name")}

    @api.model
    def _find_service(self, slug):
        """The published service at this address, or an empty set."""
        _name, service_id = self.env["ir.http"]._unslug(slug)
        return self.env["clinic.service"].search([
            ("id", "=", service_id), ("is_published", "=", True),
        ])  # fmt: skip

    # Choosing a time

    @api.model
    def _get_times(self, service, practitioner_id, location_id, day, moving=()):
        """A week of free times of the service, as the visitor narrowed it down.

        ``practitioner_id`` 0 stands for any practitioner; an unknown location or day for the
        first one.
        """
        practitioners, chosen, locations, location = self._choose(
            service, practitioner_id, location_id
        )
        values = {
            "service": service,
            "practitioners": practitioners,
            "practitioner": chosen if practitioner_id else chosen.browse(),
            "locations": locations,
            "location": location,
        }
        if not location:
            return {**values, "days": [], "first_free": False, "previous": False, "next": False}
        return {**values, **self._get_week(service, chosen, location, day, moving)}

    def _choose(self, service, practitioner_id, location_id):
        """Everybody who gives the service, those chosen, where they work, and the place chosen."""
        practitioners, locations = service._get_places()
        chosen = practitioners.filtered(lambda p: p.id == practitioner_id) or practitioners
        if practitioner_id:
            locations &= chosen.sudo().schedule_ids.location_id.sudo(False)
        location = locations.filtered(lambda place: place.id == location_id) or locations[:1]
        return practitioners, chosen, locations, location

    def _get_week(self, service, practitioners, location, day, moving=()):
        zone = location._get_zone()
        today = datetime.now(timezone.utc).astimezone(zone).date()
        horizon = from_instant(service._get_terms(location).horizon - 1).astimezone(zone).date()
        first_day = min(max(day or today, today), horizon)
        starts_by_day = service._get_days(first_day, DAYS_SHOWN, practitioners, location, moving)[
            location
        ]
        week = timedelta(days=DAYS_SHOWN)
        return {
            "days": [
                self._get_day_values(location, one_day, starts)
                for one_day, starts in starts_by_day.items()
            ],
            "first_free": not any(starts_by_day.values())
            and self._find_first_free_day(service, practitioners, location, moving),
            "previous": first_day > today and max(first_day - week, today),
            "next": first_day + week <= horizon and first_day + week,
            "horizon": format_date(self.env, horizon),
            "zone": location._get_time_values(day_bounds(first_day, zone).start)["zone"],
        }

    def _get_day_values(self, location, day, starts):
        return {
            "day": day,
            "name": format_date(self.env, day, date_format="EEEE d MMMM"),
            "starts": [location._get_time_values(start) for start in starts],
        }

    def _find_first_free_day(self, service, practitioners, location, moving=()):
        """The first day with a free time before the horizon, or False."""
        terms = service._get_terms(location)
        window = Interval(terms.now, terms.horizon)
        slots = service._get_slots(window, practitioners, location, moving)
        if not slots:
            return False
        day = from_instant(slots[0].start).astimezone(location._get_zone()).date()
        return {"day": day, "name": format_date(self.env, day, date_format="EEEE d MMMM")}

    # Who comes, who pays

    @api.model
    def _get_who(self, service, checkout, error=""):
        """The people the visitor may book for, and those who may be asked to pay."""
        me = self.env.user.partner_id
        authority = self.env["clinic.authority"]
        people = authority._get_people(me, "book")
        # Whoever unticked everybody finds it as they left it.
        chosen = checkout.participant_ids or (() if error else me.ids)
        return {
            **self._get_choice(service, checkout),
            **self._get_relatives(me, people),
            "error": error,
            "clinic_acting": self._get_acting(
                me, people.filtered(lambda person: person.id in chosen), "#who"
            ),
            "people": self._get_people_values(me, people, chosen),
            "payers": [
                {"id": person.id, "name": person.name, "chosen": person.id == checkout.payer_id}
                for person in authority._get_people(me, "pay")
            ],
        }

    def _get_people_values(self, me, people, chosen):
        names = self.env["clinic.relationship"]._get_type_names(me, people)
        return [
            {
                "id": person.id,
                "name": person.name,
                "is_me": person == me,
                "relation": names.get(person.id, ""),
                "chosen": person.id in chosen,
            }
            for person in people
        ]

    def _get_relatives(self, me, people):
        """Relatives who could be asked to let the visitor book, and whether more can be added."""
        page = self.env["clinic.family.page"]
        return {
            "may_add": not page._get_no_adding(me),
            "askable": page._get_askable(me, people),
        }

    def _get_acting(self, me, people, switch_url):
        page = self.env["clinic.family.page"]
        return page._get_acting([one.name for one in people if one != me], switch_url)

    @api.model
    def _get_check(self, service, checkout):
        """Everything that will be booked, before it is; raises BookingRefused as booking would."""
        booking = self.env["clinic.booking"]
        people, payer = booking._preview(self.env.user.partner_id, checkout)
        me = self.env.user.partner_id
        return {
            **self._get_choice(service, checkout),
            "clinic_acting": self._get_acting(
                me, people, f"{service.website_url}/who?{checkout.query}"
            ),
            "people": [
                {"id": person.id, "name": person.name, "is_me": person == me} for person in people
            ],
            "payer": payer.name,
            "key": checkout.key or uuid.uuid4().hex,
        }

    def _get_choice(self, service, checkout):
        """What was chosen so far, for the heads of the pages and the hidden fields."""
        _everybody, chosen, _locations, location = self._choose(
            service, checkout.practitioner_id, checkout.location_id
        )
        start = location and read_start(checkout.start, location._get_zone())
        return {
            "service": service,
            "practitioner": chosen if checkout.practitioner_id else chosen.browse(),
            "location": location,
            "start": start and location._get_time_values(start.facts["instant"]),
            "checkout": checkout,
        }

    @api.model
    def _get_taken(self, service, checkout, moving=()):
        """The nearest free times to one that has just been taken, to be booked with one tap."""
        values = self._get_choice(service, checkout)
        location = values["location"]
        reading = location and read_start(checkout.start, location._get_zone())
        if not reading:
            return {**values, "nearest": []}
        wanted = reading.facts["instant"]
        week = DAYS_SHOWN * 24 * 3600
        _everybody, chosen, _locations, _location = self._choose(
            service, checkout.practitioner_id, checkout.location_id
        )
        window = Interval(wanted - week, wanted + week)
        slots = service._get_slots(window, chosen, location, moving)
        starts = sorted(nearest({slot.start for slot in slots}, wanted, NEAREST_SHOWN))
        return {
            **values,
            "nearest": [location._get_time_values(start) for start in starts],
        }
