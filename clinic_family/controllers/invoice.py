from odoo.addons.account_payment.controllers.portal import PortalAccount


class InvoicePortal(PortalAccount):
    """Odoo's invoice page, opened without the link from a message too."""

    def _invoice_get_page_view_values(self, invoice, access_token, **kwargs):
        """Its payment form needs the invoice's key, which its own PDF link carries anyway."""
        token = access_token or invoice._portal_ensure_token()
        return super()._invoice_get_page_view_values(invoice, token, **kwargs)
