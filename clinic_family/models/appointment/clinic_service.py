from odoo import models


class ClinicService(models.Model):
    """A service for which somebody is expected isn't archived, and nobody is taken off it."""

    _inherit = "clinic.service"

    def write(self, vals):
        if "active" in vals and not vals["active"]:
            self.env["clinic.ground"]._verify_none_ahead("service_id", self)
        changing = self if "practitioner_ids" in vals else self.browse()
        with self.env["clinic.ground"]._watching_services("service_id", changing):
            return super().write(vals)
