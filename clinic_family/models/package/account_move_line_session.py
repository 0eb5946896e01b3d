from odoo import fields, models

BILLING = "clinic_family.clinic_family_group_billing"


class AccountMoveLine(models.Model):
    """On the line of a session: how far it is, and what the front desk does with it."""

    # A room of its own in a large model.
    _inherit = "account.move.line"  # pylint: disable=consider-merging-classes-inherited

    clinic_session_state = fields.Selection(
        related="clinic_session_id.state", string="Session", groups=BILLING
    )
    clinic_session_day = fields.Date(
        related="clinic_session_id.day", string="Session On", groups=BILLING
    )

    def action_book_session(self):
        return self.clinic_session_id.action_book()

    def action_show_session(self):
        return self.clinic_session_id.action_show()

    def action_unlink_session(self):
        return self.clinic_session_id.action_take_off()
