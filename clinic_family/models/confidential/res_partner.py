from odoo import models

from ...engine.ages import is_younger


class ResPartner(models.Model):
    """Where somebody alone reads, and who is old enough to ask for a confidential visit."""

    _inherit = "res.partner"

    def _get_private_address(self):
        """The person's e-mail address, if nobody else of the clinic's contacts has it too.

        Of somebody whose address it isn't known to be (a child of the clinic's), only where they
        have logged in themselves. Nothing when there is no such address.
        """
        self.ensure_one()
        person_sudo = self.sudo()
        address = person_sudo._get_clinic_address()
        if not address:
            return False
        # An address that was somebody's once may be read by them still.
        others_sudo = person_sudo.with_context(active_test=False).search_count(
            [("email_normalized", "=", address), ("id", "!=", self.id)], limit=1
        )
        families = self.env["clinic.family"]
        is_read_for_them = not any(
            person_sudo.user_ids.mapped("login_date")
        ) and families._may_be_child(self)
        return False if others_sudo or is_read_for_them else address

    def _may_ask_for_confidentiality(self, company):
        """Whether this person may ask for it online there: old enough, by a known birth date."""
        company_sudo, born = company.sudo(), self.sudo().birth_date
        age, today = company_sudo.clinic_confidential_age, company_sudo._get_clinic_today()
        return bool(age and born) and not is_younger(born, age, today)
