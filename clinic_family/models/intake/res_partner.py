from odoo import fields, models

from ..family.res_partner import STAFF


class ResPartner(models.Model):
    _inherit = "res.partner"

    form_request_ids = fields.One2many(
        "clinic.form.request", "patient_id", string="Forms", readonly=True, groups=STAFF
    )

    def _get_companies_of_records(self):
        return super()._get_companies_of_records() | self.form_request_ids.company_id

    def _find_treated_by_reader(self):
        """Those of these patients whom the reader treats, and whose forms they read."""
        if not (self and self.env.user.has_group(STAFF)):
            return self.browse()
        domain = [("id", "in", self.ids), ("is_my_patient", "=", True)]
        return self.sudo().search(domain).sudo(False)

    def action_view_forms(self):
        """The forms of these patients, as far as the reader sees them."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_form_request_action"
        )
        return {**action, "domain": [("patient_id", "in", self.ids)], "context": {}}
