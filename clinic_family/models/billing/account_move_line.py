from odoo import api, fields, models

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

    def _is_as_written(self):
        """Whether it says what was written for its visit, and nobody has changed it."""
        return bool(self.clinic_appointment_id) and self.name == self._get_written_name()

    def _get_written_name(self, payer=None, patients=None):
        """What is written of its visit, which may have been cancelled late or missed.

        For another payer than the visit's, in their language, or for fewer of the patients.
        """
        visit, patients = self.clinic_appointment_id, patients or self.clinic_patient_ids
        if self.clinic_missed:
            return visit._get_owed_name(self.clinic_missed, patients, payer)
        return visit._get_invoice_text(patients, payer)
