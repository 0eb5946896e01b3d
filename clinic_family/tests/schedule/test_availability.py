"""Which times are free, and what blocks them."""

from datetime import datetime
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo import Command
from odoo.tests import tagged

from ...engine.instants import from_instant
from ...models.schedule import clinic_location
from ..common import (
    CLOCKS_GO_BACK,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    ClinicCase,
    days,
    utc,
)

MORNING = ["9:00", "9:30", "10:00", "10:30", "11:00", "11:30"]
AFTERNOON = ["13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30"]


@tagged("post_install", "-at_install")
class TestWhatBlocks(ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nora_user = cls.user("test_nora", "Nora", "base.group_user")
        cls.nora.user_id = cls.nora_user

    def free(self, day, service=None, location=None):
        """The starts offered to a visitor on this day, as the clocks at the location show them."""
        public = self.env.ref("base.public_user")
        self.env.invalidate_all()
        service = (service or self.single).with_user(public)
        slots = service._get_slots(
            days(day, 1), service.practitioner_ids, (location or self.harbour).with_user(public)
        )
        zone = ZoneInfo((location or self.harbour).tz)
        return [from_instant(slot.start).astimezone(zone).strftime("%-H:%M") for slot in slots]

    def event(self, start, stop, **values):
        """An entry in the calendar of Nora's user."""
        return self.env["calendar.event"].with_user(self.nora_user).create({
            "name": "Dentist", "start": start, "stop": stop, **values,
        })  # fmt: skip

    def test_a_day_without_anything_is_free(self):
        self.assertEqual(
            self.free(TUESDAY),
            [*MORNING, *AFTERNOON],
        )

    def test_the_day_on_which_the_clocks_go_back_is_free_at_its_own_hours(self):
        self.assertEqual(self.free(CLOCKS_GO_BACK), self.free(TUESDAY))

    def test_a_meeting_of_the_practitioner_blocks(self):
        self.event(utc(TUESDAY, "9:15"), utc(TUESDAY, "16:30"))

        self.assertEqual(self.free(TUESDAY), ["16:30"])

    def test_a_meeting_somebody_else_made_blocks_whom_it_invites(self):
        meeting = self.event(utc(TUESDAY, "9:15"), utc(TUESDAY, "16:30"))

        meeting.partner_ids = [Command.set(self.stranger.partner_id.ids)]
        elsewhere = self.free(TUESDAY)
        meeting.partner_ids = [Command.link(self.nora_user.partner_id.id)]

        self.assertEqual((len(elsewhere), self.free(TUESDAY)), (14, ["16:30"]))

    def test_a_meeting_the_practitioner_declined_does_not_block(self):
        meeting = self.event(utc(TUESDAY, "9:15"), utc(TUESDAY, "16:30"))

        meeting.attendee_ids.do_decline()

        self.assertEqual(len(self.free(TUESDAY)), 14)

    def test_an_entry_that_leaves_one_free_does_not_block(self):
        self.event(utc(TUESDAY, "9:15"), utc(TUESDAY, "16:30"), show_as="free")

        self.assertEqual(len(self.free(TUESDAY)), 14)

    def test_an_archived_entry_does_not_block(self):
        self.event(utc(TUESDAY, "9:15"), utc(TUESDAY, "16:30")).active = False

        self.assertEqual(len(self.free(TUESDAY)), 14)

    def test_a_whole_day_is_the_day_at_the_location(self):
        self.event(
            "2027-03-30 08:00:00",
            "2027-03-31 18:00:00",
            allday=True,
            start_date=TUESDAY,
            stop_date=WEDNESDAY,
        )

        free = [len(self.free(day)) for day in (MONDAY, TUESDAY, WEDNESDAY, THURSDAY)]

        self.assertEqual(free, [10, 0, 0, 14])

    def test_an_appointment_elsewhere_blocks_here(self):
        hill = self.location("Test Hill")
        self.appointment(TUESDAY, "9:30", [self.mother], location_id=hill.id)

        self.assertNotIn("9:30", self.free(TUESDAY))

    def test_an_unconfirmed_change_of_mind_frees_the_time(self):
        visit = self.appointment(TUESDAY, "9:30", [self.mother])

        visit._update_state("cancelled")

        self.assertIn("9:30", self.free(TUESDAY))

    def test_buffers_of_both_keep_visits_apart(self):
        buffered = self.service("Test Buffered", self.nora, buffer_before=10, buffer_after=10)
        self.appointment(TUESDAY, "10:00", [self.mother])

        self.assertEqual(self.free(TUESDAY, buffered)[:2], ["9:00", "11:00"])

    def test_hours_are_those_of_the_schedule_of_that_day(self):
        schedule = self.nora.schedule_ids
        schedule.write({"date_to": TUESDAY})
        self.schedule(self.nora, self.calendar((9, 10)), date_from=WEDNESDAY, date_to=WEDNESDAY)

        free = [len(self.free(day)) for day in (TUESDAY, WEDNESDAY, THURSDAY)]

        self.assertEqual(free, [14, 2, 0])

    def test_a_closing_day_of_some_hours_leaves_other_hours_of_the_same_place_open(self):
        """Nora works by two calendars at one place; that of the evenings is closed for a day."""
        evenings = self.calendar((17, 19))
        self.schedule(self.nora, evenings)
        noon, midnight = utc(TUESDAY, "12:00"), utc(WEDNESDAY, "0:00")
        closing = {"name": "No evening", "calendar_id": evenings.id}
        self.env["resource.calendar.leaves"].create(
            {**closing, "date_from": noon, "date_to": midnight}
        )

        self.assertEqual(self.free(TUESDAY), [*MORNING, *AFTERNOON])
        self.assertEqual(self.free(WEDNESDAY)[-3:], ["17:30", "18:00", "18:30"])

    def test_hours_at_one_location_are_not_offered_at_another(self):
        hill = self.location("Test Hill")

        self.schedule(self.nora, self.calendar((18, 19)), hill)

        self.assertEqual(self.free(TUESDAY, location=hill), ["18:00", "18:30"])
        self.assertNotIn("18:00", self.free(TUESDAY))

    def test_any_time_of_two_practitioners_is_one_of_theirs(self):
        ben = self.practitioner("Ben Test-Other", self.calendar((9, 9.75)))
        self.nora.schedule_ids.calendar_id = self.calendar((9.75, 10.5))
        self.single.write({"practitioner_ids": [Command.link(ben.id)], "duration": 60})

        self.assertEqual(self.free(TUESDAY), [])


@tagged("post_install", "-at_install")
class TestQueries(ClinicCase):
    def ask(self, service, length):
        """A question for the free times of so many days, as a new page asks it."""
        self.env.flush_all()
        self.env.invalidate_all()
        return service._get_slots(days(TUESDAY, length), *service._get_places())

    def assertFewQueries(self, practitioners, length):
        public = self.env.ref("base.public_user")
        service = self.service("Test Counted", practitioners).with_user(public)
        slots = self.ask(service, length)
        with self.assertQueryCount(5):
            self.ask(service, length)
        self.assertEqual(len(slots), 14 * length * len(practitioners))

    def test_many_practitioners_and_days_need_as_few_queries_as_one(self):
        team = self.nora.browse().union(*(self.practitioner(f"Test {n}") for n in range(20)))

        self.assertFewQueries(team[:2], 7)
        self.assertFewQueries(team, 28)

    def test_the_starts_are_those_of_all_slots(self):
        ben = self.practitioner("Ben Test-Other", self.calendar((8, 12.25)))
        self.appointment(TUESDAY, "10:00", [self.mother])
        service = self.service("Test Counted", self.nora + ben)
        place = (days(TUESDAY, 7), service.practitioner_ids, self.harbour)

        starts = service._get_starts(*place)

        slots = service._get_slots(*place)
        self.assertEqual(starts, {self.harbour.id: sorted({slot.start for slot in slots})})
        self.assertGreater(len(slots), len(starts[self.harbour.id]))

    def test_many_starts_are_written_as_one_is_and_each_time_of_day_once(self):
        starts = [
            start for day in (TUESDAY, CLOCKS_GO_BACK) for start in range(*days(day, 1), 1800)
        ]

        with patch.object(
            clinic_location, "format_time", wraps=clinic_location.format_time
        ) as writing:
            values = self.harbour._get_starts_values(starts)

        alone = [self.harbour._get_time_values(start) for start in starts]
        same = [{name: one[name] for name in ("param", "query", "time")} for one in alone]
        hours = [datetime.fromisoformat(one["param"]).hour for one in alone]
        self.assertEqual(
            values, [{**one, "hour": hour} for one, hour in zip(same, hours, strict=True)]
        )
        self.assertEqual(writing.call_count, 48)
