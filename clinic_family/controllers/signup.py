from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.auth_signup.controllers.main import AuthSignupHome
from odoo.addons.web.controllers.home import SIGN_UP_REQUEST_PARAMS

from ..engine.addresses import with_query
from ..engine.checkout import is_for_several
from ..engine.forms import read_path
from ..exceptions import FamilyRefused
from .common import marks

SIGN_UP_REQUEST_PARAMS.update({"family", "key", "code", "phone", "birth_text", "agreed"})


def odoo_page():
    """A page of Odoo's that says whose address it is: read, and kept, as one of the clinic's."""
    return route(methods=["GET", "POST"], is_clinic=True, is_secret=True)


class FamilySignup(AuthSignupHome):
    """Login and sign-up say what was chosen before; sign-up confirms an address before it makes an
    account, and asks whether one books for family.
    """

    def get_auth_signup_config(self):
        asks = request.env["clinic.page.family.forms"]._asks_at_signup()
        config = {**super().get_auth_signup_config(), "asks_family": asks}
        # The time that waits for whoever isn't logged in yet.
        redirect = not request.session.uid and request.params.get("redirect")
        chosen = self._get_chosen_once(redirect)
        return {**config, "chosen": chosen, "redirect": chosen["onward"]} if chosen else config

    def _get_chosen_once(self, redirect):
        """Odoo asks up to three times within one request, and free times are dear."""
        read = vars(request).setdefault("clinic_chosen", {})
        if redirect not in read:
            read[redirect] = request.env["clinic.page.login"]._get_chosen(redirect)
        return read[redirect]

    def get_auth_signup_qcontext(self):
        qcontext = super().get_auth_signup_qcontext()
        # Whoever was invited has read a message already.
        is_asking = qcontext["signup_enabled"] and not qcontext.get("token")
        page = request.env["clinic.page.login"]
        is_by_link = qcontext.get("token") and not qcontext.get("invalid_token")
        return {
            **qcontext,
            **(page._get_signup(qcontext.get("key")) if is_asking else {}),
            **(page._get_by_link(qcontext["token"]) if is_by_link else {}),
            "shortest_password": request.env["res.users"]._get_shortest_password(),
            **self._get_family_wish(qcontext),
        }

    def _get_family_wish(self, qcontext):
        """Who came to find times for several is asked for their family next, if they don't mind."""
        is_first = request.httprequest.method == "GET"
        return {"family": "1"} if is_first and is_for_several(qcontext.get("redirect")) else {}

    def _lead_known_to_login(self):
        """Odoo asks here whether an address has an account, and leads there who has one: all go."""
        address = request.params.pop("signup_email", None)
        if address and "error" in self.get_auth_signup_qcontext():
            return request.redirect(with_query("/web/login", login=address, redirect="/web"))
        return None

    @odoo_page()
    def web_auth_reset_password(self, *args, **kw):
        leads_away = self._lead_known_to_login()
        answer = leads_away or super().web_auth_reset_password(*args, **kw)
        if answer.is_qweb and answer.qcontext.get("message") and not answer.qcontext.get("token"):
            answer.qcontext["message"] = request.env["clinic.page.login"]._get_reset_answer()
        return answer

    @odoo_page()
    def web_auth_signup(self, *args, **kw):
        if leads_away := self._lead_known_to_login():
            return leads_away
        refusal = None
        if request.httprequest.method == "POST" and self.get_auth_signup_qcontext().get(
            "asks_address"
        ):
            try:
                return self._ask_for_account(kw.get("login"), read_path(kw.get("redirect")))
            except UserError as refused:
                # What Odoo shows above its form.
                refusal, request.params["error"] = refused, str(refused)
        if kw.get("family") and request.env["clinic.page.family.forms"]._asks_at_signup():
            onward = read_path(kw.get("redirect")) or "/book"
            kw["redirect"] = with_query("/my/family/add", redirect=onward)
        answer = super().web_auth_signup(*args, **kw)
        if answer.is_qweb:
            answer.qcontext.update(marks(refusal))
        return answer

    def _ask_for_account(self, address, redirect):
        sender = request.httprequest.remote_addr
        key = request.env["clinic.signup"]._ask(address, redirect, sender)
        return request.redirect(with_query("/web/signup", key=key, redirect=redirect))

    def _prepare_signup_values(self, qcontext):
        # First, as what Odoo refuses isn't marked.
        asked = request.env["clinic.signup.questions"]._read_form(qcontext)
        return super()._prepare_signup_values(qcontext) | asked

    def do_signup(self, qcontext, do_login=True):
        try:
            if not qcontext.get("token"):
                self._confirm_address(qcontext)
            return super().do_signup(qcontext, do_login)
        except FamilyRefused as refusal:
            # Odoo shows its form again, with these values.
            qcontext.update(marks(refusal))
            raise

    def _confirm_address(self, qcontext):
        confirmed = request.env["clinic.signup"]._confirm(qcontext.get("key"), qcontext.get("code"))
        # Nothing else that the form says is whom one logs in as; Odoo's login reads it there.
        qcontext["login"] = request.params["login"] = confirmed

    def _signup_with_values(self, token, values, do_login):
        """Whom Odoo doesn't let in has no account: it says that it failed, and undoes nothing."""
        key = not token and request.params.get("key")
        with request.env["clinic.signup"]._finishing(key) as kept_key:
            result = super()._signup_with_values(token, values, do_login)
        request.env["ir.http"]._remember_kept(kept_key)
        return result
