"""Moving online: who may, to which times, and what happens to the old one."""

from odoo.tests import tagged

from ...exceptions import BookingRefused, SlotTaken
from ..change_common import ChangeCase
from ..common import (
    CLOCKS_GO_BACK,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    days,
    instant,
    utc,
    written,
)

TWO = written(THURSDAY, "14:00")


@tagged("post_install", "-at_install")
class TestMove(ChangeCase):
    def assertNotOffered(self, reason, user, visit, start, **values):
        with self.assertRaises(BookingRefused) as refusal:
            self.move(user, visit, start, **values)
        self.assertEqual(refusal.exception.reason, reason)
        self.assertEqual(visit.start, utc(THURSDAY, "10:00"))

    def offered(self, visit, **values):
        """The starts on Thursday to which the visit could be moved."""
        window = days(THURSDAY, 1)
        return self.group._get_starts(window, self.nora, self.harbour, visit, **values)[
            self.harbour.id
        ]

    def test_the_primary_moves_the_visit_for_everyone(self):
        visit = self.visit(self.mother, self.father)

        self.move(self.mother, visit, TWO)

        self.assertEqual(visit.start, utc(THURSDAY, "14:00"))
        self.assertEqual(visit.stop, utc(THURSDAY, "14:30"))
        self.assertEqual(len(self.coming(visit)), 2)
        self.assertEqual(visit.state, "booked")

    def test_a_move_into_another_visit_of_somebody_who_comes_takes_a_yes(self):
        otto = self.practitioner("Otto Test-Osler")
        other = self.appointment(THURSDAY, "14:15", [self.mother], practitioner_id=otto.id)
        visit = self.visit(self.mother)
        yes = f"{visit.id}-{self.mother.partner_id.id}-{other.id}"

        self.assertNotOffered("clash", self.mother, visit, TWO)
        self.move(self.mother, visit, TWO, meant=[yes])

        self.assertEqual(visit.start, utc(THURSDAY, "14:00"))

    def test_a_move_next_to_another_visit_takes_no_yes(self):
        otto = self.practitioner("Otto Test-Osler")
        self.appointment(THURSDAY, "14:30", [self.mother], practitioner_id=otto.id)
        visit = self.visit(self.mother)

        self.move(self.mother, visit, TWO)

        self.assertEqual(visit.start, utc(THURSDAY, "14:00"))

    def test_who_moves_is_never_asked_about_a_visit_they_may_not_see(self):
        otto = self.practitioner("Otto Test-Osler")
        self.appointment(THURSDAY, "14:00", [self.father], practitioner_id=otto.id)
        visit = self.visit(self.mother, self.father)

        self.move(self.mother, visit, TWO)

        self.assertEqual(visit.start, utc(THURSDAY, "14:00"))

    def test_a_secondary_does_not_move_it(self):
        visit = self.visit(self.mother, self.father)

        self.assertNotChanged("not_yours", self.move, self.father, visit, TWO)
        self.assertFalse(self.options(self.father, visit)["move"])

    def test_a_relative_who_may_book_for_one_of_several_does_not_move_it(self):
        self.grant(self.leo, self.grandmother, "book")
        visit = self.visit(self.mother, self.leo)

        self.assertNotChanged("not_yours", self.move, self.grandmother, visit, TWO)

    def test_a_relative_who_may_book_for_all_moves_it_and_it_is_noted_under_which_permissions(self):
        held = self.grant(self.leo, self.grandmother, "book")
        held |= self.grant(self.mother.partner_id, self.grandmother, "book")
        visit = self.visit(self.leo, self.mother, payer_id=self.father.partner_id.id)

        self.move(self.grandmother, visit, TWO)

        self.assertEqual(visit.reschedule_ids.permission_ids, held)
        self.assertEqual(visit.reschedule_ids.moved_by_id, self.grandmother.partner_id)

    def test_a_payer_who_stays_at_home_moves_it(self):
        self.grant(self.leo, self.grandmother, "book")
        visit = self.visit(self.leo, self.father, payer_id=self.grandmother.partner_id.id)

        self.move(self.grandmother, visit, TWO)

        self.assertEqual(visit.start, utc(THURSDAY, "14:00"))
        self.assertFalse(visit.reschedule_ids.permission_ids)

    def test_a_permission_that_has_ended_counts_no_more(self):
        book = self.grant(self.leo, self.grandmother, "book")
        visit = self.visit(self.leo)
        self.assertTrue(self.options(self.grandmother, visit)["move"])

        book._revoke("A quarrel.")

        self.assertNotChanged("not_yours", self.move, self.grandmother, visit, TWO)

    def test_each_move_is_noted(self):
        visit = self.visit(self.mother)

        self.move(self.mother, visit, TWO)
        self.move(self.mother, visit, written(THURSDAY, "15:00"))

        moves = visit.reschedule_ids.sorted("id")
        self.assertEqual(
            moves.mapped("old_start"), [utc(THURSDAY, "10:00"), utc(THURSDAY, "14:00")]
        )
        self.assertEqual(
            moves.mapped("new_start"), [utc(THURSDAY, "14:00"), utc(THURSDAY, "15:00")]
        )

    def test_moving_there_twice_is_harmless(self):
        visit = self.visit(self.mother)
        self.move(self.mother, visit, TWO)

        with self.at(THURSDAY, "13:59"):
            self.move(self.mother, visit, TWO)
            self.move(self.mother, visit, TWO, self.nora)

        self.assertEqual(len(visit.reschedule_ids), 1)

    def test_too_late_it_says_so_and_whom_to_call(self):
        visit = self.visit(self.mother)

        with self.at(WEDNESDAY, "10:01"):
            sentence = self.assertNotChanged("late", self.move, self.mother, visit, TWO)
        with self.at(WEDNESDAY, "10:00"):
            self.move(self.mother, visit, TWO)

        self.assertRegex(sentence, "less than 24 hours.*can't be moved.*Please call Test Harbour")

    def test_moving_has_a_deadline_of_its_own(self):
        self.company.clinic_reschedule_hours = 48
        visit = self.visit(self.mother)

        with self.at(TUESDAY, "10:01"):
            self.assertNotChanged("late", self.move, self.mother, visit, TWO)
            words = self.options(self.mother, visit)["words"]

        self.assertRegex(words[0], r"^Free to cancel until Wed 31 Mar 10:00")
        self.assertRegex(words[1], "less than 48 hours before the visit, so it can't be moved")

    def test_over_a_clock_change_24_hours_are_24_hours(self):
        visit = self.appointment(CLOCKS_GO_BACK, "10:00", [self.mother])
        start = written(CLOCKS_GO_BACK, "14:00")

        with self.at(CLOCKS_GO_BACK.replace(day=3), "11:01"):
            self.assertNotChanged("late", self.move, self.mother, visit, start)
        with self.at(CLOCKS_GO_BACK.replace(day=3), "11:00"):
            self.move(self.mother, visit, start)

    def test_a_clinic_may_not_allow_it(self):
        self.company.clinic_allow_reschedule = False
        visit = self.visit(self.mother)

        self.assertNotChanged("not_allowed", self.move, self.mother, visit, TWO)

    def test_a_service_may_have_a_rule_of_its_own(self):
        self.group.write({"change_policy": "own", "allow_reschedule": False})
        visit = self.visit(self.mother)

        self.assertNotChanged("not_allowed", self.move, self.mother, visit, TWO)
        self.group.allow_reschedule = True
        self.move(self.mother, visit, TWO)

    def test_a_service_that_is_no_longer_offered_has_no_times_to_move_to(self):
        visit = self.visit(self.mother)
        self.group.is_published = False

        self.assertNotChanged("not_allowed", self.move, self.mother, visit, TWO)
        self.assertTrue(self.options(self.mother, visit)["cancels"])

    def test_what_is_over_or_cancelled_is_not_moved(self):
        visit = self.visit(self.mother)
        with self.at(THURSDAY, "10:00"):
            self.assertNotChanged("past", self.move, self.mother, visit, TWO)
        visit._update_state("cancelled")

        self.assertNotChanged("state", self.move, self.mother, visit, TWO)

    def test_only_times_that_are_offered_are_taken(self):
        visit = self.visit(self.mother)

        self.assertNotOffered("hours", self.mother, visit, written(THURSDAY, "18:00"))
        self.assertNotOffered("grid", self.mother, visit, written(THURSDAY, "14:10"))
        self.assertNotOffered("notice", self.mother, visit, written(MONDAY, "10:00"))
        self.assertNotOffered("past", self.mother, visit, written(MONDAY, "8:00"))
        self.assertNotOffered("unreadable", self.mother, visit, "tomorrow")
        self.assertNotOffered("place", self.mother, visit, TWO, location=self.location("Elsewhere"))

    def test_somebody_elses_time_is_taken(self):
        visit = self.visit(self.mother)
        self.appointment(THURSDAY, "14:00", [self.stranger])

        with self.assertRaises(SlotTaken):
            self.move(self.mother, visit, TWO)

        self.assertEqual(visit.start, utc(THURSDAY, "10:00"))
        self.assertFalse(visit.reschedule_ids)

    def test_the_visit_does_not_stand_in_its_own_way(self):
        long = self.service("Test Long", self.nora, duration=60)
        visit = self.visit(self.mother, service_id=long.id)

        self.move(self.mother, visit, written(THURSDAY, "10:30"))

        self.assertEqual(visit.start, utc(THURSDAY, "10:30"))

    def test_other_visits_do(self):
        visit = self.visit(self.mother)
        self.appointment(THURSDAY, "14:00", [self.stranger])

        offered = self.offered(visit)

        self.assertIn(instant(THURSDAY, "10:00"), offered)
        self.assertNotIn(instant(THURSDAY, "14:00"), offered)
        self.assertNotIn(instant(THURSDAY, "10:00"), self.offered(()))

    def test_the_old_time_is_free_then(self):
        visit = self.visit(self.mother)

        self.move(self.mother, visit, TWO)

        slots = self.group._get_slots(days(THURSDAY, 1), self.nora, self.harbour)
        self.assertIn(instant(THURSDAY, "10:00"), [slot.start for slot in slots])
        self.assertNotIn(instant(THURSDAY, "14:00"), [slot.start for slot in slots])

    def test_a_visit_the_front_desk_made_longer_stays_as_long(self):
        visit = self.visit(self.mother)
        visit.stop = utc(THURSDAY, "11:30")
        self.assertNotIn(instant(THURSDAY, "16:00"), self.offered(visit))

        self.assertNotOffered("hours", self.mother, visit, written(THURSDAY, "16:00"))
        self.move(self.mother, visit, TWO)

        self.assertEqual(visit.stop, utc(THURSDAY, "15:30"))
        self.assertEqual(visit.blocked_stop, utc(THURSDAY, "15:30"))

    def test_the_same_practitioner_comes_first_when_anyone_will_do(self):
        ben = self.practitioner("Aaron Test-First", sequence=-9)
        self.group.practitioner_ids |= ben
        visit = self.visit(self.mother)

        self.move(self.mother, visit, TWO)
        self.assertEqual(visit.practitioner_id, self.nora)
        self.appointment(THURSDAY, "15:00", [self.stranger])
        self.move(self.mother, visit, written(THURSDAY, "15:00"))

        self.assertEqual(visit.practitioner_id, ben)

    def test_it_moves_to_another_practitioner_who_is_busy_at_the_old_time(self):
        ben = self.practitioner("Ben Test-Other")
        self.group.practitioner_ids |= ben
        visit = self.visit(self.mother)
        self.appointment(THURSDAY, "10:00", [self.stranger], practitioner_id=ben.id)
        self.appointment(THURSDAY, "14:00", [self.father])

        self.move(self.mother, visit, TWO, ben)

        self.assertEqual((visit.practitioner_id, visit.start), (ben, utc(THURSDAY, "14:00")))
