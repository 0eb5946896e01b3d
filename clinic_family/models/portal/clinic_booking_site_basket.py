import math
from datetime import timezone

from odoo import api, fields, models

from ...engine.instants import read_start, to_instant
from ...engine.intervals import Interval
from ...engine.slots import nearest
from ...exceptions import BookingRefused
from .clinic_booking_site import DAYS_SHOWN

NEAREST_SHOWN = 3


class ClinicBookingSite(models.AbstractModel):
    """The pages of the check-out: what is held, what will be booked, and what was just taken."""

    # A room of its own in a large model.
    _inherit = "clinic.booking.site"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_basket(self, error="", changed="", meant=()):
        """Everything that will be booked, before it is, and how long it is held.

        ``meant`` are the visits at once of which the reader has said so already.
        """
        me = self.env.user.partner_id
        # The basket is the reader's own; it names those they may book for, or did when choosing.
        basket_sudo = self.env["clinic.booking"]._find_basket(me).sudo()
        finished_sudo = basket_sudo._get_finished().sorted("start")
        people = self._get_seen("book", finished_sudo.participant_ids.partner_id)
        plan = basket_sudo._plan_sessions()
        payments = self._get_payments(basket_sudo, plan)
        clashes = self.env["clinic.booking"]._find_clashes(basket_sudo)
        return {
            **self._get_countdown(basket_sudo),
            "error": error,
            "changed": changed,
            "key": basket_sudo.key,
            "version": basket_sudo.version,
            "plan": basket_sudo._write_plan(plan),
            "items": [
                {
                    **self._get_item(visit_sudo, people),
                    **payments[visit_sudo.id],
                    "clashes": [
                        {**clash, "is_meant": clash["key"] in meant}
                        for clash in clashes
                        if clash["visit_id"] == visit_sudo.id and clash["person_id"] in people.ids
                    ],
                }
                for visit_sudo in finished_sudo
            ],
            "unfinished": [self._get_item(v, people) for v in basket_sudo._get_unfinished()],
            "gone": [self._get_item(v, people) for v in basket_sudo._get_gone()],
            "clinic_acting": self._get_acting(me, people, "#items"),
        }

    def _get_seen(self, kind, people_sudo):
        """Those of the people for whom the reader may still do this."""
        decisions = self.env["clinic.authority"]._decide(
            self.env.user.partner_id, kind, people_sudo
        )
        return people_sudo.filtered(lambda person: decisions[person.id])

    def _get_item(self, visit_sudo, people):
        """One held time, as the page shows it."""
        me = self.env.user.partner_id
        # It's shown as it was chosen, though it may have been taken off the site since.
        service_sudo = visit_sudo.service_id
        payer_sudo = self._get_seen("pay", visit_sudo.payer_id)
        checkout = visit_sudo._get_checkout()
        coming = visit_sudo.participant_ids.partner_id & people
        words = self.env["clinic.family.words"]
        return {
            **visit_sudo._get_time_values(),
            "id": visit_sudo.id,
            "service": service_sudo,
            "practitioner": visit_sudo.practitioner_id.name,
            "location": visit_sudo.location_id.name,
            "people": [{"name": one.name, "is_me": one == me} for one in coming],
            "names": visit_sudo._join(
                [
                    self.env._("me") if one == me else words._get_first_name(one.name)
                    for one in coming
                ]
            ),
            "payer": payer_sudo.name or self.env._("Please choose again who pays."),
            "is_payer_me": payer_sudo == me,
            "who_url": f"{service_sudo.website_url}/who?{checkout.query}",
            "times_url": f"{service_sudo.website_url}?practitioner={checkout.practitioner_id}"
            f"&location={checkout.location_id}&day={visit_sudo.start.date()}",
        }

    def _get_countdown(self, basket_sudo):
        """How long what is in the basket is still held, in seconds, and until when."""
        held_sudo = basket_sudo._get_finished() + basket_sudo._get_unfinished()
        if not held_sudo:
            return {"seconds_left": 0, "held_until": ""}
        until = min(held_sudo.mapped("held_until"))
        instant = to_instant(until.replace(tzinfo=timezone.utc))
        shown = held_sudo[0].location_id._get_time_values(instant)
        return {
            "seconds_left": max(0, int((until - fields.Datetime.now()).total_seconds())),
            "held_until": f"{shown['time']} {shown['zone']}",
        }

    @api.model
    def _get_basket_note(self):
        """How many appointments wait in the reader's basket, for the top of the booking site."""
        if self.env.user._is_public():
            return {}
        basket_sudo = self.env["clinic.booking"]._find_basket(self.env.user.partner_id).sudo()
        count = len(basket_sudo._get_finished())
        return {"count": count, **self._get_countdown(basket_sudo)} if count else {}

    def _get_own_unfinished(self, service):
        """The time of this service the reader has just chosen, without saying who comes."""
        if self.env.user._is_public():
            return ()
        basket_sudo = self.env["clinic.booking"]._find_basket(self.env.user.partner_id).sudo()
        return basket_sudo._get_unfinished().filtered(lambda visit: visit.service_id == service)

    def _get_held_values(self, me, service, checkout):
        """How long the time asked for is held for the reader already, if it is, and with whom."""
        basket_sudo = self.env["clinic.booking"]._find_basket(me).sudo()
        try:
            held_sudo = basket_sudo and basket_sudo._find_held(service, checkout)
        except BookingRefused:
            held_sudo = None
        if not held_sudo:
            return {"held": {}}
        return {
            "held": self._get_countdown(basket_sudo),
            "practitioner": held_sudo[:1].practitioner_id,
        }

    @api.model
    def _get_taken(self, service, checkout, moving=()):
        """The nearest free times to one that has just been taken, to be held with one tap."""
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

    @api.model
    def _get_thanks(self, booking):
        """What was booked, and how long it can still be taken back without a message."""
        until = booking.undo_until
        left = (until - fields.Datetime.now()).total_seconds() if until else 0
        return {
            "booking": booking,
            "appointments": booking._get_appointments().sorted("start")._get_portal_details(),
            "undo_minutes": max(0, math.ceil(left / 60)),
            "is_to_pay": booking._is_to_pay(),
        }
