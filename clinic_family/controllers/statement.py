from odoo.http import content_disposition, request, route

from odoo.addons.account.controllers.portal import PortalAccount


class ClinicStatement(PortalAccount):
    @route("/my/statement", type="http", auth="user", website=True, readonly=True)
    def my_statement(self, **period):
        pdf = request.env["res.partner"]._get_own_statement(
            period.get("from", ""), period.get("to", "")
        )
        return request.make_response(pdf, [
            ("Content-Type", "application/pdf"),
            ("Content-Disposition", content_disposition(request.env._("Statement.pdf"))),
            ("Cache-Control", "private, no-store"),
        ])  # fmt: skip

    def _prepare_my_invoices_values(self, *args, **kwargs):
        first, last = request.env["res.partner"]._get_own_statement_period()
        values = super()._prepare_my_invoices_values(*args, **kwargs)
        return {**values, "statement_from": first, "statement_to": last}
