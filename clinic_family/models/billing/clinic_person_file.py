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
                wipes=("payment_details", "provider_ref"),
                loses=True,
            ),
            # Neither patient nor payers are told who pays which share of whose visits.
            "clinic.payer.share": Kept(whose=("patient_id", "payer_id"), wipes=("why",)),
            # What a provider was told; the payment stays.
            "payment.transaction": Kept(
                whose=("partner_id",),
                wipes=(
                    "partner_name", "partner_email", "partner_phone", "partner_address",
                    "partner_zip", "partner_city",
                ),
            ),
        }  # fmt: skip

    @api.model
    def _find_obstacles(self, person):
        obstacles = super()._find_obstacles(person)
        # The books are open or not, whoever erases.
        moves_sudo = self.env["account.move"].sudo()
        drafts = moves_sudo.search_count(
            [("partner_id", "=", person.id), ("state", "=", "draft")], limit=1
        )
        open_items = moves_sudo.line_ids.search_count([
            ("partner_id", "=", person.id), ("parent_state", "=", "posted"),
            ("account_id.account_type", "=", "asset_receivable"), ("reconciled", "=", False),
            ("amount_residual", "!=", 0),
        ], limit=1)  # fmt: skip
        if drafts or open_items:
            obstacles.append(self.env._(
                "Invoices of theirs are drafts or open, or money of theirs isn't used. Please "
                "settle that first."
            ))  # fmt: skip
        shares_sudo = self.env["clinic.payer.share"].sudo().search([
            "|", ("patient_id", "=", person.id),
            "&", ("payer_id", "=", person.id), ("patient_id", "!=", False),
        ])  # fmt: skip
        if any(not share.is_over for share in shares_sudo):
            obstacles.append(self.env._(
                "Somebody pays a part of their visits, or they of somebody else's. Please end that "
                "agreement first."
            ))  # fmt: skip
        return obstacles

    def _part_with(self, selves, words, alias):
        self.env["payment.token"].search([("partner_id", "in", selves.ids)]).active = False
        # An invoice goes on saying to whom it was issued, as the law on bookkeeping asks.
        issued = self.env["account.move"].search([("partner_id", "in", selves.ids)])
        names = {move: move.invoice_partner_display_name for move in issued}
        result = super()._part_with(selves, words, alias)
        # What a bank told of who paid; the amount and what it was for stay.
        lines = self.env["account.bank.statement.line"].search([("partner_id", "in", selves.ids)])
        for name in ("partner_name", "account_number", "transaction_details"):
            self._empty(lines, name, alias)
        self.env.flush_all()
        for move, name in names.items():
            self._store(move, "invoice_partner_display_name", name)
        return result
