from odoo import models


class ResourceResource(models.Model):
    _inherit = "resource.resource"

    def write(self, vals):
        """A practitioner is archived with their resource, whichever of the two is asked."""
        if "active" in vals and not vals["active"]:
            self.env["clinic.ground"]._verify_none_ahead("practitioner_id.resource_id", self)
        return super().write(vals)
