from odoo.http import request

from odoo.addons.portal.controllers.portal import pager

from ..engine.forms import read_id
from .common import PortalPage, clinic_page, found

PER_PAGE = 20


class ClinicPortal(PortalPage):
    """The visits of the reader and of those they book for."""

    @clinic_page(["/my/appointments", "/my/appointments/page/<int:page>"])
    def my_appointments(self, page=1, when="upcoming", done="", undone="", **kw):
        appointments = request.env["clinic.appointment"]
        back = self._change_page()._find_undone(read_id(undone))
        pages = pager(
            url="/my/appointments",
            url_args={"when": when},
            total=appointments.search_count(appointments._get_my_domain(when)),
            page=page,
            step=PER_PAGE,
        )
        rows = appointments._get_my_page(when, PER_PAGE, pages["offset"])
        return self._portal_page("appointment", "my_appointments", {
            "when": when,
            "done": self._change_page()._get_done_words(done),
            "warning": self._change_page()._get_warning(done),
            "put_back": self._change_page()._get_put_back(back),
            "appointments": rows,
            "outings": self._change_page()._get_outings(rows),
            "pager": pages,
            "forms_due": request.env["clinic.page.form"]._count_due(),
        })  # fmt: skip

    @clinic_page("/my/appointments/<int:appointment_id>")
    def my_appointment(self, appointment_id, done="", **kw):
        values = self._change_page()._get_detail(self._find_appointment(appointment_id), done)
        return self._portal_page("appointment", "my_appointment", values)

    def _change_page(self):
        return request.env["clinic.page.change"]

    def _find_appointment(self, appointment_id):
        return found(request.env["clinic.appointment"]._find_mine(appointment_id))
