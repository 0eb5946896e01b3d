from odoo import fields, models


class ResourceResource(models.Model):
    _inherit = "resource.resource"

    clinic_practitioner_ids = fields.One2many(
        "clinic.practitioner", "resource_id", groups="base.group_user"
    )

    def write(self, vals):
        """A practitioner is archived with their resource, whichever of the two is asked."""
        if "active" in vals and not vals["active"]:
            self.env["clinic.ground"]._verify_none_ahead("practitioner_id.resource_id", self)
        return super().write(vals)
