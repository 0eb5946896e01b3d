from odoo import api, models

from ...engine.contact import ADDRESS, Contact
from ...engine.relative import get_first_name


class ClinicPageContact(models.AbstractModel):
    """The form with the contact details of somebody whose forms the reader fills in."""

    _name = "clinic.page.contact"
    _inherit = "clinic.page"
    _description = "Contact Details Page"

    @api.model
    def _get_contact(self, me, person_id, error="", typed=None):
        """What is known of the person, or was just typed; empty where it isn't the reader's."""
        contacts = self.env["clinic.contact"]
        person_sudo = contacts._find(me, person_id)
        if not person_sudo:
            return {}
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
