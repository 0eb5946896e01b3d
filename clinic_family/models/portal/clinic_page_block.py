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
        return self._find_services().grouped("category_name")

    @api.model
    def _get_prices(self):
        """What each of them costs, taxes and all, a visitor whom the clinic doesn't know."""
        return self._find_services()._get_totals_for(self.env["res.partner"])

    def _find_services(self):
        on_offer = self.env["clinic.service"]._get_on_offer()
        return self._as_reader()._find_offered("clinic.service", on_offer)

    @api.model
    def _get_practitioners(self):
        """Who can be booked."""
        booked = self.env["clinic.page.practitioner"]._get_published_practitioners()
        return self._as_reader()._find_offered("clinic.practitioner", booked)

    @api.model
    def _get_locations(self):
        """Where those work today who can be booked."""
        company_sudo = self._get_company().sudo()
        today = company_sudo._get_clinic_today()
        begun = Domain("date_from", "<=", today)
        not_over = Domain("date_to", "=", False) | Domain("date_to", ">=", today)
        locations = self._get_practitioners()._get_locations(begun & not_over)
        return locations.filtered_domain(self._get_domain_of_ours())

    def _as_reader(self):
        return self.sudo(False)

    def _get_company(self):
        return self.env["website"].get_current_website().company_id

    def _get_domain_of_ours(self):
        return Domain("company_id", "in", [self._get_company().id, False])

    def _find_offered(self, model, domain):
        published = Domain("is_published", "=", True)
        return self.env[model].search(published & self._get_domain_of_ours() & domain)
