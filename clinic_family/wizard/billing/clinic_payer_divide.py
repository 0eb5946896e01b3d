from odoo import api, fields, models

from ...engine.shares import Share, split


class ClinicPayerDivide(models.TransientModel):
    """Asks who pays which part of a draft, and says what that comes to before anything is done."""

    _name = "clinic.payer.divide"
    _inherit = ["clinic.assistant"]
    _description = "Divide an Invoice"

    invoice_id = fields.Many2one("account.move", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="invoice_id.currency_id")
    line_ids = fields.One2many("clinic.payer.divide.line", "divide_id", string="Other Payers")
    total = fields.Monetary(compute="_compute_total", help="What of it can be divided.")
    customer_id = fields.Many2one(related="invoice_id.partner_id")
    rest = fields.Monetary(string="Pays the Rest", compute="_compute_rest")
    is_divided = fields.Boolean(compute="_compute_is_divided")

    @api.model
    def default_get(self, fields):
        """With the shares it has, or those that were agreed for its patient."""
        defaults = super().default_get(fields)
        invoice = self.env["account.move"].browse(defaults.get("invoice_id"))
        scopes = invoice.sudo()._get_scopes() if invoice else []
        if len(scopes) == 1 and "line_ids" in fields:
            defaults["line_ids"] = [
                (0, 0, {
                    "payer_id": share.payer_id.id,
                    "percent": share.percent,
                    "amount": share.amount,
                })
                for share in scopes[0][1]
            ]  # fmt: skip
        return defaults

    @api.depends("invoice_id")
    def _compute_total(self):
        for window in self:
            window.total = sum(window.invoice_id._get_divisible_lines().mapped("price_total"))

    @api.depends("invoice_id")
    def _compute_is_divided(self):
        for window in self:
            window.is_divided = bool(window.invoice_id.sudo()._get_scopes())

    @api.depends("total", "line_ids.percent", "line_ids.amount")
    def _compute_rest(self):
        for window in self:
            window.rest = window._split()[0]

    def _split(self):
        """What is left, and what each line pays, by the engine that divides the invoice."""
        unit = self.currency_id.rounding or 0.01
        shares = [
            Share(round(line.percent * 100), round(line.amount / unit)) for line in self.line_ids
        ]
        return [part * unit for part in split(max(0, round(self.total / unit)), shares)]

    def action_save(self):
        """The draft is divided so as soon as it is confirmed."""
        self.ensure_one()
        self.invoice_id.check_access("write")
        rows = [
            {"payer_id": line.payer_id.id, "percent": line.percent, "amount": line.amount}
            for line in self.line_ids
        ]
        self.env["clinic.payer.share"]._set_of(self.invoice_id, rows)
        return {"type": "ir.actions.act_window_close"}

    def action_keep_whole(self):
        """The customer pays all of it, whatever was agreed."""
        self.ensure_one()
        self.invoice_id.check_access("write")
        self.env["clinic.payer.share"]._set_of(self.invoice_id, [])
        return {"type": "ir.actions.act_window_close"}


class ClinicPayerDivideLine(models.TransientModel):
    """One of the other payers: a part of it all, or an amount."""

    _name = "clinic.payer.divide.line"
    _inherit = ["clinic.assistant"]
    _description = "Payer of a Part"

    divide_id = fields.Many2one("clinic.payer.divide", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="divide_id.currency_id")
    payer_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    percent = fields.Float(string="Share (%)", digits=(5, 2), default=50)
    amount = fields.Monetary(string="Or an Amount", help="Taxes included.")
    pays = fields.Monetary(compute="_compute_pays")

    @api.depends("percent", "amount", "divide_id.total", "divide_id.line_ids")
    def _compute_pays(self):
        for window, lines in self.grouped("divide_id").items():
            parts = dict(zip(window.line_ids, window._split()[1:], strict=True))
            for line in lines:
                line.pays = parts.get(line, 0)

    @api.onchange("amount")
    def _onchange_amount(self):
        if self.amount:
            self.percent = 0

    @api.onchange("percent")
    def _onchange_percent(self):
        if self.percent:
            self.amount = 0
