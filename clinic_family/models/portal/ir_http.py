from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    """What one reads at an address of the clinic that leads nowhere."""

    _inherit = "ir.http"

    @classmethod
    def _get_error_html(cls, env, code, values):
        # A designer, too, is offered to make a page only where no visit or relative would be.
        if code in (404, "page_404") and cls._is_at_clinic():
            values = {**values, "is_visitor": env.user._is_public()}
            return 404, env["ir.ui.view"]._render_template("clinic_family.not_here", values)
        return super()._get_error_html(env, code, values)

    @classmethod
    def _is_at_clinic(cls):
        """Whether an address of the clinic was asked for, whatever is behind it."""
        return getattr(request, "is_clinic", False)
