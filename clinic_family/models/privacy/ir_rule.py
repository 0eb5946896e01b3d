from odoo import api, models
from odoo.fields import Domain

# Models of Odoo's with names and addresses in rows that it shows to every employee: whose they are.
OWNED_BY = {"snailmail.letter": "user_id"}


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        """What somebody types into a window, or sends by post, is for nobody else to read.

        Odoo shows it, and a file that is being imported, to whoever may do the like.
        """
        domain = super()._compute_domain(model_name, mode)
        is_window = self.env[model_name].is_transient()
        owned_by = "create_uid" if is_window else OWNED_BY.get(model_name)
        if owned_by and mode != "create" and not self.env.user._is_system():
            domain &= Domain(owned_by, "=", self.env.uid)
        return domain

    def _make_access_error(self, operation, records):
        """Hidden records of a clinic are refused to patients as if they weren't there."""
        if isinstance(records, self.pool["clinic.hidden.mixin"]) and not records._says_why():
            return records._make_missing_error()
        return super()._make_access_error(operation, records)
