from datetime import date

from werkzeug.exceptions import NotFound

from odoo.http import Controller, request, route

from ..engine.checkout import Checkout, read_id, read_key
from ..engine.local_path import with_query
from ..exceptions import BookingRefused, SlotTaken


def _read_day(text):
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def sitemap_services(env, rule, qs):
    for service in env["clinic.service"].search([("is_published", "=", True)]):
        yield {"loc": service.website_url}


class BookingSite(Controller):
    """The booking site: services, a week of times, who comes, check, done."""

    @route("/book", type="http", auth="public", website=True, readonly=True, sitemap=True)
    def services(self, search="", **kw):
        values = request.env["clinic.booking.site"]._get_services(read_key(search).strip())
        return request.render("clinic_family.booking_services", values)

    @route(
        "/book/<string:slug>",
        type="http",
        auth="public",
        website=True,
        readonly=True,
        sitemap=sitemap_services,
    )
    def times(self, slug, practitioner="", location="", day="", **kw):
        values = request.env["clinic.booking.site"]._get_times(
            self._find_service(slug), read_id(practitioner), read_id(location), _read_day(day)
        )
        return request.render("clinic_family.booking_times", values)

    @route("/book/<string:slug>/who", type="http", auth="user", website=True, readonly=True)
    def who(self, slug, **kw):
        service, checkout = self._read_checkout(slug)
        return self._render_who(service, checkout)

    @route("/book/<string:slug>/add", type="http", auth="user", website=True, readonly=True)
    def add_someone(self, slug, **kw):
        """Adds a family member, and comes back with all that was chosen."""
        _service, checkout = self._read_checkout(slug)
        here = f"/book/{slug}/who?{checkout.query}"
        return request.redirect(with_query("/my/family/add", redirect=here))

    @route("/book/<string:slug>/check", type="http", auth="user", website=True, readonly=True)
    def check(self, slug, **kw):
        service, checkout = self._read_checkout(slug)
        try:
            values = request.env["clinic.booking.site"]._get_check(service, checkout)
        except SlotTaken:
            return self._redirect_taken(slug, checkout)
        except BookingRefused as refusal:
            return self._render_who(service, checkout, refusal)
        return request.render("clinic_family.booking_check", values)

    @route("/book/<string:slug>/confirm", type="http", auth="user", website=True, methods=["POST"])
    def confirm(self, slug, **kw):
        service, checkout = self._read_checkout(slug)
        try:
            request.env["clinic.booking"]._book(request.env.user.partner_id, checkout)
        except SlotTaken:
            return self._redirect_taken(slug, checkout)
        except BookingRefused as refusal:
            return self._render_who(service, checkout, refusal)
        return request.redirect(f"/book/thanks/{checkout.key}")

    @route("/book/<string:slug>/taken", type="http", auth="user", website=True, readonly=True)
    def taken(self, slug, **kw):
        service, checkout = self._read_checkout(slug)
        values = request.env["clinic.booking.site"]._get_taken(service, checkout)
        return request.render("clinic_family.booking_taken", values)

    @route("/book/thanks/<string:key>", type="http", auth="user", website=True, readonly=True)
    def thanks(self, key, **kw):
        booking = request.env["clinic.booking"]._find(request.env.user.partner_id, read_key(key))
        if not booking:
            raise NotFound
        appointments = booking._get_appointments()._get_portal_details()
        return request.render("clinic_family.booking_thanks", {"appointments": appointments})

    def _find_service(self, slug):
        service = request.env["clinic.booking.site"]._find_service(slug)
        if not service:
            raise NotFound
        return service

    def _read_checkout(self, slug):
        service = self._find_service(slug)
        form = request.httprequest.values
        return service, Checkout.from_form(service.id, form, form.getlist)

    def _render_who(self, service, checkout, refusal=""):
        values = request.env["clinic.booking.site"]._get_who(service, checkout, str(refusal))
        status = 422 if refusal else 200
        return request.render("clinic_family.booking_who", values, status=status)

    def _redirect_taken(self, slug, checkout):
        """To a page of its own: this transaction can't see what the winner has just taken."""
        return request.redirect(f"/book/{slug}/taken?{checkout.query}")
