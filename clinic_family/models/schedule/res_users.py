from odoo import fields, models
from odoo.fields import NO_ACCESS


class ResUsers(models.Model):
    """Who is asked to work at the clinic chooses a password, from the link in an e-mail."""

    _inherit = "res.users"

    # Who this user is, archived or not.
    clinic_own_ids = fields.One2many(
        "clinic.practitioner",
        "user_id",
        string="Practitioners",
        context={"active_test": False},
        groups=NO_ACCESS,
    )

    def _is_to_be_invited(self):
        return bool(self.email and not self.login_date)

    def _invite_to_clinic(self):
        """Sends the link at once, and says when it doesn't leave: the last thing in a step."""
        self.env.flush_all()
        with self.env.company._explaining_refusals():
            self.with_context(create_user=True)._action_reset_password(signup_type="signup")
