from odoo import fields, models


class ResCompany(models.Model):
    """What whoever makes an account is asked, once; by itself only the name."""

    _inherit = "res.company"

    clinic_asks_phone = fields.Boolean(string="Sign-Up Asks for the Phone Number")
    clinic_asks_birth_date = fields.Boolean(string="Sign-Up Asks for the Date of Birth")
    clinic_terms = fields.Text(
        string="Terms",
        translate=True,
        help="Whoever makes an account agrees to this text first. Empty, nobody is asked.",
    )
