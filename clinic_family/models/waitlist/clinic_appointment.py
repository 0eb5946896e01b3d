from odoo import fields, models

from ..appointment.clinic_appointment_change import BLOCKING

TIME = ("start", "stop", "practitioner_id", "location_id")


class ClinicAppointment(models.Model):
    """What is cancelled or moved frees a time, for which somebody may wait."""

    _inherit = "clinic.appointment"

    def _after_change(self, old):
        result = super()._after_change(old)
        freed = (
            self.sudo()
            ._filter_changed(old, ["state", *TIME])
            .filtered(lambda visit: visit._get_old_state(old) in BLOCKING and visit._has_freed(old))
        )
        if freed:
            self.env["clinic.waitlist"]._look_when_settled(freed.company_id)
        return result

    def _take_back(self, leaving):
        """Who takes back what they took of the wait list waits again, and not for that time."""
        result = super()._take_back(leaving)
        if self.state == "cancelled":
            self.booking_id.offer_ids._wait_again()
        return result

    def _get_put_back_until(self, actor):
        """What was taken of the wait list and taken back isn't: who did so waits again."""
        waits_again = self.sudo().booking_id.offer_ids and not self.sudo().booked_at
        return not waits_again and super()._get_put_back_until(actor)

    def _has_freed(self, old):
        """Whether it takes the time no more that it took before, which is still to come.

        Who is still choosing frees nothing that anybody was kept from.
        """
        before = old[self.id]
        if before["state"] == self.state == "held":
            return False
        is_elsewhere = any(before[name] != self[name] for name in TIME)
        return before["stop"] > fields.Datetime.now() and (
            is_elsewhere or self.state not in BLOCKING
        )
