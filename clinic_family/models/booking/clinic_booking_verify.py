from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.tools import SQL, mute_logger

from ...engine.instants import from_instant, read_start
from ...exceptions import BookingRefused, SlotTaken

# The first key of the advisory locks on practitioners; any constant of our own.
PRACTITIONER_LOCKS = 0x434C494E


class ClinicBooking(models.Model):
    """What may be booked, by whom, for whom; and taking a time, which only one can."""

    # A room of its own in a large model.
    _inherit = "clinic.booking"  # pylint: disable=consider-merging-classes-inherited

    def _get_service(self, checkout):
        service = self.env["clinic.service"].search([
            ("id", "=", checkout.service_id), ("is_published", "=", True),
        ])  # fmt: skip
        if not service:
            raise BookingRefused("service", self.env._("This service can't be booked online."))
        if service.company_id not in self.env.companies:
            raise BookingRefused("other_company", self.env._(
                "This account belongs to another company and can't book here. Please log out, "
                "and book with an account of your own."
            ))  # fmt: skip
        return service

    # People

    def _prepare_coming(self, booker, service, checkout):
        """Who comes under which permission, and who pays; nothing before anybody was chosen."""
        if not checkout.participant_ids and not checkout.payer_id:
            return {}
        people, permissions = self._verify_participants(booker, service, checkout)
        payer = self._verify_payer(booker, service, checkout)
        return {"booker": booker, "people": people, "permissions": permissions, "payer": payer}

    def _verify_participants(self, booker, service, checkout):
        """The people who will come, and the permission each is booked under, by person id."""
        people = self.env["res.partner"].browse(checkout.participant_ids)
        if not people:
            raise BookingRefused("nobody", self.env._("Please choose who is coming."))
        if len(people) > service.max_participants:
            raise BookingRefused("too_many", self.env._(
                "%(service)s is for at most %(count)s people. Please choose fewer.",
                service=service.name,
                count=service.max_participants,
            ))  # fmt: skip
        decisions = self.env["clinic.authority"]._decide(booker, "book", people)
        if not all(decisions.values()) or self._are_others(people, service):
            raise BookingRefused("no_permission", self.env._(
                "You can't book for one of the people you chose. "
                "Please choose yourself or somebody who lets you book."
            ))  # fmt: skip
        return people, {
            person_id: decision.facts["permission_id"] for person_id, decision in decisions.items()
        }

    def _verify_payer(self, booker, service, checkout):
        payer = self.env["res.partner"].browse(checkout.payer_id)
        decision = self.env["clinic.authority"]._decide(booker, "pay", payer).get(payer.id)
        if not decision or self._are_others(payer, service):
            raise BookingRefused("payer", self.env._(
                "This person can't be asked to pay. "
                "Please choose yourself or somebody who lets you pay for them."
            ))  # fmt: skip
        family = self.env["clinic.family"]
        decision = family._decide_paying(payer)
        if not decision:
            raise BookingRefused("payer_age", family._explain_not_paying(decision, payer))
        return payer

    def _are_others(self, people, service):
        """Whether some are patients of another company, where their relatives book for them."""
        return bool(people.sudo().company_id - service.company_id.sudo())

    # The time

    def _read_wish(self, service, checkout):
        """The place and start asked for, and those who may give the service there."""
        practitioners, locations = service._get_places()
        location = locations.filtered(lambda place: place.id == checkout.location_id)
        if checkout.practitioner_id:
            practitioners = practitioners.filtered(lambda p: p.id == checkout.practitioner_id)
        if not location or not practitioners:
            raise BookingRefused("place", self.env._(
                "%(service)s isn't offered there. Please choose again.", service=service.name
            ))  # fmt: skip
        reading = read_start(checkout.start, location._get_zone())
        if not reading:
            raise BookingRefused(reading.reason, self._explain(reading, service, location))
        return location, reading.facts["instant"], practitioners

    def _verify_offered(self, service, checkout, moving=()):
        """The place, the start, and who is free then, as the site offers it now."""
        location, start, practitioners = self._read_wish(service, checkout)
        free, decision = service._judge_start(practitioners, location, start, moving)
        if decision.reason == "taken":
            raise self._taken()
        if not decision:
            raise BookingRefused(decision.reason, self._explain(decision, service, location))
        return location, start, free

    def _verify_start(self, service, checkout):
        """Who is free at the start asked for, and what the held appointment will be."""
        location, start, practitioners = self._verify_offered(service, checkout)
        return practitioners, {
            "service_id": service.id,
            "location_id": location.id,
            "start": from_instant(start).replace(tzinfo=None),
        }

    def _find_held(self, service, checkout):
        """What the basket holds already of the time asked for."""
        location, start, practitioners = self._read_wish(service, checkout)
        begins = from_instant(start).replace(tzinfo=None)
        return self.appointment_ids.filtered(
            lambda visit: (
                visit.state == "held"
                and (visit.service_id, visit.location_id, visit.start)
                == (service, location, begins)
                and visit.practitioner_id in practitioners
            )
        )

    def _take(self, practitioners, values):
        """Holds the time with the first of the practitioners who is still free."""
        self._lock_practitioners(practitioners)
        values = {
            **values,
            "booking_id": self.id,
            "payer_id": self.booker_id.id,
            "state": "held",
            "booked_at": False,
            "held_until": fields.Datetime.now(),
        }
        for practitioner in practitioners:
            try:
                # Losing is an answer, not an error to alarm anybody with.
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    return self.env["clinic.appointment"].create(
                        {**values, "practitioner_id": practitioner.id}
                    )
            except ExclusionViolation:
                continue
        raise self._taken()

    @api.model
    def _lock_practitioners(self, practitioners):
        """Queues those who want the same practitioner, so that a loser is refused at once.

        The exclusion constraint alone is safe, but parallel losers would deadlock and wait a
        second or more. All in id order, before anything is written. Hours that changed since the
        transaction began can't be seen in it, so then it is begun anew.
        """
        # Who changes hours writes the practitioner's row while they have the lock (clinic.ground).
        with mute_logger("odoo.sql_db"):
            self.env.cr.execute(SQL(
                """
                WITH queue AS MATERIALIZED (
                    SELECT id, pg_advisory_xact_lock(%s, id) FROM unnest(%s::integer[]) AS id
                )
                SELECT FROM clinic_practitioner
                 WHERE id = ANY(ARRAY(SELECT id FROM queue))
              ORDER BY id
                   FOR SHARE
                """,
                PRACTITIONER_LOCKS,
                sorted(practitioners.ids),
            ))  # fmt: skip

    def _taken(self):
        return SlotTaken("taken", self.env._("Somebody took this time a moment ago."))

    def _explain(self, decision, service, location):
        """The sentence for a start that isn't offered: why, and what to do instead."""
        company_sudo = service.company_id.sudo()
        choose_another = self.env._("Please choose another time.")
        why = {
            "unreadable": self.env._("This time can't be read."),
            "nonexistent": self.env._(
                "This time doesn't exist at %(place)s on that day.", place=location.name
            ),
            "past": self.env._("This time has passed."),
            "notice": self.env._(
                "Online booking needs %(hours)g hours' notice. To come earlier, please call "
                "%(place)s%(phone)s.",
                hours=company_sudo.clinic_notice_hours,
                place=location.name,
                phone=f", {location.phone}" if location.phone else "",
            ),
            "horizon": self.env._(
                "This clinic opens its book %(days)s days ahead.",
                days=company_sudo.clinic_horizon_days,
            ),
            "hours": self.env._("Nobody works at this time."),
            "time_off": self.env._("Nobody works at this time."),
            "grid": self.env._("Visits don't start at this time."),
        }[decision.reason]
        return f"{why} {choose_another}"
