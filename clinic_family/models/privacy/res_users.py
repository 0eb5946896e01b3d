from odoo import models

from odoo.addons.website.models import ir_http


class ResUsers(models.Model):
    """On a website a patient comes to the company whose website it is, as the public does."""

    _inherit = "res.users"

    def _get_company_ids(self):
        company_ids = super()._get_company_ids()
        website = ir_http.get_request_website()
        visited_id = website and website._get_cached("company_id")
        if visited_id in company_ids or not self._is_guest_of(visited_id):
            return company_ids
        return (*company_ids, visited_id)

    def _is_guest_of(self, company_id):
        """Whether the user may be a patient of this company; staff of another work elsewhere."""
        if not company_id or not self._is_portal():
            return False
        # Their own record, which they may read only in companies that are decided here.
        return self.sudo().partner_id.company_id.id in (False, company_id)

    def _is_of_clinic(self):
        return self.sudo().partner_id._is_of_clinic()
