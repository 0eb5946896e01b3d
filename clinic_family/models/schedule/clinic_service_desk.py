from datetime import datetime, timezone
from heapq import nsmallest

from odoo import models

from ...engine.instants import to_instant
from ...engine.intervals import Interval
from ...engine.slots import Diary, Terms, find_against, free_starts, judge
from .clinic_service import Slot


class ClinicService(models.Model):
    """Times as the front desk sees them: only what really stands in the way counts.

    Neither the notice nor the horizon of online booking does, nor the step of its times.
    """

    # A room of its own in a large model.
    _inherit = "clinic.service"  # pylint: disable=consider-merging-classes-inherited

    def _judge_at_desk(self, practitioner, location, start, length, without=()):
        """Whether the practitioner works there then and has nothing else, for so many seconds.

        As if the appointments ``without`` were not there.
        """
        diary = self._read_desk_diary(practitioner, location, start, without)
        return judge(diary, self._get_terms_at(length, start), start)

    def _find_unusual(self, practitioner, location, start, length, without=()):
        """All that stands in the way at the desk, by the engine's reasons."""
        diary = self._read_desk_diary(practitioner, location, start, without)
        return find_against(diary, self._get_terms_at(length, start), start)

    def _read_desk_diary(self, practitioner, location, start, without):
        """The practitioner's diary there then; where they have no hours it holds their time off."""
        availability, window = self.env["clinic.availability"], Interval(start, start + 1)
        diaries = availability._read_diaries(practitioner, location, window, without)
        if (practitioner.id, location.id) in diaries:
            return diaries[practitioner.id, location.id]
        time_off = availability._read_time_off(practitioner, window)
        return Diary(closed=time_off.get(practitioner.id, ()))

    def _get_terms_at(self, length, start):
        return self._get_desk_terms(length, step=1, now=start - 1, horizon=start + 1)

    def _get_desk_words(self, practitioner, location):
        """A sentence for each thing that makes a time unusual, by the engine's reasons."""
        names = {"practitioner": practitioner.name, "location": location.name}
        return {
            "place": self.env._("%(practitioner)s has no hours at %(location)s.", **names),
            "hours": self.env._(
                "%(practitioner)s doesn't work at %(location)s at that time.", **names
            ),
            "time_off": self.env._("%(practitioner)s is away at that time.", **names),
            "taken": self.env._("%(practitioner)s has something else at that time.", **names),
        }

    def _get_nearest_at_desk(self, practitioners, locations, window, wanted, length):
        """The three free times of the window, none of them past, that are nearest to an instant."""
        now = to_instant(datetime.now(timezone.utc))
        diaries = self.env["clinic.availability"]._read_diaries(practitioners, locations, window)
        terms = self._get_desk_terms(length, step=self.step * 60, now=now, horizon=window.stop)
        slots = [
            Slot(start, *place)
            for place, diary in diaries.items()
            for start in free_starts(diary, terms, window)
        ]
        return nsmallest(3, slots, key=lambda slot: (abs(slot.start - wanted), slot))

    def _get_desk_terms(self, length, **terms):
        return Terms(
            duration=length, before=self.buffer_before * 60, after=self.buffer_after * 60, **terms
        )
