"""What was done to a visit, by whom and why, is kept; for the front desk alone."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import ROLE, TUESDAY, WEDNESDAY, utc, written
from ..company_common import Neighbours
from ..staff_common import StaffCase


@tagged("post_install", "-at_install")
class TestAppointmentLog(Neighbours, StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ill = cls.env.ref("clinic_family.clinic_cancel_reason_ill")
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.leo], payer_id=cls.mira.id)
        cls.env.flush_all()

    def rows(self, visit=None):
        """What was done since the visit was booked, the first first."""
        rows = self.env["clinic.appointment.log"].search(
            [("appointment_id", "=", (visit or self.visit).id)], order="id"
        )
        return rows[1:]

    def steps(self):
        return self.rows().mapped("step")

    def test_a_booking_by_the_desk_names_who_did_it(self):
        visit = (
            self.env["clinic.appointment"]
            .with_user(self.front_desk)
            .create({
                "service_id": self.group.id,
                "practitioner_id": self.nora.id,
                "location_id": self.harbour.id,
                "payer_id": self.mira.id,
                "participant_ids": [Command.create({"partner_id": self.mira.id})],
                "start": utc(TUESDAY, "14:00"),
            })
        )  # fmt: skip
        row = self.env["clinic.appointment.log"].search([("appointment_id", "=", visit.id)])

        self.assertEqual(row.step, "booked")
        self.assertEqual(row.create_uid, self.front_desk)

    def test_a_booking_online_is_one_row_of_who_booked(self):
        start = written(WEDNESDAY, "10:00")
        visit = self.book(self.mother, self.checkout(self.single, start, [self.mother]))
        row = self.env["clinic.appointment.log"].search([("appointment_id", "=", visit.id)])

        self.assertEqual(row.mapped("step"), ["booked"])
        self.assertEqual(row.create_uid, self.mother)

    def test_who_is_named_as_coming_along_at_the_booking_or_as_one_joins_is_kept(self):
        grandma = self.grandmother.partner_id
        visit = self.appointment(TUESDAY, "14:00", [self.leo, self.mira], service_id=self.group.id)
        visit.participant_ids[0].unlink()
        visit.participant_ids = [Command.create({
            "partner_id": self.leo.id, "along_id": grandma.id,
        })]  # fmt: skip
        rows = self.rows(visit)

        self.assertEqual(
            [(row.step, row.people_ids) for row in rows],
            [("left", self.leo), ("joined", self.leo), ("along", grandma)],
        )

    def test_who_is_named_while_a_child_is_booked_online_is_kept(self):
        self.leo.birth_date = "2020-05-04"
        other = self.env.ref("clinic_family.clinic_relationship_type_other")
        self.env["clinic.relationship"]._link(self.leo, self.mira, other)
        self.grant(self.leo, self.mother, "book")
        start = written(WEDNESDAY, "10:00")
        asked = self.checkout(self.group, start, [self.leo], self.mira, along_id=self.mira.id)

        [row] = self.rows(self.book(self.mother, asked))

        self.assertEqual((row.step, row.people_ids), ("along", self.mira))

    def test_a_move_says_from_where_to_where(self):
        before = self.visit.local_time
        self.visit.with_user(self.front_desk).write({
            "start": utc(TUESDAY, "14:00"), "stop": utc(TUESDAY, "14:30"),
        })  # fmt: skip

        row = self.rows()
        self.assertEqual(row.step, "changed")
        self.assertEqual((row.old_text, row.new_text), (before, self.visit.local_time))

    def test_another_practitioner_and_service_are_kept(self):
        olga = self.practitioner("Olga Other")
        other = self.service("Test Other", self.nora | olga, max_participants=3)
        self.visit.with_user(self.front_desk).write({
            "practitioner_id": olga.id, "service_id": other.id,
        })  # fmt: skip

        row = self.rows()
        self.assertEqual(row.step, "changed")
        self.assertEqual(row.old_text, f"{self.group.name} · {self.nora.name}")
        self.assertEqual(row.new_text, "Test Other · Olga Other")

    def test_another_length_is_kept(self):
        minutes = self.visit._get_length() // 60
        self.visit.with_user(self.front_desk).stop = utc(TUESDAY, "10:50")

        self.assertEqual(
            (self.rows().old_text, self.rows().new_text), (f"{minutes} minutes", "50 minutes")
        )

    def test_an_unusual_time_says_why(self):
        self.visit.with_user(self.front_desk).write({
            "start": utc(TUESDAY, "6:00"), "stop": utc(TUESDAY, "6:30"),
            "time_reason": "Before school",
        })  # fmt: skip

        self.assertEqual(self.rows().why, "Before school")

    def test_each_step_and_its_undoing_is_kept_once(self):
        visit = self.visit.with_user(self.front_desk)
        visit.action_arrive()
        visit.action_fulfil()
        visit.action_arrive()
        visit.action_rebook()
        self.ill.with_user(self.front_desk)._call_off(visit, "noshow")
        visit.action_arrive()

        self.assertEqual(
            self.steps(), ["arrived", "fulfilled", "undone", "undone", "noshow", "arrived"]
        )

    def test_why_is_kept_after_it_was_undone(self):
        visit = self.visit.with_user(self.front_desk)
        self.ill.with_user(self.front_desk)._call_off(visit, "cancelled")
        visit.action_rebook()

        cancelled, undone = self.rows()
        self.assertEqual((cancelled.step, cancelled.why), ("cancelled", "Ill"))
        self.assertEqual((undone.step, undone.why), ("undone", False))

    def test_who_joins_and_who_leaves_is_named(self):
        self.visit.with_user(self.front_desk).write({
            "participant_ids": [Command.create({"partner_id": self.mira.id})],
        })  # fmt: skip
        self.visit.participant_ids[1].with_user(self.front_desk)._cancel()

        joined, left = self.rows()
        self.assertEqual((joined.step, joined.people_ids), ("joined", self.mira))
        self.assertEqual((left.step, left.people_ids), ("left", self.mira))

    def test_who_is_taken_off_is_still_named(self):
        other = self.appointment(TUESDAY, "15:00", [self.leo, self.mother], payer_id=self.mira.id)
        other.participant_ids[1].with_user(self.front_desk).unlink()

        self.assertEqual(self.rows(other).people_ids, self.mira)

    def test_what_is_only_held_is_not_kept(self):
        held = self.hold(
            self.mother, self.checkout(self.single, written(WEDNESDAY, "10:00"), [self.mother])
        )
        held._update_state("cancelled")

        rows = self.env["clinic.appointment.log"].search([("appointment_id", "=", held.id)])
        self.assertFalse(rows)

    def test_what_changes_nothing_leaves_no_row(self):
        self.visit.with_user(self.front_desk).write({"start": self.visit.start})
        self.visit.with_user(self.front_desk)._update_state("booked")

        self.assertFalse(self.rows())

    def test_it_is_for_the_front_desk(self):
        billing = self.user("test_billing", "Bo Billing", ROLE + "billing")
        self.build_neighbours()
        log = self.env["clinic.appointment.log"]
        domain = [("appointment_id", "=", self.visit.id)]

        for user in (self.front_desk, self.manager):
            with self.subTest(user=user.name):
                self.assertTrue(log.with_user(user).search(domain))
        for user in (self.theirs["front_desk"], self.theirs["manager"]):
            with self.subTest(user=user.name):
                self.assertFalse(log.with_user(user).search(domain))
        public = self.env.ref("base.public_user")
        for user in (self.doctor, billing, self.employee, self.mother, public):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                log.with_user(user).search(domain)

    def test_nobody_writes_it_by_hand(self):
        row = self.env["clinic.appointment.log"].search([("appointment_id", "=", self.visit.id)])
        for user in (self.doctor, self.front_desk, self.manager):
            mine = row.with_user(user)
            for act in (
                lambda mine=mine: mine.write({"step": "changed"}),
                mine.unlink,
                lambda mine=mine: mine.create({
                    "appointment_id": self.visit.id, "step": "changed",
                }),
            ):  # fmt: skip
                with self.subTest(user=user.name), self.assertRaises(AccessError):
                    act()
