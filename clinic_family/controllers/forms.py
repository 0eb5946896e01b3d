from odoo.http import request

from ..exceptions import FamilyRefused
from .common import PortalPage, clinic_call, clinic_page, found, render

FORM = "/my/forms/<int:request_id>"
SIGNED = "/my/forms/<int:signed_id>"
LINK = "/clinic/form/<string:handed>"


class FormPortal(PortalPage):
    """The forms of the reader, and those they fill in for others."""

    @clinic_page("/my/forms")
    def my_forms(self, **kw):
        return self._portal_page("forms", "forms", request.env["clinic.page.form"]._get_forms())

    @clinic_page(FORM)
    def read_form(self, request_id, **kw):
        """What was filled in; a form that isn't yet is among the others."""
        url = self._find_form(request_id)._get_reading_url()
        return request.redirect(url or "/my/forms")

    @clinic_page(f"{FORM}/fill", methods=["POST"], opens="/my/forms")
    def fill_form(self, request_id, **kw):
        return request.redirect(self._find_form(request_id)._open() or "/my/forms")

    @clinic_page(f"{FORM}/correct", methods=["POST"], opens="/my/forms")
    def correct_form(self, request_id, **kw):
        return request.redirect(self._find_form(request_id)._correct() or "/my/forms")

    @clinic_page(f"{FORM}/leave", methods=["POST"], opens="/my/forms")
    def leave_form(self, request_id, **kw):
        self._find_form(request_id)._leave()
        return request.redirect("/my/forms")

    @clinic_page(f"{SIGNED}/sign")
    def sign_page(self, signed_id, **kw):
        return self._render_signing(signed_id)

    @clinic_page(f"{SIGNED}/sign", methods=["POST"])
    def sign_form(self, signed_id, name="", **kw):
        """Signs with a typed name, where no script runs."""
        form = self._find_form(signed_id)
        try:
            request.env["clinic.form.signature"]._sign(form, name)
        except FamilyRefused as refusal:
            return self._render_signing(signed_id, str(refusal))
        return request.redirect("/my/forms")

    @clinic_call(f"{SIGNED}/draw", opens="/my/forms/{signed_id}/sign")
    def draw_signature(self, signed_id, name="", signature=None, **kw):
        form = self._find_form(signed_id)
        signatures = request.env["clinic.form.signature"]
        return _sign(lambda: signatures._sign(form, name, signature), "/my/forms")

    def _render_signing(self, signed_id, error=""):
        values = request.env["clinic.page.form"]._get_signing(self._find_form(signed_id))
        return self._portal_page("forms", "form_sign", {**found(values), "error": error})

    def _find_form(self, request_id):
        return found(request.env["clinic.form.request"]._find_mine(("id", "=", request_id)))


class HandedForm(PortalPage):
    """A form that the front desk handed over, on a device where nobody has logged in."""

    @clinic_page(LINK, auth="public", sitemap=False, is_secret=True)
    def handed_form(self, handed, **kw):
        return self._render_handed(handed)

    @clinic_page(
        f"{LINK}/fill",
        auth="public",
        methods=["POST"],
        sitemap=False,
        is_secret=True,
        opens="/clinic/form/{handed}",
    )
    def fill_handed(self, handed, **kw):
        url = found(self._find_handout(handed))._open()
        request.session["clinic_form_key"] = handed
        return request.redirect(url or f"/clinic/form/{handed}")

    @clinic_page(LINK, auth="public", methods=["POST"], sitemap=False, is_secret=True)
    def sign_handed(self, handed, name="", **kw):
        try:
            found(self._find_handout(handed))._sign(name)
        except FamilyRefused as refusal:
            return self._render_handed(handed, str(refusal))
        return request.redirect(f"/clinic/form/{handed}")

    @clinic_call(f"{LINK}/draw", auth="public", is_secret=True, opens="/clinic/form/{handed}")
    def draw_handed(self, handed, name="", signature=None, **kw):
        handout = found(self._find_handout(handed))
        return _sign(lambda: handout._sign(name, signature), f"/clinic/form/{handed}")

    def _render_handed(self, handed, error=""):
        values = found(request.env["clinic.page.form"]._get_handed(self._find_handout(handed)))
        # Whoever takes the device next finds nothing of what was done on it.
        request.session["clinic_form_key"] = handed if values["todo"] in ("fill", "sign") else None
        return render("handed_form", {**values, "handed": handed, "error": error})

    def _find_handout(self, handed):
        return request.env["clinic.form.handout"]._find_by_key(handed)


def _sign(sign, url):
    """What Odoo's signature component is told: why it wasn't signed, or where to go on."""
    try:
        sign()
    except FamilyRefused as refusal:
        return {"error": str(refusal)}
    return {"force_refresh": True, "redirect_url": url}
