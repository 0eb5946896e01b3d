from datetime import timedelta

from odoo import fields, models

from ...exceptions import BookingRefused

# What somebody holds, and what they let go within this time, together.
MOST_HELD = 10
COUNTED = timedelta(hours=2)


class ClinicBooking(models.Model):
    """How much one account may hold and have booked online, so that none takes every time.

    All requests of one account write the row of its open basket, so each counts what the one
    before it did.
    """

    # A room of its own in a large model.
    _inherit = "clinic.booking"  # pylint: disable=consider-merging-classes-inherited

    def _note_let_go(self, visits):
        """Remembers times that were held and given back, or ran out: each once."""
        for booker_sudo, theirs in visits.grouped(lambda v: v.booking_id.sudo().booker_id).items():
            now = fields.Datetime.to_string(fields.Datetime.now())
            let_go = {f"{visit.id} {visit.held_until}": now for visit in theirs}
            known = self._get_let_go(booker_sudo)
            booker_sudo.held_online = {**let_go, **known}

    def _note_run_out(self):
        now = fields.Datetime.now()
        self._note_let_go(
            self.appointment_ids.filtered(lambda v: v.held_until and v.held_until <= now)
        )

    def _get_let_go(self, booker_sudo):
        """What this person let go lately, and when."""
        since = fields.Datetime.to_string(fields.Datetime.now() - COUNTED)
        known = booker_sudo.held_online or {}
        return {visit: moment for visit, moment in known.items() if moment > since}

    def _verify_held_lately(self, location, more=0):
        """Nobody keeps times from others by giving them back and taking them again."""
        held = len(self.appointment_ids) + more
        if held + len(self._get_let_go(self.sudo().booker_id)) > MOST_HELD:
            raise BookingRefused("held_many", self.env._(
                "You have held many times during the last two hours without booking them. Please "
                "book what you have chosen, come back later, or call %(whom)s.",
                whom=self._get_whom_to_call(location),
            ))  # fmt: skip

    def _verify_upcoming(self, location, count):
        """So many more visits may be booked online by this person."""
        company_sudo = location.company_id.sudo()
        upcoming = self.env["clinic.appointment"].sudo().search_count([
            ("booking_id.booker_id", "=", self.sudo().booker_id.id),
            ("booking_id.state", "=", "confirmed"),
            ("company_id", "=", company_sudo.id),
            ("state", "=", "booked"),
            ("start", ">", fields.Datetime.now()),
        ])  # fmt: skip
        if upcoming + count > company_sudo.clinic_most_upcoming:
            raise BookingRefused("many_upcoming", self.env._(
                "You can have %(most)s visits to come that were booked online. To book more, "
                "please call %(whom)s.",
                most=company_sudo.clinic_most_upcoming,
                whom=self._get_whom_to_call(location),
            ))  # fmt: skip

    def _get_whom_to_call(self, location):
        phone = location.phone or location.company_id.sudo().phone
        return ", ".join(part for part in (location.name, phone) if part)
