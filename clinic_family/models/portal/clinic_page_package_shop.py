import uuid

from odoo import api, models
from odoo.fields import Domain

from ...engine.sessions import Right, Session, judge_session
from ...exceptions import FamilyRefused


class ClinicPagePackageShop(models.AbstractModel):
    """The pages on which patients buy packages, and all they are told before they do."""

    _name = "clinic.page.package.shop"
    _inherit = "clinic.page"
    _description = "Packages Shop"

    @api.model
    def _find_package(self, package_id):
        """The package, if it can be bought online."""
        return self._find_packages([("id", "=", package_id)])

    def _find_packages(self, domain=()):
        # Patients see those that are published by their record rule; staff see more elsewhere.
        found = self.env["clinic.package"].search_fetch(
            [*domain, ("is_published", "=", True)], ["name", "company_id"]
        )
        return self._filter_with_sessions(found)

    def _filter_with_sessions(self, packages):
        # How many there are is said to whom the lines are hidden, too.
        packages.sudo()._read_rows("line_ids")
        return packages.filtered("session_count")

    def _get_offers(self, me, bought=()):
        """The packages on sale, in short; those that were bought are read along with them."""
        on_sale = Domain("active", "=", True) & Domain("is_published", "=", True)
        packages_sudo = self.env["clinic.package"].sudo().with_context(active_test=False)
        read_sudo = packages_sudo.search_fetch(
            on_sale | Domain("id", "in", [package.id for package in bought])
        )
        # The reader's rules are asked of what has been read.
        found = read_sudo.with_env(self.env)._filtered_access("read").filtered_domain(on_sale)
        offers = self._get_offers_values(me, self._filter_with_sessions(found))
        return list(offers.values())

    def _get_offers_values(self, me, packages):
        """What is said of each in short, by its id."""
        prices = packages._get_prices_for(me)
        return {
            package.id: {
                "id": package.id,
                "name": package.name,
                "sessions": package.session_count,
                "price": prices[package.id],
                "currency": package.currency_id,
            }
            for package in packages
        }

    @api.model
    def _get_offer(self, me, package, error=""):
        """The page of one package: all one has to know before buying; empty when there is none."""
        if not package:
            return {}
        package_sudo = package.sudo()
        last_day = package_sudo._prepare_purchase(me)["expires_on"]
        return {
            **self._get_offers_values(me, package)[package.id],
            "description": package.description,
            "lines": [
                {"count": line_sudo.quantity, "service": line_sudo.service_id.name}
                for line_sudo in package_sudo.line_ids
            ],
            "until": self._format_day(last_day),
            "where": self.env["clinic.page.package"]._get_where(package_sudo),
            "is_shareable": package.is_shareable,
            "is_used_at_once": package_sudo.company_id.clinic_package_use == "posted",
            "key": uuid.uuid4().hex,
            "no_buying": self._get_no_buying(me),
            "error": error,
        }

    def _get_no_buying(self, me):
        """Why I can't buy here; nothing if I can."""
        try:
            self.env["clinic.family"]._verify_grown(me)
        except FamilyRefused as refusal:
            return str(refusal)
        return ""

    @api.model
    def _buy(self, me, package, key):
        """The invoice of the package that I buy; raises FamilyRefused."""
        self.env["clinic.family"]._verify_grown(me)
        return package._buy(me, key)

    @api.model
    def _suggest(self, me, visits_sudo):
        """For each visit a package that would pay for it, if one is on sale, by the visit's id."""
        packages = self._find_packages([
            ("line_ids.service_id", "in", visits_sudo.service_id.ids),
        ])  # fmt: skip
        offers = self._get_offers_values(me, packages)
        return {
            visit_sudo.id: next(
                (
                    offers[package_sudo.id]
                    for package_sudo in packages.sudo()
                    if self._suits(me, package_sudo, visit_sudo)
                ),
                None,
            )
            for visit_sudo in visits_sudo
        }

    def _suits(self, me, package_sudo, visit_sudo):
        """Whether a session of the package, bought today, would count for the visit."""
        service = visit_sudo.service_id & package_sudo.line_ids.service_id
        session = Session(
            id=0,
            purchase_id=0,
            owner_id=me.id,
            service_id=service.id,
            last_day=package_sudo._prepare_purchase(me)["expires_on"] or None,
            practitioner_ids=frozenset(package_sudo.practitioner_ids.ids),
            location_ids=frozenset(package_sudo.location_ids.ids),
            shareable=package_sudo.is_shareable,
        )
        visit = visit_sudo._describe_visit(self.env["clinic.participant"])
        return visit_sudo.company_id == package_sudo.company_id and judge_session(
            session, visit, [Right(me.id)]
        )
