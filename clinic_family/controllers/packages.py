from werkzeug.exceptions import NotFound

from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..engine.checkout import read_id, read_key
from ..exceptions import FamilyRefused
from .clinic_page import clinic_page


class PackagePortal(CustomerPortal):
    """The packages page: what I have, who may use it, what others share with me; buying."""

    @clinic_page("/my/packages")
    def my_packages(self, done="", **kw):
        values = self._package_page()._get_packages(self._me())
        notice = self._package_page()._get_notice(done)
        return self._render_package("packages", {**values, "notice": notice})

    @clinic_page("/my/packages/<int:package_id>")
    def package_offer(self, package_id, **kw):
        return self._render_offer(package_id)

    @clinic_page(
        "/my/packages/<int:package_id>/buy",
        methods=["POST"],
        opens="/my/packages/{package_id}",
    )
    def buy_package(self, package_id, key="", **kw):
        """Buys it, once for each key, and leads to its invoice, where it can be paid."""
        package = self._package_shop()._find_package(package_id)
        if not (package and read_key(key)):
            raise NotFound
        try:
            invoice = self._package_shop()._buy(self._me(), package, read_key(key))
        except FamilyRefused as refusal:
            return self._render_offer(package_id, str(refusal))
        return request.redirect(f"/my/invoices/{invoice.id}")

    @clinic_page("/my/packages/share/<int:person_id>")
    def share_packages_form(self, person_id, **kw):
        return self._render_sharing(person_id)

    @clinic_page("/my/packages/share/<int:person_id>", methods=["POST"])
    def share_packages(self, person_id, only="", limit="", **kw):
        purchase_ids = [read_id(text) for text in request.httprequest.form.getlist("purchase")]
        limit = limit.strip()[:20]
        try:
            self._package_page()._share_from_form(
                self._me(), person_id, bool(only), purchase_ids, limit
            )
        except FamilyRefused as refusal:
            form = {"only": bool(only), "purchase_ids": purchase_ids, "limit": limit}
            return self._render_sharing(person_id, str(refusal), form)
        return request.redirect("/my/packages?done=shared")

    # Answering the browser

    def _me(self):
        return request.env.user.partner_id

    def _package_page(self):
        return request.env["clinic.page.package"]

    def _package_shop(self):
        return request.env["clinic.page.package.shop"]

    def _render_offer(self, package_id, error=""):
        package = self._package_shop()._find_package(package_id)
        values = self._package_shop()._get_offer(self._me(), package, error)
        return self._render_package("package_offer", values, status=422 if error else 200)

    def _render_sharing(self, person_id, error="", form=None):
        values = self._package_page()._get_sharing(self._me(), person_id, error, form)
        return self._render_package("package_share", values, status=422 if error else 200)

    def _render_package(self, template, values, status=200):
        """What isn't mine is as unknown as what isn't there."""
        if not values:
            raise NotFound
        values = {**self._prepare_portal_layout_values(), "page_name": "clinic_package", **values}
        return request.render(f"clinic_family.portal_{template}", values, status=status)
