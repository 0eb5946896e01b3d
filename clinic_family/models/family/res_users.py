from odoo import fields, models
from odoo.fields import NO_ACCESS


class ResUsers(models.Model):
    """An account that is closed lets nobody in again by itself, and its person acts no more."""

    _inherit = "res.users"

    closed_at = fields.Datetime(
        readonly=True,
        copy=False,
        groups=NO_ACCESS,
        help="When the account was last deactivated: sessions from before are over.",
    )

    def write(self, vals):
        closing = self.browse()
        if "active" in vals and not vals["active"]:
            closing = self.filtered("active")
        result = super().write(vals)
        closing._close()
        return result

    def _close(self):
        """Ends what logs in by itself, for good, and lets rest what the person holds.

        What they let others do goes on: that is theirs, and no matter of an account.
        """
        if not self:
            return
        # Who may deactivate an account may end its sessions; the ledger is for verbs only.
        self.sudo().write({"closed_at": self.env.cr.now()})
        self.sudo().api_key_ids.unlink()
        if "auth_totp.device" in self.env:
            # From these, Odoo asks for no second factor.
            self.sudo().totp_trusted_device_ids.unlink()
        self.env["clinic.permission"].sudo()._rest_held_by(
            self.sudo().partner_id, self.env._("The account was deactivated.")
        )

    def _get_session_token_fields(self):
        """What a session is signed with; Odoo forgets that an account was inactive meanwhile."""
        return super()._get_session_token_fields() | {"closed_at"}
