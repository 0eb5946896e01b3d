from odoo import api, models
from odoo.fields import Domain


class MailFollowers(models.Model):
    """Who follows a record is known to those who may read it."""

    _name = "mail.followers"
    _inherit = ["mail.followers", "clinic.attached"]

    @api.model
    def _get_mine(self):
        return Domain("partner_id", "=", self.env.user.partner_id.id)

    def _filter_seen(self):
        seen_sudo = self.sudo().browse()
        for model, followers_sudo in self.sudo().grouped("res_model").items():
            seen = self._filter_followed(model, followers_sudo.mapped("res_id"))
            seen_sudo |= followers_sudo.filtered(lambda row, seen=seen: row.res_id in seen)
        return seen_sudo.sudo(False)

    @api.model
    def _filter_followed(self, model, record_ids):
        """The ids of those that the user may read, of a model that may be gone."""
        if model not in self.env:
            return ()
        messages = self.env["mail.message"]
        return messages._filter_records_for_message_operation(model, record_ids, "read").ids
