from werkzeug.exceptions import NotFound

from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..engine.checkout import read_id
from ..engine.local_path import read_path, with_query
from ..engine.relative import NewRelative, read_kinds
from ..exceptions import FamilyRefused
from .clinic_page import clinic_page


class FamilyPortal(CustomerPortal):
    """The family pages: who is family, and who may do what for whom."""

    @clinic_page("/my/family")
    def my_family(self, added="", asked="", done="", **kw):
        notice = self._family_page()._get_notice(self._me(), read_id(added), read_id(asked), done)
        return self._render_clinic(
            "family", {**self._family_page()._get_family(self._me()), "notice": notice}
        )

    # Adding

    @clinic_page("/my/family/add")
    def add_form(self, redirect="", added="", asked="", **kw):
        relative = NewRelative.from_form({}, lambda name: [])
        values = self._family_forms()._get_add(self._me(), relative, read_path(redirect))
        notice = self._family_page()._get_notice(self._me(), read_id(added), read_id(asked))
        return self._render_clinic("family_add", {**values, "notice": notice})

    @clinic_page("/my/family/add", methods=["POST"])
    def add(self, redirect="", another="", **kw):
        form = request.httprequest.form
        relative = NewRelative.from_form(form, form.getlist)
        redirect = read_path(redirect)
        try:
            request.env["clinic.family"]._add(self._me(), relative)
        except FamilyRefused as refusal:
            values = self._family_forms()._get_add(self._me(), relative, redirect, str(refusal))
            return self._render_clinic("family_add", values, status=422)
        added = self._family_forms()._get_added(self._me(), relative)
        if another:
            return request.redirect(with_query("/my/family/add", **added, redirect=redirect))
        return request.redirect(redirect or with_query("/my/family", **added))

    # Sharing

    @clinic_page("/my/family/<int:person_id>/share")
    def share_form(self, person_id, **kw):
        return self._render_share(person_id, read_id(kw.get("for")))

    @clinic_page("/my/family/<int:person_id>/share", methods=["POST"])
    def share(self, person_id, until="", **kw):
        ward_id = read_id(kw.get("for"))
        try:
            self._family_forms()._share_from_form(
                self._me(),
                person_id,
                ward_id,
                read_kinds(request.httprequest.form.getlist("kind")),
                until.strip(),
            )
        except FamilyRefused as refusal:
            return self._render_share(person_id, ward_id, refusal)
        return request.redirect("/my/family?done=shared")

    def _render_share(self, person_id, ward_id, refusal=""):
        values = self._family_forms()._get_share(self._me(), person_id, ward_id, str(refusal))
        return self._render_clinic("family_share", values, status=422 if refusal else 200)

    # Asking and answering

    @clinic_page("/my/family/<int:person_id>/ask", methods=["POST"], opens="/my/family")
    def ask(self, person_id, redirect="", **kw):
        kinds = read_kinds(request.httprequest.form.getlist("kind"))
        relative = request.env["res.partner"].browse(person_id)
        try:
            request.env["clinic.family"]._ask_relative(self._me(), relative, kinds)
        except FamilyRefused as refusal:
            return self._render_family(refusal)
        return request.redirect(read_path(redirect) or "/my/family?done=asked")

    @clinic_page("/my/family/question/<int:question_id>")
    def question_form(self, question_id, **kw):
        return self._render_question(self._find_question(question_id))

    @clinic_page("/my/family/question/<int:question_id>", methods=["POST"])
    def answer_question(self, question_id, answer="", **kw):
        return self._answer(self._find_question(question_id), answer)

    @clinic_page(
        "/my/family/question/<int:question_id>/withdraw", methods=["POST"], opens="/my/family"
    )
    def withdraw(self, question_id, **kw):
        try:
            request.env["clinic.family"]._withdraw(self._me(), question_id)
        except FamilyRefused as refusal:
            return self._render_family(refusal)
        return request.redirect("/my/family?done=withdrawn")

    @clinic_page("/clinic/invitation/<string:token>", sitemap=False)
    def invitation_form(self, token, **kw):
        return self._render_question(self._find_question(token=token))

    @clinic_page("/clinic/invitation/<string:token>", methods=["POST"], sitemap=False)
    def answer_invitation(self, token, answer="", **kw):
        return self._answer(self._find_question(token=token), answer, token)

    def _find_question(self, question_id=0, token=""):
        return request.env["clinic.family"]._find_question(self._me(), token, question_id)

    def _answer(self, question, answer, token=""):
        family = request.env["clinic.family"]
        try:
            if answer == "accept":
                kinds = read_kinds(request.httprequest.form.getlist("kind"))
                family._accept(self._me(), question, kinds)
            else:
                family._decline(self._me(), question)
        except FamilyRefused as refusal:
            return self._render_question(question, refusal)
        if token and self._find_question(token=token):
            # Somebody else asked at the same address.
            return request.redirect(f"/clinic/invitation/{token}")
        done = "accepted" if answer == "accept" else "declined"
        return request.redirect(with_query("/my/family", done=done))

    def _render_question(self, question, refusal=""):
        """A question that is dead, unknown, answered or put to others: one page for all."""
        values = self._family_forms()._get_question(self._me(), question, str(refusal))
        if not values:
            return self._render_clinic(
                "family_no_question", {"page_name": "clinic_family"}, status=404
            )
        return self._render_clinic("family_question", values, status=422 if refusal else 200)

    # Ending

    @clinic_page("/my/family/<int:person_id>/end")
    def end_form(self, person_id, **kw):
        return self._render_clinic(
            "family_end", self._family_forms()._get_ending(self._me(), person_id)
        )

    @clinic_page("/my/family/<int:person_id>/end", methods=["POST"])
    def end(self, person_id, **kw):
        cancelled = {
            read_id(name.removeprefix("visit_"))
            for name, answer in request.httprequest.form.items()
            if name.startswith("visit_") and answer == "cancel"
        }
        other = request.env["res.partner"].browse(person_id)
        try:
            request.env["clinic.family"]._end_with(self._me(), other, cancelled)
        except FamilyRefused as refusal:
            values = self._family_forms()._get_ending(self._me(), person_id, str(refusal))
            return self._render_clinic("family_end", values, status=422)
        return request.redirect("/my/family?done=ended")

    @clinic_page(
        "/my/family/<int:ward_id>/end/<int:other_id>", methods=["POST"], opens="/my/family"
    )
    def end_for(self, ward_id, other_id, **kw):
        partners = request.env["res.partner"]
        try:
            request.env["clinic.family"]._end_for_ward(
                self._me(), partners.browse(ward_id), partners.browse(other_id)
            )
        except FamilyRefused as refusal:
            return self._render_family(refusal)
        return request.redirect("/my/family?done=stopped")

    # Answering the browser

    def _me(self):
        return request.env.user.partner_id

    def _family_page(self):
        return request.env["clinic.page.family"]

    def _family_forms(self):
        return request.env["clinic.page.family.forms"]

    def _render_family(self, refusal):
        """The family page with the sentence; what isn't mine is as unknown as what isn't there."""
        if refusal.reason in ("not_linked", "no_question", "no_guardian"):
            raise NotFound
        values = self._family_page()._get_family(self._me())
        return self._render_clinic("family", {**values, "error": str(refusal)}, status=422)

    def _render_clinic(self, template, values, status=200):
        if not values:
            raise NotFound
        values = {**self._prepare_portal_layout_values(), "page_name": "clinic_family", **values}
        return request.render(f"clinic_family.portal_{template}", values, status=status)
