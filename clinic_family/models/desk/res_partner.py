from odoo import api, fields, models
from odoo.fields import NO_ACCESS

from ...engine.searching import fold, get_digits


class ResPartner(models.Model):
    """Patients are found by the front desk however it spells them."""

    _inherit = "res.partner"

    clinic_search_key = fields.Char(
        compute="_compute_clinic_search_key",
        store=True,
        copy=False,
        index="trigram",
        groups=NO_ACCESS,
        help="Of patients: the words of name and e-mail address, each after a space, and after # "
        "the digits of the phone number.",
    )

    @api.depends("is_patient", "name", "email", "phone")
    def _compute_clinic_search_key(self):
        for person in self:
            # Of everybody else the clinic keeps nothing twice.
            person.clinic_search_key = person.is_patient and "".join(
                (fold(person.name), fold(person.email), " #", get_digits(person.phone))
            )
