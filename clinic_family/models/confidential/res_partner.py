from odoo import models

from ...engine.ages import is_younger


class ResPartner(models.Model):
    """Who is old enough to ask for a confidential visit."""

    _inherit = "res.partner"

    def _may_ask_for_confidentiality(self, company):
        """Whether this person may ask for it online there: old enough, by a known birth date."""
        company_sudo, born = company.sudo(), self.sudo().birth_date
        age, today = company_sudo.clinic_confidential_age, company_sudo._get_clinic_today()
        return bool(age and born) and not is_younger(born, age, today)
