from odoo import api, models
from odoo.fields import Domain


class ClinicPagePractitioner(models.AbstractModel):
    """The pages on which visitors find who gives something online.

    Everything is read with the visitor's rights.
    """

    _name = "clinic.page.practitioner"
    _inherit = "clinic.page"
    _description = "Practitioner Page"

    @api.model
    def _get_practitioners(self, search=""):
        """The published practitioners who give something online, those matching the search."""
        practitioners = self._search_practitioners(search)
        return {
            "search": search,
            "practitioners": practitioners,
            "firsts": self._get_firsts(practitioners),
        }

    @api.model
    def _search_practitioners(self, search=""):
        words = self._match(search, "name", "job_title", "languages")
        return self.env["clinic.practitioner"].search(self._get_published_practitioners() & words)

    def _get_services_of(self, practitioners):
        return self.env["clinic.service"].search(
            [("practitioner_ids", "in", practitioners.ids), ("is_published", "=", True)]
        )

    def _get_firsts(self, practitioners):
        """When each of them is next free for something they give online, and where."""
        locations = self.env["clinic.location"]
        firsts = self._get_services_of(practitioners)._find_first(practitioners)
        places = locations.browse({slot.location_id for slot in firsts.values()})
        values = {}
        for practitioner_id, slot in firsts.items():
            place = places.browse(slot.location_id)
            values[practitioner_id] = {
                **place._get_time_values(slot.start),
                "place": place.name,
                "location": place.id,
            }
        return values

    @api.model
    def _find_practitioner(self, slug):
        """The published practitioner at this address, or an empty set."""
        _name, practitioner_id = self.env["ir.http"]._unslug(slug)
        return self.env["clinic.practitioner"].search(
            Domain("id", "=", practitioner_id) & self._get_published_practitioners()
        )

    @api.model
    def _get_practitioner(self, practitioner):
        """One practitioner, the services they give, and where they work."""
        services = self._get_services_of(practitioner)
        return {
            "practitioner": practitioner,
            "services": services,
            "prices": services._get_totals_for(self._get_buyer()),
            "locations": practitioner._get_locations(),
            "firsts": self._get_firsts(practitioner),
        }

    def _get_published_practitioners(self):
        return Domain("is_published", "=", True) & Domain("service_ids.is_published", "=", True)
