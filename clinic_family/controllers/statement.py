from odoo.http import request

from odoo.addons.account.controllers.portal import PortalAccount

from .common import PortalPage, clinic_page


class StatementPortal(PortalPage):
    """The page of the reader's own statement, and its paper."""

    @clinic_page("/my/statement")
    def my_statement(self, paper="", **period):
        dates = period.get("from", ""), period.get("to", "")
        if not paper:
            values = request.env["clinic.page.statement"]._get_statement(*dates)
            return self._portal_page("statement", "statement", values)
        paper, media_type = request.env["res.partner"]._get_own_statement(*dates)
        return request.make_response(paper, headers=[("Content-Type", media_type)])


class InvoicesPortal(PortalAccount):
    """The page of invoices, from which one asks for a statement."""

    def _prepare_my_invoices_values(self, *args, **kwargs):
        first, last = request.env["res.partner"]._get_own_statement_period()
        values = super()._prepare_my_invoices_values(*args, **kwargs)
        return {**values, "statement_from": first, "statement_to": last}
