from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_notice_hours = fields.Float(related="company_id.clinic_notice_hours", readonly=False)
    clinic_horizon_days = fields.Integer(related="company_id.clinic_horizon_days", readonly=False)
    clinic_hold_minutes = fields.Integer(related="company_id.clinic_hold_minutes", readonly=False)
    clinic_most_upcoming = fields.Integer(related="company_id.clinic_most_upcoming", readonly=False)
    clinic_undo_minutes = fields.Integer(related="company_id.clinic_undo_minutes", readonly=False)
    clinic_allow_cancel = fields.Boolean(related="company_id.clinic_allow_cancel", readonly=False)
    clinic_cancel_hours = fields.Float(related="company_id.clinic_cancel_hours", readonly=False)
    clinic_allow_reschedule = fields.Boolean(
        related="company_id.clinic_allow_reschedule", readonly=False
    )
    clinic_reschedule_hours = fields.Float(
        related="company_id.clinic_reschedule_hours", readonly=False
    )
    clinic_reminder_hours = fields.Char(related="company_id.clinic_reminder_hours", readonly=False)
    clinic_allow_related = fields.Boolean(related="company_id.clinic_allow_related", readonly=False)
    clinic_added_a_day = fields.Integer(related="company_id.clinic_added_a_day", readonly=False)
    clinic_package_use = fields.Selection(related="company_id.clinic_package_use", readonly=False)
    clinic_late_uses_session = fields.Boolean(
        related="company_id.clinic_late_uses_session", readonly=False
    )
    clinic_noshow_uses_session = fields.Boolean(
        related="company_id.clinic_noshow_uses_session", readonly=False
    )
    clinic_honour_reserved = fields.Boolean(
        related="company_id.clinic_honour_reserved", readonly=False
    )
    clinic_child_age = fields.Integer(related="company_id.clinic_child_age", readonly=False)
    clinic_invoice_naming = fields.Selection(
        related="company_id.clinic_invoice_naming", readonly=False
    )
    clinic_post_invoices = fields.Boolean(related="company_id.clinic_post_invoices", readonly=False)
