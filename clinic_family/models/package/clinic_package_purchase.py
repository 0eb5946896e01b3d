from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicPackagePurchase(models.Model):
    """A package somebody bought: whose it is, until when and where its sessions count.

    What it is bound to is what the package said on the day it was sold.
    """

    _name = "clinic.package.purchase"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Purchased Package"
    _order = "expires_on, id"
    _rec_names_search = ["package_id", "owner_id"]

    package_id = fields.Many2one(
        "clinic.package", required=True, readonly=True, index=True, ondelete="restrict"
    )
    # What the owner sees of the package, which may no longer be sold.
    name = fields.Char(compute="_compute_name")
    owner_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    bought_on = fields.Date(required=True, readonly=True)
    expires_on = fields.Date(
        string="Valid Until",
        help="The last day, until its end in the clinic's zone. Empty: for ever.",
    )
    practitioner_ids = fields.Many2many("clinic.practitioner", string="Only With")
    location_ids = fields.Many2many("clinic.location", string="Only At")
    is_shareable = fields.Boolean(string="May Be Shared", default=True)
    session_ids = fields.One2many("clinic.package.session", "purchase_id", readonly=True)
    free_count = fields.Integer(string="Free", compute="_compute_counts")
    reserved_count = fields.Integer(string="Reserved", compute="_compute_counts")
    used_count = fields.Integer(string="Used", compute="_compute_counts")
    expired_count = fields.Integer(string="Expired", compute="_compute_counts")
    refunded_count = fields.Integer(string="Refunded", compute="_compute_counts")
    session_count = fields.Integer(string="Bought", compute="_compute_counts")
    move_ids = fields.Many2many(
        "account.move",
        string="Invoices and Credit Notes",
        compute="_compute_move_ids",
        groups="account.group_account_invoice",
    )
    move_count = fields.Integer(compute="_compute_move_ids", groups="account.group_account_invoice")
    create_uid = fields.Many2one("res.users", groups="base.group_user")
    write_uid = fields.Many2one("res.users", groups="base.group_user")
    order_key = fields.Char(readonly=True, copy=False, groups="base.group_user")

    _order_unique = models.UniqueIndex(
        "(owner_id, order_key) WHERE order_key IS NOT NULL", "This has been bought already."
    )

    @api.depends("package_id")
    def _compute_name(self):
        for purchase in self:
            purchase.name = purchase.package_id.sudo().name

    @api.depends("package_id", "owner_id", "bought_on")
    def _compute_display_name(self):
        for purchase in self:
            purchase.display_name = self.env._(
                "%(package)s, %(owner)s",
                package=purchase.sudo().name,
                owner=purchase.owner_id.sudo().name,
            )

    def _filter_nameable(self):
        """Those of which the reader may know the package, because they see a session of it."""
        sessions = self.sudo().session_ids.sudo(False)._filtered_access("read")
        return super()._filter_nameable() | (self & sessions.sudo().purchase_id)

    @api.depends("session_ids.state")
    def _compute_counts(self):
        states = ("free", "reserved", "used", "expired", "refunded")
        counts = {
            (purchase.id, state): count
            for purchase, state, count in self.env["clinic.package.session"]._read_group(
                [("purchase_id", "in", self.ids)], ["purchase_id", "state"], ["__count"]
            )
        }
        for purchase in self:
            purchase.session_count = 0
            for state in states:
                purchase[f"{state}_count"] = counts.get((purchase.id, state), 0)
                purchase.session_count += purchase[f"{state}_count"]

    @api.depends("session_ids.line_ids.move_id")
    def _compute_move_ids(self):
        for purchase in self:
            purchase.move_ids = purchase.session_ids.line_ids.move_id
            purchase.move_count = len(purchase.move_ids)

    def write(self, vals):
        """Another last day lets sessions expire, or count again."""
        result = super().write(vals)
        if "expires_on" in vals:
            # Who may change the purchase may do what follows from it.
            self.sudo().session_ids._settle_expiry()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unused(self):
        if any(session.state in ("reserved", "used") for session in self.session_ids):
            raise UserError(self.env._(
                "Sessions of this package are reserved or used. Unlink them from their "
                "appointments first, or refund what is left."
            ))  # fmt: skip

    # Steps the staff take

    def action_refund(self):
        """A credit note to the payer for the sessions nobody has used, each at its own price."""
        self.ensure_one()
        return self._show_moves(self._refund_unused(), self.env._("Credit Notes"))

    def action_view_moves(self):
        self.ensure_one()
        return self._show_moves(self.move_ids, self.env._("Invoices and Credit Notes"))

    def _show_moves(self, moves, title):
        action = {"type": "ir.actions.act_window", "name": title, "res_model": "account.move"}
        if len(moves) == 1:
            return {**action, "view_mode": "form", "res_id": moves.id}
        return {**action, "view_mode": "list,form", "domain": [("id", "in", moves.ids)]}

    def _get_unused_lines(self):
        """The confirmed invoice lines of the sessions that are free, but what was credited."""
        free = self.session_ids.filtered(lambda session: session.state == "free")
        return free.line_ids.filtered(
            lambda line: line._sells_session() and line._get_session_share_left()
        )

    def _refund_unused(self):
        """Credits the free sessions, and returns the posted credit notes, one an invoice."""
        lines = self._get_unused_lines()
        if not lines:
            raise UserError(self.env._(
                "There is nothing to refund: no session is free, or the invoice isn't confirmed."
            ))  # fmt: skip
        notes = self.env["account.move"]
        for invoice, its_lines in lines.grouped("move_id").items():
            notes += invoice._credit_sessions(its_lines.clinic_session_id)
        return notes

    def action_delete(self):
        """Takes back a package that was sold by mistake: nothing of it used, nothing paid.

        From a draft it disappears; a confirmed invoice is cancelled, if nothing else is on it.
        """
        self._unlink_only_unused()
        for purchase in self:
            moves = purchase.session_ids.line_ids.move_id
            confirmed = moves.filtered(lambda move: move.state == "posted")
            purchase._verify_untouched(confirmed)
            confirmed.button_draft()
            confirmed.button_cancel()
            (moves - confirmed).filtered(lambda move: move.state == "draft")._take_off(purchase)
        return {"type": "ir.actions.act_window_close"}

    def _verify_untouched(self, invoices):
        """Nothing of these confirmed invoices has been paid, and nothing else is on them."""
        if any(invoice.payment_state != "not_paid" for invoice in invoices):
            raise UserError(self.env._(
                "Something of it has been paid or credited. Refund the unused sessions instead."
            ))  # fmt: skip
        products = invoices.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        others = products.filtered(lambda line: line.clinic_session_id.purchase_id != self)
        if others:
            raise UserError(self.env._(
                "There are other things on invoice %s. Refund the unused sessions instead.",
                ", ".join(others.move_id.mapped("name")),
            ))  # fmt: skip

    # What is left, for those who may know

    def _is_over(self):
        """Whether the last day is over."""
        self.ensure_one()
        return bool(self.expires_on) and self.expires_on < self.company_id._get_clinic_today()

    def _is_spent(self):
        """Whether nothing of it is to come: no session can be used any more, and none is booked."""
        states = {session.state for session in self.session_ids}
        return "reserved" not in states and (self._is_over() or "free" not in states)

    def _is_waiting(self):
        """Whether there are sessions that can't be used before the invoice is paid."""
        free = self.session_ids.filtered(lambda session: session.state == "free")
        return any(not session._is_paid_enough() for session in free)

    def _list_with_left(self):
        """Each with its owner and how many of its sessions are left, in one line."""
        return ", ".join(
            self.env._(
                "%(package)s (%(owner)s): %(left)s left",
                package=purchase.name,
                owner=purchase.owner_id.name,
                left=purchase.free_count,
            )
            for purchase in self
        )

    def _count_usable(self):
        """How many sessions can still be used: {(purchase id, service id): number}."""
        valid = self.filtered(lambda purchase: not purchase._is_over())
        rows = self.env["clinic.package.session"]._read_group(
            [("purchase_id", "in", valid.ids), ("state", "=", "free")],
            ["purchase_id", "service_id"],
            ["__count"],
        )
        return {(purchase.id, service.id): count for purchase, service, count in rows}
