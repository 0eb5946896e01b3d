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
