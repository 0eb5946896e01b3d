from urllib.parse import quote

from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    NotFound,
    UnprocessableEntity,
    abort,
)

from odoo import models
from odoo.exceptions import MissingError
from odoo.http import request

# As large as the id of a record can be.
LARGEST_ID = 2**31 - 1


class IrHttp(models.AbstractModel):
    """What holds for every address of the clinic (see ``clinic_page``)."""

    _inherit = "ir.http"

    @classmethod
    def _match(cls, path):
        """The address of a change, opened, leads to the page it belongs to.

        It happens to those who log in again in the middle of something.
        """
        reads = request.httprequest.method in ("GET", "HEAD")
        try:
            rule, args = super()._match(path)
        except MethodNotAllowed:
            if reads:
                cls._open_page_of_change()
            raise
        request.is_clinic = cls._is_clinic(rule)
        request.is_of_account = rule.rule.startswith("/my/") and not request.is_clinic
        if reads and request.is_clinic:
            cls._open_page_of_change()
        cls._verify_method(rule)
        return rule, args

    @classmethod
    def _pre_dispatch(cls, rule, args):
        result = super()._pre_dispatch(rule, args)
        if cls._is_clinic(rule):
            cls._verify_readable(args)
        if cls._is_about_visitor(rule):
            request.future_response.headers.set("Cache-Control", "no-store")
        return result

    @classmethod
    def _handle_error(cls, exception):
        """The way on which a record was missed would tell a hidden one from none."""
        if isinstance(exception, MissingError) and not cls._says_why():
            exception.with_traceback(None)
            exception.__cause__ = exception.__context__ = None
        return super()._handle_error(exception)

    @classmethod
    def _says_why(cls):
        return bool(request.env.uid) and request.env["clinic.hidden.mixin"]._says_why()

    @classmethod
    def _is_clinic(cls, rule):
        return rule.endpoint.routing.get("is_clinic", False)

    @classmethod
    def _is_about_visitor(cls, rule):
        """Pages about a person are kept nowhere: not in a shared computer, not in a proxy."""
        if rule.rule == "/my" or rule.rule.startswith(("/my/", "/payment/")):
            return True
        if not cls._is_clinic(rule):  # nobody has a user at some addresses of Odoo
            return False
        routing = rule.endpoint.routing
        is_for_one = routing["auth"] == "user" or routing.get("is_secret", False)
        return is_for_one or not request.env.user._is_public()

    @classmethod
    def _verify_method(cls, rule):
        """Odoo answers OPTIONS at every address, by doing what a POST does, without its token."""
        if cls._is_clinic(rule) and request.httprequest.method == "OPTIONS":
            raise MethodNotAllowed(sorted(rule.methods - {"OPTIONS"}))

    @classmethod
    def _open_page_of_change(cls):
        """Leads to the page that a change belongs to, if the address is that of one."""
        router = request.env["ir.http"].routing_map().bind_to_environ(request.httprequest.environ)
        try:
            rule, args = router.match(request.httprequest.path, "POST", return_rule=True)
        except HTTPException:
            return
        opens = rule.endpoint.routing.get("opens")
        if opens:
            parts = {name: quote(str(value), safe="") for name, value in args.items()}
            abort(request.redirect(opens.format(**parts)))

    @classmethod
    def _verify_readable(cls, args):
        """No page takes a file, and no database holds a NUL or an id as large as that."""
        if any(isinstance(part, int) and not 0 <= part <= LARGEST_ID for part in args.values()):
            raise NotFound
        sent = [text for pair in request.httprequest.values.items(multi=True) for text in pair]
        sent += [part for part in args.values() if isinstance(part, str)]
        if request.httprequest.files or any("\0" in text for text in sent):
            raise UnprocessableEntity

    # The website decides which company's clinic is visited

    @classmethod
    def _frontend_pre_dispatch(cls):
        result = super()._frontend_pre_dispatch()
        company_id = request.website._get_cached("company_id")
        if request.env.user._is_guest_of(company_id):
            # Odoo's own pages of documents show those of the account's companies, too.
            is_of_account = getattr(request, "is_of_account", False)
            own = request.env.user.sudo().company_ids.ids if is_of_account else ()
            companies = dict.fromkeys([company_id, *own])
            request.update_context(allowed_company_ids=[*companies])
            request.website = request.website.with_context(**request.env.context)
        return result
