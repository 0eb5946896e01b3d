"""Two who pay for a child: her mother, who pays for the visit, and her father a part of it."""

from odoo.fields import Command


class Payers:
    """Steps of the front desk, and what each payer has on paper."""

    @classmethod
    def build_payers(cls):
        cls.mira, cls.fergus = cls.mother.partner_id, cls.father.partner_id
        cls.insurer = cls.env["res.partner"].create({
            "name": "Harbour Insurance", "is_company": True,
        })  # fmt: skip

    def divide(self, invoice, *rows):
        """The front desk's window: who pays which part; a number is a share in per cent."""
        window = self.env["clinic.payer.divide"].with_user(self.desk).create({
            "invoice_id": invoice.id,
            "line_ids": [
                Command.create({"payer_id": payer.id, "percent": percent, "amount": amount})
                for payer, percent, amount in rows
            ],
        })  # fmt: skip
        window.action_save()
        return window

    def agree(self, patient, payer, percent=50, **values):
        """From now on the payer pays a share of the patient's visits."""
        share = self.env["clinic.payer.share"].with_user(self.desk)
        return share._agree(patient, {
            "payer_id": payer.id, "percent": percent, "why": "Both at the desk", **values,
        })  # fmt: skip

    def draft(self, visit):
        return visit.with_user(self.desk)._get_or_create_invoice()

    def confirm_whole(self, invoice):
        invoice.with_user(self.desk).action_post()
        self.env.invalidate_all()
        return invoice._get_parts()

    def totals(self, invoices):
        """What each payer's invoice comes to, by their name."""
        return {one.partner_id.name: one.amount_total for one in invoices}
