from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class ClinicPatientGroup(models.Model):
    """A named set of patients ("The Smiths") the front desk searches by; it gives no rights."""

    _name = "clinic.patient.group"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin", "clinic.about.people"]
    _description = "Patient Group"
    _order = "name, id"
    _people_fields = ("partner_ids",)

    name = fields.Char(required=True, index="trigram")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Each company has groups of its own.",
    )
    partner_ids = fields.Many2many("res.partner", string="Patients")
    is_mine = fields.Boolean(
        string="With My Patients",
        compute="_compute_is_mine",
        search="_search_is_mine",
        help="Whether the reader is a practitioner who treats somebody in it.",
    )
    patient_count = fields.Integer(compute="_compute_patient_count")

    @api.depends_context("uid")
    def _compute_is_mine(self):
        # By a search, because what is read with full rights stays in the cache for everybody.
        mine = self.sudo().search([("id", "in", self.ids), ("is_mine", "=", True)])
        for group in self:
            group.is_mine = group._origin.id in mine._ids

    @api.model
    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = Domain("partner_ids", "any!", Domain("is_my_patient", "=", True))
        return mine if True in value else ~mine

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
