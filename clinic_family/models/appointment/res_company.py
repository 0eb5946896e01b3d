from datetime import timedelta

from odoo import fields, models


class ResCompany(models.Model):
    """How long what was just booked is taken back without a trace."""

    _inherit = "res.company"

    clinic_undo_minutes = fields.Integer(string="Undo Period", default=3)

    _clinic_undo_positive = models.Constraint(
        "CHECK (clinic_undo_minutes BETWEEN 0 AND 60)",
        "The undo period can't be longer than an hour.",
    )

    def _get_undo_until(self):
        """Until when what is done now is taken back; of several companies the shortest."""
        minutes = min(self.mapped("clinic_undo_minutes"))
        return fields.Datetime.now() + timedelta(minutes=minutes)
