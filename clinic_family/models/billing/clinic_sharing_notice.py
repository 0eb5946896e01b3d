from odoo import api, models


class ClinicSharingNotice(models.AbstractModel):
    """Who shares a card hears of each time it is used, and of what goes back to it."""

    _inherit = "clinic.sharing.notice"

    @api.model
    def _tell_card_used(self, transaction):
        """Tells the owner how much was paid, by whom, for what and whom, and how to end it."""
        permission = transaction.clinic_card_permission_id
        owner, currency = permission.grantor_id, transaction.currency_id
        local = transaction.with_context(lang=owner.lang or self.env.lang)
        money = local.env["res.currency"].browse(currency.id)
        left = permission._get_card_left()
        self._queue("clinic_family.mail_template_card_used", transaction, owner, {
            "reader_lang": owner.lang,
            "user": permission.grantee_id.name,
            "user_id": permission.grantee_id.id,
            "amount": money.format(transaction.amount),
            "card": local.token_id._get_card_name(),
            "on": self._format(owner, transaction.last_state_change),
            "paid": local._describe_paid(),
            "left": False if left is None else money.format(left),
        })  # fmt: skip

    @api.model
    def _tell_card_refunded(self, refund):
        """Tells the owner how much goes back to the card, and of which payment."""
        used = refund.source_transaction_id
        owner, currency = used.clinic_card_permission_id.grantor_id, refund.currency_id
        local = used.with_context(lang=owner.lang or self.env.lang)
        money = local.env["res.currency"].browse(currency.id)
        self._queue("clinic_family.mail_template_card_refunded", refund, owner, {
            "reader_lang": owner.lang,
            "user": used.clinic_card_permission_id.grantee_id.name,
            "amount": money.format(abs(refund.amount)),
            "paid": money.format(used.amount),
            "card": local.token_id._get_card_name(),
            "on": self._format(owner, used.last_state_change),
        })  # fmt: skip
