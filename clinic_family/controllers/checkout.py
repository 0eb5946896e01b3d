from werkzeug.exceptions import NotFound

from odoo.http import Controller, request

from ..engine.checkout import Checkout, read_id, read_key
from ..engine.local_path import with_query
from ..exceptions import BasketChanged, BookingRefused, SlotTaken
from .clinic_page import clinic_page


class BookingCheckout(Controller):
    """The check-out: who comes, what is held, one confirmation for all of it, done."""

    @clinic_page("/book/<string:slug>/hold", auth="public", methods=["POST"], opens="/book/{slug}")
    def hold(self, slug, **kw):
        service, checkout = self._read_checkout(slug)
        if request.env.user._is_public():
            return request.redirect(f"/book/{slug}/who?{checkout.query}")
        try:
            request.env["clinic.booking"]._hold(request.env.user.partner_id, checkout)
        except SlotTaken:
            # To a page of its own: this transaction can't see what the winner has just taken.
            return request.redirect(f"/book/{slug}/taken?{checkout.query}")
        except BookingRefused as refusal:
            return self._render_who(service, checkout, refusal)
        if checkout.participant_ids:
            return request.redirect("/book/basket")
        return request.redirect(f"/book/{slug}/who?{checkout.query}")

    @clinic_page("/book/<string:slug>/who")
    def who(self, slug, **kw):
        service, checkout = self._read_checkout(slug)
        return self._render_who(service, checkout)

    @clinic_page("/book/<string:slug>/add")
    def add_someone(self, slug, **kw):
        """Adds a family member, and comes back with all that was chosen."""
        _service, checkout = self._read_checkout(slug)
        here = f"/book/{slug}/who?{checkout.query}"
        return request.redirect(with_query("/my/family/add", redirect=here))

    @clinic_page("/book/<string:slug>/taken")
    def taken(self, slug, **kw):
        service, checkout = self._read_checkout(slug)
        values = request.env["clinic.page.checkout"]._get_taken(service, checkout)
        return request.render("clinic_family.booking_taken", values)

    @clinic_page("/book/basket")
    def basket(self, changed="", **kw):
        return self._render_basket(changed=changed)

    @clinic_page("/book/basket/remove", methods=["POST"], opens="/book/basket")
    def remove(self, appointment="", **kw):
        me = request.env.user.partner_id
        request.env["clinic.booking"]._remove(me, read_id(appointment))
        return request.redirect("/book/basket")

    @clinic_page("/book/basket/session", methods=["POST"], opens="/book/basket")
    def choose_session(self, appointment="", use="", **kw):
        """Pays a visit with a package session, or not although one would count."""
        me = request.env.user.partner_id
        request.env["clinic.booking"]._choose_payment(me, read_id(appointment), bool(use))
        return request.redirect("/book/basket")

    @clinic_page("/book/confirm", methods=["POST"], opens="/book/basket")
    def confirm(self, key="", version="", plan="", **kw):
        me = request.env.user.partner_id
        meant = request.httprequest.form.getlist("meant")
        try:
            request.env["clinic.booking"]._confirm(me, read_key(key), read_id(version), plan, meant)
        except BasketChanged as change:
            return request.redirect(f"/book/basket?changed={change.reason}")
        except BookingRefused as refusal:
            return self._render_basket(error=str(refusal), meant=meant, status=422)
        return request.redirect(f"/book/thanks/{read_key(key)}")

    @clinic_page("/book/thanks/<string:key>")
    def thanks(self, key, **kw):
        booking = request.env["clinic.booking"]._find(request.env.user.partner_id, read_key(key))
        if booking.state != "confirmed":
            raise NotFound
        values = request.env["clinic.page.checkout"]._get_thanks(booking)
        return request.render("clinic_family.booking_thanks", values)

    def _read_checkout(self, slug):
        service = request.env["clinic.page.booking"]._find_service(slug)
        if not service:
            raise NotFound
        form = request.httprequest.values
        return service, Checkout.from_form(service.id, form, form.getlist)

    def _render_who(self, service, checkout, refusal=""):
        values = request.env["clinic.page.checkout"]._get_who(service, checkout, str(refusal))
        status = 422 if refusal else 200
        return request.render("clinic_family.booking_who", values, status=status)

    def _render_basket(self, status=200, **told):
        values = request.env["clinic.page.checkout"]._get_basket(**told)
        return request.render("clinic_family.booking_basket", values, status=status)
