from odoo import models


class ClinicFamily(models.AbstractModel):
    _inherit = "clinic.family"

    def _add_child(self, actor, relative):
        """Puts the child before the front desk, whoever adds it: staff have families too."""
        child = super()._add_child(actor, relative)
        self.env["clinic.registration"]._record_newcomers(child, "family", actor)
        return child
