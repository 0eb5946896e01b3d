from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_notice_hours = fields.Float(related="company_id.clinic_notice_hours", readonly=False)
    clinic_horizon_days = fields.Integer(related="company_id.clinic_horizon_days", readonly=False)
    clinic_allow_related = fields.Boolean(related="company_id.clinic_allow_related", readonly=False)
    clinic_child_age = fields.Integer(related="company_id.clinic_child_age", readonly=False)
