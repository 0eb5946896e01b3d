from odoo import api, fields, models


class ClinicPackageSell(models.TransientModel):
    """Puts a package on a draft invoice: its customer pays, and the owner uses it."""

    _name = "clinic.package.sell"
    _inherit = ["clinic.assistant"]
    _description = "Add a Package"

    invoice_id = fields.Many2one("account.move", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="invoice_id.company_id")
    payer_id = fields.Many2one(related="invoice_id.partner_id", string="Paid By")
    package_id = fields.Many2one("clinic.package", required=True)
    currency_id = fields.Many2one(related="package_id.currency_id")
    session_count = fields.Integer(related="package_id.session_count")
    price = fields.Monetary(related="package_id.price", string="Price Before Taxes")
    owner_id = fields.Many2one(
        "res.partner",
        required=True,
        compute="_compute_owner_id",
        store=True,
        readonly=False,
        help="Whose sessions they are. The owner may let relatives use them.",
    )

    @api.depends("invoice_id")
    def _compute_owner_id(self):
        for selling in self:
            selling.owner_id = selling.payer_id

    def action_sell(self):
        self.ensure_one()
        self.package_id._sell(self.invoice_id, self.owner_id)
        return {"type": "ir.actions.act_window_close"}
