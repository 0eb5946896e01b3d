"""Who takes hours away in the window of the week is asked about the visits that lose them."""

from odoo.tests import tagged

from ..common import THURSDAY, TUESDAY
from ..week_common import WeekCase


@tagged("post_install", "-at_install")
class TestWeekLosing(WeekCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.schedule_of_nora = cls.nora.schedule_ids
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.mother])

    def without_tuesday(self):
        week = self.week(schedule=self.schedule_of_nora)
        for number in range(len(week.line_ids)):
            with week.line_ids.edit(number) as line:
                line.tuesday = False
        return week.save()

    def test_it_asks_and_keeps_what_was_typed(self):
        week = self.without_tuesday()

        action = week.action_save()

        self.assertEqual(action["res_id"], week.id)
        self.assertIn("Nobody would work any more", week.question)
        self.assertFalse(any(week.line_ids.mapped("tuesday")))
        self.assertFalse(self.visit.is_orphaned)

    def test_with_a_word_why_the_visit_waits(self):
        week = self.without_tuesday()
        week.action_save()
        week.orphaned_note = "At the other clinic on Tuesdays"

        week.action_save()

        self.assertTrue(self.visit.is_orphaned)
        self.assertEqual(self.visit.orphaned_note, "At the other clinic on Tuesdays")

    def test_a_word_why_answers_for_the_visits_that_were_shown(self):
        thursday = self.appointment(THURSDAY, "10:00", [self.father])
        week = self.without_tuesday()
        week.action_save()
        week.orphaned_note = "At the other clinic on Tuesdays"
        week.line_ids.thursday = False

        action = week.action_save()

        self.assertEqual(action["res_id"], week.id)
        self.assertFalse(self.visit.is_orphaned or thursday.is_orphaned)
        week.action_save()
        self.assertTrue(self.visit.is_orphaned and thursday.is_orphaned)

    def test_what_hours_and_dates_take_away_is_one_question(self):
        later = self.appointment(THURSDAY, "10:00", [self.father])
        week = self.without_tuesday()
        week.date_to = TUESDAY
        week.orphaned_note = "Leaves us"

        week.action_save()
        week.action_save()

        self.assertTrue(self.visit.is_orphaned and later.is_orphaned)
        self.assertEqual(self.nora.schedule_ids.date_to, TUESDAY)

    def test_where_nobody_loses_anything_nothing_is_asked(self):
        self.visit._update_state("cancelled")
        week = self.without_tuesday()

        week.action_save()

        self.assertFalse(week.question)
        self.assertNotIn("1", self.nora.schedule_ids.calendar_id.attendance_ids.mapped("dayofweek"))
