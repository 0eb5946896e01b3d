"""Who becomes a patient online is put before the front desk, through whichever door."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ...engine.relative import NewRelative
from ..common import TUESDAY, WEDNESDAY, written
from ..company_common import Neighbours
from ..staff_common import StaffCase


@tagged("post_install", "-at_install")
class TestRegistration(Neighbours, StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mira.birth_date = date(1985, 5, 1)

    def ask(self, day=TUESDAY, people=None):
        """What the mother books online, for herself if nothing is said."""
        people = people or [self.mother]
        return self.book(self.mother, self.checkout(self.single, written(day, "10:00"), people))

    def registrations(self, person, user=None):
        self.env.invalidate_all()
        model = self.env["clinic.registration"].with_user(user or self.front_desk)
        return model.search([("patient_id", "=", person.id)])

    def refuse(self, registration, why="Comes from too far"):
        window = self.env["clinic.registration.refuse"].with_user(self.front_desk)
        return window.create({"registration_id": registration.id, "why": why}).action_save()

    # Who is in the queue

    def test_the_first_booking_online_registers_who_comes(self):
        self.ask()

        registration = self.registrations(self.mira)
        self.assertEqual(
            registration.mapped(lambda one: (one.state, one.way, one.registered_by_id)),
            [("new", "booking", self.mira)],
        )
        self.assertIn("Test Physio", registration.coming_text)

    def test_whoever_is_booked_for_by_a_relative_is_registered_by_them(self):
        greta = self.grandmother.partner_id
        self.grant(greta, self.mother, "book", "pay")

        self.ask(people=[self.grandmother])

        self.assertEqual(self.registrations(greta).registered_by_id, self.mira)
        self.assertFalse(self.registrations(self.mira))

    def test_the_second_booking_registers_nobody(self):
        self.ask()
        self.ask(WEDNESDAY)

        self.assertEqual(len(self.registrations(self.mira)), 1)

    def test_two_visits_of_one_check_out_are_one_registration(self):
        for day in (TUESDAY, WEDNESDAY):
            self.hold(self.mother, self.checkout(self.single, written(day, "10:00"), [self.mother]))
        self.confirm(self.mother)

        registration = self.registrations(self.mira)
        self.assertEqual(len(registration), 1)
        self.assertEqual(len(registration.coming_text.splitlines()), 2)

    def test_a_time_that_is_only_held_registers_nobody(self):
        self.hold(self.mother, self.checkout(self.single, written(TUESDAY, "10:00"), [self.mother]))

        self.assertFalse(self.registrations(self.mira))

    def test_a_booking_paid_for_by_a_job_registers_too(self):
        held = self.hold(
            self.mother, self.checkout(self.single, written(TUESDAY, "10:00"), [self.mother])
        )

        held._update_state("booked")

        self.assertEqual(self.registrations(self.mira).state, "new")

    def test_a_child_added_on_the_family_page_is_registered(self):
        ana = NewRelative(
            first_name="Ana", last_name="Motherwell", email="home@example.com",
            birth_date=date(2019, 3, 4), type_id=self.type("CHILD").id,
            is_guardian=False, may_bill=False, kinds=(),
        )  # fmt: skip
        self.env["clinic.family"].with_user(self.mother)._add(self.mira, ana)

        ana = self.env["res.partner"].search([("name", "=", "Ana Motherwell")])
        registration = self.registrations(ana)
        self.assertEqual((registration.way, registration.registered_by_id), ("family", self.mira))

    def test_a_child_whom_an_employee_adds_to_the_family_is_registered(self):
        relative = NewRelative(
            first_name="Ben", last_name="Employed", email="home@example.com",
            birth_date=date(2019, 3, 4), type_id=self.type("CHILD").id,
            is_guardian=False, may_bill=False, kinds=(),
        )  # fmt: skip
        person = self.employee.partner_id
        person.birth_date = date(1985, 5, 1)
        self.env["clinic.family"].with_user(self.employee)._add(person, relative)

        ben = self.env["res.partner"].search([("name", "=", "Ben Employed")])
        self.assertEqual(self.registrations(ben).registered_by_id, person)

    def test_whom_staff_make_a_patient_is_no_registration(self):
        self.appointment(TUESDAY, "10:00", [self.mother])
        made = self.env["res.partner"].with_user(self.front_desk).create({
            "name": "Nina New", "is_patient": True,
        })  # fmt: skip

        self.assertTrue(self.mira.is_patient)
        self.assertFalse(self.registrations(self.mira) + self.registrations(made))

    # What becomes of it

    def test_confirmed_as_new_it_says_who_did_it_and_when(self):
        self.ask()
        registration = self.registrations(self.mira)

        registration.action_confirm()

        self.assertEqual(registration.state, "confirmed")
        self.assertEqual(registration.decided_by_id, self.front_desk)
        self.assertTrue(registration.decided_at)

    def test_what_was_decided_is_not_decided_again(self):
        self.ask()
        registration = self.registrations(self.mira)
        registration.action_confirm()

        for verb in (registration.action_confirm, lambda: self.refuse(registration)):
            with self.assertRaisesRegex(UserError, "meanwhile"):
                verb()

    def test_refusing_keeps_the_visits_and_opens_them_to_be_cancelled(self):
        visit = self.ask()

        opened = self.refuse(self.registrations(self.mira))

        registration = self.registrations(self.mira)
        self.assertEqual((registration.state, registration.why), ("refused", "Comes from too far"))
        self.assertEqual(visit.state, "booked")
        self.assertEqual(opened["domain"], [("id", "in", visit.ids)])

    def test_a_refusal_says_why(self):
        self.ask()
        with self.assertRaisesRegex(UserError, "why"):
            self.refuse(self.registrations(self.mira), " ")

    def test_who_was_refused_and_books_again_is_looked_at_again(self):
        self.ask()
        self.refuse(self.registrations(self.mira))

        self.ask(WEDNESDAY)

        self.assertEqual(self.registrations(self.mira).mapped("state"), ["new", "refused"])

    def test_the_steps_of_staff_put_nobody_refused_before_it_again(self):
        visit = self.ask()
        self.refuse(self.registrations(self.mira))

        for state in ("arrived", "booked", "cancelled", "booked"):
            visit._update_state(state)

        self.assertEqual(self.registrations(self.mira).mapped("state"), ["refused"])

    def test_the_window_that_refuses_shows_no_visit_of_another_company(self):
        self.ask()
        self.build_neighbours()
        visit = self.ask(WEDNESDAY)
        visit.flush_recordset()
        self.env.cr.execute(
            "UPDATE clinic_appointment SET company_id = %s WHERE id = %s",
            (self.neighbour.id, visit.id),
        )
        registration = self.registrations(self.mira)

        window = self.env["clinic.registration.refuse"].with_user(self.front_desk).create({
            "registration_id": registration.id, "why": "Too far",
        })  # fmt: skip

        self.assertEqual(len(window.coming_text.splitlines()), 1)
        self.assertEqual(window.coming_text, registration.coming_text)

    def test_the_front_desk_alone_sees_and_decides(self):
        self.ask()
        registration = self.registrations(self.mira)

        for user in (self.doctor, self.employee, self.mother):
            for verb in (
                lambda one: one.read(["state"]),
                lambda one: one.action_confirm(),
                lambda one: one._refuse("No"),
            ):
                with self.assertRaises(UserError):
                    verb(registration.with_user(user))
        self.assertEqual(self.registrations(self.mira).state, "new")

    def test_a_newcomer_is_told_nothing_of_a_patient_of_the_same_name(self):
        known = self.person(
            "Mira Motherwell", is_patient=True, birth_date=self.mira.birth_date, phone="021 555 018"
        )
        self.ask()

        self.assertEqual(
            [one["id"] for one in self.registrations(self.mira).duplicates["people"]],
            [self.mira.id, known.id],
        )
        with self.assertRaises(UserError):
            self.registrations(self.mira).with_user(self.mother).read(["duplicates"])
        with self.assertRaises(AccessError):
            known.with_user(self.mother).read(["name"])

    def test_the_queue_is_read_by_an_index_of_those_who_wait(self):
        queue = self.env["clinic.registration"].with_user(self.front_desk)
        newest = queue._search([("state", "=", "new")], limit=80).select()

        # However few there are here: nothing is read whole, and nothing sorted.
        for way in ("seqscan", "bitmapscan", "sort"):
            self.env.cr.execute(f"SET LOCAL enable_{way} = off")
        plan = self.env.execute_query(SQL("EXPLAIN %s", newest))

        self.assertIn("using clinic_registration_waiting", str(plan))
