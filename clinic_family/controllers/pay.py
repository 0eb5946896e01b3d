from odoo.http import request

from odoo.addons.payment.controllers.portal import PaymentPortal

from ..engine.forms import read_text
from .common import clinic_call, clinic_page, found, me, render


class BookingPay(PaymentPortal):
    """Paying what is booked once it is paid, with Odoo's own form and providers."""

    @clinic_page("/book/pay/<string:key>")
    def pay(self, key, **kw):
        booking = found(request.env["clinic.booking"]._find(me(), read_text(key)))
        if booking.state == "confirmed":
            return request.redirect(f"/book/thanks/{key}")
        return render("booking_pay", request.env["clinic.page.pay"]._get_pay(booking))

    @clinic_call("/book/pay/<string:key>/transaction")
    def begin_paying(self, key, access_token=None, **kwargs):
        """The draft of Odoo's transaction, for what this check-out costs and nothing else."""
        self._validate_transaction_kwargs(kwargs)
        bookings = request.env["clinic.booking"]
        meant = bookings._begin_paying(me(), read_text(key), **kwargs)
        return self._create_transaction(**{**kwargs, **meant})._get_processing_values()

    @clinic_page("/book/pay/<string:key>/back", methods=["POST"], opens="/book/pay/{key}")
    def stop_paying(self, key, **kw):
        bookings = request.env["clinic.booking"]
        found(bookings._find(me(), read_text(key)))
        went_back = bookings._stop_paying(me(), read_text(key))
        return request.redirect("/book/basket" if went_back else f"/book/pay/{key}")
