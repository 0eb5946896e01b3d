from datetime import timedelta

from odoo import fields, models

from ...engine.instants import from_stored, to_stored
from ...engine.wishes import wait_for_morning


class ResCompany(models.Model):
    """How long somebody has to answer when the wait list offers them a time."""

    _inherit = "res.company"

    clinic_offer_hours = fields.Float(string="Time to Answer an Offer", default=2.0)

    _clinic_offer_hours_positive = models.Constraint(
        "CHECK (clinic_offer_hours >= 0.25 AND clinic_offer_hours <= 168)",
        "A time is offered for a quarter of an hour to a week.",
    )

    def _get_offer_end(self, start):
        """Until when a visit at this stored moment is offered.

        No offer ends at night, unless the visit can't be booked any more in the morning.
        """
        notice = timedelta(hours=self.clinic_notice_hours)
        ends = from_stored(fields.Datetime.now()) + round(self.clinic_offer_hours * 3600)
        return min(to_stored(wait_for_morning(ends, self._get_clinic_zone())), start - notice)

    def _is_night(self):
        """Whether nobody is written to by the wait list now, by the clocks there."""
        now = from_stored(fields.Datetime.now())
        return wait_for_morning(now, self._get_clinic_zone()) != now
