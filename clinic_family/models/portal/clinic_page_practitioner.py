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
        domain = self._get_published_practitioners() & self._match(search, "name", "job_title")
        return {"search": search, "practitioners": self.env["clinic.practitioner"].search(domain)}

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
        return {
            "practitioner": practitioner,
            "services": self.env["clinic.service"].search(
                [("practitioner_ids", "=", practitioner.id), ("is_published", "=", True)]
            ),
            "locations": practitioner._get_locations(),
        }

    def _get_published_practitioners(self):
        return Domain("is_published", "=", True) & Domain("service_ids.is_published", "=", True)
