from werkzeug.exceptions import NotFound

from odoo.http import request

from ..engine.addresses import with_query
from ..engine.forms import read_amount, read_day, read_id, read_text
from ..exceptions import BookingRefused, ChangeRefused, SlotTaken
from .common import clinic_page, found, get_list, me
from .portal import ClinicPortal

ADDRESS = "/my/appointments/<int:appointment_id>"


class ClinicChange(ClinicPortal):
    """Cancelling and moving a visit: GET says what would follow, POST does it."""

    @clinic_page(f"{ADDRESS}/cancel")
    def cancel_visit_form(self, appointment_id, who="", **kw):
        return self._render_cancelling(self._find_appointment(appointment_id), who)

    @clinic_page(f"{ADDRESS}/cancel", methods=["POST"])
    def cancel_visit(self, appointment_id, who="", payer="", undo="", cost="", **kw):
        appointment = self._find_appointment_or_undone(appointment_id)
        try:
            done = self._change_page()._cancel_from_form(
                appointment, who, read_id(payer), bool(undo), read_amount(cost)
            )
        except ChangeRefused as refusal:
            if refusal.reason == "undo_over":
                return request.redirect(with_query(f"{self._address(appointment)}/cancel", who=who))
            return self._render_cancelling(appointment, who, refusal)
        return self._redirect_done(appointment, done)

    @clinic_page(f"{ADDRESS}/back", methods=["POST"], opens="/my/appointments/{appointment_id}")
    def put_back(self, appointment_id, **kw):
        appointment = self._find_appointment_or_undone(appointment_id)
        visit_ids, who_ids = (
            [read_id(text) for text in get_list(name)] for name in ("visit", "who")
        )
        try:
            done = self._change_page()._put_back(appointment, visit_ids, who_ids)
        except SlotTaken:
            return request.redirect(self._change_page()._get_taken_url(appointment))
        except (BookingRefused, ChangeRefused):
            return self._redirect_done(appointment, "stays")
        if len(visit_ids) > 1:
            return request.redirect(with_query("/my/appointments", done=done))
        return self._redirect_done(appointment, done)

    @clinic_page(f"{ADDRESS}/outing")
    def cancel_outing_form(self, appointment_id, **kw):
        return self._render_outing(self._find_appointment(appointment_id))

    @clinic_page(f"{ADDRESS}/outing", methods=["POST"])
    def cancel_outing(self, appointment_id, undo="", cost="", **kw):
        appointment = self._find_appointment_or_undone(appointment_id)
        chosen = [read_id(text) for text in get_list("appointment")]
        try:
            done = self._change_page()._cancel_outing(
                appointment, chosen, bool(undo), read_amount(cost)
            )
        except ChangeRefused as refusal:
            return self._render_outing(appointment, refusal)
        return request.redirect(with_query("/my/appointments", done=done, undone=appointment.id))

    @clinic_page(f"{ADDRESS}/along", methods=["POST"], opens="/my/appointments/{appointment_id}")
    def choose_along(self, appointment_id, who="", along="", **kw):
        appointment = self._find_appointment(appointment_id)
        try:
            done = self._change_page()._choose_along(appointment, read_text(who), read_text(along))
        except ChangeRefused as refusal:
            return self._render_refused(appointment, refusal)
        return self._redirect_done(appointment, done)

    @clinic_page(f"{ADDRESS}/move")
    def move_visit_times(self, appointment_id, practitioner="", location="", day="", view="", **kw):
        # No practitioner asks for the same again, 0 for any of them.
        practitioner_id = read_id(practitioner) if practitioner else None
        return self._render_times(
            self._find_appointment(appointment_id),
            practitioner_id,
            read_id(location),
            day=day,
            is_month=view == "month",
        )

    @clinic_page(f"{ADDRESS}/move/check")
    def move_visit_check(self, appointment_id, **kw):
        return self._render_move_check(self._find_appointment(appointment_id))

    @clinic_page(f"{ADDRESS}/move", methods=["POST"])
    def move_visit(self, appointment_id, **kw):
        appointment = self._find_appointment(appointment_id)
        meant = get_list("meant")
        try:
            appointment._reschedule(me(), *self._read_new_time(), meant)
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

    def _find_appointment_or_undone(self, appointment_id):
        appointments = request.env["clinic.appointment"]
        mine = appointments._find_mine(appointment_id)
        return found(mine or appointments._find_undone(appointment_id))

    def _address(self, appointment):
        return f"/my/appointments/{appointment.id}"

    def _read_new_time(self):
        form = request.httprequest.values
        return (
            read_text(form.get("start")),
            read_id(form.get("practitioner")),
            read_id(form.get("location")),
        )

    def _redirect_done(self, appointment, done):
        """To the visit, or to the list when it is gone for the reader."""
        mine = request.env["clinic.appointment"]._find_mine(appointment.id)
        if mine:
            return request.redirect(with_query(self._address(appointment), done=done))
        return request.redirect(with_query("/my/appointments", done=done, undone=appointment.id))

    def _answer_not_moved(self, appointment, refusal):
        """A loser goes to a page of its own, which can see what the winner has just taken."""
        start, practitioner_id, location_id = self._read_new_time()
        if isinstance(refusal, SlotTaken):
            address = f"{self._address(appointment)}/move/taken"
            return request.redirect(
                with_query(address, start=start, practitioner=practitioner_id, location=location_id)
            )
        if isinstance(refusal, ChangeRefused):
            return self._render_refused(appointment, refusal)
        return self._render_times(appointment, practitioner_id, location_id, refusal=refusal)

    def _render_move_check(self, appointment, meant=(), refusal=""):
        try:
            values = self._change_page()._get_move_check(
                appointment, *self._read_new_time(), meant, str(refusal)
            )
        except (BookingRefused, ChangeRefused) as late:
            return self._answer_not_moved(appointment, late)
        return self._render_change("move_check", values)

    def _render_times(
        self, appointment, practitioner_id, location_id, *, day="", refusal="", is_month=False
    ):
        try:
            values = self._change_page()._get_move_times(
                appointment,
                practitioner_id,
                location_id,
                read_day(day),
                error=str(refusal),
                is_month=is_month,
            )
        except ChangeRefused as late:
            return self._render_refused(appointment, late)
        return self._render_change("move", values)

    def _render_cancelling(self, appointment, who, refusal=""):
        if refusal and refusal.reason not in ("payer", "nobody_pays", "cost"):
            return self._render_refused(appointment, refusal)
        try:
            values = self._change_page()._get_cancelling(appointment, who, str(refusal))
        except ChangeRefused as late:
            return self._render_refused(appointment, late)
        return self._render_change("cancelling", values)

    def _render_outing(self, appointment, refusal=""):
        values = self._change_page()._get_outing(appointment, str(refusal))
        return self._render_change("outing", values)

    def _render_refused(self, appointment, refusal):
        """The visit with the sentence; what isn't mine is as unknown as what isn't there."""
        if refusal.reason == "not_yours":
            raise NotFound
        values = self._change_page()._get_detail(appointment, error=str(refusal))
        return self._portal_page("appointment", "my_appointment", values)

    def _render_change(self, page, values):
        return self._portal_page("appointment", f"appointment_{page}", values)
