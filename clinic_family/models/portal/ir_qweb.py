from lxml import etree

from odoo import models

from .clinic_page_block import ATTRIBUTE, TEMPLATES, empty_blocks


class IrQweb(models.AbstractModel):
    """The pages of the website, with the building blocks of the clinic in them."""

    _inherit = "ir.qweb"

    def _get_template(self, template):
        """The template, its blocks filled as it is rendered.

        A page that holds the call itself couldn't be edited: Odoo's editor takes what a template
        calls for a part of its own.
        """
        element, document, ref = super()._get_template(template)
        if self.env.context.get("website_id"):
            for block in empty_blocks(element):
                if block.get(ATTRIBUTE) in TEMPLATES:
                    call = {"t-call": TEMPLATES[block.get(ATTRIBUTE)]}
                    block.append(etree.Element("t", call))
        return element, document, ref
