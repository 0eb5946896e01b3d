from werkzeug.exceptions import NotFound

from odoo.http import request

from ..engine.addresses import with_query
from ..engine.checkout import choose_too
from ..engine.contact import Contact
from ..engine.forms import read_id, read_ids, read_kinds, read_path
from ..engine.relative import NewRelative, read_relatives
from ..exceptions import FamilyRefused
from .common import PortalPage, clinic_page, get_list, me


class FamilyPortal(PortalPage):
    """The family pages: who is family, and who may do what for whom."""

    @clinic_page("/my/family")
    def my_family(self, added="", asked="", done="", **kw):
        values = self._family_page()._get_family(me())
        notice = self._family_page()._get_notice(me(), read_ids(added), read_id(asked), done)
        return self._portal_page("family", "family", {**values, "notice": notice})

    # Adding

    @clinic_page("/my/family/add")
    def add_form(self, redirect="", added="", asked="", **kw):
        relative = NewRelative.from_form({}, lambda name: [])
        values = self._family_forms()._get_add(me(), [relative], read_path(redirect))
        notice = self._family_page()._get_notice(me(), read_ids(added), read_id(asked))
        return self._portal_page("family", "family_add", {**values, "notice": notice})

    @clinic_page("/my/family/add", methods=["POST"])
    def add(self, redirect="", another="", **kw):
        form = request.httprequest.form
        relatives = read_relatives(form, form.getlist)
        redirect = read_path(redirect)
        try:
            request.env["clinic.family"]._add_all(me(), relatives)
        except FamilyRefused as refusal:
            values = self._family_forms()._get_add(me(), relatives, redirect, str(refusal))
            return self._portal_page("family", "family_add", values, refusal=refusal)
        added = self._family_forms()._get_added(me(), relatives)
        # Whom one adds while booking is to come.
        redirect = choose_too(redirect, read_ids(added["added"]), me().id)
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
                me(), person_id, ward_id, read_kinds(get_list("kind")), until.strip()
            )
        except FamilyRefused as refusal:
            return self._render_share(person_id, ward_id, refusal)
        return request.redirect("/my/family?done=shared")

    def _render_share(self, person_id, ward_id, refusal=""):
        values = self._family_forms()._get_share(me(), person_id, ward_id, str(refusal))
        return self._portal_page("family", "family_share", values, refusal=refusal)

    # Contact details

    @clinic_page("/my/family/<int:person_id>/contact")
    def contact_form(self, person_id, **kw):
        return self._render_contact(person_id)

    @clinic_page("/my/family/<int:person_id>/contact", methods=["POST"])
    def correct_contact(self, person_id, **kw):
        contact = Contact.from_form(request.httprequest.form)
        seen = Contact.from_form(request.httprequest.form, prefix="seen_")
        try:
            request.env["clinic.contact"]._correct(me(), person_id, contact, seen)
        except FamilyRefused as refusal:
            return self._render_contact(person_id, refusal, contact)
        return request.redirect("/my/family?done=contact")

    def _render_contact(self, person_id, refusal="", typed=None):
        page = request.env["clinic.page.contact"]
        values = page._get_contact(me(), person_id, str(refusal), typed)
        return self._portal_page("family", "family_contact", values, refusal=refusal)

    # The reader's own

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        # A script that asks for counters knows what to do with nothing else.
        if counters:
            return values
        return {**values, "has_details": request.env["clinic.page.contact"]._has_own(me())}

    @clinic_page("/my/details")
    def details_form(self, done="", **kw):
        return self._render_details(done=done)

    @clinic_page("/my/details", methods=["POST"])
    def correct_details(self, **kw):
        contact = Contact.from_form(request.httprequest.form)
        seen = Contact.from_form(request.httprequest.form, prefix="seen_")
        try:
            request.env["clinic.contact"]._correct_own(me(), contact, seen)
        except FamilyRefused as refusal:
            return self._render_details(refusal, contact)
        return request.redirect("/my/details?done=saved")

    def _render_details(self, refusal="", typed=None, done=""):
        values = request.env["clinic.page.contact"]._get_own(me(), str(refusal), typed, done)
        return self._portal_page("details", "details", values, refusal=refusal)

    # Asking and answering

    @clinic_page("/my/family/<int:person_id>/ask", methods=["POST"], opens="/my/family")
    def ask(self, person_id, redirect="", **kw):
        kinds = read_kinds(get_list("kind"))
        relative = request.env["res.partner"].browse(person_id)
        try:
            request.env["clinic.family"]._ask_relative(me(), relative, kinds)
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
            request.env["clinic.family"]._withdraw(me(), question_id)
        except FamilyRefused as refusal:
            return self._render_family(refusal)
        return request.redirect("/my/family?done=withdrawn")

    def _find_question(self, question_id):
        return request.env["clinic.family"]._find_question(me(), invitation_id=question_id)

    def _answer(self, question, answer):
        family = request.env["clinic.family"]
        try:
            if answer == "accept":
                kinds = read_kinds(get_list("kind"))
                family._accept(me(), question, kinds)
            else:
                family._decline(me(), question)
        except FamilyRefused as refusal:
            return self._render_question(question, refusal)
        done = "accepted" if answer == "accept" else "declined"
        return request.redirect(with_query("/my/family", done=done))

    def _render_question(self, question, refusal=""):
        """A question that is dead, unknown, answered or put to others: one page for all."""
        values = self._family_forms()._get_question(me(), question, str(refusal))
        if not values:
            return self._portal_page("family", "family_no_question", {"error": ""}, status=404)
        return self._portal_page("family", "family_question", values)

    # Ending

    @clinic_page("/my/family/<int:person_id>/end")
    def end_form(self, person_id, **kw):
        return self._render_ending(person_id)

    @clinic_page("/my/family/<int:person_id>/end", methods=["POST"])
    def end(self, person_id, **kw):
        cancelled = {
            read_id(name.removeprefix("visit_"))
            for name, answer in request.httprequest.form.items()
            if name.startswith("visit_") and answer == "cancel"
        }
        other = request.env["res.partner"].browse(person_id)
        try:
            request.env["clinic.family"]._end_with(me(), other, cancelled)
        except FamilyRefused as refusal:
            return self._render_ending(person_id, refusal)
        return request.redirect("/my/family?done=ended")

    def _render_ending(self, person_id, refusal=""):
        values = self._family_forms()._get_ending(me(), person_id, str(refusal))
        return self._portal_page("family", "family_end", values)

    @clinic_page(
        "/my/family/<int:ward_id>/end/<int:other_id>", methods=["POST"], opens="/my/family"
    )
    def end_for(self, ward_id, other_id, **kw):
        partners = request.env["res.partner"]
        try:
            request.env["clinic.family"]._end_for_ward(
                me(), partners.browse(ward_id), partners.browse(other_id)
            )
        except FamilyRefused as refusal:
            return self._render_family(refusal)
        return request.redirect("/my/family?done=stopped")

    # Answering the browser

    def _family_page(self):
        return request.env["clinic.page.family"]

    def _family_forms(self):
        return request.env["clinic.page.family.forms"]

    def _render_family(self, refusal):
        """The family page with the sentence; what isn't mine is as unknown as what isn't there."""
        if refusal.reason in ("not_linked", "no_question", "no_guardian"):
            raise NotFound
        values = self._family_page()._get_family(me())
        return self._portal_page("family", "family", {**values, "error": str(refusal)})
