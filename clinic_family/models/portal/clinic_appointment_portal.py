from odoo import api, fields, models
from odoo.fields import Domain

# What is still to come as long as it isn't over.
OPEN = ("booked", "arrived")


class ClinicAppointment(models.Model):
    """What patients and relatives see of their appointments on the website."""

    # A room of its own in a large model.
    _inherit = "clinic.appointment"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_my_domain(self, when=""):
        """The appointments of the reader and of those they may book for: all, or by time.

        For patients and relatives the record rule has the same condition; staff see more by
        their role, but not on their own page.
        """
        domain = Domain.TRUE
        if self.env.user._is_internal():
            reader = self.env.user.partner_id
            mine = self.env["clinic.authority"]._get_people(reader, "book")
            domain = Domain("participant_ids.partner_id", "in", mine.ids)
            domain &= Domain("booked_at", "!=", False)
        now = fields.Datetime.now()
        if when == "past":
            domain &= Domain("stop", "<", now) | Domain("state", "not in", OPEN)
        elif when:
            domain &= Domain("stop", ">=", now) & Domain("state", "in", OPEN)
        return domain

    @api.model
    def _find_mine(self, appointment_id):
        """The appointment, if it is the reader's or of somebody they may book for."""
        return self.search([("id", "=", appointment_id), *self._get_my_domain()])

    @api.model
    def _find_undone(self, appointment_id):
        """The appointment the reader has just taken back, for whoever presses twice."""
        found_sudo = self.sudo().search([
            ("id", "=", appointment_id),
            ("booking_id.booker_id", "=", self.env.user.partner_id.id),
            ("booked_at", "=", False),
            ("state", "=", "cancelled"),
        ])  # fmt: skip
        return found_sudo.sudo(False)

    @api.model
    def _get_my_page(self, when, limit, offset):
        """One page of the reader's appointments: what comes first, first; history backwards."""
        order = "start desc" if when == "past" else "start"
        found = self.search(self._get_my_domain(when), order=order, limit=limit, offset=offset)
        return found._get_portal_values()

    def _get_portal_details(self):
        """The same with what the reader may do about each of them."""
        reader = self.env.user.partner_id
        return [
            {**values, "options": appointment._get_change_options(reader)}
            for appointment, values in zip(self, self._get_portal_values(), strict=True)
        ]

    def _get_portal_values(self):
        """What a page may show of each appointment to the reader: whitelisted plain values.

        The participants are those the reader may act for; the payer only if the reader may see
        their bills.
        """
        reader = self.env.user.partner_id
        # Searched, not taken from the field: the search is what the record rules guard.
        seen = self.env["clinic.participant"].search([("appointment_id", "in", self.ids)])
        people = seen.grouped("appointment_id")
        payers_sudo = self.sudo().payer_id
        may_see_bills = self.env["clinic.authority"]._decide(reader, "pay", payers_sudo)
        return [
            {
                "id": appointment.id,
                **appointment._get_time_values(),
                "state": appointment._get_state_for(people.get(appointment, ())),
                "service": visit_sudo.service_id.name,
                "is_group": visit_sudo.service_id.is_group,
                "practitioner": visit_sudo.practitioner_id.name,
                "location": appointment.location_id.name,
                "address": appointment.location_id.address,
                "phone": appointment.location_id.phone,
                "people": [
                    {
                        "name": participant.name,
                        "is_me": participant.partner_id == reader,
                        "state": participant.state,
                    }
                    for participant in people.get(appointment, ())
                ],
                "payer": payer_sudo.name if may_see_bills.get(payer_sudo.id) else False,
                "reader_pays": payer_sudo == reader,
            }
            for appointment in self
            # What is on a visit one sees is named, though it may not be on the site any more.
            for visit_sudo in appointment.sudo()
            for payer_sudo in visit_sudo.payer_id
        ]

    def _get_state_for(self, participants):
        """The state for those who see these participants: cancelled when none of them comes."""
        states = {participant.state for participant in participants}
        return "cancelled" if states == {"cancelled"} else self.state
