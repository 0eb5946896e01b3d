from odoo import api, models

from ...engine.addresses import with_query
from ...engine.checkout import Checkout, is_for_several, read_who
from ...engine.forms import read_path
from ...exceptions import BookingRefused, SlotTaken


class ClinicPageLogin(models.AbstractModel):
    """What stands above pages on the way to a visit, Odoo's login first: what was chosen before."""

    _name = "clinic.page.login"
    _inherit = "clinic.page"
    _description = "Login Page"

    @api.model
    def _get_chosen(self, redirect):
        """The time that waits behind a login, or times for several, and the two ways there.

        Nothing that stands in the address is shown or carried on as it is: a published service,
        and a time of it as it was read. Whether it is still free is said of who comes back late.
        """
        if is_for_several(redirect):
            return {"service": None, **self._get_ways(read_path(redirect))}
        choice = self._read_choice(redirect)
        if not choice:
            return {}
        return {
            **choice,
            "is_gone": not self._is_offered(choice["service"], choice["checkout"]),
            "kept": self._get_kept(choice),
            "phone": self.env["clinic.booking"]._get_phone_to_call(choice["location"]),
            **self._get_ways(f"{choice['service'].website_url}/who?{choice['checkout'].query}"),
        }

    @api.model
    def _get_held(self, me, redirect):
        """The time that is held for who is on the way to its page, and how long; or nothing."""
        choice = self._read_choice(redirect)
        if not choice:
            return {}
        of_basket = self.env["clinic.page.checkout"]._get_held_values(
            me, choice["service"], choice["checkout"]
        )
        held = {**choice, "held": self._get_kept(choice), **of_basket}
        return held if held["held"] else {}

    def _read_choice(self, redirect):
        """The published service and the time of it that this address leads to, or nothing."""
        slug, values = read_who(redirect)
        service = slug and self.env["clinic.page.booking"]._find_service(slug)
        if not service:
            return {}
        # As the page itself reads it: the first of several.
        form = {name: texts[0] for name, texts in values.items()}
        checkout = Checkout.from_form(service.id, form, lambda name: values.get(name, ()))
        choice = self.env["clinic.page.booking"]._get_choice(service, checkout)
        return choice if choice["start"] else {}

    def _get_ways(self, onward):
        return {
            "onward": onward,
            **{
                f"{page}_url": with_query(f"/web/{page}", redirect=onward)
                for page in ("login", "reset_password")
            },
        }

    @api.model
    def _get_signup(self, key):
        """Whether the address is asked for, or whose message is to be read before the rest."""
        asked_sudo = self.env["clinic.signup"]._find(key)
        return {
            "asks_address": not asked_sudo,
            "asked_email": asked_sudo.email,
            "has_ended": bool(key) and not asked_sudo,
            **(self.env["clinic.signup.questions"]._get_asked() if asked_sudo else {}),
        }

    @api.model
    def _get_by_link(self, token):
        """Whose password a link opens, from its token alone: the rest of it anybody can write."""
        account = self.env["res.partner"].sudo()._signup_retrieve_info(token) or {}
        questions = self.env["clinic.signup.questions"]
        invited_sudo = questions._find_invited(token)
        whose = {"whose": {name: account.get(name) for name in ("name", "login")}}
        if not invited_sudo:
            return whose
        address = self.env["clinic.family.invited"]._get_invited_address(invited_sudo.email)
        return {
            **whose,
            **questions._get_asked(invited_sudo),
            "chooses_login": not invited_sudo.user_ids,
            "has_address": bool(address),
        }

    @api.model
    def _get_reset_answer(self):
        """The same for whom the clinic knows and for whom it doesn't."""
        return self.env._(
            "If there is an account with this address, a link to choose a new password is on its "
            "way by e-mail. If none arrives, please call the clinic."
        )

    @api.model
    def _is_offered(self, service, checkout):
        try:
            self.env["clinic.booking"]._verify_offered(service, checkout)
        except (BookingRefused, SlotTaken):
            return False
        return True
