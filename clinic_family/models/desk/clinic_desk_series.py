from datetime import timedelta
from secrets import token_hex

from odoo import api, models
from odoo.exceptions import UserError

from ...engine.instants import from_stored, get_day, localize, to_stored
from ...engine.intervals import Interval
from ...engine.series import MOST_VISITS, repeat
from ...engine.slots import nearest

# A time that is proposed instead lies within so many seconds of the one that isn't free.
NEAR = 3 * 24 * 3600
TIME_TO_UNDO = timedelta(hours=1)


class ClinicDeskSeries(models.AbstractModel):
    """The same visit every so many weeks, at the same time on the clocks of the location.

    Shown before it is booked: which of them are free, and for the others the nearest time. What
    is booked is booked as a whole; each visit is then one of its own.
    """

    _name = "clinic.desk.series"
    _inherit = ["clinic.desk.booking"]
    _description = "A Series of Visits at the Desk"

    @api.model
    def preview(self, values, weeks, count, until=False):
        """A row a visit: its place, and why it can't be there with the nearest times instead.

        So many visits; or, where a last day is named, all up to that day.
        """
        self._verify_front_desk()
        practitioner, location, _start = self._read_place(values["place"])
        service = self._find("clinic.service", values.get("service_id"))
        if not (service and practitioner and location):
            raise UserError(self.env._("Please choose a service."))
        length = (self._read_minutes(values.get("length")) or service.duration) * 60
        starts = self._get_starts(values["place"], location, weeks, count, until)
        if not starts:
            return []
        against = service._find_unusual_each(practitioner, location, starts, length)
        people, zone = self._read_people(values), location._get_zone()
        unfit = {start: service._find_unfit(people, get_day(start, zone)) for start in starts}
        window = Interval(starts[0] - NEAR, starts[-1] + NEAR)
        slots = service._get_free_at_desk(practitioner, location, window, length)
        free = sorted({slot.start for slot in slots} - set(starts))
        words = service._get_desk_words(practitioner, location)
        return [
            {
                "place": self._show_place(practitioner, location, to_stored(start)),
                "why": " ".join([*(words[reason] for reason in against[start]), *unfit[start]]),
                "nearest": against[start]
                and [
                    self._show_place(practitioner, location, to_stored(one))
                    for one in nearest(free, start, 3)
                    if abs(one - start) <= NEAR
                ],
            }
            for start in starts
        ]

    @api.model
    def _get_starts(self, place, location, weeks, count, until):
        """The instants: the same clock on the wall, whatever the clocks are changed to between."""
        day, zone = self._read_day(place.get("day")), location._get_zone()
        hour = self._read_minutes(place.get("minutes")) / 60
        if not day:
            raise UserError(self.env._("There is no such place on the day sheet."))
        days = repeat(day, int(weeks or 1), int(count or 1), self._read_day(until))
        return [localize(each, hour, zone) for each in days]

    @api.model
    def book_all(self, values, places):
        """Books a visit at each of these places, or none: then it says which isn't free."""
        self._verify_front_desk()
        wish = self._read_wish(values)
        place = values["place"]
        starts = [
            self._read_place({**place, "day": one.get("day"), "minutes": one.get("minutes")})[2]
            for one in places[:MOST_VISITS]
        ]
        self._verify_whole(wish, starts)
        instants = [from_stored(start) for start in starts]
        against = wish.service._find_unusual_each(
            wish.practitioner, wish.location, instants, wish.length * 60
        )
        if taken := [start for start in instants if against[start]]:
            there = self._show_place(wish.practitioner, wish.location, to_stored(taken[0]))
            return {
                "refused": self.env._("%s isn't free any more. Nothing was booked.", there["text"]),
                "nearest": [],
            }
        zone = wish.location._get_zone()
        for start in instants:
            if unfit := wish.service._find_unfit(wish.people, get_day(start, zone)):
                why = self.env._("%(why)s Nothing was booked.", why=" ".join(unfit))
                return {"refused": why, "nearest": []}
        visits = self.env["clinic.appointment"].create(
            [self._prepare_visit(wish, start) for start in starts]
        )
        # Which visits belong together follows from this step alone.
        visits.sudo().series_key = token_hex(8)
        return {
            "ids": visits.ids,
            "done": self.env._(
                "%(name)s: %(count)s visits", name=visits[:1].patient_names, count=len(visits)
            ),
        }

    @api.model
    def undo_all(self, visit_ids):
        """Takes back what one booked within the last hour, as if it had never been.

        Whatever else is cancelled takes a reason, and may cost a fee.
        """
        self._verify_front_desk()
        visits = self.env["clinic.appointment"].search([("id", "in", visit_ids)])
        if not all(map(self._is_as_booked, visits)):
            raise UserError(self.env._(
                "That can't be undone any more. Cancel the visit instead, with a reason."
            ))  # fmt: skip
        # It uses up no session, however soon it would have been.
        visits.sudo().session_ids._update_state("free", self.env._("Cancelled."))
        visits._update_state("cancelled")

    @api.model
    def _is_as_booked(self, visit):
        """Whether one has booked it a moment ago, and nothing has come of it that stays."""
        is_new = visit.create_date >= self.env.cr.now() - TIME_TO_UNDO
        # Others who changed it are found with full rights, and aren't told of.
        others = (visit.create_uid | visit.sudo().log_ids.create_uid) - self.env.user
        return is_new and visit.state == "booked" and not others and not visit._has_standing_bill()
