"""What is offered can be booked, and what can be booked is offered."""

from datetime import timezone
from zoneinfo import ZoneInfo

from odoo.tests import tagged

from ...engine.instants import from_instant
from ...engine.intervals import Interval, overlaps
from ..common import CLOCKS_GO_BACK, THURSDAY, TUESDAY, WEDNESDAY, ClinicCase, days, utc


@tagged("post_install", "-at_install")
class TestOfferedIsBookable(ClinicCase):
    """A week in which the clocks go back, half full."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ben = cls.practitioner("Ben Test-Other", cls.calendar((8, 12.5), weekdays="1356"))
        cls.talk = cls.service(
            "Test Talk", cls.nora + cls.ben, duration=45, step=20, buffer_before=5, buffer_after=10
        )
        cls.week = days(TUESDAY, 7)
        cls.appointment(TUESDAY, "10:10", [cls.father])
        cls.appointment(CLOCKS_GO_BACK, "14:00", [cls.father])
        cls.env["resource.calendar.leaves"].create({
            "resource_id": cls.ben.resource_id.id,
            "date_from": utc(WEDNESDAY, "0:00"),
            "date_to": utc(THURSDAY, "10:10"),
        })  # fmt: skip

    def offered(self):
        self.env.invalidate_all()
        service = self.talk.with_user(self.mother)
        return service._get_slots(self.week, service.practitioner_ids, self.harbour)

    def is_allowed(self, start, practitioner_id):
        """The judgement that booking asks for."""
        service = self.talk.with_user(self.mother)
        practitioner = self.env["clinic.practitioner"].browse(practitioner_id)
        return bool(service._judge_start(practitioner, self.harbour, start)[0])

    def is_apart(self, slot, visit):
        """The slot doesn't need the practitioner while the visit does."""
        blocked = Interval(slot.start - 5 * 60, slot.start + 55 * 60)
        taken = [
            round(each.replace(tzinfo=timezone.utc).timestamp())
            for each in (visit.blocked_start, visit.blocked_stop)
        ]
        return slot.practitioner_id != visit.practitioner_id.id or not overlaps(blocked, taken)

    def book_slot(self, slot):
        zone = ZoneInfo(self.harbour.tz)
        start = from_instant(slot.start).astimezone(zone).isoformat()
        checkout = self.checkout(
            self.talk, start, [self.mother], practitioner_id=slot.practitioner_id
        )
        return self.book(self.mother, checkout)

    def test_what_is_offered_is_allowed(self):
        offered = self.offered()

        refused = [s for s in offered if not self.is_allowed(s.start, s.practitioner_id)]

        self.assertGreater(len(offered), 100)
        self.assertEqual(refused, [])

    def test_what_is_not_offered_is_refused(self):
        offered = {(slot.start, slot.practitioner_id) for slot in self.offered()}
        thursday = days(THURSDAY, 1)

        allowed = {
            (start, practitioner_id)
            for practitioner_id in (self.nora + self.ben).ids
            for start in range(thursday.start, thursday.stop, 10 * 60)
            if self.is_allowed(start, practitioner_id)
        }

        self.assertEqual(allowed, {each for each in offered if each[0] in range(*thursday)})

    def test_what_is_booked_is_all_that_is_taken_away(self):
        offered = self.offered()
        wanted = offered[:: len(offered) // 5]

        visits = [self.book_slot(slot) for slot in wanted]

        left = [slot for slot in offered if all(self.is_apart(slot, each) for each in visits)]
        self.assertEqual(self.offered(), left)
        self.assertEqual(len(visits), 6)
