from odoo import fields, models


class ResCompany(models.Model):
    """Whether calendars outside the clinic may name its patients to those who treat them."""

    _inherit = "res.company"

    clinic_names_in_calendars = fields.Boolean(string="Names in practitioners' calendars")
