from odoo import api, fields, models

from ..appointment.clinic_appointment_change import PLACE
from .clinic_service import MISSED


class IdOfOrigin(int):
    """A link that Odoo copies from another line; no client can send one."""


class CommandsOfOrigin(list):
    """The same for several records."""


class KindOfOrigin(str):
    """The same for what a fee is for."""


class AccountMoveLine(models.Model):
    """A fee of an appointment, and for whom it is; a credit note says the same as its invoice."""

    _name = "account.move.line"
    _inherit = ["account.move.line", "clinic.written.mixin"]

    clinic_appointment_id = fields.Many2one(
        "clinic.appointment",
        string="Appointment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        # An accountant who is nothing else at the clinic credits invoices of appointments too.
        groups="base.group_user",
    )
    clinic_patient_ids = fields.Many2many(
        "res.partner",
        relation="clinic_account_move_line_patient_rel",
        column1="line_id",
        column2="patient_id",
        string="For",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups="base.group_user",
    )
    clinic_missed = fields.Selection(
        MISSED, string="Fee For", readonly=True, copy=False, groups="base.group_user"
    )

    clinic_is_part = fields.Boolean(
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="One payer's part of what was divided, which isn't divided again.",
    )

    def _copy_data_extend_business_fields(self, values):
        # What credits an invoice, or stands in for it, is for the same visit and people.
        result = super()._copy_data_extend_business_fields(values)
        values.update(self._get_clinic_links())
        return result

    @api.model_create_multi
    def create(self, vals_list):
        copied = [self._pop_copied(vals) for vals in vals_list]
        lines = super().create(vals_list)
        for line, links in zip(lines, copied, strict=True):
            if links:
                # Who credits an invoice needn't know its visit, and writes no link by hand.
                line.sudo().write(links)
        lines.sudo().filtered("clinic_appointment_id.is_confidential")._follow_confidentiality()
        return lines

    @api.model
    def _pop_copied(self, vals):
        """Takes out what Odoo copies from another line; the ORM asks for plain numbers."""
        plain = {IdOfOrigin: int, CommandsOfOrigin: list, KindOfOrigin: str}
        names = [name for name, value in vals.items() if type(value) in plain]
        return {name: plain[type(vals[name])](vals.pop(name)) for name in names}

    def _follow_confidentiality(self):
        """On a draft, the line of a confidential visit says nothing of it, and costs the same.

        Not even its product does: whose invoice it is may read that. The line of another visit
        has the service's product again.
        """
        drafts = self.filtered(lambda one: one.parent_state == "draft")
        hidden = drafts.filtered("clinic_appointment_id.is_confidential")
        hidden.move_id.filtered("invoice_origin").invoice_origin = False
        for line in drafts:
            visit = line.clinic_appointment_id
            if visit.is_confidential and line._is_neutral():
                continue
            if line.product_id and not visit.is_confidential:
                continue
            product = visit.service_id.product_id
            if visit.is_confidential:
                product = product.browse()
            # What follows from the product is written with it, so that it stays as it is.
            line.write({
                "product_id": product.id,
                "product_uom_id": line.product_uom_id.id,
                "account_id": line.account_id.id,
                "tax_ids": [fields.Command.set(line.tax_ids.ids)],
                "price_unit": line.price_unit,
                "name": line._get_written_name(line.move_id.partner_id),
            })  # fmt: skip

    def _is_neutral(self):
        """Whether it says nothing of its visit; of a part of it, how much that is may follow."""
        written = self._get_written_name(self.move_id.partner_id)
        first, _line, rest = (self.name or "").partition("\n")
        return not self.product_id and first == written and (self.clinic_is_part or not rest)

    def _get_clinic_links(self):
        """What ties the line to the clinic, as another line takes it over."""
        commands = [fields.Command.set(self.clinic_patient_ids.ids)]
        return {
            "clinic_appointment_id": IdOfOrigin(self.clinic_appointment_id.id),
            "clinic_patient_ids": CommandsOfOrigin(commands),
            "clinic_missed": KindOfOrigin(self.clinic_missed or ""),
            "clinic_is_part": IdOfOrigin(self.clinic_is_part),
        } if self.clinic_appointment_id else {}  # fmt: skip

    def _get_named_patients(self):
        """For whom these are, of those whom an invoice may name."""
        # Not filtered: what is read of one of them is read of those of other invoices, too.
        return self.env["res.partner"].union(*(
            line.clinic_patient_ids
            for line in self
            if not line.clinic_appointment_id.is_confidential
        ))  # fmt: skip

    def _is_as_written(self, visit=None):
        """Whether it says what was written for its visit, and nobody has changed it.

        ``visit`` is the visit as it was before, where it has changed since.
        """
        return bool(self.clinic_appointment_id) and self.name == self._get_written_name(visit=visit)

    def _get_written_name(self, payer=None, patients=None, visit=None):
        """What is written of its visit, which may have been cancelled late or missed.

        For another payer than the visit's, in their language, or for fewer of the patients.
        """
        visit, patients = visit or self.clinic_appointment_id, patients or self.clinic_patient_ids
        if self.clinic_missed:
            return visit._get_owed_name(self.clinic_missed, patients, payer)
        return visit._get_invoice_text(patients, payer)

    # On a draft it follows its visit

    def _fit(self, fees):
        """It stays for whom it is, of those who come; without anybody it goes."""
        fits = [fee for fee in fees if fee.partner_id & self.clinic_patient_ids]
        if not fits:
            self.unlink()
        elif self.clinic_patient_ids != fits[0].partner_id:
            # For whom a fee is follows from the visit, and is nobody's to write by hand.
            self.sudo().clinic_patient_ids = fits[0].partner_id

    def _rewrite(self):
        for line in self:
            line.name = line._get_written_name()

    def _follow_visit(self, visit, was):
        """Drafts say who comes to it, when and where, as they said it of what it was."""
        before = visit.new({name: was[name] for name in PLACE}, origin=visit)
        origin = before._as_payer_reads()._get_invoice_origin()
        titled = self.move_id.filtered(lambda draft: draft.invoice_origin == origin)
        visit._adapt_draft_invoice(self.filtered(lambda line: line._is_as_written(before)))
        visit._add_lines_for(visit._get_coming() - was["coming"])
        titled.invoice_origin = visit._as_payer_reads()._get_invoice_origin()

    def _part_with(self, visits):
        """Of visits that are deleted a draft loses the lines; with nothing else it is cancelled."""
        for draft, lines in self.grouped("move_id").items():
            gone = lines.filtered(lambda line: line.clinic_appointment_id in visits)
            if gone == lines:
                draft.button_cancel()
            else:
                gone.unlink()

    def _filter_usual(self):
        """Those of which nobody has agreed on another price."""
        return self.filtered(
            lambda line: (
                not line.currency_id.compare_amounts(line.price_unit, line._get_usual_price())
            )
        )

    def _get_usual_price(self):
        """What the fee is for who pays the visit."""
        # What somebody owes is nobody's to read but by verbs.
        visit = self.clinic_appointment_id.sudo()
        owing = visit.participant_ids.filtered(
            lambda one: one.owes and one.partner_id in self.clinic_patient_ids
        )
        fee = visit.service_id.product_id.lst_price
        return visit._adapt_to_payer(owing[:1].owed_amount if self.clinic_missed else fee)

    def _follow_payer(self, usual, before):
        """Where the fiscal position isn't as before, taxes, account and a usual price follow it."""
        for line in self:
            position = line.move_id.fiscal_position_id
            if position == before:
                continue
            # Who decides who pays needn't read taxes; a neutral line has no product of its own.
            taxes_sudo = self.env["account.tax"].sudo().with_company(line.company_id)
            product_sudo = line.clinic_appointment_id.service_id.product_id
            line.tax_ids = taxes_sudo._get_clinic_taxes(
                product_sudo.with_env(taxes_sudo.env), position.with_env(taxes_sudo.env)
            )
            if line in usual:
                line.price_unit = line._get_usual_price()
            if line.product_id:
                line._compute_account_id()
