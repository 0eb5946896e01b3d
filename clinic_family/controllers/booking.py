from odoo.http import Controller, request

from ..engine.forms import read_day, read_id, read_text
from .common import clinic_page, found, render


def sitemap_services(env, rule, qs):
    services = env["clinic.service"]
    for service in services.search(services._get_on_offer()):
        yield {"loc": service.website_url}


def sitemap_practitioners(env, rule, qs):
    for practitioner in env["clinic.page.practitioner"]._search_practitioners():
        yield {"loc": practitioner.website_url}


class BookingSite(Controller):
    """The booking site: services, practitioners, and a week or a month of times."""

    @clinic_page("/book", auth="public", sitemap=True)
    def services(self, search="", **kw):
        values = request.env["clinic.page.booking"]._get_services(read_text(search).strip())
        return self._render("services", values, kw)

    @clinic_page("/book/with", auth="public", sitemap=True)
    def practitioners(self, search="", **kw):
        page = request.env["clinic.page.practitioner"]
        values = page._get_practitioners(read_text(search).strip())
        return self._render("practitioners", values, kw)

    @clinic_page("/book/with/<string:practitioner>", auth="public", sitemap=sitemap_practitioners)
    def practitioner(self, practitioner, **kw):
        page = request.env["clinic.page.practitioner"]
        values = page._get_practitioner(found(page._find_practitioner(practitioner)))
        return self._render("practitioner", values, kw)

    @clinic_page("/book/<string:slug>", auth="public", sitemap=sitemap_services)
    def times(self, slug, practitioner="", location="", day="", view="", **kw):
        page = request.env["clinic.page.booking"]
        service = found(page._find_service(slug))
        values = page._get_times(
            service,
            read_id(practitioner),
            read_id(location),
            read_day(day),
            is_month=view == "month",
        )
        response = self._render("times", values, kw)
        # Once for all the links to times and days: no crawler is led through the book.
        response.headers["X-Robots-Tag"] = "nofollow"
        return response

    def _render(self, name, values, asked):
        """The page, for the relative whom the reader came to book for, if there is one."""
        path = request.httprequest.path
        proposed = request.env["clinic.page.booking"]._get_proposed(read_id(asked.get("for")), path)
        return render(f"booking_{name}", {**values, **proposed})
