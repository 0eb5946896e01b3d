from odoo import api, models
from odoo.fields import Domain

ATTRIBUTE = "data-clinic-block"
TEMPLATES = {
    "services": "clinic_family.block_services",
    "practitioners": "clinic_family.block_practitioners",
    "locations": "clinic_family.block_locations",
}


def empty_blocks(element):
    """Takes out of a piece of a page what blocks of the clinic showed when it was edited."""
    blocks = element.xpath(f"descendant-or-self::*[@{ATTRIBUTE}]")
    for block in blocks:
        block.text = None
        del block[:]
    return blocks


class ClinicPageBlock(models.AbstractModel):
    """What the building blocks of the website show: what the booking site offers, and no more.

    A page keeps the place of a block alone. What stands there is read each time the page is shown,
    with the reader's rights; the editor, which makes its previews with full rights, shows the same.
    """

    _name = "clinic.page.block"
    _inherit = "clinic.page"
    _description = "Building Block"

    @api.model
    def _get_services(self):
        """What can be booked, by category."""
        services = self._as_reader()._find_offered("clinic.service", Domain.TRUE)
        return services.grouped("category_name")

    @api.model
    def _get_practitioners(self):
        """Who can be booked."""
        booked = self.env["clinic.page.booking"]._get_published_practitioners()
        return self._as_reader()._find_offered("clinic.practitioner", booked)

    @api.model
    def _get_locations(self):
        """Where those work who can be booked."""
        return self._get_practitioners()._get_locations()

    def _as_reader(self):
        return self.sudo(False)

    def _find_offered(self, model, domain):
        company = self.env["website"].get_current_website().company_id
        published = Domain("is_published", "=", True)
        ours = Domain("company_id", "in", [company.id, False])
        return self.env[model].search(published & ours & domain)
