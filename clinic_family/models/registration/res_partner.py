from odoo import api, fields, models
from odoo.fields import NO_ACCESS

from ...engine.searching import fold, get_digits


class ResPartner(models.Model):
    """Patients are found however somebody spells them, and looked at who become such online."""

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

    @api.model_create_multi
    def create(self, vals_list):
        people = super().create(vals_list)
        if not self.env.user._is_internal():
            # Patients don't read of each other who is one.
            new_sudo = people.sudo().filtered("is_patient")
            self.env["clinic.registration"]._record_newcomers(
                new_sudo, "family", self.env.user.partner_id
            )
        return people
