from odoo import fields, models
from odoo.exceptions import UserError

from ...engine.cancelling import get_deadline
from ...engine.decision import Decision
from ...engine.sessions import Right, judge_right, judge_terms, state_after


class ClinicPackageSession(models.Model):
    """What becomes of a session with its visit."""

    # A room of its own in a large model.
    _inherit = "clinic.package.session"  # pylint: disable=consider-merging-classes-inherited

    def _get_state_after(self, now):
        """The state the session has to be in as its visit is now, and why."""
        visit = self.appointment_id
        state = visit.state if visit.state in ("cancelled", "noshow") else None
        return self._get_state_if(state or self.participant_id.state or visit.state, now)

    def _get_state_if(self, state, now):
        """The same were its visit, or its patient, in this state."""
        late = self._is_late(now)
        target = state_after(
            state,
            late=late,
            late_uses=self.company_id.clinic_late_uses_session,
            noshow_uses=self.company_id.clinic_noshow_uses_session,
        )
        if target == "used" and not self._is_honoured():
            return "free", self.env._("The permission it was reserved under has ended.")
        reasons = {
            "arrived": self.env._("Arrived."),
            "fulfilled": self.env._("Done."),
            "cancelled": self.env._("Cancelled late.") if late else self.env._("Cancelled."),
            "noshow": self.env._("No-show."),
        }
        return target, reasons.get(state, self.env._("Booked."))

    def _is_late(self, now):
        """Whether it is later than patients may cancel; within the undo period it never is."""
        visit = self.appointment_id
        undo_until = visit.booking_id.undo_until
        if undo_until and undo_until > fields.Datetime.now():
            return False
        _is_allowed, hours = visit.service_id._get_change_rule("cancel")
        return now > get_deadline(visit._to_instant(visit.start), hours)

    def _is_honoured(self):
        """Whether it may be used although the permission may have ended since it was reserved."""
        if not self.permission_id or self.company_id.clinic_honour_reserved:
            return True
        return bool(self.env["clinic.authority"]._get_live_permissions(self.permission_id))

    def _judge_terms(self):
        """Whether it still counts for the visit it is reserved for."""
        return self._judge_terms_for(self.appointment_id._describe_visit(self.participant_id))

    def _judge_terms_for(self, visit):
        """The same for what the visit would be."""
        [session] = self._describe()
        as_sold = session._replace(state="free", paid=True)
        return judge_right(session, visit, Right(session.owner_id)) and judge_terms(as_sold, visit)

    def _give_back(self, reason, state="free"):
        """The sessions no longer pay for their visits, which are invoiced if it is time."""
        visits = self.appointment_id
        self._move_to(state, reason)
        visits._invoice_what_is_due()

    def _leave_appointment(self):
        if self.state == "used":
            day = self.appointment_id._get_local_day()
            self.write({"appointment_id": False, "participant_id": False, "used_on": day})
        else:
            self._move_to("free", self.env._("The appointment was deleted."))
            self._settle_expiry()

    def _judge_day(self, day):
        """Whether it may be used on this day without an appointment."""
        if self.state != "free":
            return Decision.no(self.state)
        if self.expires_on and day > self.expires_on:
            return Decision.no("expired")
        return Decision.yes()

    def _use_on(self, day):
        """Uses a free session without an appointment, on this day."""
        self.ensure_one()
        decision = self._judge_day(day)
        if not decision:
            raise UserError(self._explain(decision))
        self._move_to("used", self.env._("Used without an appointment."), used_on=day)
