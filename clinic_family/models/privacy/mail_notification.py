from odoo import api, models
from odoo.fields import Domain


class MailNotification(models.Model):
    """Whom a message was sent to is known to those who may read it."""

    _name = "mail.notification"
    _inherit = ["mail.notification", "clinic.attached"]

    @api.model
    def _get_mine(self):
        me = self.env.user.partner_id
        return Domain("res_partner_id", "=", me.id) | Domain("author_id", "=", me.id)

    def _filter_seen(self):
        messages = self.sudo().mail_message_id.sudo(False)._filtered_access("read")
        return self.sudo().filtered(lambda row: row.mail_message_id in messages).sudo(False)
