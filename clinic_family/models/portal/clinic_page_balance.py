from odoo import api, models


class ClinicPageBalance(models.AbstractModel):
    """What is open for somebody and everybody they may pay for, and paying it in one go.

    What can be paid together is one sum: of one company, in one currency.
    """

    _name = "clinic.page.balance"
    _inherit = "clinic.page"
    _description = "Balance Page"

    @api.model
    def _get_balance(self, me, *, error="", is_back=False):
        """Everything open; when the reader is back from paying, what has become of it."""
        moves = self.env["account.move"]._find_open_for(me)
        sums = [
            self._get_sum(me, group)
            for _what, group in moves.grouped(lambda m: (m.company_id, m.currency_id)).items()
        ]
        if len(moves.company_id) > 1:
            for one in sums:
                one["company"] = one["form"]["company"].name
        return {"sums": sums, "error": error, "last": is_back and self._get_last(me)}

    @api.model
    def _get_paying(self, me, chosen):
        """The page on which the chosen invoices are paid; the balance, where they can't be."""
        if not chosen:
            return self._get_balance(me, error=self._get_refusal())
        return self._get_sum(me, chosen)

    @api.model
    def _get_refusal(self):
        """One answer, for what isn't open, isn't theirs to pay, or isn't there."""
        return self.env._(
            "Something of what you chose isn't open any more, or not yours to pay. Nothing was "
            "charged. Please choose again."
        )

    def _get_sum(self, me, moves):
        moves_sudo = moves.sudo()
        people = [
            self._get_person(me, person_sudo, own_sudo)
            for person_sudo, own_sudo in moves_sudo.grouped("partner_id").items()
        ]
        total = moves_sudo.currency_id.round(sum(person["left"] for person in people))
        ids = "-".join(map(str, moves.ids))
        return {
            "people": sorted(people, key=lambda one: (not one["is_me"], one["name"])),
            "left": total,
            "currency": moves_sudo.currency_id,
            "is_payable": any(line["is_payable"] for one in people for line in one["lines"]),
            # What Odoo's own form needs.
            "amount": total,
            "form": {
                "partner": me,
                "company": moves_sudo.company_id,
                "total_amount": total,
                "currency": moves_sudo.currency_id,
                "amount_residual": total,
                "landing_route": "/my/balance?paid=1",
                "transaction_route": f"/my/balance/begin/{ids}",
            },
        }

    def _get_person(self, me, person_sudo, moves_sudo):
        return {
            "name": person_sudo.name or person_sudo.parent_id.name,
            "is_me": person_sudo == me,
            "left": moves_sudo.currency_id.round(sum(moves_sudo.mapped("amount_residual"))),
            "lines": [self._get_line(move_sudo) for move_sudo in moves_sudo],
        }

    def _get_line(self, move_sudo):
        due = move_sudo.invoice_date_due
        return {
            "id": move_sudo.id,
            "name": move_sudo.name,
            "patients": move_sudo.clinic_patient_names,
            "day": self._format_day(move_sudo.invoice_date),
            "due": self._format_day(due),
            "is_overdue": bool(due) and due < move_sudo.company_id._get_clinic_today(),
            "left": move_sudo.amount_residual,
            "is_payable": move_sudo._is_payable(),
        }

    def _get_last(self, me):
        """How the payment ended from which the reader comes back: thanked, waiting or failed."""
        last_sudo = self.env["payment.transaction"].sudo().search(
            [("partner_id", "=", me.id), ("source_transaction_id", "=", False),
             ("invoice_ids", "!=", False)],
            order="id DESC", limit=1,
        )  # fmt: skip
        ends = {"done": "done", "pending": "waiting", "authorized": "waiting"}
        return last_sudo and {
            "end": ends.get(last_sudo.state, "failed"),
            "amount": last_sudo.amount,
            "currency": last_sudo.currency_id,
        }
