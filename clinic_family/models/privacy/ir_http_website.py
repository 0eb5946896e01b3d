from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    """The website decides which company's clinic is visited, whoever is logged in."""

    # A room of its own.
    _inherit = "ir.http"  # pylint: disable=consider-merging-classes-inherited

    @classmethod
    def _frontend_pre_dispatch(cls):
        result = super()._frontend_pre_dispatch()
        company_id = request.website._get_cached("company_id")
        if request.env.user._is_guest_of(company_id):
            request.update_context(allowed_company_ids=[company_id])
            request.website = request.website.with_context(**request.env.context)
        return result
