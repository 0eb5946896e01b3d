from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _is_of_clinic(self):
        """Whether who this is, or being them, tells something of a patient."""
        return False

    def _find_hidden(self):
        """Those of these people who aren't there, or are of the clinic and hidden from the user."""
        there = self.exists()
        hidden = there - there._filtered_access("read")
        return (self - there) | hidden.filtered(lambda person: person._is_of_clinic())
