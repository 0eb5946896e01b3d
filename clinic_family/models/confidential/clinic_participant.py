from odoo import models
from odoo.exceptions import UserError


class ClinicParticipant(models.Model):
    """Who may know that somebody comes to a visit."""

    _inherit = "clinic.participant"

    def _filter_known_to(self, person):
        """Those that this person may know of as patient or relative: no confidential one of
        somebody else, whatever they may do for them."""
        return self.filtered(lambda one: one.sudo()._is_known_to(person))

    def _move_to(self, visit):
        """Refused where it is confidential: there, it wouldn't be."""
        if self.sudo().is_confidential:
            raise UserError(self.env._(
                "This visit is confidential, and nobody is moved from it to another visit. Please "
                "move the visit itself to another time."
            ))  # fmt: skip
        return super()._move_to(visit)

    def _is_known_to(self, person):
        return not self.is_confidential or self.partner_id == person
