from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _is_of_clinic(self):
        """Whether who this is, or being them, tells something of a patient."""
        return False
