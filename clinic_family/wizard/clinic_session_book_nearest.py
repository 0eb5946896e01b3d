from odoo import api, fields, models

from ..engine.instants import day_bounds, from_instant, localize
from ..engine.intervals import Interval

FORTNIGHT = 14 * 24 * 3600


class ClinicSessionBook(models.TransientModel):
    """The free times nearest to the one that was asked for."""

    # A room of its own in a large model.
    _inherit = "clinic.session.book"  # pylint: disable=consider-merging-classes-inherited

    nearest = fields.Json(compute="_compute_nearest")

    @api.depends("is_free")
    @api.depends_context("lang")
    def _compute_nearest(self):
        for book in self:
            book.nearest = [] if book.is_free else book._get_nearest()

    def _get_nearest(self):
        """The free times nearest to what was asked for, as buttons show them."""
        practitioners = (self.practitioner_id or self.practitioner_choice_ids)._origin
        locations = (self.location_id or self.location_choice_ids)._origin
        if not (self.day and self.adds_appointment and locations and practitioners):
            return []
        zone = locations[0]._get_zone()
        window = day_bounds(self.day, zone)
        wanted = window.start
        if 0 < self.clock < 24:
            wanted = localize(self.day, self.clock, zone)
            window = Interval(window.start - FORTNIGHT, window.stop)
        window = Interval(window.start, window.stop + FORTNIGHT)
        length = max(self.duration, 1) * 60
        slots = self.service_id._get_nearest_at_desk(
            practitioners, locations, window, wanted, length
        )
        return [self._show_slot(slot) for slot in slots]

    def _show_slot(self, slot):
        practitioner = self.env["clinic.practitioner"].browse(slot.practitioner_id)
        location = self.env["clinic.location"].browse(slot.location_id)
        local = from_instant(slot.start).astimezone(location._get_zone())
        words = location._get_time_values(slot.start)
        texts = [words["day"], words["time"]]
        texts += [] if self.practitioner_id else [practitioner.name]
        texts += [] if self.location_id else [location.name]
        return {
            "day": local.date().isoformat(),
            "clock": local.hour + local.minute / 60,
            "practitioner_id": {"id": practitioner.id, "display_name": practitioner.name},
            "location_id": {"id": location.id, "display_name": location.name},
            "text": ", ".join(texts),
        }
