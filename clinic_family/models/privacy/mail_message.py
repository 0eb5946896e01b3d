from odoo import api, models
from odoo.exceptions import AccessError

from .base import read_id


class MailMessage(models.Model):
    """What a message answers shows its subject: it is on the same record, or one may read it."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        for values in vals_list:
            self._verify_answered(values, values.get("model"), values.get("res_id"))
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("parent_id"):
            for message in self:
                self._verify_answered(vals, message.model, message.res_id)
        return super().write(vals)

    def _verify_answered(self, values, model, res_id):
        if self.env.su or not values.get("parent_id"):
            return
        answered = self.browse(read_id(values["parent_id"])).exists()
        is_beside = (answered.sudo().model, answered.sudo().res_id) == (model, res_id)
        if not ((model and is_beside) or answered._filtered_access("read")):
            raise AccessError(self.env._(
                "This answers a message that isn't there, or that you may not see."
            ))  # fmt: skip
