from datetime import date

from werkzeug.exceptions import NotFound

from odoo.http import Controller, request

from ..engine.checkout import read_id, read_key
from .clinic_page import clinic_page


def _read_day(text):
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def sitemap_services(env, rule, qs):
    for service in env["clinic.service"].search([("is_published", "=", True)]):
        yield {"loc": service.website_url}


def sitemap_practitioners(env, rule, qs):
    for practitioner in env["clinic.page.booking"]._get_practitioners()["practitioners"]:
        yield {"loc": practitioner.website_url}


class BookingSite(Controller):
    """The booking site: services, and a week of times."""

    @clinic_page("/book", auth="public", sitemap=True)
    def services(self, search="", **kw):
        values = request.env["clinic.page.booking"]._get_services(read_key(search).strip())
        return request.render("clinic_family.booking_services", values)

    @clinic_page("/book/with", auth="public", sitemap=True)
    def practitioners(self, search="", **kw):
        values = request.env["clinic.page.booking"]._get_practitioners(read_key(search).strip())
        return request.render("clinic_family.booking_practitioners", values)

    @clinic_page("/book/with/<string:practitioner>", auth="public", sitemap=sitemap_practitioners)
    def practitioner(self, practitioner, **kw):
        site = request.env["clinic.page.booking"]
        found = site._find_practitioner(practitioner)
        if not found:
            raise NotFound
        return request.render("clinic_family.booking_practitioner", site._get_practitioner(found))

    @clinic_page("/book/<string:slug>", auth="public", sitemap=sitemap_services)
    def times(self, slug, practitioner="", location="", day="", **kw):
        values = request.env["clinic.page.booking"]._get_times(
            self._find_service(slug), read_id(practitioner), read_id(location), _read_day(day)
        )
        return request.render("clinic_family.booking_times", values)

    def _find_service(self, slug):
        service = request.env["clinic.page.booking"]._find_service(slug)
        if not service:
            raise NotFound
        return service
