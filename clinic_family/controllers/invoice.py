from odoo.exceptions import AccessError, MissingError, ValidationError
from odoo.http import request, route

from odoo.addons.account_payment.controllers.payment import PaymentPortal
from odoo.addons.account_payment.controllers.portal import PortalAccount


class InvoicePortal(PortalAccount):
    """Odoo's invoice pages, opened by those who may pay for a patient too.

    Whoever is logged in gets no key to an invoice anywhere, and needs none.
    """

    def _document_check_access(self, model_name, document_id, access_token=None):
        """Asks the permission first; a kept link opens nothing that has ended."""
        moves = request.env["account.move"]
        if model_name == moves._name:
            access_token = moves._pick_key(document_id, access_token)
        document = super()._document_check_access(model_name, document_id, access_token)
        keyless = model_name == moves._name and moves._hides_key(document_id)
        return document.with_context(clinic_keyless=True) if keyless else document

    @route()
    def portal_my_invoice_detail(self, invoice_id, access_token=None, **kw):
        """A kept link leads to the page without the key, for those who need none."""
        if access_token and request.env["account.move"]._opens_keyless(invoice_id):
            return request.redirect_query(f"/my/invoices/{invoice_id}", kw)
        return super().portal_my_invoice_detail(invoice_id, access_token=access_token, **kw)

    def _invoice_get_page_view_values(self, invoice, access_token, **kwargs):
        if invoice._is_keyless():
            access_token = None
        values = super()._invoice_get_page_view_values(invoice, access_token, **kwargs)
        move = request.env["account.move"].browse(invoice.id)
        customer = move._get_page_customer(invoice.id)
        return {**move._offer_cards(values), "clinic_customer": customer}

    def _prepare_my_invoices_values(self, *args, **kwargs):
        """Whose each of the list is, read for all of them at once."""
        values = super()._prepare_my_invoices_values(*args, **kwargs)
        moves, find = request.env["account.move"], values["invoices"]
        return {**values, "invoices": lambda offset: moves._add_page_customers(find(offset))}

    def _overdue_invoices_get_page_view_values(self, overdue_invoices, **kwargs):
        """It asks for what is left; Odoo asks again for what was paid of them already."""
        values = super()._overdue_invoices_get_page_view_values(overdue_invoices, **kwargs)
        if "payment" not in values:
            return values
        left = sum(overdue_invoices.mapped("amount_residual"))
        return {**values, "amount": left, "payment": {**values["payment"], "amount": left}}

    def _get_common_page_view_values(self, invoices_data, *args, **kwargs):
        """What pays is offered for what is left."""
        data = {**invoices_data, "total_amount": invoices_data["amount_residual"]}
        return super()._get_common_page_view_values(data, *args, **kwargs)

    def _get_page_view_values(self, document, access_token, values, *args, **kwargs):
        """The ways to the record before and after carry no key either."""
        values = super()._get_page_view_values(document, access_token, values, *args, **kwargs)
        moves = request.env["account.move"]
        if document._name != moves._name or not document._is_keyless():
            return values
        ways = ("prev_record", "next_record")
        return values | {way: moves._drop_key(values[way]) for way in ways if values.get(way)}


class InvoicePayment(PaymentPortal):
    """Paying an invoice: by permission or by the key, and judged anew as it begins."""

    @route()
    def invoice_transaction(self, invoice_id, access_token=None, **kwargs):
        try:
            self._document_check_access("account.move", invoice_id, access_token)
        except (AccessError, MissingError):
            # One answer, for an invoice that isn't there and for one that isn't theirs.
            sentence = request.env._("This invoice isn't there, or not yours to pay.")
            raise ValidationError(sentence) from None
        return super().invoice_transaction(invoice_id, access_token, **kwargs)

    def _process_transaction(self, partner_id, currency_id, invoice_ids, *args, **kwargs):
        invoices = request.env["account.move"].browse(invoice_ids)
        invoices._verify_paid_online(request.env["res.partner"].browse(partner_id), **kwargs)
        invoices._give_up_begun()
        return super()._process_transaction(partner_id, currency_id, invoice_ids, *args, **kwargs)

    @route()
    def payment_pay(self, *args, amount=None, invoice_id=None, access_token=None, **kwargs):
        """An old link names any invoice of its customer: a patient's is opened by logging in.

        It is signed for an amount and for no invoice; those that staff make now open one alone.
        """
        number = self._cast_as_int(invoice_id)
        signed = (self._cast_as_float(amount), access_token)
        if number and request.env["account.move"]._is_closed_to_visitors(number, *signed):
            return request.redirect(f"/my/invoices/{number}")
        named = {"amount": amount, "invoice_id": invoice_id, "access_token": access_token}
        return super().payment_pay(*args, **named, **kwargs)

    def _get_extra_payment_form_values(self, invoice_id=None, access_token=None, **kwargs):
        """Odoo's page for a link that staff made leads back to the invoice, with its key."""
        values = super()._get_extra_payment_form_values(
            invoice_id=invoice_id, access_token=access_token, **kwargs
        )
        moves = request.env["account.move"]
        if not invoice_id or not moves._hides_key(int(invoice_id)):
            return values
        landing_route = moves._drop_key(values["landing_route"])
        return {**values, "landing_route": landing_route, "access_token": None}
