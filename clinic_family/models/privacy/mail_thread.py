from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Nobody follows a record whom the one who adds them may not see."""
        people = self.env["res.partner"].browse(partner_ids or ())
        if not self.env.su:
            people -= (people - self.env.user.partner_id)._find_hidden()
        return super().message_subscribe(people.ids, subtype_ids)
