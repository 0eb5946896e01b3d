from odoo import api, models


class ClinicSharingNotice(models.AbstractModel):
    """Whose card the clinic charges by itself hears of each time, and of each that failed."""

    _inherit = "clinic.sharing.notice"

    @api.model
    def _tell_fee_charged(self, transaction):
        """Tells its owner how much was charged for which invoice, or that it has to be paid."""
        owner, currency = transaction.partner_id, transaction.currency_id
        invoice = transaction.invoice_ids[:1]
        local = transaction.with_context(lang=owner.lang or self.env.lang)
        money = local.env["res.currency"].browse(currency.id)
        told = "charged" if transaction.state == "done" else "refused"
        self._queue(f"clinic_family.mail_template_fee_{told}", transaction, owner, {
            "reader_lang": owner.lang,
            "amount": money.format(transaction.amount),
            "card": local.token_id._get_card_name(),
            "invoice": invoice.name,
            "invoice_id": invoice.id,
            "is_neutral": invoice._is_confidential(),
            "on": self._format(owner, transaction.last_state_change),
        })  # fmt: skip
