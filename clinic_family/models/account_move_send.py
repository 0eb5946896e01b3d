from markupsafe import Markup

from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    """The mail of an invoice of appointments names those it is for."""

    _inherit = "account.move.send"

    @api.model
    def _get_default_mail_body(self, move, mail_template, mail_lang):
        body = super()._get_default_mail_body(move, mail_template, mail_lang)
        names = move.with_context(lang=mail_lang).clinic_patient_names
        if not body or not names:
            return body
        words = self.with_context(lang=mail_lang).env._("This is for %s.", names)
        return body + Markup("<p>%s</p>") % words
