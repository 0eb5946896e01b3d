from odoo import models


class AccountMove(models.Model):
    """A visit's invoice uses what was paid for it at booking."""

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        # Who confirms an invoice may know nothing of the visits on it.
        for invoice in posted.sudo():
            visits = invoice._get_clinic_appointments()
            deposits = visits.deposit_payment_ids
            deposits._use_for(invoice)
            deposits.filtered("clinic_left")._plan_settling()
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._look_at_deposits()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._look_at_deposits()
        return result

    def _look_at_deposits(self):
        """What the invoice had taken, or waited for, is free again."""
        visits_sudo = self.sudo()._get_clinic_appointments()
        visits_sudo.deposit_payment_ids._plan_settling()
