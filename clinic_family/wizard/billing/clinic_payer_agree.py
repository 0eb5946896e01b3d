from odoo import fields, models


class ClinicPayerAgree(models.TransientModel):
    """Asks who pays which share of a patient's visits from now on, and who agreed to it."""

    _name = "clinic.payer.agree"
    _inherit = ["clinic.assistant"]
    _description = "Divide a Patient's Invoices"

    patient_id = fields.Many2one("res.partner", required=True, readonly=True, ondelete="cascade")
    payer_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("percent", "A share"), ("amount", "An amount of each invoice")],
        string="Pays",
        required=True,
        default="percent",
    )
    percent = fields.Float(string="Share (%)", digits=(5, 2), default=50)
    amount = fields.Monetary(help="Taxes included. Where the invoice is less, it is all of it.")
    first_day = fields.Date(
        string="Visits From",
        required=True,
        default=lambda self: self.env.company._get_clinic_today(),
    )
    last_day = fields.Date(string="Until")
    service_ids = fields.Many2many("clinic.service")
    why = fields.Char(string="Who Agreed, and When", required=True)

    def action_save(self):
        self.ensure_one()
        self.env["clinic.payer.share"]._agree(self.patient_id, {
            "payer_id": self.payer_id.id,
            "percent": self.percent if self.kind == "percent" else 0,
            "amount": self.amount if self.kind == "amount" else 0,
            "first_day": self.first_day,
            "last_day": self.last_day,
            "service_ids": [fields.Command.set(self.service_ids.ids)],
            "why": self.why,
        })  # fmt: skip
        return {"type": "ir.actions.act_window_close"}
