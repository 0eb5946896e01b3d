from werkzeug.exceptions import NotFound

from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

PER_PAGE = 20


class ClinicPortal(CustomerPortal):
    @route(
        ["/my/appointments", "/my/appointments/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def my_appointments(self, page=1, when="upcoming", **kw):
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
            appointments=appointments._get_my_page(when, PER_PAGE, pages["offset"]),
            pager=pages,
        )

    @route(
        "/my/appointments/<int:appointment_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def my_appointment(self, appointment_id, **kw):
        appointments = request.env["clinic.appointment"]
        found = appointments.search([("id", "=", appointment_id), *appointments._get_my_domain()])
        if not found:
            raise NotFound
        [values] = found._get_portal_values()
        others = [person["name"] for person in values["people"] if not person["is_me"]]
        acting = request.env["clinic.family.page"]._get_acting(others, "/my/appointments")
        return self._render_clinic_appointment(
            "clinic_family.portal_my_appointment", clinic_appointment=values, clinic_acting=acting
        )

    def _render_clinic_appointment(self, template, **values):
        layout = self._prepare_portal_layout_values()
        return request.render(template, {**layout, "page_name": "clinic_appointment", **values})
