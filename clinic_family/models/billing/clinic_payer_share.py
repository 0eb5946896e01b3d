from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang


class ClinicPayerShare(models.Model):
    """What somebody else pays: of one invoice, or of a patient's visits from a day on.

    The rest is for who pays for the visit. Until it is confirmed an invoice is whole, and follows
    what happens to its visits. Then each payer gets one of their own, and reads of no other.
    """

    _name = "clinic.payer.share"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Share of a Payer"
    _order = "id"

    invoice_id = fields.Many2one(
        "account.move",
        string="Divided Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    document_id = fields.Many2one(
        "account.move",
        string="Their Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    patient_id = fields.Many2one(
        "res.partner",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    payer_id = fields.Many2one(
        "res.partner",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    percent = fields.Float(string="Share (%)", digits=(5, 2), readonly=True)
    amount = fields.Monetary(readonly=True, help="Taxes included.")
    part_text = fields.Char(string="Pays", compute="_compute_part_text")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    first_day = fields.Date(string="Visits From", readonly=True)
    last_day = fields.Date(string="Until", readonly=True)
    service_ids = fields.Many2many(
        "clinic.service", readonly=True, help="Without any: all of them."
    )
    why = fields.Char(string="Agreed", readonly=True)
    is_over = fields.Boolean(compute="_compute_is_over")

    _one_or_the_other = models.Constraint(
        "CHECK ((percent > 0) <> (amount > 0) AND percent >= 0 AND percent <= 100 AND amount >= 0)",
        "A share is a part of 100 %, or an amount.",
    )
    _of_one_thing = models.Constraint(
        "CHECK ((invoice_id IS NULL) <> (patient_id IS NULL))",
        "A share is of an invoice, or of a patient's visits.",
    )

    @api.depends("percent", "amount", "currency_id")
    @api.depends_context("lang")
    def _compute_part_text(self):
        for share in self:
            amount = share.currency_id.format(share.amount)
            share.part_text = share._format_percent(share.percent) if share.percent else amount

    @api.depends("last_day")
    def _compute_is_over(self):
        for share in self:
            today = share.company_id._get_clinic_today()
            share.is_over = bool(share.last_day and share.last_day <= today)

    @api.model
    def _format_percent(self, percent):
        digits = 0 if percent == round(percent) else 2
        return self.env._("%s %%", formatLang(self.env, percent, digits=digits))

    @api.model
    def _verify_payer(self, payer):
        """A company may pay, and of people those alone who may be asked to."""
        family = self.env["clinic.family"]
        decision = family._decide_paying(payer)
        if not (payer.is_company or decision):
            raise UserError(family._explain_not_paying(decision, payer))

    # From now on

    @api.model
    def _agree(self, patient, values):
        """From a day on somebody pays a share of the patient's visits; staff note who agreed."""
        self.check_access("read")
        company = self.env.company
        first_day = values.get("first_day") or company._get_clinic_today()
        agreed = {
            **values,
            "first_day": first_day,
            "patient_id": patient.id,
            "company_id": company.id,
            "currency_id": company.currency_id.id,
        }
        if not (values.get("why") or "").strip():
            raise UserError(self.env._("Please note who agreed to it, and when."))
        # Who keeps the books writes it, and nobody by hand.
        share_sudo = self.sudo().create(agreed)
        share_sudo.sudo(False)._verify_payer(share_sudo.payer_id)
        share_sudo._verify_not_too_much()
        return share_sudo.sudo(False)

    def _verify_not_too_much(self):
        if self.last_day and self.last_day < self.first_day:
            raise UserError(self.env._("The last day is before the first."))
        others = self.search([
            ("patient_id", "=", self.patient_id.id), ("company_id", "=", self.company_id.id),
        ])  # fmt: skip
        together = others.filtered(self._is_beside)
        if self.payer_id in (together - self).payer_id:
            raise UserError(self.env._(
                "%s pays a share of these visits already. End that one first.", self.payer_id.name
            ))  # fmt: skip
        if sum(together.mapped("percent")) > 100:
            raise UserError(self.env._("Together that is more than 100 %."))

    def _is_beside(self, other):
        """Whether a visit may be divided by both."""
        is_over = (other.last_day and other.last_day < self.first_day) or (
            self.last_day and self.last_day < other.first_day
        )
        services = self.service_ids and other.service_ids
        return not is_over and (not services or bool(self.service_ids & other.service_ids))

    def action_end(self):
        """Today is the last day; one that hasn't begun yet is gone."""
        self.check_access("read")
        for share_sudo in self.sudo().filtered("patient_id"):
            today = share_sudo.company_id._get_clinic_today()
            if share_sudo.first_day > today:
                share_sudo.unlink()
            elif not share_sudo.last_day or share_sudo.last_day > today:
                share_sudo.last_day = today

    @api.model
    def _find_standing(self, line):
        """The shares that were agreed for a line: those that all whom it is for have alike.

        A fee for a late cancellation or a no-show isn't divided: it is owed by who pays for the
        visit. What a confidential visit costs is told no relative, whatever they agreed to pay.
        """
        visit = line.clinic_appointment_id
        if not visit or line.clinic_missed or line.clinic_is_part:
            return self.browse()
        return self._find_agreed(visit, line.clinic_patient_ids, line.company_id, line.currency_id)

    @api.model
    def _find_agreed(self, visit, patients, company, currency):
        """Those that all these patients of a visit have alike."""
        if not patients:
            return self.browse()
        day = visit._get_day()
        found = self.search([
            ("patient_id", "in", patients.ids),
            ("company_id", "=", company.id),
            ("first_day", "<=", day),
            "|", ("last_day", "=", False), ("last_day", ">=", day),
            "|", ("service_ids", "=", False), ("service_ids", "in", visit.service_id.ids),
        ])  # fmt: skip
        found = found.filtered(lambda one: one.percent or one.currency_id == currency)
        if visit.is_confidential:
            found = found.filtered("payer_id.is_company")
        own = found.grouped("patient_id")
        agreed = {frozenset(map(self._get_terms, own.get(one, self))) for one in patients}
        return own[patients[0]] if len(agreed) == 1 and found else self.browse()

    @api.model
    def _get_terms(self, share):
        return (share.payer_id.id, share.percent, share.amount)

    # Of one invoice

    @api.model
    def _set_of(self, invoice, rows):
        """This invoice is divided so, instead of as it was agreed; without rows it stays whole."""
        is_new = invoice.state == "draft" and not invoice.posted_before
        if not is_new or invoice.move_type != "out_invoice":
            raise UserError(self.env._(
                "A confirmed invoice isn't divided any more. Credit it, and invoice the visit anew."
            ))  # fmt: skip
        shares_sudo = self.sudo()
        invoice.sudo().clinic_share_ids.unlink()
        invoice.sudo().clinic_stays_whole = not rows
        shares_sudo.create([
            {
                **row,
                "invoice_id": invoice.id,
                "company_id": invoice.company_id.id,
                "currency_id": invoice.currency_id.id,
            }
            for row in rows
        ])  # fmt: skip
        self._verify_set(invoice)

    @api.model
    def _verify_set(self, invoice):
        shares = invoice.sudo().clinic_share_ids
        for payer in shares.payer_id:
            self._verify_payer(payer.sudo(False))
        if invoice.partner_id in shares.payer_id or len(shares.payer_id) < len(shares):
            raise UserError(self.env._(
                "Each payer stands there once. What is left is for %s.", invoice.partner_id.name
            ))  # fmt: skip
        if sum(shares.mapped("percent")) > 100:
            raise UserError(self.env._("Together that is more than 100 %."))
        if shares and not any(part.percents for part in self.sudo()._plan(invoice.sudo())):
            raise UserError(self.env._("There is nothing on this invoice that can be divided."))
