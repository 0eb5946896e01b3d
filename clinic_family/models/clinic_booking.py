from datetime import timedelta

from psycopg2.errors import ExclusionViolation, UniqueViolation

from odoo import api, fields, models
from odoo.tools import SQL, mute_logger

from ..engine.instants import from_instant, read_start
from ..exceptions import BookingRefused, SlotTaken

# The first key of the advisory locks on practitioners; any constant of our own.
PRACTITIONER_LOCKS = 0x434C494E


class ClinicBooking(models.Model):
    """One check-out by one person: who booked, and under which key.

    The key is made when the check-out page is shown. Sent again, a check-out answers with the
    booking it has made already, however often and however parallel.
    """

    _name = "clinic.booking"
    _inherit = ["clinic.hidden"]
    _description = "Booking"
    _order = "id desc"

    key = fields.Char(required=True, readonly=True, groups="base.group_user")
    digest = fields.Char(
        required=True,
        readonly=True,
        groups="base.group_user",
        help="Tells a repeated check-out from a different one under the same key.",
    )
    booker_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="restrict"
    )
    undo_until = fields.Datetime(
        readonly=True,
        help="Until when the booker may take the booking back, and no message leaves the clinic.",
    )
    appointment_ids = fields.One2many(
        "clinic.appointment", "booking_id", readonly=True, groups="base.group_user"
    )

    _key_unique = models.UniqueIndex("(booker_id, key)", "This check-out has been sent already.")

    @api.depends("booker_id", "create_date")
    def _compute_display_name(self):
        for booking in self:
            booking.display_name = self.env._("Booking by %s", booking.booker_id.sudo().name)

    @api.model
    def _find(self, booker, key):
        """The booking this person made under this key, if any."""
        # The key is the booker's secret: whoever knows both is who made the booking.
        return self.sudo().search([("booker_id", "=", booker.id), ("key", "=", key)]).sudo(False)

    @api.model
    def _book(self, booker, checkout):
        """Books what the check-out asks for, once, and answers with the booking.

        Empty when the same check-out has been booked by a parallel request this transaction can't
        see; it is found by its key afterwards. Raises BookingRefused, and SlotTaken when somebody
        else was first.
        """
        booking = self._find(booker, checkout.key)
        if booking:
            return booking._verify_same(checkout)
        service = self._get_service(checkout)
        people, permissions = self._verify_participants(booker, service, checkout)
        payer = self._verify_payer(booker, checkout)
        location, start, practitioners = self._verify_start(service, checkout)
        # The booker may do this (verified above), which a portal user's own rights don't allow.
        return self.sudo()._take(
            booker,
            checkout,
            practitioners,
            {
                "service_id": service.id,
                "location_id": location.id,
                "start": from_instant(start).replace(tzinfo=None),
                "payer_id": payer.id,
                "participant_ids": [
                    fields.Command.create({
                        "partner_id": person.id,
                        "booked_by_id": booker.id,
                        "permission_id": permissions[person.id],
                    })
                    for person in people
                ],
            },
        ).sudo(False)  # fmt: skip

    @api.model
    def _preview(self, booker, checkout):
        """The people and the payer of a check-out that could be booked now; raises as booking."""
        service = self._get_service(checkout)
        people, _permissions = self._verify_participants(booker, service, checkout)
        payer = self._verify_payer(booker, checkout)
        self._verify_start(service, checkout)
        # The booker may act for each of them, and so may see their names.
        return people.sudo(), payer.sudo()

    def _get_appointments(self):
        """The booking's appointments, those of them the reader may see."""
        return self.sudo().appointment_ids.sudo(False)._filtered_access("read")

    def _verify_same(self, checkout):
        if self.sudo().digest != checkout.digest:
            raise BookingRefused("other_checkout", self.env._(
                "This page was already used to book something else. Please start a new booking."
            ))  # fmt: skip
        return self

    def _get_service(self, checkout):
        service = self.env["clinic.service"].search([
            ("id", "=", checkout.service_id), ("is_published", "=", True),
        ])  # fmt: skip
        if not service:
            raise BookingRefused("service", self.env._("This service can't be booked online."))
        return service

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
        if not all(decisions.values()):
            raise BookingRefused("no_permission", self.env._(
                "You can't book for one of the people you chose. "
                "Please choose yourself or somebody who lets you book."
            ))  # fmt: skip
        return people, {
            person_id: decision.facts["permission_id"] for person_id, decision in decisions.items()
        }

    def _verify_payer(self, booker, checkout):
        payer = self.env["res.partner"].browse(checkout.payer_id)
        if not self.env["clinic.authority"]._decide(booker, "pay", payer).get(payer.id):
            raise BookingRefused("payer", self.env._(
                "This person can't be asked to pay. "
                "Please choose yourself or somebody who lets you pay for them."
            ))  # fmt: skip
        return payer

    def _verify_start(self, service, checkout, moving=()):
        """The place and start asked for, and who is free then, as offered a moment ago."""
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
        start = reading.facts["instant"]
        free, decision = service._judge_start(practitioners, location, start, moving)
        if decision.reason == "taken":
            raise self._taken()
        if not decision:
            raise BookingRefused(decision.reason, self._explain(decision, service, location))
        return location, start, free

    def _take(self, booker, checkout, practitioners, values):
        """Takes the time with the first of the practitioners who is still free."""
        self._lock_practitioners(practitioners)
        for practitioner in practitioners:
            try:
                # Losing is an answer, not an error to alarm anybody with.
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    return self.create({
                        "key": checkout.key,
                        "digest": checkout.digest,
                        "booker_id": booker.id,
                        "undo_until": self._get_undo_end(),
                        "appointment_ids": [
                            fields.Command.create({**values, "practitioner_id": practitioner.id})
                        ],
                    })  # fmt: skip
            except ExclusionViolation:
                continue
            except UniqueViolation:
                return self.browse()
        raise self._taken()

    def _get_undo_end(self):
        minutes = self.env.company.clinic_undo_minutes
        return fields.Datetime.now() + timedelta(minutes=minutes)

    def _lock_practitioners(self, practitioners):
        """Queues those who want the same practitioner, so that a loser is refused at once.

        The exclusion constraint alone is safe, but parallel losers would deadlock and wait a
        second or more. All in id order, before anything is written.
        """
        for practitioner_id in sorted(practitioners.ids):
            self.env.cr.execute(
                SQL("SELECT pg_advisory_xact_lock(%s, %s)", PRACTITIONER_LOCKS, practitioner_id)
            )

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
