from odoo.http import request, route

from odoo.addons.auth_signup.controllers.main import AuthSignupHome
from odoo.addons.web.controllers.home import SIGN_UP_REQUEST_PARAMS

from ..engine.addresses import with_query
from ..engine.forms import read_path

SIGN_UP_REQUEST_PARAMS.add("family")


class FamilySignup(AuthSignupHome):
    """Login and sign-up say what was chosen before; sign-up asks whether one books for family."""

    def get_auth_signup_config(self):
        asks = request.env["clinic.page.family.forms"]._asks_at_signup()
        config = {**super().get_auth_signup_config(), "asks_family": asks}
        # The time that waits for whoever isn't logged in yet.
        redirect = not request.session.uid and request.params.get("redirect")
        chosen = request.env["clinic.page.login"]._get_chosen(redirect)
        return {**config, "chosen": chosen, "redirect": chosen["onward"]} if chosen else config

    @route()
    def web_auth_reset_password(self, *args, **kw):
        answer = super().web_auth_reset_password(*args, **kw)
        if answer.is_qweb and answer.qcontext.get("message") and not answer.qcontext.get("token"):
            answer.qcontext["message"] = request.env["clinic.page.login"]._get_reset_answer()
        return answer

    @route()
    def web_auth_signup(self, *args, **kw):
        if kw.get("family") and request.env["clinic.page.family.forms"]._asks_at_signup():
            onward = read_path(kw.get("redirect")) or "/book"
            kw["redirect"] = with_query("/my/family/add", redirect=onward)
        return super().web_auth_signup(*args, **kw)
