from odoo.exceptions import ValidationError
from odoo.http import request

from ..engine.forms import read_id, read_ids
from .common import PortalPage, clinic_call, clinic_page, me
from .invoice import InvoicePayment, InvoicePortal


class BalancePortal(InvoicePortal, InvoicePayment, PortalPage):
    """What is open for the reader and everybody they may pay for, paid in one go."""

    @clinic_page("/my/balance")
    def my_balance(self, paid="", **kw):
        values = self._balance_page()._get_balance(me(), is_back=bool(paid))
        return self._portal_page("balance", "balance", values)

    @clinic_page("/my/balance/pay")
    def pay_balance(self, **kw):
        named = request.httprequest.args.getlist("invoice")
        chosen = self._find_chosen([read_id(text) for text in named])
        values = self._balance_page()._get_paying(me(), chosen)
        if not chosen:
            return self._portal_page("balance", "balance", values)
        form = chosen._offer_cards(self._get_common_page_view_values(values["form"]))
        return self._portal_page("balance", "balance_pay", {**form, **values})

    @clinic_call("/my/balance/begin/<string:chosen>", opens="/my/balance")
    def begin_balance(self, chosen, **kw):
        """Begins to pay all of the chosen invoices, or nothing."""
        invoices = self._find_chosen(read_ids(chosen))
        if not invoices:
            raise ValidationError(self._balance_page()._get_refusal())
        self._validate_transaction_kwargs(kw)
        kw["landing_route"] = "/my/balance?paid=1"
        reference = invoices._get_payment_reference()
        return self._process_transaction(
            me().id, invoices.currency_id.id, invoices.ids, reference, **kw
        )

    def _balance_page(self):
        return request.env["clinic.page.balance"]

    def _find_chosen(self, ids):
        return request.env["account.move"]._find_chosen(me(), ids)
