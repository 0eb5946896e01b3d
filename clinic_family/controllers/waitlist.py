from odoo.http import request

from ..engine.forms import read_id, read_text
from ..exceptions import BasketChanged, BookingRefused
from .common import PortalPage, clinic_page, found, get_list, me

ADDRESS = "/my/waitlist/<int:wait_id>"


class WaitlistPortal(PortalPage):
    """What the reader waits for, and what is offered to them: GET shows it, POST answers."""

    @clinic_page("/my/waitlist")
    def my_waitlist(self, done="", **kw):
        return self._portal_page("waitlist", "waitlist", self._waitlist()._get_list(done))

    @clinic_page("/my/waitlist/join")
    def join_form(self, service="", practitioner="", location="", wait="", **kw):
        if wait:
            form = self._waitlist()._get_longer(read_id(wait))
            return self._render_join(form["service"], form)
        place = (read_id(practitioner), read_id(location))
        asked = {"practitioner": place[0], "location": place[1]}
        proposed = self._waitlist()._get_proposed(read_id(kw.get("for")), "")["for_id"]
        people = [proposed] if proposed else []
        return self._render_join(read_id(service), {**asked, "people": people})

    @clinic_page("/my/waitlist/join", methods=["POST"])
    def join(self, service="", practitioner="", location="", **kw):
        form = {
            "practitioner": read_id(practitioner),
            "location": read_id(location),
            "people": [read_id(text) for text in get_list("participant")],
            "days": [text for text in get_list("day") if text],
            **{
                name: read_text(kw.get(name), 20).strip()
                for name in ("from", "until", "not_before", "over_by")
            },
        }
        try:
            self._waitlist()._join_from_form(me(), read_id(service), form)
        except BookingRefused as refusal:
            return self._render_join(read_id(service), form, str(refusal))
        return request.redirect("/my/waitlist?done=joined")

    @clinic_page(ADDRESS)
    def wait_request(self, wait_id, **kw):
        return self._render_request(wait_id)

    @clinic_page(f"{ADDRESS}/accept", methods=["POST"], opens="/my/waitlist")
    def accept_offer(self, wait_id, version="", plan="", **kw):
        """Books what is offered, as the check-out books; judged as it is now."""
        offer = found(self._waitlist()._find_offer(wait_id))
        key, meant = offer.booking_id.key, get_list("meant")
        try:
            booking = offer._accept(me(), read_id(version), plan, meant)
        except BasketChanged as change:
            return self._render_request(wait_id, str(change), meant)
        except BookingRefused as refusal:
            return self._render_request(wait_id, str(refusal), meant)
        place = "pay" if booking.state == "paying" else "thanks"
        return request.redirect(f"/book/{place}/{key}")

    @clinic_page(f"{ADDRESS}/decline", methods=["POST"], opens="/my/waitlist")
    def decline_offer(self, wait_id, **kw):
        found(self._waitlist()._find_offer(wait_id))._decline()
        return request.redirect("/my/waitlist?done=declined")

    @clinic_page(f"{ADDRESS}/leave", methods=["POST"], opens="/my/waitlist")
    def leave(self, wait_id, **kw):
        found(self._waitlist()._find_request(wait_id))._end("left")
        return request.redirect("/my/waitlist?done=left")

    # Answering the browser

    def _waitlist(self):
        return request.env["clinic.page.waitlist"]

    def _render_join(self, service_id, form, error=""):
        values = self._waitlist()._get_joining(service_id, form, error)
        return self._portal_page("waitlist", "waitlist_join", values)

    def _render_request(self, wait_id, error="", meant=()):
        values = self._waitlist()._get_request(wait_id, error, meant)
        return self._portal_page("waitlist", "waitlist_request", values)
