from odoo.http import request

from ..engine.forms import read_id, read_text
from ..exceptions import FamilyRefused
from .common import PortalPage, clinic_page, found, get_list, me


class PackagePortal(PortalPage):
    """The packages page: what I have, who may use it, what others share with me; buying."""

    @clinic_page("/my/packages")
    def my_packages(self, done="", **kw):
        values = self._package_page()._get_packages(me())
        notice = self._package_page()._get_notice(done)
        return self._portal_page("package", "packages", {**values, "notice": notice})

    @clinic_page("/my/packages/<int:package_id>")
    def package_offer(self, package_id, **kw):
        return self._render_offer(self._find_package(package_id))

    @clinic_page(
        "/my/packages/<int:package_id>/buy",
        methods=["POST"],
        opens="/my/packages/{package_id}",
    )
    def buy_package(self, package_id, key="", **kw):
        """Buys it, once for each key, and leads to its invoice, where it can be paid."""
        package = self._find_package(package_id)
        try:
            invoice = self._package_shop()._buy(me(), package, found(read_text(key)))
        except FamilyRefused as refusal:
            return self._render_offer(package, refusal)
        return request.redirect(f"/my/invoices/{invoice.id}")

    @clinic_page("/my/packages/share/<int:person_id>")
    def share_packages_form(self, person_id, **kw):
        return self._render_sharing(person_id)

    @clinic_page("/my/packages/share/<int:person_id>", methods=["POST"])
    def share_packages(self, person_id, only="", limit="", **kw):
        form = {
            "only": bool(only),
            "purchase_ids": [read_id(text) for text in get_list("purchase")],
            "limit": read_text(limit.strip(), 20),
        }
        try:
            self._package_page()._share_from_form(me(), person_id, **form)
        except FamilyRefused as refusal:
            return self._render_sharing(person_id, refusal, form)
        return request.redirect("/my/packages?done=shared")

    # Answering the browser

    def _package_page(self):
        return request.env["clinic.page.package"]

    def _package_shop(self):
        return request.env["clinic.page.package.shop"]

    def _find_package(self, package_id):
        return found(self._package_shop()._find_package(package_id))

    def _render_offer(self, package, refusal=""):
        values = self._package_shop()._get_offer(me(), package, str(refusal))
        return self._portal_page("package", "package_offer", values)

    def _render_sharing(self, person_id, refusal="", form=None):
        values = self._package_page()._get_sharing(me(), person_id, str(refusal), form)
        return self._portal_page("package", "package_share", values)
