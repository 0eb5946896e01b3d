from odoo import api, models


class ProductTemplate(models.Model):
    """What a service costs: of its company, as long as there is such a service."""

    _inherit = "product.template"

    @api.constrains("company_id")
    def _check_clinic_fee(self):
        services = self.env["clinic.service"].sudo().with_context(active_test=False)
        services.search([("product_id.product_tmpl_id", "in", self.ids)])._check_fee()
