from werkzeug.exceptions import NotFound

from odoo.http import request

from ..engine.checkout import read_id
from ..engine.local_path import with_query
from ..exceptions import BookingRefused, ChangeRefused, SlotTaken
from .booking import _read_day
from .clinic_page import clinic_page
from .portal import ClinicPortal

ADDRESS = "/my/appointments/<int:appointment_id>"


class ClinicChange(ClinicPortal):
    """Cancelling and moving a visit: GET says what would follow, POST does it."""

    @clinic_page(f"{ADDRESS}/cancel")
    def cancel_visit_form(self, appointment_id, who="", **kw):
        return self._render_cancelling(self._find_appointment(appointment_id), who)

    @clinic_page(f"{ADDRESS}/cancel", methods=["POST"])
    def cancel_visit(self, appointment_id, who="", payer="", undo="", **kw):
        appointment = self._find_appointment(appointment_id, or_undone=True)
        try:
            done = self._change_page()._cancel_from_form(appointment, who, payer, bool(undo))
        except ChangeRefused as refusal:
            if refusal.reason == "undo_over":
                return request.redirect(with_query(f"{self._address(appointment)}/cancel", who=who))
            return self._render_cancelling(appointment, who, refusal)
        return self._redirect_done(appointment, done)

    @clinic_page(f"{ADDRESS}/move")
    def move_visit_times(self, appointment_id, practitioner="", location="", day="", **kw):
        appointment = self._find_appointment(appointment_id)
        return self._render_times(appointment, practitioner, location, _read_day(day))

    @clinic_page(f"{ADDRESS}/move/check")
    def move_visit_check(self, appointment_id, **kw):
        return self._render_move_check(self._find_appointment(appointment_id))

    @clinic_page(f"{ADDRESS}/move", methods=["POST"])
    def move_visit(self, appointment_id, **kw):
        appointment = self._find_appointment(appointment_id)
        meant = request.httprequest.form.getlist("meant")
        try:
            appointment._reschedule(request.env.user.partner_id, *self._read_new_time(), meant)
        except (BookingRefused, ChangeRefused) as refusal:
            if refusal.reason == "clash":
                return self._render_move_check(appointment, meant, refusal)
            return self._answer_not_moved(appointment, refusal)
        return self._redirect_done(appointment, "moved")

    @clinic_page(f"{ADDRESS}/move/taken")
    def move_visit_taken(self, appointment_id, **kw):
        appointment = self._find_appointment(appointment_id)
        try:
            values = self._change_page()._get_move_taken(appointment, *self._read_new_time())
        except ChangeRefused as refusal:
            return self._render_refused(appointment, refusal)
        return self._render_change("move_taken", values)

    # Answering the browser

    def _change_page(self):
        return request.env["clinic.page.change"]

    def _address(self, appointment):
        return f"/my/appointments/{appointment.id}"

    def _read_new_time(self):
        form = request.httprequest.values
        return (
            form.get("start", "")[:64],
            read_id(form.get("practitioner")),
            read_id(form.get("location")),
        )

    def _redirect_done(self, appointment, done):
        """To the visit, or to the list when it is gone for the reader."""
        found = request.env["clinic.appointment"]._find_mine(appointment.id)
        address = self._address(appointment) if found else "/my/appointments"
        return request.redirect(with_query(address, done=done))

    def _answer_not_moved(self, appointment, refusal):
        """A loser goes to a page of its own, which can see what the winner has just taken."""
        start, practitioner, location = self._read_new_time()
        if isinstance(refusal, SlotTaken):
            address = f"{self._address(appointment)}/move/taken"
            return request.redirect(
                with_query(address, start=start, practitioner=practitioner, location=location)
            )
        if isinstance(refusal, ChangeRefused):
            return self._render_refused(appointment, refusal)
        return self._render_times(appointment, str(practitioner), str(location), None, refusal)

    def _render_move_check(self, appointment, meant=(), refusal=""):
        try:
            values = self._change_page()._get_move_check(
                appointment, *self._read_new_time(), meant, str(refusal)
            )
        except (BookingRefused, ChangeRefused) as late:
            return self._answer_not_moved(appointment, late)
        return self._render_change("move_check", values, 422 if refusal else 200)

    def _render_times(self, appointment, practitioner, location, day, refusal=""):
        try:
            values = self._change_page()._get_move_times(
                appointment, practitioner, location, day, str(refusal)
            )
        except ChangeRefused as late:
            return self._render_refused(appointment, late)
        return self._render_change("move", values, 422 if refusal else 200)

    def _render_cancelling(self, appointment, who, refusal=""):
        if refusal and refusal.reason not in ("payer", "nobody_pays"):
            return self._render_refused(appointment, refusal)
        try:
            values = self._change_page()._get_cancelling(appointment, who, str(refusal))
        except ChangeRefused as late:
            return self._render_refused(appointment, late)
        return self._render_change("cancelling", values, 422 if refusal else 200)

    def _render_refused(self, appointment, refusal):
        """The visit with the sentence; what isn't mine is as unknown as what isn't there."""
        if refusal.reason == "not_yours":
            raise NotFound
        values = self._change_page()._get_detail(appointment, error=str(refusal))
        return self._render_clinic_appointment(
            "clinic_family.portal_my_appointment", status=422, **values
        )

    def _render_change(self, page, values, status=200):
        template = f"clinic_family.portal_appointment_{page}"
        return self._render_clinic_appointment(template, status=status, **values)
