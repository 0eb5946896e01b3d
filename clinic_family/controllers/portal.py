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
        when = when if when in ("upcoming", "past") else "upcoming"
        domain = appointments._get_my_domain(when)
        pages = pager(
            url="/my/appointments",
            url_args={"when": when},
            total=appointments.search_count(domain),
            page=page,
            step=PER_PAGE,
        )
        found = appointments.search(
            domain,
            order="start" if when == "upcoming" else "start desc",
            limit=PER_PAGE,
            offset=pages["offset"],
        )
        return request.render(
            "clinic_family.portal_my_appointments",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "clinic_appointment",
                "when": when,
                "appointments": found._get_portal_values(),
                "pager": pages,
            },
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
        values = found._get_portal_values()[0]
        others = [person["name"] for person in values["people"] if not person["is_me"]]
        return request.render(
            "clinic_family.portal_my_appointment",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "clinic_appointment",
                "clinic_appointment": values,
                "clinic_acting": request.env["clinic.family.page"]._get_acting(
                    others, "/my/appointments"
                ),
            },
        )
