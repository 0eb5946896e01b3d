from odoo import api, models

from .clinic_page_block import ATTRIBUTE


class WebsitePage(models.Model):
    _inherit = "website.page"

    @api.model
    def _allow_cache_insertion(self, layout):
        """A page with a block shows what is offered now, so it isn't kept for an hour."""
        return ATTRIBUTE not in layout and super()._allow_cache_insertion(layout)
