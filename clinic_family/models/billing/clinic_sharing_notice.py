from odoo import api, models


class ClinicSharingNotice(models.AbstractModel):
    """Who shares a card hears of each time it is used."""

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
