from odoo import api, models

from ...engine.person_file import Kept


class ClinicPersonFile(models.AbstractModel):
    """What a person was invoiced and paid. What others pay of it is theirs."""

    _inherit = "clinic.person.file"

    @api.model
    def _get_list(self):
        listed = super()._get_list()
        return {
            **listed,
            "clinic.participant": listed["clinic.participant"].adds(shows=("owes", "owed_amount")),
            "account.move": Kept(
                self.env._("Invoices and credit notes"),
                whose=("partner_id",),
                shows=(
                    "name", "move_type", "invoice_date", "invoice_date_due", "amount_total",
                    "amount_residual", "payment_state",
                ),
                only=lambda _ids: [("state", "=", "posted"), ("move_type", "!=", "entry")],
            ),
            # Whom a line is for stands on the invoice.
            "account.move.line": Kept(also=("clinic_patient_ids",)),
            "account.payment": Kept(
                self.env._("Payments"),
                whose=("partner_id", "clinic_payer_id"),
                shows=("date", "amount", "payment_type", "state", "partner_id", "clinic_payer_id"),
            ),
            "payment.token": Kept(
                self.env._("Saved cards"),
                whose=("partner_id",),
                shows=("payment_method_id.name", "payment_details", "create_date", "active"),
            ),
            # Neither patient nor payers are told who pays which share of whose visits.
            "clinic.payer.share": Kept(also=("patient_id", "payer_id")),
        }  # fmt: skip
