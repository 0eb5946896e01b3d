from odoo.http import request

from ..engine.account import NewAccount
from ..engine.addresses import with_query
from ..engine.forms import read_kinds
from ..exceptions import FamilyRefused
from .common import PortalPage, clinic_page, get_list, marks, me, render

LINK = "/clinic/invitation/<string:token>"


class Invitation(PortalPage):
    """The link of an invitation: what it says, an account for who has none, and the answer."""

    @clinic_page(LINK, auth="public", sitemap=False, is_secret=True)
    def invitation(self, token, **kw):
        return self._render_invitation(token)

    @clinic_page(LINK, auth="public", methods=["POST"], sitemap=False, is_secret=True)
    def answer_invitation(self, token, answer="", code="", **kw):
        family = request.env["clinic.family"]
        question = family._find_question(me(), token)
        try:
            if answer == "accept":
                family._accept(me(), question, read_kinds(get_list("kind")), code)
            else:
                family._decline(me(), question)
        except FamilyRefused as refusal:
            return self._render_invitation(token, refusal=refusal)
        return self._go_on(token, "accepted" if answer == "accept" else "declined")

    @clinic_page(
        f"{LINK}/account",
        auth="public",
        methods=["POST"],
        sitemap=False,
        is_secret=True,
        opens="/clinic/invitation/{token}",
    )
    def make_account(self, token, **kw):
        if not request.env.user._is_public():
            return request.redirect(f"/clinic/invitation/{token}")
        account = NewAccount.from_form(request.httprequest.form)
        try:
            login = request.env["clinic.family"]._make_account(token, account)
        except FamilyRefused as refusal:
            return self._render_invitation(token, account, refusal)
        request.session.authenticate(
            request.env, {"type": "password", "login": login, "password": account.password}
        )
        # To an account of one's own there is nothing else to answer.
        more = request.env["clinic.family"]._find_question(me(), token)
        return request.redirect(f"/clinic/invitation/{token}" if more else "/my")

    def _go_on(self, token, done):
        if request.env["clinic.family"]._find_question(me(), token):
            # Somebody else asked at the same address.
            return request.redirect(f"/clinic/invitation/{token}")
        if request.env.user._is_public():
            return render("invitation_declined", {})
        return request.redirect(with_query("/my/family", done=done))

    def _render_invitation(self, token, account=None, refusal=""):
        """What is dead, unknown, answered or put to others: one page, whoever looks."""
        page = request.env["clinic.page.invitation"]
        values = page._get_page(me(), token, account, str(refusal))
        if not values:
            return render("no_invitation", {}, status=404)
        if "choices" in values:
            return self._portal_page("family", "family_question", values, refusal=refusal)
        return render("invitation", {**values, **marks(refusal)})
