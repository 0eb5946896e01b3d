"""One gate for the state of an appointment, and who may open it."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ...models.appointment.clinic_appointment import STATES
from ..common import ROLE, TUESDAY, WEDNESDAY, ClinicCase, freeze_time


@tagged("post_install", "-at_install")
class TestAppointmentState(ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.user("test_desk", "Dee Test-Desk", ROLE + "front_desk")
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.mother, cls.leo]).with_user(cls.desk)

    def ends_from(self, state, verb, *arguments):
        """Where an appointment in this state is after the verb; None when it is refused."""
        visit_sudo = self.visit.sudo()
        visit_sudo.participant_ids.state = visit_sudo.state = state
        try:
            getattr(self.visit, verb)(*arguments)
        except UserError:
            return None
        return self.visit.state

    def ends(self, verb, *arguments):
        """Where the verb leads, from each state that allows it."""
        reached = {state: self.ends_from(state, verb, *arguments) for state, _name in STATES}
        return {state: end for state, end in reached.items() if end}

    def people(self):
        """The states of the two participants."""
        return self.visit.participant_ids.mapped("state")

    def test_whoever_is_expected_or_was_missed_or_done_may_arrive(self):
        self.assertEqual(
            self.ends("action_arrive"),
            dict.fromkeys(["booked", "arrived", "fulfilled", "noshow"], "arrived"),
        )

    def test_whoever_is_expected_or_there_may_be_done(self):
        self.assertEqual(
            self.ends("action_fulfil"),
            dict.fromkeys(["booked", "arrived", "fulfilled"], "fulfilled"),
        )

    def test_whoever_is_expected_may_be_missed(self):
        self.assertEqual(
            self.ends("_update_state", "noshow"), dict.fromkeys(["booked", "noshow"], "noshow")
        )

    def test_what_has_not_been_done_may_be_cancelled(self):
        self.assertEqual(
            self.ends("_update_state", "cancelled"),
            dict.fromkeys(["held", "booked", "arrived", "cancelled"], "cancelled"),
        )

    def test_an_arrival_a_cancellation_and_a_no_show_may_be_undone(self):
        self.assertEqual(
            self.ends("action_rebook"),
            dict.fromkeys(["held", "booked", "arrived", "cancelled", "noshow"], "booked"),
        )

    def test_a_refusal_says_what_is_wrong_and_changes_nothing(self):
        self.visit._update_state("cancelled")

        with self.assertRaisesRegex(UserError, "Cancelled and can't become Arrived"):
            self.visit.action_arrive()

        self.assertEqual((self.visit.state, self.people()), ("cancelled", ["cancelled"] * 2))

    def test_one_refusal_among_several_changes_none(self):
        other = self.appointment(WEDNESDAY, "10:00", [self.father]).with_user(self.desk)
        other._update_state("cancelled")

        with self.assertRaises(UserError):
            (self.visit + other).action_arrive()

        self.assertEqual(self.visit.state, "booked")

    def test_the_participants_follow(self):
        self.visit.action_arrive()
        arrived = self.people()
        self.visit.action_fulfil()

        self.assertEqual((arrived, self.people()), (["arrived"] * 2, ["fulfilled"] * 2))

    def test_the_participants_follow_a_cancellation_and_its_undoing(self):
        self.visit._update_state("cancelled")
        cancelled, coming = self.people(), self.visit.participant_count
        self.visit.action_rebook()

        self.assertEqual((cancelled, coming), (["cancelled"] * 2, 0))
        self.assertEqual((self.people(), self.visit.participant_count), (["booked"] * 2, 2))

    def test_whoever_cancelled_alone_does_not_arrive_with_the_others(self):
        self.visit.sudo().participant_ids[1].state = "cancelled"

        self.visit.action_arrive()

        self.assertEqual(self.people(), ["arrived", "cancelled"])

    def test_whoever_cancelled_alone_is_not_booked_when_an_arrival_is_undone(self):
        self.visit.sudo().participant_ids[1].state = "cancelled"
        self.visit.action_arrive()

        self.visit.action_rebook()

        self.assertEqual(self.people(), ["booked", "cancelled"])

    def test_undoing_a_cancellation_brings_back_who_was_cancelled_with_it_and_nobody_else(self):
        with freeze_time("2027-03-28 19:00:00"):
            self.visit.participant_ids[1]._cancel()
        self.visit._update_state("cancelled")

        self.visit.action_rebook()

        self.assertEqual(self.people(), ["booked", "cancelled"])
        self.assertEqual(
            self.visit.participant_ids.mapped(lambda one: bool(one.cancelled_at)), [False, True]
        )


@tagged("post_install", "-at_install")
class TestAppointmentStaff(ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.user("test_desk", "Dee Test-Desk", ROLE + "front_desk")
        cls.nora_user = cls.user("test_nora", "Nora", ROLE + "practitioner")
        cls.ben_user = cls.user("test_ben", "Ben", ROLE + "practitioner")
        cls.billing = cls.user("test_billing", "Bill", ROLE + "billing")
        cls.nora.user_id = cls.nora_user
        cls.ben = cls.practitioner("Ben Test-Other", user_id=cls.ben_user.id)
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.mother, cls.leo])

    def test_a_practitioner_works_through_her_own_appointments(self):
        visit = self.visit.with_user(self.nora_user)

        visit.action_arrive()
        visit.action_fulfil()

        self.assertEqual(visit.state, "fulfilled")
        self.assertEqual(visit.patient_names, "Mira Motherwell, Leo Littleton")

    def test_a_list_reads_the_names_of_all_patients_at_once(self):
        # What is read once a process isn't counted.
        self.count_queries(self.visit)
        few = self.count_queries(self.visit)
        clocks = ("13:00", "14:00", "15:00", "16:00")
        others = [
            self.appointment(TUESDAY, clock, [self.person(f"Patient {clock}"), self.father])
            for clock in clocks
        ]

        self.assertEqual(self.count_queries(self.visit.union(*others)), few)

    def count_queries(self, visits):
        """How often the database is asked for the names that the front desk's list shows."""
        visits = visits.with_user(self.desk)
        visits.mapped("patient_names")
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        visits.mapped("patient_names")
        return self.env.cr.sql_log_count - before

    def test_a_practitioner_does_not_touch_the_appointments_of_another(self):
        with self.assertRaises(AccessError):
            self.visit.with_user(self.ben_user).action_arrive()

    def test_a_practitioner_does_not_see_the_appointments_of_another(self):
        theirs = self.env["clinic.appointment"].with_user(self.ben_user)

        with self.assertRaises(AccessError):
            theirs.browse(self.visit.id).read(["start"])
        self.assertNotIn(self.visit.id, theirs.search([]).ids)
        self.assertFalse(
            theirs.env["clinic.participant"].search([("appointment_id", "=", self.visit.id)])
        )

    def test_on_the_page_of_a_patient_a_practitioner_sees_her_own_appointments(self):
        permission = self.grant(self.leo, self.mother, "book")
        theirs = self.appointment(WEDNESDAY, "10:00", [self.leo], practitioner_id=self.ben.id)
        self.env.invalidate_all()

        permission.with_user(self.ben_user).read(["is_live"])
        seen = self.leo.with_user(self.ben_user).read(["participant_ids"])

        self.assertEqual(seen[0]["participant_ids"], theirs.participant_ids.ids)

    def test_billing_sees_all_appointments_and_changes_none(self):
        visit = self.visit.with_user(self.billing)

        self.assertEqual(visit.read(["state"])[0]["state"], "booked")
        with self.assertRaises(AccessError):
            visit._update_state("cancelled")

    def test_the_front_desk_works_with_all_appointments(self):
        visit = self.visit.with_user(self.desk)

        visit._update_state("cancelled")

        self.assertEqual(visit.state, "cancelled")

    def test_the_front_desk_does_not_delete_appointments(self):
        with self.assertRaises(AccessError):
            self.visit.with_user(self.desk).unlink()

    def new_form(self, *people):
        """What the front desk fills in for a new appointment."""
        form = Form(self.env["clinic.appointment"].with_user(self.desk))
        form.service_id, form.practitioner_id = self.group, self.nora
        form.location_id, form.start = self.harbour, "2027-03-31 00:00:00"
        for person in people:
            with form.participant_ids.new() as line:
                line.partner_id = person
        return form

    def test_the_first_participant_is_suggested_as_the_payer(self):
        form = self.new_form(self.leo, self.mother.partner_id)

        self.assertEqual(form.payer_id, self.leo)

    def test_a_payer_who_was_chosen_stays(self):
        form = self.new_form()
        form.payer_id = self.mother.partner_id

        with form.participant_ids.new() as line:
            line.partner_id = self.leo

        self.assertEqual(form.payer_id, self.mother.partner_id)

    def test_an_appointment_lasts_as_long_as_its_service(self):
        visit = self.new_form(self.leo).save()

        self.assertEqual((visit.stop - visit.start).total_seconds(), 30 * 60)
        self.assertEqual((visit.seats, visit.participant_count), (3, 1))

    def test_the_payer_is_marked_when_they_come_too(self):
        visit = self.new_form(self.leo, self.mother.partner_id).save()

        self.assertEqual(visit.participant_ids.mapped("is_primary"), [True, False])
