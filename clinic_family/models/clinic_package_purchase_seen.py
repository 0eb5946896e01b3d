from odoo import models
from odoo.tools import format_list


class ClinicPackagePurchase(models.Model):
    """What is left of purchased packages and where they count, for those who may know."""

    # A room of its own in a large model.
    _inherit = "clinic.package.purchase"  # pylint: disable=consider-merging-classes-inherited

    def _is_over(self):
        """Whether the last day is over."""
        self.ensure_one()
        return bool(self.expires_on) and self.expires_on < self.company_id._get_clinic_today()

    def _count_usable(self):
        """How many sessions can still be used: {(purchase id, service id): number}."""
        valid = self.filtered(lambda purchase: not purchase._is_over())
        rows = self.env["clinic.package.session"]._read_group(
            [("purchase_id", "in", valid.ids), ("state", "=", "free")],
            ["purchase_id", "service_id"],
            ["__count"],
        )
        return {(purchase.id, service.id): count for purchase, service, count in rows}

    def _get_bound_words(self):
        """With whom and where its sessions count; empty when that is everybody, everywhere."""
        people, places = (
            format_list(self.env, records.mapped("name"), "or")
            for records in (self.practitioner_ids, self.location_ids)
        )
        if people and places:
            return self.env._("with %(people)s at %(places)s", people=people, places=places)
        if people:
            return self.env._("with %s", people)
        return self.env._("at %s", places) if places else ""
