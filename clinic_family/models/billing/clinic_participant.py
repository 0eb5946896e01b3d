from odoo import api, fields, models
from odoo.exceptions import UserError

from .clinic_service import MISSED


class ClinicParticipant(models.Model):
    """Who owes a fee for having cancelled late, or for not having come."""

    _inherit = "clinic.participant"

    owes = fields.Selection(
        MISSED,
        string="Owes a Fee For",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Until it is waived, or they come after all.",
    )
    owed_amount = fields.Float(
        string="Fee",
        digits="Product Price",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="What it cost then, without the taxes that come on top.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_without_debts(self):
        """A fee is waived, which takes a reason."""
        for participant in self.sudo().filtered("owes"):
            raise UserError(self.env._(
                "%s owes a fee for this visit. Please waive it first.", participant.name
            ))  # fmt: skip
