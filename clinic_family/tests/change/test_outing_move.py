"""What a family found together is moved together: to another plan, all of it or none."""

from dataclasses import replace
from datetime import date

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...engine.instants import from_instant
from ...engine.outing import Outing
from ...exceptions import BookingRefused, ChangeRefused, SlotTaken
from ..common import AUCKLAND, TUESDAY, WEDNESDAY, utc, written
from ..message_common import MailCatcher
from .test_outing import HALF, NINE, OutingCase

LATE, LATER = written(WEDNESDAY, "14:00"), written(WEDNESDAY, "14:30")


class OutingMoveCase(OutingCase):
    def moving(self, user=None, visit=None):
        """What this user can move as one."""
        self.env.invalidate_all()
        user = user or self.mother
        visit = (visit or self.visits[0]).with_user(user)
        return visit._get_moving_of(user.partner_id)

    def offered(self, user=None, **asked):
        """The other plans of each day."""
        user, moving = user or self.mother, self.moving(user)
        asked = {"first_day": TUESDAY, "weekdays": frozenset({TUESDAY.weekday()}), **asked}
        outing = moving._as_outing(Outing(**asked))
        finder = self.env["clinic.outing.plan"].with_user(user)
        return finder._find(user.partner_id, outing)[0]

    def times(self, **asked):
        """The plans of Tuesday: who comes when."""
        names = {one.id: one.name.split()[0] for one in (self.leo, self.ana, self.me)}
        return [
            [
                f"{names[one.person_id]} "
                + from_instant(one.start).astimezone(AUCKLAND).strftime("%-H:%M")
                for one in plan.visits
            ]
            for day, plans in self.offered(**asked)
            if day == TUESDAY
            for plan in plans
        ]

    def move(self, *starts, user=None, visits=None, practitioner=None):
        user, visits = user or self.mother, visits or self.visits
        self.env.invalidate_all()
        visits = visits.with_user(user)
        practitioner = practitioner or self.nora
        checkouts = [
            visit.sudo()._as_checkout(start, practitioner.id, self.harbour.id)
            for visit, start in zip(visits, starts, strict=True)
        ]
        visits._reschedule_all(user.partner_id, checkouts)
        self.env.invalidate_all()

    def starts(self):
        self.env.invalidate_all()
        return self.visits.mapped("start")

    def stands(self):
        """Nothing has moved."""
        return self.starts() == [utc(TUESDAY, "9:00"), utc(TUESDAY, "9:30")]


@tagged("post_install", "-at_install")
class TestOtherTimes(OutingMoveCase):
    def test_what_they_have_counts_as_free_and_is_not_offered(self):
        found = self.times(begin=9, end=10)

        self.assertEqual(found, [])
        self.assertEqual(self.times_anew(), [["Leo 9:00", "Ana 9:30"]])

    def times_anew(self):
        """What would be offered for a new outing, were this one cancelled."""
        self.visits._update_state("cancelled")
        outing = self.outing((self.leo, self.single), (self.ana, self.single), begin=9, end=10)
        return [
            [name + " " + clock for name, clock, _who in self.tell(plan)]
            for plan in self.find(outing)[0][0][1]
        ]

    def test_they_may_take_each_others_times(self):
        found = self.times(begin=9, end=11)

        self.assertEqual(found[0], ["Leo 9:30", "Ana 10:00"])

    def test_who_comes_along_is_never_needed_in_two_places(self):
        self.single.practitioner_ids += self.otto
        self.visits.participant_ids.along_id = self.me

        for plan in self.times(begin=9, end=12):
            self.assertEqual(len({one.split()[1] for one in plan}), 2)
        self.visits.participant_ids.along_id = False
        at_once = [len({one.split()[1] for one in plan}) for plan in self.times(begin=9, end=12)]
        self.assertIn(1, at_once)

    def test_a_visit_is_as_long_as_the_desk_has_made_it(self):
        self.visits[1].stop = utc(TUESDAY, "10:30")

        visits = [one for _day, plans in self.offered() for plan in plans for one in plan.visits]

        lengths = {one.person_id: one.stop - one.start for one in visits}
        self.assertEqual(lengths, {self.leo.id: 1800, self.ana.id: 3600})

    def test_who_is_of_the_age_now_has_to_be_on_the_new_day(self):
        self.leo.birth_date = date(2023, 3, 31)
        self.single.max_age = 3
        self.ana.birth_date = self.leo.birth_date

        days = self.offered(weekdays=frozenset(range(7)))

        self.assertEqual([day for day, _plans in days], [TUESDAY])

    def test_hours_that_end_before_they_begin_are_refused_in_words(self):
        with self.assertRaises(BookingRefused):
            self.offered(begin=12, end=9)

    def test_another_visit_of_the_mother_stands_in_the_way_as_far_as_she_sees_it(self):
        self.visits.participant_ids.along_id = self.me
        self.appointment(TUESDAY, "9:30", [self.me], practitioner_id=self.otto.id,
                         service_id=self.massage.id)  # fmt: skip

        self.assertEqual(self.times(begin=9, end=11), [["Leo 9:00", "Ana 10:30"]])
        self.visits.participant_ids.along_id = False
        self.assertIn(["Leo 9:30", "Ana 10:00"], self.times(begin=9, end=11))

    def test_whatever_is_offered_can_be_taken(self):
        self.single.practitioner_ids += self.otto
        self.appointment(TUESDAY, "11:00", [self.father])
        for plan in [plan for _day, plans in self.offered() for plan in plans]:
            moving = self.moving()
            outing = replace(moving._as_outing(Outing()), payer_id=0)
            finder = self.env["clinic.outing.plan"].with_user(self.mother)
            by_person = {one.participant_ids[0]: one for one in finder._get_checkouts(outing, plan)}
            asked = [by_person[visit._get_coming().partner_id.id] for visit in moving]

            moving._reschedule_all(self.me, asked)

            self.assertEqual(
                {one.start for one in plan.visits},
                {int(visit.start.timestamp()) for visit in self.visits},
            )


@tagged("post_install", "-at_install")
class TestMovedAsOne(MailCatcher, OutingMoveCase):
    def test_all_of_it_moves_and_stays_one_outing(self):
        self.move(LATE, LATER)

        self.assertEqual(self.starts(), [utc(WEDNESDAY, "14:00"), utc(WEDNESDAY, "14:30")])
        self.assertEqual(self.seen(self.mother), self.visits)
        self.assertEqual([visit.reschedule_ids.old_start for visit in self.visits],
                         [utc(TUESDAY, "9:00"), utc(TUESDAY, "9:30")])  # fmt: skip
        self.assertEqual(self.visits.reschedule_ids.moved_by_id, self.me)

    def test_two_change_places(self):
        self.move(HALF, NINE)

        self.assertEqual(self.starts(), [utc(TUESDAY, "9:30"), utc(TUESDAY, "9:00")])
        blocked = self.visits.mapped("blocked_start")
        self.assertEqual([one.date() for one in blocked], [utc(TUESDAY, "9:00").date()] * 2)

    def test_two_change_practitioners_at_their_times(self):
        self.single.practitioner_ids += self.otto
        self.move(NINE, HALF, practitioner=self.otto)

        self.assertEqual(self.visits.practitioner_id, self.otto)
        for visit in self.visits:
            self.assertEqual(visit.blocked_start, visit.start)

    def test_one_that_stays_where_it_is_is_not_moved(self):
        self.move(NINE, written(TUESDAY, "10:00"))

        self.assertFalse(self.visits[0].reschedule_ids)
        self.assertEqual(self.visits[1].start, utc(TUESDAY, "10:00"))

    def test_where_one_time_is_taken_none_moves(self):
        self.appointment(WEDNESDAY, "14:30", [self.father])

        with self.assertRaisesRegex(SlotTaken, "9:30"), mute_logger("odoo.sql_db"):
            self.move(LATE, LATER)

        self.assertTrue(self.stands())
        for visit in self.visits:
            self.assertEqual(visit.blocked_start, visit.start)

    def test_where_a_time_is_not_offered_none_moves(self):
        with self.assertRaises(BookingRefused):
            self.move(LATE, written(WEDNESDAY, "3:00"))

        self.assertTrue(self.stands())

    def test_nobody_is_moved_into_another_visit_of_theirs(self):
        self.appointment(WEDNESDAY, "14:30", [self.ana], practitioner_id=self.otto.id,
                         service_id=self.massage.id)  # fmt: skip

        with self.assertRaisesRegex(BookingRefused, "Ana Littleton has another visit"):
            self.move(LATE, LATER)

        self.assertTrue(self.stands())

    def test_pressed_twice_it_is_moved_once(self):
        self.move(LATE, LATER)
        self.move(LATE, LATER)

        self.assertEqual(len(self.visits.reschedule_ids), 2)

    def test_one_of_them_may_not_be_moved_so_none_is(self):
        self.over()
        self.visits[1].service_id = self.massage
        self.massage.practitioner_ids |= self.nora
        self.massage.write({"change_policy": "own", "allow_reschedule": False})

        self.assertEqual(self.moving().sudo(), self.visits[0])
        with self.assertRaises(ChangeRefused):
            self.move(LATE, LATER)

        self.assertTrue(self.stands())

    def test_a_father_moves_nothing_of_what_he_does_not_see(self):
        self.grant(self.leo, self.father, "book")

        self.assertEqual(self.moving(self.father).sudo(), self.visits[0])
        with self.assertRaisesRegex(ChangeRefused, "isn't here, or isn't yours"):
            self.move(LATE, LATER, user=self.father)

        self.assertTrue(self.stands())

    def test_a_confidential_visit_of_the_same_key_is_not_there(self):
        key = self.visits[1].plan_key
        self.visits[1]._set_confidential(True)
        self.visits[1].plan_key = key

        self.assertEqual(self.moving().sudo(), self.visits[0])
        with self.assertRaisesRegex(ChangeRefused, "isn't here, or isn't yours"):
            self.move(LATE, LATER)
        self.assertTrue(self.stands())

    def test_each_reader_gets_one_message(self):
        self.me.email = "mira@example.com"
        for child in (self.leo, self.ana):
            self.grant(child, self.mother, "notify")
        self.send()
        self.over()

        self.move(LATE, LATER)

        mails = self.send(10)
        self.assertEqual([mail.address for mail in mails], ["mira@example.com"])
        self.assertRegex(mails[0].words, "Leo(?s:.)*Ana|Ana(?s:.)*Leo")
        self.assertIn("2:30", mails[0].words)
