from odoo import fields, models

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
