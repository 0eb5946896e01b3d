import uuid

from odoo import api, models

from ..engine.instants import read_start
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
    def _find_service(self, slug):
        """The published service at this address, or an empty set."""
        _name, service_id = self.env["ir.http"]._unslug(slug)
        return self.env["clinic.service"].search([
            ("id", "=", service_id), ("is_published", "=", True),
        ])  # fmt: skip

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
            "practitioner": chosen.filtered(lambda p: p.id == checkout.practitioner_id),
            "location": location,
            "start": start and location._get_time_values(start.facts["instant"]),
            "checkout": checkout,
        }

    @api.model
    def _get_taken(self, service, checkout):
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
        slots = service._get_slots(Interval(wanted - week, wanted + week), chosen, location)
        starts = sorted(nearest({slot.start for slot in slots}, wanted, NEAREST_SHOWN))
        return {
            **values,
            "nearest": [location._get_time_values(start) for start in starts],
        }
