"""A second company on the same Odoo: its place, its staff in every role, and its patient."""

from .common import ROLE

ROLES = ("practitioner", "billing", "front_desk", "manager")


class Neighbours:
    """Builds a second company, with somebody for each role, and nothing of the first's."""

    @classmethod
    def build_neighbours(cls):
        cls.neighbour = cls.env["res.company"].create({"name": "Neighbour Clinic"})
        cls.theirs = {role: cls.neighbour_user(role, ROLE + role) for role in ROLES}
        cls.theirs["no role"] = cls.neighbour_user("no_role", "base.group_user")
        cls.theirs["patient"] = cls.neighbour_user("patient", "base.group_portal")
        cls.their_place = cls.location("Neighbour Bay", company_id=cls.neighbour.id)

    @classmethod
    def neighbour_user(cls, name, role, **values):
        """Somebody of the second company alone."""
        return cls.user(
            f"test_neighbour_{name}",
            f"Neighbour {name.title()}",
            role,
            company_id=cls.neighbour.id,
            company_ids=cls.neighbour.ids,
            **values,
        )
