from werkzeug.exceptions import NotFound

from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from .clinic_page import clinic_page

PER_PAGE = 20


class ClinicPortal(CustomerPortal):
    @clinic_page(["/my/appointments", "/my/appointments/page/<int:page>"])
    def my_appointments(self, page=1, when="upcoming", done="", **kw):
        appointments = request.env["clinic.appointment"]
        pages = pager(
            url="/my/appointments",
            url_args={"when": when},
            total=appointments.search_count(appointments._get_my_domain(when)),
            page=page,
            step=PER_PAGE,
        )
        return self._render_clinic_appointment(
            "clinic_family.portal_my_appointments",
            when=when,
            done=request.env["clinic.page.change"]._get_done_words(done),
            appointments=appointments._get_my_page(when, PER_PAGE, pages["offset"]),
            pager=pages,
        )

    @clinic_page("/my/appointments/<int:appointment_id>")
    def my_appointment(self, appointment_id, done="", **kw):
        values = request.env["clinic.page.change"]._get_detail(
            self._find_appointment(appointment_id), done
        )
        return self._render_clinic_appointment("clinic_family.portal_my_appointment", **values)

    def _find_appointment(self, appointment_id, or_undone=False):
        appointments = request.env["clinic.appointment"]
        found = appointments._find_mine(appointment_id)
        if or_undone:
            found = found or appointments._find_undone(appointment_id)
        if not found:
            raise NotFound
        return found

    def _render_clinic_appointment(self, template, status=200, **values):
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "clinic_appointment",
            **values,
        }
        return request.render(template, values, status=status)
