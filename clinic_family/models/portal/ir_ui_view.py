from lxml import html

from odoo import models

from .clinic_page_block import ATTRIBUTE, empty_blocks


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    def save(self, value, xpath=None):
        """Keeps the place of a block, and not what stood there when the page was edited.

        A page that is searched would find it, when nobody may see it any more.
        """
        if ATTRIBUTE in value:
            section = html.fromstring(value, parser=html.HTMLParser(encoding="utf-8"))
            empty_blocks(section)
            value = html.tostring(section, encoding="unicode")
        return super().save(value, xpath)
