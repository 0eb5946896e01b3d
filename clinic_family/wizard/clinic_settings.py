from odoo import api, fields, models

from ..engine.age_presets import find_preset


class ClinicSettings(models.TransientModel):
    """The settings of a clinic, for its managers: Odoo keeps its own for administrators."""

    _name = "clinic.settings"
    _inherit = ["clinic.assistant"]
    _description = "Settings of the Clinic"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    clinic_notice_hours = fields.Float(related="company_id.clinic_notice_hours", readonly=False)
    clinic_horizon_days = fields.Integer(related="company_id.clinic_horizon_days", readonly=False)
    clinic_hold_minutes = fields.Integer(related="company_id.clinic_hold_minutes", readonly=False)
    clinic_most_upcoming = fields.Integer(related="company_id.clinic_most_upcoming", readonly=False)
    clinic_most_kept = fields.Integer(related="company_id.clinic_most_kept", readonly=False)
    clinic_keep_months = fields.Integer(related="company_id.clinic_keep_months", readonly=False)
    clinic_offer_hours = fields.Float(related="company_id.clinic_offer_hours", readonly=False)
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
    clinic_names_in_calendars = fields.Boolean(
        related="company_id.clinic_names_in_calendars", readonly=False
    )
    clinic_allow_related = fields.Boolean(related="company_id.clinic_allow_related", readonly=False)
    clinic_asks_phone = fields.Boolean(related="company_id.clinic_asks_phone", readonly=False)
    clinic_asks_birth_date = fields.Boolean(
        related="company_id.clinic_asks_birth_date", readonly=False
    )
    clinic_terms = fields.Text(related="company_id.clinic_terms", readonly=False)
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
    preset_words = fields.Char(compute="_compute_preset_words")
    clinic_confidential_age = fields.Integer(
        related="company_id.clinic_confidential_age", readonly=False
    )
    clinic_invoice_naming = fields.Selection(
        related="company_id.clinic_invoice_naming", readonly=False
    )
    clinic_post_invoices = fields.Boolean(related="company_id.clinic_post_invoices", readonly=False)

    @api.depends("company_id")
    def _compute_preset_words(self):
        for settings in self:
            settings.preset_words = settings._describe_preset()

    def _get_preset(self):
        return find_preset(self.sudo().company_id.country_id.code)

    def _describe_preset(self):
        """What is usual in the company's country, and by which law."""
        preset = self._get_preset()
        if not preset:
            return ""
        words = {
            "country": self.sudo().company_id.country_id.name,
            "own": preset.own,
            "review": preset.review,
            "law": preset.source,
        }
        if preset.review is None:
            return self.env._(
                "A starting point for %(country)s, not advice: own decisions from %(own)s on "
                "(%(law)s).",
                **words,
            )
        return self.env._(
            "A starting point for %(country)s, not advice: own decisions from %(own)s on, review "
            "from %(review)s on (%(law)s).",
            **words,
        )

    def action_use_preset(self):
        """Sets the ages of the company's country, instead of those that were set."""
        self.ensure_one()
        self.check_access("write")
        if preset := self._get_preset():
            # As all settings: the managers' to set, of a company that isn't theirs to write.
            self.sudo().company_id._use_age_preset(preset)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.depends("company_id")
    def _compute_display_name(self):
        for settings in self:
            settings.display_name = self.env._("Settings")

    @api.model_create_multi
    def create(self, vals_list):
        """Writes the company's settings, which its managers may; the rest of it they may not."""
        # With full rights nobody asks whose company a context names.
        vals_list = [{"company_id": self.env.company.id, **values} for values in vals_list]
        for values in vals_list:
            self._verify_values(values)
        return super(ClinicSettings, self.sudo()).create(vals_list).sudo(False)

    def write(self, vals):
        self.check_access("write")
        self._verify_values(vals)
        return super(ClinicSettings, self.sudo()).write(vals)
