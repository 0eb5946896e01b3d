from odoo import api, models

from ...engine.contact import ADDRESS, Contact
from ...engine.relative import get_first_name


class ClinicPageContact(models.AbstractModel):
    """The form with contact details: the reader's own, or of somebody whose forms they fill in."""

    _name = "clinic.page.contact"
    _inherit = "clinic.page"
    _description = "Contact Details Page"

    @api.model
    def _get_contact(self, me, person_id, error="", typed=None):
        """What is known of the person, or was just typed; empty where it isn't the reader's."""
        person_sudo = self.env["clinic.contact"]._find(me, person_id)
        return self._get_values(me, person_sudo, error, typed) if person_sudo else {}

    @api.model
    def _get_own(self, me, error="", typed=None, done=""):
        """The same of the reader; empty where the clinic asks nothing of them."""
        if not self._has_own(me):
            return {}
        notice = self.env._("Saved. The clinic sees what you changed.") if done == "saved" else ""
        return {**self._get_values(me, me.sudo(), error, typed), "notice": notice}

    @api.model
    def _has_own(self, me):
        """Whether the clinic asks the reader how they are reached."""
        return bool(self.env["clinic.contact"]._find_own(me))

    def _get_values(self, me, person_sudo, error, typed):
        contacts = self.env["clinic.contact"]
        asked = contacts._get_names(person_sudo)
        known = {field: person_sudo[field] or "" for field in asked}
        return {
            "error": error,
            "person": {
                "id": person_sudo.id,
                "name": person_sudo.name,
                "first_name": get_first_name(person_sudo.name),
            },
            "contact": typed or Contact(**known),
            "seen": known,
            "email": person_sudo.email or "",
            "birth": self._format_day(person_sudo.birth_date),
            "asks_birth": contacts._may_tell_birth(me, person_sudo),
            "today": self.env.company._get_clinic_today().isoformat(),
            "has_address": set(ADDRESS) <= asked.keys(),
        }
