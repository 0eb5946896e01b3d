from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route

from odoo.addons.portal.controllers.mail import MailController
from odoo.addons.website_mail.controllers.main import WebsiteMail


class HiddenMail(MailController):
    """Odoo's link to a hidden record leads where its link to a missing one does."""

    @classmethod
    def _redirect_to_record(cls, model, res_id, access_token=None, **kwargs):
        if model == "account.move":
            access_token = request.env[model]._pick_key(res_id, access_token)
        try:
            return super()._redirect_to_record(model, res_id, access_token=access_token, **kwargs)
        except MissingError:
            return cls._redirect_to_generic_fallback(
                model, res_id, access_token=access_token, **kwargs
            )


class HiddenWebsiteMail(WebsiteMail):
    """Nobody follows a record they may not see, just as one that isn't there."""

    @route()
    def website_message_subscribe(self, id=0, object=None, **kw):  # pylint: disable=redefined-builtin
        try:
            return super().website_message_subscribe(id=id, object=object, **kw)
        except (AccessError, MissingError):
            return False
