from odoo import models


class ClinicPractitioner(models.Model):
    """Nobody's hours and services are taken away in silence while they are expected."""

    _inherit = "clinic.practitioner"

    def write(self, vals):
        """Of schedules that are replaced in one form, only the outcome counts."""
        ground = self.env["clinic.ground"]
        hours = self if "schedule_ids" in vals else self.browse()
        services = self if "service_ids" in vals else self.browse()
        with (
            ground._watching_hours(hours),
            ground._watching_services("practitioner_id", services),
        ):
            return super().write(vals)
