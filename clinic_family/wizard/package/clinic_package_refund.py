from odoo import api, fields, models
from odoo.tools import formatLang


class ClinicPackageRefund(models.TransientModel):
    """Says what a refund of the unused sessions means, before it is done."""

    _name = "clinic.package.refund"
    _inherit = ["clinic.assistant"]
    _description = "Refund Unused Sessions"

    purchase_id = fields.Many2one("clinic.package.purchase", required=True, ondelete="cascade")
    summary = fields.Text(compute="_compute_summary")

    @api.depends("purchase_id")
    def _compute_summary(self):
        for refund in self:
            lines = refund.purchase_id._get_unused_lines()
            refund.summary = "\n".join(
                refund._get_sentence(invoice, its_lines)
                for invoice, its_lines in lines.grouped("move_id").items()
            ) or self.env._("There is nothing to refund: the invoice isn't confirmed.")

    def _get_sentence(self, invoice, lines):
        amount = sum(line.price_total * line._get_session_share_left() for line in lines)
        words = {
            "count": len(lines),
            "amount": formatLang(self.env, amount, currency_obj=invoice.currency_id),
            "payer": invoice.partner_id.name,
            "invoice": invoice.name,
        }
        if len(lines) == 1:
            return self.env._(
                "1 free session is refunded with a credit note of %(amount)s to %(payer)s "
                "(%(invoice)s).",
                **words,
            )
        return self.env._(
            "%(count)s free sessions are refunded with a credit note of %(amount)s to %(payer)s "
            "(%(invoice)s).",
            **words,
        )

    def action_refund(self):
        self.ensure_one()
        return self.purchase_id.action_refund()
