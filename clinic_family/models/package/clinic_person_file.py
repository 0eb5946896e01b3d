from odoo import api, models

from ...engine.person_file import Kept


class ClinicPersonFile(models.AbstractModel):
    """The packages a person bought, and what became of each session."""

    _inherit = "clinic.person.file"

    @api.model
    def _get_list(self):
        return {
            **super()._get_list(),
            "clinic.package.purchase": Kept(
                self.env._("Purchased packages"),
                whose=("owner_id",),
                shows=("package_id.name", "bought_on", "expires_on"),
            ),
            "clinic.package.session": Kept(
                self.env._("Sessions"),
                whose=("owner_id",),
                shows=("purchase_id.package_id.name", "service_id.name", "state", "day"),
            ),
            # Whose visit somebody's session was used for is told where it is the owner's own.
            "clinic.package.session.change": Kept(
                self.env._("What became of sessions"),
                whose=("session_id.owner_id",),
                shows=("changed_at", "old_state_name", "new_state_name", "partner_id"),
                company="session_id.company_id",
            ),
        }
