from odoo import api, fields, models


class ClinicPackageLine(models.Model):
    """So many sessions of one service, at a price each."""

    _name = "clinic.package.line"
    _inherit = ["clinic.written.mixin"]
    _description = "Sessions in a Package"
    _order = "package_id, sequence, id"

    package_id = fields.Many2one("clinic.package", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    service_id = fields.Many2one("clinic.service", required=True, ondelete="restrict")
    quantity = fields.Integer(string="Sessions", required=True, default=1)
    currency_id = fields.Many2one(related="package_id.currency_id")
    price_unit = fields.Monetary(
        string="Price per Session",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
    )
    price_total = fields.Monetary(string="Total", compute="_compute_price_total")

    _some_sessions = models.Constraint(
        "CHECK (quantity BETWEEN 1 AND 200)", "A package has 1 to 200 sessions of a service."
    )
    _price_positive = models.Constraint(
        "CHECK (price_unit >= 0)", "The price of a session can't be negative."
    )

    @api.depends("service_id")
    def _compute_price_unit(self):
        for line in self:
            line.price_unit = line.service_id.fee

    @api.depends("quantity", "price_unit")
    def _compute_price_total(self):
        for line in self:
            line.price_total = line.quantity * line.price_unit
