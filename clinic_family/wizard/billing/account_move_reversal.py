from odoo import models


class AccountMoveReversal(models.TransientModel):
    """What Odoo makes in place of an invoice is the same payer's, for the same visits."""

    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        action = super().reverse_moves(is_modify=is_modify)
        if is_modify:
            self.new_move_ids._stand_in(self.move_ids)
        return action
