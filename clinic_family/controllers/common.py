"""What all addresses of the clinic share: how they are made, and how they answer."""

from werkzeug.exceptions import NotFound

from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal


def clinic_page(path, *, auth="user", methods=("GET",), **more):
    """An address of the clinic: GET reads; a change is a POST with Odoo's token, then a redirect.

    There is nothing to see at the address of a change alone: ``opens`` says which page answers
    to a visitor who opens it, and takes its parts from that address. What else holds for all of
    them is in ``ir.http``, which knows them by ``is_clinic``.
    """
    return route(
        path,
        type="http",
        auth=auth,
        website=True,
        readonly="POST" not in methods,
        methods=list(methods),
        is_clinic=True,
        **more,
    )


def clinic_call(path, *, opens=None, auth="user", **more):
    """An address to which a script posts JSON, such as a payment form.

    A browser sends JSON from another site only after asking whether it may.
    """
    return route(
        path,
        type="jsonrpc",
        auth=auth,
        website=True,
        methods=["POST"],
        is_clinic=True,
        opens=opens,
        **more,
    )


def clinic_file(path):
    """An address from which programs fetch a file, with a key in it and without logging in.

    They keep no session, follow no redirect to a language, and ask whether anything has changed.
    """
    return route(
        path,
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
        save_session=False,
        is_clinic=True,
    )


def me():
    """The person who is logged in."""
    return request.env.user.partner_id


def get_list(name):
    """All that a form says under this name."""
    return request.httprequest.form.getlist(name)


def found(there):
    """The same, if it is there for the reader: what isn't theirs is as unknown as what isn't."""
    if not there:
        raise NotFound
    return there


def render(template, values, status=200):
    """The page; one that says why something was refused says so to the browser too."""
    status = 422 if values.get("error") else status
    return request.render(f"clinic_family.{template}", values, status=status)


def marks(refusal):
    """How a page marks the fields for which a form was refused, for its template."""
    wrong = getattr(refusal, "fields", ())
    pages = request.env["clinic.page"]
    return {"mark": lambda body: pages._mark_wrong(body, wrong, str(refusal))} if wrong else {}


class PortalPage(CustomerPortal):
    """What the clinic's pages in Odoo's portal share."""

    def _portal_page(self, place, name, values, status=200, refusal=None):
        """A page in the portal's frame, under the heading of its place, if it has any values.

        What a form was refused for is marked in it.
        """
        frame = {**self._prepare_portal_layout_values(), "page_name": f"clinic_{place}"}
        frame |= marks(refusal)
        return render(f"portal_{name}", {**frame, **found(values)}, status)
