from odoo import fields, models

from ..family.res_partner import STAFF


class ClinicService(models.Model):
    _inherit = "clinic.service"

    form_ids = fields.One2many(
        "clinic.form",
        "service_id",
        string="Forms Before the Visit",
        copy=True,
        groups=STAFF,
        help="Patients, and those who may fill in their forms, are asked for them when a visit is "
        "booked. A form that is missing stands in nobody's way.",
    )
