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

    # Steps of the front desk

    def action_book_session(self):
        return self.clinic_session_id.action_book()

    def action_show_session(self):
        return self.clinic_session_id.action_show()

    def action_unlink_session(self):
        return self.clinic_session_id.action_take_off()
