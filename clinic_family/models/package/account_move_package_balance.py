from odoo import models
from odoo.tools import format_date


class AccountMove(models.Model):
    """What an invoice says of the packages on it: how many sessions are left, and until when."""

    # A room of its own in a large model.
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _get_package_notes(self, reader):
        """One sentence a package; how many are left is for its owner alone."""
        self.ensure_one()
        if self.move_type != "out_invoice":
            return []
        # Whoever may see the invoice may see what was sold on it.
        purchases_sudo = self.sudo().invoice_line_ids.clinic_session_id.purchase_id
        return [
            self._get_package_note(purchase_sudo, is_owner=purchase_sudo.owner_id == reader)
            for purchase_sudo in purchases_sudo
        ]

    def _get_package_note(self, purchase_sudo, is_owner):
        count = purchase_sudo.session_count
        left = 0 if purchase_sudo._is_over() else purchase_sudo.free_count
        sessions = self._get_package_balance(count, left if is_owner else None)
        until = (
            self.env._(
                "valid until %s",
                format_date(self.env, purchase_sudo.expires_on, date_format="d MMMM y"),
            )
            if purchase_sudo.expires_on
            else self.env._("valid without end")
        )
        words = f"{purchase_sudo.name}: {sessions}, {until}"
        if purchase_sudo._is_waiting():
            words = self.env._("%s; can be used once the invoice is paid", words)
        return words

    def _get_package_balance(self, count, left):
        """How many sessions it has, and of them are left, where that may be known."""
        if left is None:
            return self.env._("1 session") if count == 1 else self.env._("%s sessions", count)
        if count == 1:
            return self.env._("%s of 1 session left", left)
        return self.env._("%(left)s of %(count)s sessions left", left=left, count=count)

    def _get_package_reader(self, user):
        """For whom the invoice is written: its customer, or the visitor who looks at it."""
        return self.partner_id if user._is_internal() else user.partner_id
