from odoo import api, models
from odoo.http import request

from .clinic_kept_time import KEPT_KEY


class IrHttp(models.AbstractModel):
    """Who chose a time before they logged in is known by the key in their session."""

    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        result = super()._pre_dispatch(rule, args)
        if key := request.session.get(KEPT_KEY):
            request.update_context(**{KEPT_KEY: key})
        return result

    @api.model
    def _remember_kept(self, key):
        """From now on the session has this key, if there is one."""
        if key:
            request.session[KEPT_KEY] = key
