from odoo import api, fields, models
from odoo.fields import Domain

from ...engine.searching import fold
from ..family.res_partner import FRONT_DESK, STAFF


class ResPartner(models.Model):
    """The clinic's own list and form of patients."""

    _inherit = "res.partner"

    clinic_found_by = fields.Char(
        string="Name, Date of Birth or Phone",
        compute="_compute_clinic_found_by",
        search="_search_clinic_found_by",
        groups=STAFF,
        help="What the day sheet finds a patient by, as one types it.",
    )
    clinic_like_ids = fields.Many2many(
        "res.partner",
        string="May Be Known Already",
        compute="_compute_clinic_like_ids",
        groups=FRONT_DESK,
    )

    def _compute_clinic_found_by(self):
        self.clinic_found_by = False

    @api.model
    def _search_clinic_found_by(self, operator, value):
        self._check_field_access(self._fields["clinic_found_by"], "read")
        if operator != "ilike":
            return NotImplemented
        words = fold(value).split()
        return (
            self.env["clinic.desk.patient"]._get_domain_of(value, words) if words else Domain.TRUE
        )

    @api.depends("name", "birth_date", "phone", "email")
    def _compute_clinic_like_ids(self):
        """Of a patient that isn't saved yet: those they may be."""
        for person in self:
            person.clinic_like_ids = not person._origin and self.env[
                "clinic.desk.patient"
            ]._search_like(person.name, person.birth_date, person.phone, person.email)

    @api.readonly
    def get_formview_id(self, access_uid=None):
        """A patient is opened in the clinic's form by those who may know that they are one."""
        readers = self.env.user | self.env["res.users"].browse(access_uid or self.env.uid)
        if all(reader.has_group(STAFF) for reader in readers):
            seen = self.sudo(False)._filtered_access("read")
            if seen.is_patient:
                return self.env.ref("clinic_family.res_partner_view_form_patient").id
        return super().get_formview_id(access_uid=access_uid)
