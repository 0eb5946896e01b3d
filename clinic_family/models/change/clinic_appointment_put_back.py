from datetime import timedelta

from psycopg2.errors import ExclusionViolation

from odoo import fields, models
from odoo.tools import mute_logger

from ...exceptions import ChangeRefused


class ClinicAppointment(models.Model):
    """Putting back what somebody cancelled online by a slip, for a few minutes."""

    _inherit = "clinic.appointment"

    def _get_put_back_until(self, actor):
        """Until when the actor may put back the visit they cancelled; nothing when that is over.

        For as long as what is booked can be taken back. What was invoiced, owes a fee or is paid
        back by now stays cancelled.
        """
        visit_sudo = self.sudo()
        gone_sudo = self._get_gone_last()
        is_theirs = bool(gone_sudo) and gone_sudo.cancelled_by_id == actor
        if not (is_theirs and visit_sudo.state == "cancelled" and self._is_known_to(actor)):
            return False
        people = gone_sudo.partner_id
        payer = visit_sudo.payer_id
        decisions = self.env["clinic.authority"]._decide(actor, "book", people | payer)
        if not (decisions[payer.id] or all(decisions[one.id] for one in people)):
            return False
        minutes = visit_sudo.company_id.clinic_undo_minutes
        until = max(gone_sudo.mapped("cancelled_at")) + timedelta(minutes=minutes)
        now = fields.Datetime.now()
        is_open = until > now and visit_sudo.start > now
        return is_open and not visit_sudo._is_settled() and until

    def _get_gone_last(self):
        """Those who were cancelled last, at once: with the visit, where nobody comes any more."""
        gone_sudo = self.sudo().participant_ids.filtered(lambda one: one.state == "cancelled")
        return gone_sudo._get_last_cancelled()

    def _is_settled(self):
        """Whether money stands against it: a fee, an invoice, or a deposit that goes back."""
        return bool(
            any(self.participant_ids.mapped("owes"))
            or self._get_bills().filtered(lambda bill: bill.state == "posted")
            or self._has_standing_bill()
            or self.currency_id.compare_amounts(self.deposit_left, self.deposit) < 0
        )

    def _put_back(self, actor):
        """The visit is as it was before the actor cancelled it; repeating it is harmless.

        Raises ChangeRefused, BookingRefused when it would be one too many, and SlotTaken when
        somebody has its time by now.
        """
        self.ensure_one()
        visit_sudo = self.sudo()
        if visit_sudo.state == "booked" and self._decide_for_everyone(actor):
            return
        if not self._get_put_back_until(actor):
            raise ChangeRefused("too_late", self.env._(
                "This stays cancelled: it can't be put back any more. Please book it anew."
            ))  # fmt: skip
        self._verify_nobody_elsewhere(actor)
        if visit_sudo.booking_id.state == "confirmed":
            visit_sudo.booking_id._verify_upcoming(visit_sudo.location_id, 1)
        with visit_sudo.practitioner_id._locked():
            try:
                # Losing is an answer, not an error to alarm anybody with.
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    visit_sudo._update_state("booked")
            except ExclusionViolation:
                raise self._get_taken_refusal() from None

    def _verify_nobody_elsewhere(self, actor):
        """Nobody has been booked for something else at that time meanwhile, as the actor knows."""
        found = self.env["clinic.participant"]._search_at_once(
            [(self.sudo().start, self.sudo().stop)],
            self._get_gone_last().partner_id,
            besides=self,
            known_to=actor,
        )
        if found:
            raise ChangeRefused("clash", self.env._(
                "This can't be put back: somebody who came has another visit at that time by now."
            ))  # fmt: skip
