from odoo.http import request, route

from odoo.addons.account.controllers.portal import PortalAccount


class ClinicStatement(PortalAccount):
    @route("/my/statement", type="http", auth="user", website=True, readonly=True)
    def my_statement(self, **period):
        paper, media_type = request.env["res.partner"]._get_own_statement(
            period.get("from", ""), period.get("to", "")
        )
        headers = {"Content-Type": media_type, "Cache-Control": "private, no-store"}
        return request.make_response(paper, headers=headers.items())

    def _prepare_my_invoices_values(self, *args, **kwargs):
        first, last = request.env["res.partner"]._get_own_statement_period()
        values = super()._prepare_my_invoices_values(*args, **kwargs)
        return {**values, "statement_from": first, "statement_to": last}
