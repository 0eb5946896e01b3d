from odoo import fields, models
from odoo.fields import NO_ACCESS


class ResPartner(models.Model):
    """What somebody holds online and lets go."""

    _inherit = "res.partner"

    held_online = fields.Json(
        copy=False,
        readonly=True,
        groups=NO_ACCESS,
        help="The times this person held online lately and let go, and when.",
    )
