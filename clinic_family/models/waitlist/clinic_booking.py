from odoo import fields, models

from ...engine.instants import to_stored
from ...exceptions import SlotTaken


class ClinicBooking(models.Model):
    """A check-out in which the wait list keeps a time for one who waits, until they answer.

    It isn't the person's basket, which they may have beside it.
    """

    _inherit = "clinic.booking"

    state = fields.Selection(
        selection_add=[("offered", "Offered"), ("confirmed",)],
        ondelete={"offered": "cascade"},
    )
    offer_ids = fields.One2many(
        "clinic.wait.offer", "booking_id", readonly=True, groups="base.group_user"
    )

    def _is_to_confirm(self):
        """What is offered can be booked as long as it is offered."""
        is_offered = self.state == "offered" and any(
            offer._is_answerable() for offer in self.sudo().offer_ids
        )
        return is_offered or super()._is_to_confirm()

    def _keep_for(self, request, free):
        """Keeps this free time for them; nothing when somebody else was first."""
        booker, people = request.booker_id, request.patient_ids
        decisions = self.env["clinic.authority"]._decide(booker, "book", people)
        try:
            with self.env.cr.savepoint():
                booking = self.create({"booker_id": booker.id, "state": "offered"})
                visit = self.env["clinic.appointment"]._take_time(
                    self.env["clinic.practitioner"].browse(free.practitioner_id),
                    {
                        "service_id": request.service_id.id,
                        "location_id": free.location_id,
                        "start": to_stored(free.start),
                        "booking_id": booking.id,
                        "payer_id": booker.id,
                        "state": "held",
                        "booked_at": False,
                        "held_until": self.env.company._get_offer_end(to_stored(free.start)),
                    },
                )
                visit._set_coming(
                    booker,
                    people,
                    {one.id: decisions[one.id].facts.get("permission_id") for one in people},
                    self.env["clinic.family"]._get_payers(booker)[:1] or booker,
                )
        except SlotTaken:
            return self.browse()
        return booking

    def _close(self, visits, plan):
        """What was offered and is paid first stays the answer until it is paid, or isn't."""
        # A basket, which is what most check-outs are, holds no offer.
        offers = self.env["clinic.wait.offer"] if self.state == "open" else self.offer_ids
        if self.state == "offered":
            # How long it may be held to be paid counts from now.
            self.opened_at = fields.Datetime.now()
        result = super()._close(visits, plan)
        offers._note_accepted()
        return result

    def _let_go(self):
        """The offer has come to nothing: what was kept and never booked is gone."""
        never_booked = self.appointment_ids.filtered(lambda one: not one.booked_at)
        (self.appointment_ids - never_booked).booking_id = False
        never_booked.unlink()
        self.unlink()
