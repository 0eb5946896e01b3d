from odoo import fields, models


class ClinicPatientGroup(models.Model):
    """A named set of patients ("The Smiths") the front desk searches by; it gives no rights."""

    _name = "clinic.patient.group"
    _description = "Patient Group"
    _order = "name, id"

    name = fields.Char(required=True, index="trigram")
    active = fields.Boolean(default=True)
    partner_ids = fields.Many2many("res.partner", string="Patients")
