from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..billing.account_move_line import IdOfOrigin

BILLING = "clinic_family.clinic_family_group_billing"


class AccountMoveLine(models.Model):
    """The lines that sell a session of a package, and those that credit it."""

    _inherit = "account.move.line"

    clinic_session_id = fields.Many2one(
        "clinic.package.session",
        string="Package Session",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    clinic_session_state = fields.Selection(
        related="clinic_session_id.state", string="Session", groups=BILLING
    )
    clinic_session_day = fields.Date(
        related="clinic_session_id.day", string="Session On", groups=BILLING
    )

    def _get_clinic_links(self):
        # What credits an invoice, or stands in for it, is about the same sessions.
        links = super()._get_clinic_links()
        if self.clinic_session_id:
            links["clinic_session_id"] = IdOfOrigin(self.clinic_session_id.id)
        return links

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        # What was credited and is now invoiced anew counts again.
        lines.clinic_session_id.sudo()._settle_money()
        return lines

    @api.constrains("clinic_session_id", "quantity")
    def _check_one_session(self):
        for line in self:
            if line.clinic_session_id and line.quantity != 1:
                raise ValidationError(self.env._(
                    "Each of these lines is one session, so its quantity stays 1. Add the "
                    "package once more to sell more of it."
                ))  # fmt: skip

    def _sells_session(self):
        """Whether a session was sold with it, on a confirmed invoice."""
        return bool(
            self.clinic_session_id
            and self.move_id.move_type == "out_invoice"
            and self.parent_state == "posted"
        )

    def _get_session_share_left(self):
        """How much of what the session costs on this invoice wasn't credited: 1 is all of it."""
        notes_sudo = self.clinic_session_id.sudo().line_ids.filtered(
            lambda line: (
                line.parent_state == "posted" and line.move_id.reversed_entry_id == self.move_id
            )
        )
        left = self.price_subtotal - sum(notes_sudo.mapped("price_subtotal"))
        if notes_sudo and self.currency_id.compare_amounts(left, 0) <= 0:
            return 0
        return left / self.price_subtotal if notes_sudo else 1

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unused_session(self):
        sessions = self.clinic_session_id.sudo()
        for session in sessions.filtered(lambda s: s.state in ("reserved", "used")):
            if session.line_ids <= self.sudo():
                raise UserError(self.env._(
                    "%s is reserved or used. Unlink it from its appointment first.",
                    session.display_name,
                ))  # fmt: skip

    def unlink(self):
        """With the last line that sells it goes a session nobody has used."""
        sessions = self.clinic_session_id.sudo()
        result = super().unlink()
        sessions.invalidate_recordset(["line_ids"])
        orphans = sessions.filtered(lambda session: not session.line_ids)
        purchases = orphans.purchase_id
        orphans.unlink()
        purchases.filtered(lambda purchase: not purchase.session_ids).unlink()
        return result

    # On paper: a package is one line

    def _get_headed_sessions(self):
        """The lines of sessions that this heading of a package stands for."""
        self.ensure_one()
        return self.move_id._get_folded_sessions().get(self.id, self.browse())

    def _get_child_lines(self):
        sessions = self._get_headed_sessions()
        if not sessions:
            return super()._get_child_lines()
        is_included = self.move_id.company_price_include == "tax_included"
        amount = "price_total" if is_included else "price_subtotal"
        return [
            {
                "name": "\n".join([self.name, *lines._get_session_texts()]),
                "taxes": [tax.tax_label for tax in taxes if tax.tax_label],
                "price_subtotal": sum(lines.mapped(amount)),
                "price_total": sum(lines.mapped("price_total")),
                "display_type": "product",
                "quantity": 1,
                "line_uom": False,
                "product_uom": False,
                "discount": 0.0,
            }
            for taxes, lines in sessions.grouped("tax_ids").items()
        ]

    def _get_session_texts(self):
        """How many sessions of which service these lines sell."""
        # Who may see the invoice may see what was sold on it.
        sessions_sudo = self.sudo().clinic_session_id
        return [
            self.env._("%(count)s × %(service)s", count=len(theirs), service=service.name)
            for service, theirs in sessions_sudo.grouped("service_id").items()
        ]

    # Steps of the front desk

    def action_book_session(self):
        return self.clinic_session_id.action_book()

    def action_show_session(self):
        return self.clinic_session_id.action_show()

    def action_unlink_session(self):
        return self.clinic_session_id.action_take_off()
