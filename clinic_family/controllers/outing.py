from odoo.http import request

from ..engine.addresses import with_query
from ..engine.forms import read_text
from ..engine.outing import Outing
from ..exceptions import BookingRefused, ChangeRefused, SlotTaken
from .change import ADDRESS, ClinicChange
from .checkout import LONGEST_QUERY
from .common import clinic_page, get_list

MOVE = f"{ADDRESS}/outing/move"


class ClinicOuting(ClinicChange):
    """Moving all of an outing: GET looks for times and says what would follow, POST does it."""

    @clinic_page(MOVE)
    def move_outing_times(self, appointment_id, taken="", **kw):
        form = request.httprequest.args
        # As it is now, until something is asked.
        outing = Outing.from_form(form, form.getlist) if form.get("from") else None
        appointment = self._find_appointment(appointment_id)
        return self._render_outing_times(appointment, outing, taken=bool(taken))

    @clinic_page(f"{MOVE}/check")
    def move_outing_check(self, appointment_id, asked="", **kw):
        appointment, outing = self._find_appointment(appointment_id), self._read_outing(asked)
        texts = request.httprequest.args.getlist("visit")
        try:
            values = self._outing_page()._get_check(appointment, texts, outing)
        except (BookingRefused, ChangeRefused) as refusal:
            return self._render_outing_times(appointment, outing, error=str(refusal))
        return self._render_change("outing_check", values)

    @clinic_page(MOVE, methods=["POST"])
    def move_outing(self, appointment_id, asked="", **kw):
        appointment, outing = self._find_appointment(appointment_id), self._read_outing(asked)
        try:
            self._outing_page()._move(appointment, get_list("visit"))
        except SlotTaken:
            # To a page of its own: this transaction can't see what the winner has just taken.
            address = f"{self._address(appointment)}/outing/move"
            return request.redirect(f"{address}?{outing.get_query()}&taken=1")
        except (BookingRefused, ChangeRefused) as refusal:
            return self._render_outing_times(appointment, outing, error=str(refusal))
        return request.redirect(with_query("/my/appointments", done="outing_moved"))

    def _outing_page(self):
        return request.env["clinic.page.outing"]

    def _read_outing(self, asked):
        return Outing.from_query(read_text(asked, longest=LONGEST_QUERY))

    def _render_outing_times(self, appointment, outing, **told):
        try:
            values = self._outing_page()._get_times(appointment, outing, **told)
        except ChangeRefused as refusal:
            return self._render_refused(appointment, refusal)
        return self._render_change("outing_move", values)
