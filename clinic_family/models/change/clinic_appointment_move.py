from datetime import timezone

from psycopg2.errors import ExclusionViolation

from odoo import fields, models
from odoo.tools import mute_logger

from ...engine.checkout import Checkout
from ...engine.instants import from_instant, read_start


class ClinicAppointment(models.Model):
    """Moving a visit to another free time, by patients and relatives."""

    # A room of its own in a large model.
    _inherit = "clinic.appointment"  # pylint: disable=consider-merging-classes-inherited

    move_ids = fields.One2many(
        "clinic.move", "appointment_id", readonly=True, groups="base.group_user"
    )

    def _get_length(self):
        """How long the visit takes, in seconds: the front desk may have made it longer."""
        return int((self.stop - self.start).total_seconds())

    def _get_day(self):
        """The day of the visit at its location."""
        zone = self.location_id._get_zone()
        return self.start.replace(tzinfo=timezone.utc).astimezone(zone).date()

    def _as_checkout(self, start_text, practitioner_id, location_id):
        """The new time as the booking site's check-out would ask for it."""
        return Checkout(
            service_id=self.service_id.id,
            practitioner_id=practitioner_id,
            location_id=location_id,
            start=start_text,
        )

    def _reschedule(self, actor, start_text, practitioner_id, location_id, meant=()):
        """Moves the visit for all who come, by the actor's wish; repeating it is harmless.

        The new time is taken and the old one freed in one step. ``practitioner_id`` 0 stands for
        whoever is free, the same one first; ``meant`` says which visits at once are meant so.
        Raises ChangeRefused, BookingRefused when the time isn't offered, and SlotTaken when
        somebody else was first.
        """
        self.ensure_one()
        everyone = self._verify_for_everyone(actor)
        checkout = self._as_checkout(start_text, practitioner_id, location_id)
        if self._is_there(checkout):
            return
        location, start, practitioners = self._verify_new_time(actor, checkout)
        new_start = from_instant(start).replace(tzinfo=None)
        self._verify_meant(self._find_clashes_at(new_start), meant)
        # Whoever may act for all who come may do this; a portal user's own rights don't allow it.
        visit_sudo = self.sudo()
        written = visit_sudo._get_written_lines()
        old = visit_sudo._get_place_values("old")
        visit_sudo._take_time(location, new_start, practitioners)
        visit_sudo._adapt_draft_invoice(written)
        visit_sudo.move_ids.create({
            "appointment_id": self.id,
            "moved_by_id": actor.id,
            "permission_ids": everyone.facts["permission_ids"],
            **old,
            **visit_sudo._get_place_values("new"),
        })  # fmt: skip

    def _verify_for_everyone(self, actor):
        everyone = self._decide_for_everyone(actor)
        if not everyone:
            raise self._refuse_unknown()
        return everyone

    def _verify_new_time(self, actor, checkout):
        """The place and start asked for and who is free then, if the visit may be moved there."""
        self._verify_change("reschedule", actor)
        bookings = self.env["clinic.booking"]
        service = bookings._get_service(checkout)
        location, start, practitioners = bookings._verify_offered(service, checkout, self)
        return location, start, practitioners.sorted(lambda one: one != self.practitioner_id)

    def _is_there(self, checkout):
        """Whether the visit is at this time and place already, with this practitioner."""
        if checkout.location_id != self.location_id.id:
            return False
        if checkout.practitioner_id not in (0, self.practitioner_id.id):
            return False
        reading = read_start(checkout.start, self.location_id._get_zone())
        return bool(reading) and reading.facts["instant"] == self._to_instant(self.start)

    def _get_place_values(self, when):
        return {
            f"{when}_start": self.start,
            f"{when}_practitioner_id": self.practitioner_id.id,
            f"{when}_location_id": self.location_id.id,
        }

    def _take_time(self, location, start, practitioners):
        """Moves the visit to the first of the practitioners who is still free, as long as it is."""
        bookings = self.env["clinic.booking"]
        bookings._lock_practitioners(self.practitioner_id | practitioners)
        stop = start + (self.stop - self.start)
        place = {"start": start, "stop": stop, "location_id": location.id}
        for practitioner in practitioners:
            try:
                # Losing is an answer, not an error to alarm anybody with.
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    self.write({**place, "practitioner_id": practitioner.id})
                return
            except ExclusionViolation:
                continue
        raise bookings._taken()
