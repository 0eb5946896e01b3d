from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Command
from odoo.tools import mute_logger


class ClinicPackage(models.Model):
    """What is sold: so many sessions of some services, at a price, for a time.

    Without practitioners or locations the sessions count with everybody, everywhere. What is
    changed here holds for what is sold from then on.
    """

    _name = "clinic.package"
    _description = "Package"
    _inherit = ["clinic.written.mixin", "website.published.mixin"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True, help="Shown to patients who may buy it online.")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many("clinic.package.line", "package_id", string="Sessions", copy=True)
    session_count = fields.Integer(
        string="Number of Sessions", compute="_compute_totals", compute_sudo=True
    )
    price = fields.Monetary(
        compute="_compute_totals",
        compute_sudo=True,
        help="All sessions together; taxes are those of each service's fee.",
    )
    validity_days = fields.Integer(
        string="Valid For (Days)",
        help="Counted from the day it is sold; sessions can be used until the end of the last "
        "day. 0: for ever.",
    )
    practitioner_ids = fields.Many2many(
        "clinic.practitioner",
        string="Only With",
        help="Sessions count only for visits with these practitioners. Empty: with everybody.",
    )
    location_ids = fields.Many2many(
        "clinic.location",
        string="Only At",
        help="Sessions count only for visits at these locations. Empty: everywhere.",
    )
    is_shareable = fields.Boolean(
        string="May Be Shared",
        default=True,
        help="The owner may use sessions for others, and let relatives use them. Otherwise they "
        "count only for visits the owner comes to.",
    )
    sold_count = fields.Integer(
        string="Sold",
        compute="_compute_sold_count",
        groups="clinic_family.clinic_family_group_billing",
    )

    _validity_positive = models.Constraint(
        "CHECK (validity_days >= 0)", "A package can't be valid for less than no time."
    )

    @api.depends("line_ids.quantity", "line_ids.price_unit")
    def _compute_totals(self):
        for package in self:
            package.session_count = sum(package.line_ids.mapped("quantity"))
            package.price = sum(line.quantity * line.price_unit for line in package.line_ids)

    def _compute_sold_count(self):
        counts = dict(
            self.env["clinic.package.purchase"]._read_group(
                [("package_id", "in", self.ids)], ["package_id"], ["__count"]
            )
        )
        for package in self:
            package.sold_count = counts.get(package._origin, 0)

    def action_view_sold(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_package_purchase_action"
        )
        return {**action, "domain": [("package_id", "=", self.id)], "context": {}}

    def _sell(self, invoice, owner):
        """Puts the package on a draft customer invoice, a line for each session.

        Returns the purchase. Prices are converted to the invoice's currency; taxes and accounts
        are those of the services' fees.
        """
        self.ensure_one()
        if invoice.move_type != "out_invoice" or invoice.state != "draft":
            raise UserError(self.env._("A package is sold on a draft of a customer invoice."))
        if not self.session_count:
            raise UserError(self.env._("There is no session in %s yet.", self.name))
        if invoice.company_id != self.company_id:
            raise UserError(self.env._(
                "%(package)s is sold by %(company)s only.",
                package=self.name,
                company=self.company_id.name,
            ))  # fmt: skip
        # Who writes invoices sells packages; nobody makes sessions by hand.
        purchase_sudo = self.env["clinic.package.purchase"].sudo().create(
            self._prepare_purchase(owner)
        )  # fmt: skip
        lines = [
            Command.create(values) for values in self._prepare_invoice_lines(invoice, purchase_sudo)
        ]
        invoice.check_access("write")
        invoice.sudo().write({"invoice_line_ids": lines})
        return purchase_sudo.sudo(False)

    def _prepare_purchase(self, owner):
        bought_on = self.company_id._get_clinic_today()
        last_day = bought_on + timedelta(days=self.validity_days)
        return {
            "package_id": self.id,
            "owner_id": owner.id,
            "company_id": self.company_id.id,
            "bought_on": bought_on,
            "expires_on": self.validity_days and last_day,
            "practitioner_ids": [Command.set(self.practitioner_ids.ids)],
            "location_ids": [Command.set(self.location_ids.ids)],
            "is_shareable": self.is_shareable,
            "session_ids": [
                Command.create({"service_id": line.service_id.id})
                for line in self.line_ids
                for _number in range(line.quantity)
            ],
        }

    def _prepare_invoice_lines(self, invoice, purchase):
        """A heading, and below it each session with its own price."""
        package = self.with_context(lang=invoice.partner_id.lang or self.env.lang)
        prices = [
            line.price_unit for line in self.line_ids for _number in range(line.quantity)
        ]  # fmt: skip
        taxes_sudo = self.env["account.tax"].sudo()
        yield {"display_type": "line_section", "name": package.name}
        count = len(prices)
        pairs = zip(purchase.session_ids.sorted("id"), prices, strict=True)
        for number, (session, price) in enumerate(pairs, start=1):
            service = session.service_id.with_context(lang=package.env.lang)
            yield {
                "product_id": service.product_id.id,
                "name": package.env._(
                    "%(service)s (%(number)s of %(count)s)",
                    service=service.name,
                    number=number,
                    count=count,
                ),
                "quantity": 1,
                "price_unit": self.currency_id._convert(
                    taxes_sudo._adapt_clinic_price(
                        self.company_id,
                        service.product_id.sudo(),
                        price,
                        invoice.sudo().fiscal_position_id,
                    ),
                    invoice.currency_id,
                    self.company_id,
                    purchase.bought_on,
                    # As Odoo's own: what an adapted price comes to is rounded on the invoice.
                    round=False,
                ),
                "clinic_session_id": session.id,
            }

    # Bought online

    def _get_prices_for(self, buyer):
        """What an invoice of each to this buyer comes to, with taxes, by its id."""
        taxes = self.env["account.tax"]
        prices = {}
        for company, packages in self.grouped("company_id").items():
            lines = [package._get_priced_products() for package in packages]
            totals = taxes._get_clinic_totals(company, buyer, lines)
            prices.update(zip(packages.ids, (one.amount for one in totals), strict=True))
        return prices

    def _get_priced_products(self):
        """The product of each session, with its price."""
        return [
            (line_sudo.service_id.product_id, line_sudo.price_unit)
            for line_sudo in self.sudo().line_ids
            for _number in range(line_sudo.quantity)
        ]

    def _buy(self, buyer, key):
        """The buyer's confirmed invoice for it, made once for each key."""
        self.ensure_one()
        purchases_sudo = self.env["clinic.package.purchase"].sudo()
        bought_sudo = purchases_sudo.search([
            ("owner_id", "=", buyer.id), ("order_key", "=", key),
        ])  # fmt: skip
        if not bought_sudo:
            bought_sudo = self._order_online(buyer, key)
        moves_sudo = bought_sudo.session_ids.line_ids.move_id
        return moves_sudo.filtered(lambda move: move.move_type == "out_invoice")[:1].sudo(False)

    def _order_online(self, buyer, key):
        # Patients may buy what is published, though they may not write invoices; and they aren't
        # the salesperson whom the invoice names.
        package = self.sudo().with_user(SUPERUSER_ID).with_company(self.company_id)
        invoice = package.env["account.move"].create({
            "move_type": "out_invoice",
            "partner_id": buyer.id,
            "company_id": package.company_id.id,
            "invoice_user_id": False,
        })  # fmt: skip
        purchase = package._sell(invoice, buyer.with_env(package.env)).sudo()
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                purchase.order_key = key
                purchase.flush_recordset()
        except UniqueViolation as error:
            raise ConcurrencyError("it was bought at the same moment") from error
        invoice.action_post()
        return purchase
