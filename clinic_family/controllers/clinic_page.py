from odoo.http import route


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
