from odoo.http import request

from .common import PortalPage, clinic_page, found


class FormPortal(PortalPage):
    """The forms of the reader, and those they fill in for others."""

    @clinic_page("/my/forms")
    def my_forms(self, **kw):
        return self._portal_page("forms", "forms", request.env["clinic.page.form"]._get_forms())

    @clinic_page("/my/forms/<int:request_id>")
    def read_form(self, request_id, **kw):
        """What was filled in; a form that isn't yet is among the others."""
        url = self._find_form(request_id)._get_reading_url()
        return request.redirect(url or "/my/forms")

    @clinic_page("/my/forms/<int:request_id>/fill", methods=["POST"], opens="/my/forms")
    def fill_form(self, request_id, **kw):
        return request.redirect(self._find_form(request_id)._open() or "/my/forms")

    def _find_form(self, request_id):
        return found(request.env["clinic.form.request"]._find_mine(("id", "=", request_id)))
