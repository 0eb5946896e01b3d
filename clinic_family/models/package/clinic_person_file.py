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
                scrubs=("reason",),
                company="session_id.company_id",
            ),
        }

    @api.model
    def _find_obstacles(self, person):
        obstacles = super()._find_obstacles(person)
        # Whose they are counts, and not who erases.
        left = (
            self.env["clinic.package.session"]
            .sudo()
            .search_count(
                [("owner_id", "=", person.id), ("state", "in", ("free", "reserved"))], limit=1
            )
        )
        if left:
            obstacles.append(self.env._(
                "Sessions of their packages are left. Please refund them first, or wait until they "
                "expire."
            ))  # fmt: skip
        elsewhere = self.sudo()._find_companies(person.sudo()) - self.env.companies
        if elsewhere:
            obstacles.append(self.env._(
                "They are a patient at another company too. Somebody who works for all of them "
                "erases them, with all of them chosen."
            ))  # fmt: skip
        return obstacles

    def _find_companies(self, person):
        """The companies that keep anything of them, as all of it is erased at once."""
        selves = self._get_selves(person)
        companies = person._get_companies_of_records() | selves.company_id
        for model, kept in self._get_list().items():
            if kept.company and kept.company.split(".")[0] in self.env[model]._fields:
                kept = kept._replace(whose=kept.whose + self._get_more_ways(model, kept))
                found = self._find(model, kept._replace(company="", only=None), selves)
                companies |= found.mapped(kept.company)
        return companies

    def _get_more_ways(self, model, kept):
        """What names people beside whose it is."""
        fields = self.env[model]._fields
        return tuple(name for name in kept.also if fields[name].comodel_name == "res.partner")
