from odoo.http import Controller, request

from ..engine.addresses import with_query
from ..engine.checkout import Checkout
from ..engine.forms import read_id, read_text
from ..engine.outing import Outing, read_visit
from ..exceptions import BasketChanged, BookingRefused, SlotTaken
from .common import clinic_page, found, get_list, me, render

# What the family finder's form says of five people, a week and the rest.
LONGEST_QUERY = 1000


class BookingCheckout(Controller):
    """The check-out: who comes, what is held, one confirmation for all of it, done."""

    @clinic_page("/book/<string:slug>/hold", auth="public", methods=["POST"], opens="/book/{slug}")
    def hold(self, slug, **kw):
        service, checkout = self._read_checkout(slug)
        if request.env.user._is_public():
            self._keep(checkout)
            return request.redirect(f"/book/{slug}/who?{checkout.query}")
        try:
            request.env["clinic.booking"]._hold(me(), checkout)
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
        return self._render_who(*self._read_checkout(slug))

    @clinic_page("/book/<string:slug>/add")
    def add_someone(self, slug, **kw):
        """Adds a family member, and comes back with all that was chosen."""
        _service, checkout = self._read_checkout(slug)
        here = f"/book/{slug}/who?{checkout.query}"
        return request.redirect(with_query("/my/family/add", redirect=here))

    @clinic_page("/book/<string:slug>/taken")
    def taken(self, slug, **kw):
        values = self._page()._get_taken(*self._read_checkout(slug))
        return render("booking_taken", values)

    @clinic_page("/book/family")
    def family(self, service="", taken="", **kw):
        form = request.httprequest.args
        outing = Outing.from_form(form, form.getlist)
        return self._render_family(outing, service_id=read_id(service), taken=bool(taken))

    @clinic_page("/book/family/hold", methods=["POST"], opens="/book/family")
    def hold_family(self, payer="", asked="", **kw):
        """Holds all visits of a plan, or none."""
        outing = Outing.from_query(read_text(asked, longest=LONGEST_QUERY))
        payer_id = read_id(payer)
        checkouts = [read_visit(text, payer_id, outing.along_id) for text in get_list("visit")]
        try:
            request.env["clinic.booking"]._hold_all(me(), checkouts)
        except SlotTaken:
            return request.redirect(f"/book/family?{outing.get_query()}&taken=1")
        except BookingRefused as refusal:
            return self._render_family(outing, error=str(refusal))
        return request.redirect("/book/basket")

    @clinic_page("/book/basket")
    def basket(self, changed="", **kw):
        return self._render_basket(changed=changed)

    @clinic_page("/book/basket/remove", methods=["POST"], opens="/book/basket")
    def remove(self, appointment="", **kw):
        request.env["clinic.booking"]._remove(me(), read_id(appointment))
        return request.redirect("/book/basket")

    @clinic_page("/book/basket/session", methods=["POST"], opens="/book/basket")
    def choose_session(self, appointment="", use="", **kw):
        """Pays a visit with a package session, or not although one would count."""
        request.env["clinic.booking"]._choose_payment(me(), read_id(appointment), bool(use))
        return request.redirect("/book/basket")

    @clinic_page("/book/confirm", methods=["POST"], opens="/book/basket")
    def confirm(self, key="", version="", plan="", **kw):
        key, meant = read_text(key), get_list("meant")
        bookings = request.env["clinic.booking"]
        try:
            booking = bookings._confirm(me(), key, read_id(version), plan, meant)
        except BasketChanged as change:
            return request.redirect(f"/book/basket?changed={change.reason}")
        except BookingRefused as refusal:
            return self._render_basket(error=str(refusal), meant=meant)
        place = "pay" if booking.state == "paying" else "thanks"
        return request.redirect(f"/book/{place}/{key}")

    @clinic_page("/book/thanks/<string:key>")
    def thanks(self, key, **kw):
        booking = request.env["clinic.booking"]._find(me(), read_text(key))
        confirmed = booking.filtered(lambda one: one.state == "confirmed")
        return render("booking_thanks", self._page()._get_thanks(found(confirmed)))

    def _keep(self, checkout):
        """Whoever isn't logged in finds it free when they are."""
        sender = request.httprequest.remote_addr
        key = request.env["clinic.kept.time"]._keep(checkout, sender)
        request.env["ir.http"]._remember_kept(key)

    # Answering the browser

    def _page(self):
        return request.env["clinic.page.checkout"]

    def _read_checkout(self, slug):
        service = found(request.env["clinic.page.booking"]._find_service(slug))
        form = request.httprequest.values
        return service, Checkout.from_form(service.id, form, form.getlist)

    def _render_who(self, service, checkout, refusal=""):
        return render("booking_who", self._page()._get_who(service, checkout, str(refusal)))

    def _render_family(self, outing, **told):
        values = request.env["clinic.page.plan"]._get_finder(outing, **told)
        return render("booking_family", values)

    def _render_basket(self, **told):
        return render("booking_basket", self._page()._get_basket(**told))
