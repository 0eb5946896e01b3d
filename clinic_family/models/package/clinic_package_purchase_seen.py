from odoo import models


class ClinicPackagePurchase(models.Model):
    """What is left of purchased packages and where they count, for those who may know."""

    # A room of its own in a large model.
    _inherit = "clinic.package.purchase"  # pylint: disable=consider-merging-classes-inherited

    def _is_over(self):
        """Whether the last day is over."""
        self.ensure_one()
        return bool(self.expires_on) and self.expires_on < self.company_id._get_clinic_today()

    def _is_spent(self):
        """Whether nothing of it is to come: no session can be used any more, and none is booked."""
        return not self.reserved_count and (self._is_over() or not self.free_count)

    def _is_waiting(self):
        """Whether there are sessions that can't be used before the invoice is paid."""
        free = self.session_ids.filtered(lambda session: session.state == "free")
        return any(not session._is_payed_enough() for session in free)

    def _count_usable(self):
        """How many sessions can still be used: {(purchase id, service id): number}."""
        valid = self.filtered(lambda purchase: not purchase._is_over())
        rows = self.env["clinic.package.session"]._read_group(
            [("purchase_id", "in", valid.ids), ("state", "=", "free")],
            ["purchase_id", "service_id"],
            ["__count"],
        )
        return {(purchase.id, service.id): count for purchase, service, count in rows}
