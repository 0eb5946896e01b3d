from odoo.http import content_disposition, request

from ..engine.forms import read_id
from .change import ADDRESS
from .common import PortalPage, clinic_file, clinic_page, found, me
from .portal import ClinicPortal

CALENDAR = "text/calendar; charset=utf-8"
NEW_KEY = "clinic_calendar_key"


class CalendarPortal(PortalPage):
    """The reader's calendar address: made, renewed, ended, and what it shows of whom."""

    @clinic_page("/my/calendar")
    def my_calendar(self, done="", **kw):
        # An address is shown once: what is kept of it afterwards is a hash.
        key = request.session.pop(NEW_KEY, "")
        page = request.env["clinic.page.calendar"]
        values = page._get_calendar(request.env.user, key)
        return self._portal_page("calendar", "calendar", {**values, "done": page._get_done(done)})

    @clinic_page("/my/calendar/address", methods=["POST"], opens="/my/calendar")
    def make_calendar_address(self, **kw):
        """Makes an address; the one before, if there was one, leads nowhere from then on."""
        request.session[NEW_KEY] = self._feed()._renew(request.env.user)
        return request.redirect("/my/calendar")

    @clinic_page("/my/calendar/end", methods=["POST"], opens="/my/calendar")
    def end_calendar(self, **kw):
        self._feed()._end(request.env.user)
        return request.redirect("/my/calendar?done=ended")

    @clinic_page("/my/calendar/levels", methods=["POST"], opens="/my/calendar")
    def choose_calendar_levels(self, **kw):
        feed = found(self._feed()._find_for(request.env.user))
        feed._as_owner()._choose_levels(
            {read_id(name.removeprefix("level_")): level for name, level in kw.items()}
        )
        feed._choose_work_level(kw.get("level_work"))
        return request.redirect("/my/calendar?done=levels")

    def _feed(self):
        return request.env["clinic.calendar.feed"]


class CalendarFile(ClinicPortal):
    """Calendars outside the clinic: the whole of what an address shows, and one visit."""

    @clinic_file("/calendar/<string:secret>.ics")
    def calendar_file(self, secret, **kw):
        """What isn't an address any more, or never was one, is answered alike."""
        feed = found(request.env["clinic.calendar.feed"]._find_by_key(secret))
        version = feed._get_version()
        response = request.make_response("", headers=[("Content-Type", CALENDAR)])
        response.set_etag(version)
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["X-Robots-Tag"] = "noindex"
        # A proxy that compresses makes the tag a weak one.
        if not request.httprequest.if_none_match.contains_weak(version):
            response.data = feed._write()
        return response.make_conditional(request.httprequest)

    @clinic_page(f"{ADDRESS}/visit.ics")
    def visit_file(self, appointment_id, **kw):
        visit = self._find_appointment(appointment_id)
        headers = [
            ("Content-Type", CALENDAR),
            ("Content-Disposition", content_disposition("visit.ics")),
        ]
        return request.make_response(visit._write_event(me()), headers=headers)
