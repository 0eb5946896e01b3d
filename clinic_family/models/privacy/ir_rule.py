from odoo import models


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _make_access_error(self, operation, records):
        """Hidden records of a clinic are refused to patients as if they weren't there."""
        if isinstance(records, self.pool["clinic.hidden.mixin"]) and not records._says_why():
            return records._make_missing_error()
        return super()._make_access_error(operation, records)
