"""Two appointments of one practitioner never overlap: PostgreSQL refuses it."""

from psycopg2.errors import ExclusionViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import TUESDAY, ClinicCase, utc


@tagged("post_install", "-at_install")
class TestOverlap(ClinicCase):
    def assertRoom(self, clock, **values):
        """There is room for another appointment on Tuesday."""
        self.env.flush_all()
        self.assertTrue(self.appointment(TUESDAY, clock, [self.father], **values))

    def assertNoRoom(self, clock, **values):
        """The database refuses another appointment on Tuesday."""
        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"):
            self.appointment(TUESDAY, clock, [self.father], **values)

    def test_the_database_holds_the_constraint(self):
        self.env.cr.execute("""
            SELECT contype, condeferrable, pg_get_constraintdef(oid)
              FROM pg_constraint
             WHERE conname = 'clinic_appointment_no_overlap'
        """)

        kind, may_be_deferred, definition = self.env.cr.fetchone()

        self.assertEqual((kind, may_be_deferred), ("x", False))
        self.assertIn("EXCLUDE USING gist (practitioner_id WITH =, tsrange(", definition)
        self.assertRegex(definition, r"tsrange\(blocked_start, blocked_stop, '\[\)'\S*\) WITH &&")
        self.assertRegex(definition, r"WHERE .*state.*'booked'.*'arrived'.*'fulfilled'")
        self.assertNotRegex(definition, "cancelled|noshow")

    def test_the_database_can_compare_integers_in_a_gist_index(self):
        self.env.cr.execute("SELECT 1 FROM pg_extension WHERE extname = 'btree_gist'")

        self.assertTrue(self.env.cr.fetchone())

    def test_a_practitioner_has_one_appointment_at_a_time(self):
        self.appointment(TUESDAY, "10:00", [self.mother])

        self.assertNoRoom("9:45")
        self.assertNoRoom("10:00")
        self.assertNoRoom("10:29")

    def test_an_appointment_that_contains_another_overlaps_it(self):
        long = self.service("Test Long", self.nora, duration=120)
        self.appointment(TUESDAY, "10:00", [self.mother])

        self.assertNoRoom("9:30", service_id=long.id)

    def test_touching_is_not_overlapping(self):
        self.appointment(TUESDAY, "10:00", [self.mother])

        self.assertRoom("9:30")
        self.assertRoom("10:30")

    def test_another_practitioner_is_free(self):
        ben = self.practitioner("Ben Test-Other")
        self.appointment(TUESDAY, "10:00", [self.mother])

        self.assertRoom("10:00", practitioner_id=ben.id)

    def test_another_location_does_not_make_a_second_practitioner(self):
        hill = self.location("Test Hill")
        self.appointment(TUESDAY, "10:00", [self.mother])

        self.assertNoRoom("10:00", location_id=hill.id)

    def test_the_buffer_after_belongs_to_the_appointment(self):
        buffered = self.service("Test Buffered", self.nora, buffer_after=10)
        self.appointment(TUESDAY, "10:00", [self.mother], service_id=buffered.id)

        self.assertNoRoom("10:39")
        self.assertRoom("10:40")

    def test_the_buffer_before_belongs_to_the_appointment(self):
        buffered = self.service("Test Buffered", self.nora, buffer_before=10)
        self.appointment(TUESDAY, "10:00", [self.mother])

        self.assertNoRoom("10:39", service_id=buffered.id)
        self.assertRoom("10:40", service_id=buffered.id)

    def test_an_appointment_is_not_moved_onto_another(self):
        self.appointment(TUESDAY, "10:00", [self.mother])
        later = self.appointment(TUESDAY, "11:00", [self.father])

        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"):
            later.start = utc(TUESDAY, "10:15")
            later.flush_recordset()

    def test_an_appointment_is_not_stretched_into_another(self):
        later = self.appointment(TUESDAY, "10:30", [self.father])
        visit = self.appointment(TUESDAY, "10:00", [self.mother])

        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"):
            visit.stop = later.stop
            visit.flush_recordset()

    def test_a_visit_that_is_over_early_still_took_its_time(self):
        self.appointment(TUESDAY, "10:00", [self.mother]).action_fulfil()

        self.assertNoRoom("10:00")

    def test_a_cancelled_appointment_frees_its_time(self):
        self.appointment(TUESDAY, "10:00", [self.mother])._update_state("cancelled")

        self.assertRoom("10:00")

    def test_a_missed_appointment_frees_its_time(self):
        self.appointment(TUESDAY, "10:00", [self.mother])._update_state("noshow")

        self.assertRoom("10:00")

    def test_a_cancellation_is_undone_while_the_time_is_free(self):
        visit = self.appointment(TUESDAY, "10:00", [self.mother])
        visit._update_state("cancelled")

        visit.action_rebook()

        self.assertEqual(visit.state, "booked")

    def test_a_cancellation_is_not_undone_when_the_time_is_gone(self):
        visit = self.appointment(TUESDAY, "10:00", [self.mother])
        visit._update_state("cancelled")
        self.env.flush_all()
        self.appointment(TUESDAY, "10:15", [self.father])

        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"):
            visit.action_rebook()
            visit.flush_recordset()
