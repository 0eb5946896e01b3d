from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClinicPatientGroup(models.Model):
    """A named set of patients ("The Smiths") the front desk searches by; it gives no rights."""

    _name = "clinic.patient.group"
    _inherit = ["clinic.written"]
    _description = "Patient Group"
    _order = "name, id"

    name = fields.Char(required=True, index="trigram")
    active = fields.Boolean(default=True)
    partner_ids = fields.Many2many("res.partner", string="Patients")
    patient_count = fields.Integer(compute="_compute_patient_count")

    @api.depends("partner_ids")
    def _compute_patient_count(self):
        for group in self:
            group.patient_count = len(group.partner_ids)

    @api.constrains("partner_ids")
    def _check_apart(self):
        blocks = self.env["clinic.block"]
        for group in self:
            if blocks._stops_among(group.partner_ids):
                raise ValidationError(blocks._get_sentence())
