from datetime import timezone

from odoo import fields, models

from ..engine.checkout import Checkout
from ..engine.instants import to_instant, write_start


class ClinicAppointment(models.Model):
    """A time held at the check-out, which becomes an appointment when it is confirmed."""

    # A room of its own in a large model.
    _inherit = "clinic.appointment"  # pylint: disable=consider-merging-classes-inherited

    def _set_coming(self, booker, people, permissions, payer):
        """These people will come, booked under these permissions, and this person pays."""
        self.payer_id = payer
        if {one.partner_id.id: one.permission_id.id for one in self.participant_ids} == permissions:
            return
        self.participant_ids.unlink()
        self.participant_ids = [
            fields.Command.create({
                "partner_id": person.id,
                "state": "held",
                "booked_by_id": booker.id,
                "permission_id": permissions[person.id],
            })
            for person in people
        ]  # fmt: skip

    def _leave_basket(self):
        """What the front desk books of somebody's basket isn't theirs to remove any more."""
        # Practitioners may not read baskets, and may book again what ran out in one.
        kept_sudo = self.sudo().filtered(lambda visit: visit.booking_id.state == "open")
        for basket_sudo in kept_sudo.booking_id:
            basket_sudo._count_change()
        kept_sudo.write({"booking_id": False, "held_until": False})

    def _get_checkout(self):
        """What its booker asked for, as the pages of the check-out carry it."""
        self.ensure_one()
        start = to_instant(self.start.replace(tzinfo=timezone.utc))
        return Checkout(
            service_id=self.service_id.id,
            practitioner_id=self.practitioner_id.id,
            location_id=self.location_id.id,
            start=write_start(start, self.location_id._get_zone()),
            participant_ids=tuple(self.participant_ids.partner_id.ids),
            payer_id=self.payer_id.id,
        )
