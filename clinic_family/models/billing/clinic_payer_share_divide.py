from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ...engine.shares import Share, divide, split


class Part(NamedTuple):
    """What one payer pays of an invoice: for each line, amounts in the currency's smallest unit.

    Without a tax stands the price before taxes. ``percents`` has the share of each line, where it
    is one.
    """

    payer: object
    lines: dict
    percents: dict

    def get_units(self):
        return sum(units for amounts in self.lines.values() for units in amounts.values())


class ClinicPayerShare(models.Model):
    """How an invoice is divided: what each pays to the cent, and an invoice for each."""

    _inherit = "clinic.payer.share"

    def _to_engine(self):
        """In whole units of the currency and of hundredths of a per cent."""
        return Share(round(self.percent * 100), round(self.amount / self.currency_id.rounding))

    @api.model
    def _get_own_part(self, visit, fees, total):
        """What the payer of a visit pays of the total of its fees, where others pay a share.

        ``fees`` are those whom each is for; what is divided alike is divided together.
        """
        currency, payer = visit.company_id.currency_id, visit.payer_id
        agreed = [
            self._find_agreed(visit, fee.partner_id, visit.company_id, currency) for fee in fees
        ]
        own, unit = 0, currency.rounding
        for shares in dict.fromkeys(agreed):
            units = round(total / unit * agreed.count(shares) / len(fees))
            sums = split(units, [share._to_engine() for share in shares])
            payers = [payer, *(share.payer_id for share in shares)]
            own += sum(part for one, part in zip(payers, sums, strict=True) if one == payer)
        return currency.round(own * unit)

    @api.model
    def _plan(self, invoice):
        """What each payer pays of it: the customer first, and nobody who pays nothing."""
        amounts = self._read_amounts(invoice)
        parts = {invoice.partner_id: Part(invoice.partner_id, {}, {})}
        left = invoice.invoice_line_ids.filtered(lambda line: line in amounts)
        for lines, shares in invoice._get_scopes():
            if sum(units for line in lines for units in amounts[line].values()) > 0:
                left -= lines
                self._plan_scope(parts, {line: amounts[line] for line in lines}, shares)
        for line in left:
            parts[invoice.partner_id].lines[line] = amounts[line]
        return [part for part in parts.values() if part.get_units()] or [parts[invoice.partner_id]]

    @api.model
    def _plan_scope(self, parts, amounts, shares):
        cells = [(line, tax, units) for line in amounts for tax, units in amounts[line].items()]
        units = [cell[2] for cell in cells]
        sums = split(sum(units), [share._to_engine() for share in shares])
        payers = [next(iter(parts)), *(share.payer_id for share in shares)]
        percents = [100 - sum(shares.mapped("percent")), *shares.mapped("percent")]
        is_known = all(shares.mapped("percent"))
        for payer, percent, row in zip(payers, percents, divide(units, sums), strict=True):
            part = parts.setdefault(payer, Part(payer, {}, {}))
            for (line, tax, _units), own in zip(cells, row, strict=True):
                of_line = part.lines.setdefault(line, {})
                of_line[tax] = of_line.get(tax, 0) + own
            for line in amounts:
                part.percents[line] = is_known and part.percents.get(line, 0) + percent

    @api.model
    def _read_amounts(self, invoice):
        """For each line its price without taxes and each tax on it, as Odoo has rounded them."""
        rounding = invoice.currency_id.rounding
        bases, _taxes = invoice._get_rounded_base_and_tax_lines()
        amounts = {}
        for base in bases:
            details, line = base["tax_details"], base["record"]
            excluded = details["total_excluded_currency"] + details["delta_total_excluded_currency"]
            if line.display_type == "product":
                amounts[line] = {self.env["account.tax"]: round(excluded / rounding)} | {
                    data["tax"]: round(data["tax_amount_currency"] / rounding)
                    for data in details["taxes_data"]
                    if not data["is_reverse_charge"]
                }
        return amounts

    @api.model
    def _divide(self, invoice):
        """Makes an invoice for each payer but the first, whose it becomes; answers with those."""
        invoice_sudo = invoice.sudo()
        agreed = self.sudo().union(*(shares for _lines, shares in invoice_sudo._get_scopes()))
        plan = agreed._plan(invoice_sudo) if agreed else []
        if not plan or (len(plan) == 1 and plan[0].payer == invoice_sudo.partner_id):
            return invoice.browse()
        payers = self.env["res.partner"].union(*(part.payer for part in plan))
        self._verify_names_no_other(invoice_sudo, plan, payers)
        made = {
            part.payer: self._make_invoice(invoice_sudo, part, payers - part.payer)
            for part in plan[1:]
        }
        self._become_part(invoice_sudo, plan[0], payers - plan[0].payer)
        self._note(invoice_sudo, agreed, {plan[0].payer: invoice_sudo, **made})
        return invoice.browse([one.id for one in made.values()])

    @api.model
    def _verify_names_no_other(self, invoice, plan, payers):
        """What staff have written goes to each payer as it is, so it may name no other."""
        for part in plan:
            for text in self._get_own_texts(invoice, plan, part, payers):
                named = (payers - part.payer).filtered(
                    lambda one, text=text: one.name and one.name.casefold() in text.casefold()
                )
                if named:
                    raise UserError(self.env._(
                        "%(payer)s would read of %(other)s, who gets an invoice of their own: "
                        "“%(text)s”. Please change the text, and confirm again.",
                        payer=part.payer.name,
                        other=named[0].name,
                        text=text,
                    ))  # fmt: skip

    @api.model
    def _get_own_texts(self, invoice, plan, part, payers):
        """What stands on this payer's invoice that wasn't written for their visits."""
        lines = invoice.invoice_line_ids.browse([
            line.id
            for line, amounts in part.lines.items()
            if any(amounts.values())
            and not line._is_as_written()
            and (not line.clinic_patient_ids or line.clinic_patient_ids - (payers - part.payer))
        ])  # fmt: skip
        notes = []
        if part is plan[0]:
            # What belongs to the whole stays with the first.
            lines |= invoice.invoice_line_ids.filtered(lambda one: one.display_type != "product")
            notes = [invoice.ref, html2plaintext(invoice.narration or "")]
        return [text for text in [*lines.mapped("name"), *notes] if text]

    @api.model
    def _note(self, invoice, agreed, documents):
        """Which invoice each payer got; what was agreed from now on is noted with the invoice."""
        for payer, shares in agreed.grouped("payer_id").items():
            own = shares if shares.invoice_id else shares.create({
                "invoice_id": invoice.id,
                "payer_id": payer.id,
                "percent": shares[0].percent,
                "amount": shares[0].amount,
                "company_id": invoice.company_id.id,
                "currency_id": invoice.currency_id.id,
            })  # fmt: skip
            own.document_id = documents.get(payer, invoice.browse())

    @api.model
    def _make_invoice(self, invoice, part, others):
        values = [
            {
                "product_id": line.product_id.id,
                "product_uom_id": line.product_uom_id.id,
                "account_id": line.account_id.id,
                "tax_ids": [fields.Command.set(line.tax_ids.ids)],
                "analytic_distribution": line.analytic_distribution,
                "sequence": line.sequence,
                "clinic_appointment_id": line.clinic_appointment_id.id,
                "clinic_missed": line.clinic_missed,
                **self._prepare_line(line, part, others),
            }
            for line, amounts in part.lines.items()
            if any(amounts.values())
        ]
        return invoice.create({
            "move_type": invoice.move_type,
            "partner_id": part.payer.id,
            "company_id": invoice.company_id.id,
            "journal_id": invoice.journal_id.id,
            "currency_id": invoice.currency_id.id,
            # It is the same service at the same place, whoever pays it.
            "fiscal_position_id": invoice.fiscal_position_id.id,
            "invoice_date": invoice.invoice_date,
            "invoice_origin": invoice.invoice_origin,
            "invoice_user_id": False,
            "invoice_line_ids": [fields.Command.create(one) for one in values],
        })  # fmt: skip

    @api.model
    def _become_part(self, invoice, part, others):
        """The whole is the first payer's from now on, and its chatter doesn't tell of it."""
        invoice = invoice.with_context(tracking_disable=True)
        if part.payer != invoice.partner_id:
            invoice._verify_unknown_to_customer()
            position = invoice.fiscal_position_id.id
            invoice.write({"partner_id": part.payer.id, "fiscal_position_id": position})
            # A link that somebody kept, and who followed it, were the other's.
            invoice.access_token = False
            outside = invoice.message_follower_ids.filtered(
                lambda one: one.partner_id.partner_share
            )
            outside.unlink()
        commands = [
            fields.Command.update(line.id, self._prepare_line(line, part, others))
            if any(part.lines.get(line, {}).values())
            else fields.Command.delete(line.id)
            for line in invoice.invoice_line_ids
            # What costs nothing is nobody's part.
            if line in part.percents and not line.currency_id.is_zero(line.price_total)
        ]
        invoice.write({"invoice_line_ids": commands})

    @api.model
    def _prepare_line(self, line, part, others):
        """The line as it is on this payer's invoice: their part, and no other payer's name."""
        amounts, unit = part.lines[line], line.currency_id.rounding
        patients = (line.clinic_patient_ids - others) or line.clinic_patient_ids
        excluded = sum(units for tax, units in amounts.items() if not tax)
        included = sum(units for tax, units in amounts.items() if tax.price_include)
        currency, price = line.currency_id, (excluded + included) * unit
        return {
            "name": self._write_name(line, part, patients),
            "clinic_patient_ids": [fields.Command.set(patients.ids)],
            "clinic_is_part": True,
            "quantity": 1,
            "discount": 0,
            "price_unit": currency.round(price),
            # Odoo would round each invoice on its own.
            "extra_tax_data": {
                "currency_id": currency.id,
                "price_unit": currency.round(price),
                "quantity": 1,
                "discount": 0,
                "manual_total_excluded_currency": currency.round(excluded * unit),
                "manual_tax_amounts": {
                    str(tax.id): {"tax_amount_currency": currency.round(units * unit)}
                    for tax, units in amounts.items()
                    if tax
                },
            } if any(amounts) else False,
        }  # fmt: skip

    @api.model
    def _write_name(self, line, part, patients):
        """What it is for, in this payer's language; and their own share, where there is one."""
        local = self.with_context(lang=part.payer.lang or self.env.lang)
        name = line.name
        if line._is_as_written():
            name = line._get_written_name(part.payer, patients)
        percent = part.percents.get(line)
        if percent is None or percent == 100:
            return name
        own = (
            local.env._("Your part: %s", local._format_percent(percent))
            if percent
            else local.env._("Your part")
        )
        return f"{name}\n{own}"
