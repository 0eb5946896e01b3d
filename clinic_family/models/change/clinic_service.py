from odoo import fields, models


class ClinicService(models.Model):
    """Until when patients cancel and move a visit of this service online."""

    _inherit = "clinic.service"

    change_policy = fields.Selection(
        [("clinic", "As the clinic"), ("own", "Own rule")],
        string="Changing Online",
        required=True,
        default="clinic",
        help="As the clinic: what the settings say holds for this service too. Own rule: what is "
        "written here holds instead. The front desk may always cancel and move.",
    )
    allow_cancel = fields.Boolean(string="Patients Cancel Online", default=True)
    cancel_hours = fields.Float(
        string="Cancel Until (Hours Before)",
        default=24.0,
        help="Until this long before the visit; after that the page says whom to call.",
    )
    allow_reschedule = fields.Boolean(string="Patients Move Online", default=True)
    reschedule_hours = fields.Float(
        string="Move Until (Hours Before)",
        default=24.0,
        help="Until this long before the visit; after that the page says whom to call.",
    )

    _change_hours_positive = models.Constraint(
        "CHECK (cancel_hours >= 0 AND reschedule_hours >= 0)",
        "How long before the visit patients may cancel or move can't be negative.",
    )

    def _get_change_rule(self, change):
        """Whether patients may do this change ("cancel", "reschedule"), and how many hours before.

        A service that isn't on the booking site has no times to be moved to.
        """
        self.ensure_one()
        has_times = change == "cancel" or self.is_published
        if self.change_policy == "own":
            return self[f"allow_{change}"] and has_times, self[f"{change}_hours"]
        company = self.company_id
        return company[f"clinic_allow_{change}"] and has_times, company[f"clinic_{change}_hours"]
