from odoo import fields, models


class ClinicPractitioner(models.Model):
    """A person who gives services, at one or several locations."""

    _name = "clinic.practitioner"
    _description = "Practitioner"
    _inherit = ["resource.mixin", "website.published.mixin"]
    _order = "sequence, name, id"

    name = fields.Char(related="resource_id.name", store=True, readonly=False, required=True)
    active = fields.Boolean(related="resource_id.active", store=True, readonly=False, default=True)
    sequence = fields.Integer(default=10)
    job_title = fields.Char(translate=True)
    color = fields.Integer()
    user_id = fields.Many2one(
        related="resource_id.user_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        groups="base.group_user",
        help="The user sees their own appointments; their busy calendar entries block times.",
    )
    service_ids = fields.Many2many("clinic.service", string="Services")
    schedule_ids = fields.One2many("clinic.schedule", "practitioner_id", string="Schedules")
