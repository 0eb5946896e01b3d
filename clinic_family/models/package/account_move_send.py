from markupsafe import Markup

from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    """The message with the invoice of a package says how many sessions are left."""

    _inherit = "account.move.send"

    @api.model
    def _get_default_mail_body(self, move, mail_template, mail_lang):
        body = super()._get_default_mail_body(move, mail_template, mail_lang)
        notes = move.with_context(lang=mail_lang)._get_package_notes(move.partner_id)
        if not (body and notes):
            return body
        paragraph = Markup('<p style="margin: 16px 0 0; font-size: 13px;">%s</p>')
        return body + paragraph % Markup("<br/>").join(notes)
