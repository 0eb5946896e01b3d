from odoo import api, fields, models
from odoo.fields import Domain


class ClinicFamily(models.AbstractModel):
    """Two people separate, and what hangs on it is decided."""

    _inherit = "clinic.family"

    @api.model
    def _get_knots(self, person, other):
        """The person's future visits that hang on the other, who booked them or pays for them.

        Each has to be decided when the two separate: kept (and then paid by the person) or
        cancelled for the person.
        """
        participants_sudo = (
            self.env["clinic.participant"]
            .sudo()
            .search(
                Domain("partner_id", "=", person.id)
                & Domain("state", "=", "booked")
                & Domain("appointment_id.start", ">", fields.Datetime.now())
                & (
                    Domain("booked_by_id", "=", other.id)
                    | Domain("appointment_id.payer_id", "=", other.id)
                ),
                order="appointment_id",
            )
        )
        return participants_sudo

    @api.model
    def _get_their_knots(self, actor, other):
        """The other's future visits that hang on the actor and are for the actor to decide.

        Those the actor pays for, and what the actor booked as long as they may book; none that
        is confidential.
        """
        knots_sudo = self._get_knots(other, actor)._filter_known_to(actor)
        if self._may_book(actor, other):
            return knots_sudo
        return knots_sudo.filtered(lambda knot: knot.appointment_id.payer_id == actor)

    @api.model
    def _get_payer_after(self, knot, leaver):
        """Who pays for a kept visit once the two are separate.

        The patient, in place of the one who leaves; but a payer who comes along keeps what is
        their own visit too, and a child pays nothing.
        """
        appointment = knot.appointment_id
        coming = appointment._get_coming()
        may_pay = self._decide_paying(knot.partner_id)
        if appointment.payer_id != leaver or leaver in coming.partner_id or not may_pay:
            return appointment.payer_id
        return knot.partner_id

    @api.model
    def _end_with(self, actor, other, cancelled_ids=()):
        """The actor ends everything with the other, and keeps or cancels what hangs on them.

        ``cancelled_ids`` are those of the participants from `_get_knots` and `_get_their_knots`
        to be cancelled; the rest are kept. All in one transaction.
        """
        if not self._is_tied(actor, other):
            raise self._not_linked()
        self._verify_grown(actor)
        theirs_sudo = self._get_their_knots(actor, other)
        may_cancel = self._may_book(actor, other)
        self._untie(self._get_knots(actor, other), other, actor, cancelled_ids)
        self._untie(theirs_sudo, actor, actor, cancelled_ids if may_cancel else ())
        # What the actor may not know of is kept, and decided by nobody.
        self._untie(self._get_knots(other, actor) - theirs_sudo, actor, actor, ())
        self._separate(actor, other, self.env._("Ended on the family page."))

    def _untie(self, knots_sudo, leaver, actor, cancelled_ids):
        cancelled_sudo = knots_sudo.filtered(lambda knot: knot.id in cancelled_ids)
        people = cancelled_sudo.partner_id
        decisions = self.env["clinic.authority"]._decide(actor, "book", people)
        cancelled_sudo._record_cancelling(
            actor, {one.id: decisions[one.id].facts.get("permission_id") for one in people}
        )
        cancelled_sudo._cancel()
        for knot_sudo in knots_sudo - cancelled_sudo:
            payer = self._get_payer_after(knot_sudo, leaver)
            if payer != knot_sudo.appointment_id.payer_id:
                knot_sudo.appointment_id._change_payer(payer)
