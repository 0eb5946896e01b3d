from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..engine.statement import Entry, make_accounts


class Statement(NamedTuple):
    """What one customer owes one company over a period, as the paper shows it."""

    customer: object
    company: object
    first: str
    last: str
    accounts: list


class ClinicStatementReport(models.AbstractModel):
    """The statement of account as a PDF: the company's ledger, read from the customer's side."""

    _name = "report.clinic_family.report_statement"
    _description = "Statement of Account"

    @api.model
    def _get_report_values(self, docids, data=None):
        """The statements that windows ask for, by their ids, or the one that was made already.

        An address carries plain data: nobody prints figures of their own on the clinic's paper.
        """
        made = (data or {}).get("statement")
        windows = self.env["clinic.statement"].browse(docids)
        statements = [made] if isinstance(made, Statement) else windows._get_statements()
        return {"statements": statements}

    @api.model
    def _render(self, statement):
        """The PDF of a statement that was made already, for whoever may have it."""
        pdf, _kind = self.env["ir.actions.report"]._render_qweb_pdf(
            "clinic_family.report_statement", data={"statement": statement}
        )
        return pdf

    @api.model
    def _render_for_browser(self, statement):
        """The statement and its media type: a page to print where the server can't make PDFs."""
        reports = self.env["ir.actions.report"]
        if reports.get_wkhtmltopdf_state() != "install":
            return self._render(statement), "application/pdf"
        page, _kind = reports._render_qweb_html(
            "clinic_family.report_statement", None, data={"statement": statement}
        )
        return page, "text/html; charset=utf-8"

    @api.model
    def _make(self, customer, company, first, last, lang=None):
        """The customer's statement; whoever asks may have it, which the caller has decided.

        It is in the customer's language, as long as no other is asked for.
        """
        local = self.with_context(lang=lang or customer.lang or self.env.lang).sudo()
        entries = local._read_entries(customer, company, last)
        currencies = local.env["res.currency"].browse({entry.currency for entry in entries})
        places = {currency.id: currency.decimal_places for currency in currencies}
        accounts = make_accounts(entries, first, last, places)
        return Statement(
            customer=customer.sudo(),
            company=company.sudo(),
            first=format_date(local.env, first),
            last=format_date(local.env, last),
            accounts=[local._get_account_values(account) for account in accounts],
        )

    def _read_entries(self, customer, company, last):
        """One entry for each posted document and currency, from the beginning, in order.

        Below a company the ledger knows the company alone: then the document says who it was.
        """
        domain = Domain([
            ("parent_state", "=", "posted"),
            ("company_id", "=", company.id),
            ("account_id.account_type", "=", "asset_receivable"),
            ("partner_id", "=", customer.commercial_partner_id.id),
            ("date", "<=", last),
        ])  # fmt: skip
        if customer.commercial_partner_id != customer:
            domain &= Domain("move_id.partner_id", "=", customer.id)
        found = self.env["account.move.line"].search(domain, order="date, id")
        entries = [
            self._read_entry(move, currency, lines)
            for (move, currency), lines in found.grouped(
                lambda line: (line.move_id, line.currency_id)
            ).items()
        ]
        return [entry for entry in entries if entry.amount]

    def _read_entry(self, move, currency, lines):
        return Entry(
            day=lines[0].date,
            amount=currency.round(sum(lines.mapped("amount_currency"))),
            currency=currency.id,
            number=move.name,
            what=self._get_kind(move),
            for_whom=move.clinic_patient_names or "",
        )

    def _get_kind(self, move):
        if move.move_type in ("out_invoice", "out_receipt"):
            return self.env._("Invoice")
        if move.move_type == "out_refund":
            return self.env._("Credit note")
        payment = move.origin_payment_id
        # The name of who paid would tell whose visit it was.
        payer = not payment._is_confidential() and payment.clinic_payer_id.name
        if payment.payment_type == "outbound":
            return self.env._("Paid back to %s", payer) if payer else self.env._("Paid back")
        if payer:
            return self.env._("Paid by %s", payer)
        if payment or move.statement_line_id:
            return self.env._("Payment")
        return move.ref or self.env._("Other")

    def _get_account_values(self, account):
        return {
            "currency": self.env["res.currency"].browse(account.currency),
            "opening": account.opening,
            "closing": account.closing,
            "rows": [
                {
                    "day": format_date(self.env, entry.day),
                    "number": entry.number,
                    "what": entry.what,
                    "for_whom": entry.for_whom,
                    "amount": entry.amount,
                    "balance": balance,
                }
                for entry, balance in account.rows
            ],
        }
