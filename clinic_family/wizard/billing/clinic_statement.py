from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...engine.statement import read_period
from ...models.billing.clinic_receipt_copy import Letter


class ClinicStatement(models.TransientModel):
    """Asks for a period, and prints or sends a patient's statement of account over it."""

    _name = "clinic.statement"
    _inherit = ["clinic.assistant"]
    _description = "Statement of Account"

    partner_id = fields.Many2one("res.partner", string="Patient", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self._get_year_so_far()[0]
    )
    date_to = fields.Date(
        string="To", required=True, default=lambda self: self._get_year_so_far()[1]
    )
    reader_names = fields.Char(string="Goes To", compute="_compute_reader_names")

    _in_order = models.Constraint(
        "CHECK (date_from <= date_to)", "The period ends before it begins."
    )

    @api.model
    def _get_year_so_far(self):
        return read_period("", "", self.env.company._get_clinic_today())

    @api.depends("partner_id", "company_id", "date_from", "date_to")
    def _compute_reader_names(self):
        for window in self:
            readers = window._get_readers()
            window.reader_names = ", ".join(readers.mapped("name")) or self.env._(
                "nobody: there is no e-mail address"
            )

    def _get_readers(self):
        """The patient, and who may have the patient's receipts; those who can be reached.

        Nobody but the patient where the sums tell of a confidential visit.
        """
        patient = self.partner_id
        reached = patient.filtered(lambda one: one._get_clinic_address())
        if self._tells_of_confidential():
            return reached
        return reached + self.env["clinic.receipt.copy"]._get_readers(patient)

    def _tells_of_confidential(self):
        """Whether a confidential visit was invoiced, paid or still owed in the period."""
        invoices_sudo = self.env["account.move"].sudo().search([
            ("partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
            ("state", "=", "posted"),
            ("date", "<=", self.date_to),
            ("invoice_line_ids.clinic_appointment_id.is_confidential", "=", True),
        ])  # fmt: skip
        owed_sudo = invoices_sudo.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        paid_sudo = (
            owed_sudo.matched_credit_ids.credit_move_id | owed_sudo.matched_debit_ids.debit_move_id
        )
        return (
            not all(owed_sudo.mapped("reconciled"))
            or any(line.date >= self.date_from for line in owed_sudo | paid_sudo)
            or self._is_paid_confidentially()
        )

    def _is_paid_confidentially(self):
        """Whether the sums tell of money for a confidential visit, invoiced or not."""
        payments_sudo = self.env["account.payment"].sudo().search([
            ("partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
            ("state", "not in", ("draft", "canceled")),
            ("date", "<=", self.date_to),
        ])  # fmt: skip
        return any(
            payment._is_confidential()
            for payment in payments_sudo
            if payment.date >= self.date_from or not payment.is_reconciled
        )

    def _get_statements(self):
        self.check_access("read")
        maker = self.env["report.clinic_family.report_statement"]
        return [
            maker._make(window.partner_id, window.company_id, window.date_from, window.date_to)
            for window in self
        ]

    def _get_file_name(self):
        return self.env._(
            "Statement %(first)s to %(last)s", first=self.date_from, last=self.date_to
        )

    def action_print(self):
        self.ensure_one()
        return self.env.ref("clinic_family.action_report_statement").report_action(self)

    def action_send(self):
        """Each gets it in a message of their own; whose permission has ended meanwhile doesn't."""
        self.ensure_one()
        readers = self._get_readers()
        if not readers:
            raise UserError(self.env._(
                "There is no e-mail address to write to. Please print the statement instead."
            ))  # fmt: skip
        copies = self.env["clinic.receipt.copy"].with_company(self.company_id)
        sent = copies._send(self.partner_id, self.partner_id, readers, self._get_letter())
        if len(sent) < len(readers):
            raise UserError(self.env._("The messages couldn't be written, so none was sent."))
        return {"type": "ir.actions.act_window_close"}

    def _get_letter(self):
        [statement] = self._get_statements()
        pdf = self.env["report.clinic_family.report_statement"]._render(statement)
        lang = self.partner_id.lang or self.env.lang
        subject, body = self._tell(lang)
        return Letter(
            subject=subject,
            body=body,
            lang=lang,
            files=[(f"{self.with_context(lang=lang)._get_file_name()}.pdf", pdf)],
            retell=self._tell,
        )

    def _tell(self, lang):
        local = self.with_context(lang=lang).env
        words = {
            "company": self.company_id.name,
            "patient": self.partner_id.name,
            "first": format_date(local, self.date_from),
            "last": format_date(local, self.date_to),
        }
        subject = local._("%(company)s: statement of account of %(patient)s", **words)
        body = local._(
            "Here is the statement of account of %(patient)s from %(first)s to %(last)s.", **words
        )
        return subject, Markup("<p>%s</p>") % body
