from odoo import api, models

from ...engine.addresses import with_query
from ...engine.checkout import Checkout, read_who
from ...exceptions import BookingRefused, SlotTaken


class ClinicPageLogin(models.AbstractModel):
    """What Odoo's own pages say above a login or a sign-up: which time was chosen before it."""

    _name = "clinic.page.login"
    _inherit = "clinic.page"
    _description = "Login Page"

    @api.model
    def _get_chosen(self, redirect):
        """The time that waits behind a login, and the two ways there.

        Nothing that stands in the address is shown as it is: it is a published service at a
        time that is offered, or nothing at all.
        """
        slug, form = read_who(redirect)
        service = slug and self.env["clinic.page.booking"]._find_service(slug)
        if not service:
            return {}
        checkout = Checkout.from_form(service.id, form, lambda name: ())
        try:
            self.env["clinic.booking"]._verify_offered(service, checkout)
        except (BookingRefused, SlotTaken):
            return {}
        onward = f"{service.website_url}/who?{checkout.query}"
        return {
            **self.env["clinic.page.booking"]._get_choice(service, checkout),
            "login_url": with_query("/web/login", redirect=onward),
            "signup_url": with_query("/web/signup", redirect=onward),
        }
