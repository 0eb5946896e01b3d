from odoo import api, models

from ...exceptions import BasketChanged


class ClinicBooking(models.Model):
    """Package sessions at the check-out: shown before they are used, and only then used."""

    # A room of its own in a large model.
    _inherit = "clinic.booking"  # pylint: disable=consider-merging-classes-inherited

    def _plan_sessions(self):
        """The sessions that pay for what is in the basket, as it is now; see the appointment's."""
        return self._get_finished().sorted("start")._plan_sessions(self.booker_id)

    def _plan_declined(self):
        """The sessions that could pay for what will be paid instead, beside those planned."""
        visits = self._get_finished().sorted("start")
        declined = visits.filtered(lambda visit: not visit.uses_session)
        if not declined:
            return []
        fees = (visits - declined)._get_session_fees() + declined._get_session_fees()
        plan = visits._plan_fees(fees, self.booker_id)
        return [row for row in plan if row[0] in declined and row[2]]

    @api.model
    def _write_plan(self, plan):
        """The plan as the page carries it, so that nothing is used that it didn't show."""
        return ",".join(
            f"{appointment.id}-{participant.partner_id.id}-{session.id}"
            for appointment, participant, session, _permission_id in plan
            if session
        )

    def _verify_plan(self, shown):
        """The sessions the page showed are still those that would be used; returns the plan."""
        plan = self._plan_sessions()
        if self._write_plan(plan) != shown:
            raise BasketChanged("sessions", self.env._(
                "The package sessions you can use have changed meanwhile. Please look at it again."
            ))  # fmt: skip
        return plan

    def _is_to_pay(self):
        """Whether a fee of what was booked isn't paid with a session."""
        visits_sudo = self.sudo().appointment_ids.filtered(lambda visit: visit.state == "booked")
        return bool(visits_sudo._get_session_fees())

    @api.model
    def _choose_payment(self, booker, appointment_id, uses_session):
        """Whether a session pays for this time in the person's basket, if one counts for it."""
        basket_sudo = self._find_basket(booker).sudo()
        chosen_sudo = basket_sudo.appointment_ids.filtered(lambda one: one.id == appointment_id)
        if chosen_sudo:
            basket_sudo._count_change()
            chosen_sudo.uses_session = uses_session
