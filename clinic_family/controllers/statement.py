from odoo.http import request

from odoo.addons.account.controllers.portal import PortalAccount

from .common import clinic_page


class ClinicStatement(PortalAccount):
    @clinic_page("/my/statement")
    def my_statement(self, **period):
        paper, media_type = request.env["res.partner"]._get_own_statement(
            period.get("from", ""), period.get("to", "")
        )
        return request.make_response(paper, headers=[("Content-Type", media_type)])

    def _prepare_my_invoices_values(self, *args, **kwargs):
        first, last = request.env["res.partner"]._get_own_statement_period()
        values = super()._prepare_my_invoices_values(*args, **kwargs)
        return {**values, "statement_from": first, "statement_to": last}
