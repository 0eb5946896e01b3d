"""The judge of times for what staff write themselves, whichever door they come through."""

from contextlib import contextmanager
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import ROLE, TUESDAY, WEDNESDAY, ClinicCase, utc

EVENING = "20:00"


@tagged("post_install", "-at_install")
class TestByHand(ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.user("test_desk", "Dee Desk", ROLE + "front_desk")
        cls.doctor = cls.user("test_doctor", "Dora Doctor", ROLE + "practitioner")
        cls.nora.user_id = cls.doctor
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.leo]).with_user(cls.desk)

    def enter(self, day=WEDNESDAY, clock="10:00", **values):
        """What a client of the front desk sends."""
        return self.env["clinic.appointment"].with_user(self.desk).create({
            "service_id": self.group.id,
            "practitioner_id": self.nora.id,
            "location_id": self.harbour.id,
            "payer_id": self.leo.id,
            "participant_ids": [Command.create({"partner_id": self.leo.id})],
            "start": utc(day, clock),
            **values,
        })  # fmt: skip

    def drag(self, clock, visit=None):
        """What the calendar writes when a visit is dragged."""
        visit = visit or self.visit
        start = utc(TUESDAY, clock)
        visit.write({"start": start, "stop": start + timedelta(minutes=30)})

    @contextmanager
    def assertStopped(self, sentence):
        """It is refused with such a sentence, and nothing is stored."""
        with self.assertRaisesRegex(ValidationError, sentence), self.env.cr.savepoint():
            yield

    def assertFindsFault(self, sentence, **values):
        with self.assertStopped(sentence):
            self.enter(**values)

    def test_an_ordinary_visit_needs_no_reason(self):
        visit = self.enter()

        self.assertEqual((visit.state, visit.time_finding), ("booked", False))

    def test_nobody_is_no_visit(self):
        self.assertFindsFault("Somebody has to come", participant_ids=[])
        with self.assertStopped("Somebody has to come"):
            self.visit.participant_ids = [Command.clear()]

    def test_the_last_participant_is_not_taken_off_beside_the_visit(self):
        self.visit.participant_ids = [Command.create({"partner_id": self.mother.partner_id.id})]
        first, last = self.visit.participant_ids.with_user(self.desk)

        first.unlink()
        with self.assertStopped("Somebody has to come"):
            last.unlink()

        self.assertTrue(self.visit.participant_ids)

    def test_one_participant_is_replaced_by_another_in_one_step(self):
        self.visit.participant_ids = [
            Command.delete(self.visit.participant_ids.id),
            Command.create({"partner_id": self.mother.partner_id.id}),
        ]

        self.assertEqual(self.visit.participant_ids.partner_id, self.mother.partner_id)

    def test_a_service_the_practitioner_does_not_give_is_refused(self):
        ben = self.practitioner("Ben Test-Booker")

        self.assertFindsFault("Ben .* doesn't give Test Family", practitioner_id=ben.id)
        with self.assertStopped("doesn't give"):
            self.visit.practitioner_id = ben
        with self.assertStopped("doesn't give"):
            self.enter(practitioner_id=ben.id, time_reason="Nora is ill")

    def test_what_is_archived_is_chosen_for_no_visit(self):
        ben = self.practitioner("Ben Test-Booker")
        self.group.practitioner_ids |= ben
        old = self.service("Test Leeches", self.nora)
        hill = self.location("Test Hill")
        ben.action_archive()
        old.action_archive()
        hill.action_archive()

        for sentence, values in (
            ("Ben Test-Booker is archived", {"practitioner_id": ben.id}),
            ("Test Leeches is archived", {"service_id": old.id}),
            ("Test Hill is archived", {"location_id": hill.id}),
        ):
            self.assertFindsFault(sentence, time_reason="As ever", **values)

    def test_a_slip_of_the_pen_in_the_year_is_refused(self):
        self.assertFindsFault("more than a year ago", start="2025-01-14 21:00:00")
        self.assertFindsFault("more than three years ahead", start="2072-03-30 21:00:00")

    def test_what_was_not_written_down_at_once_is_written_down_later(self):
        visit = self.enter(start=utc(TUESDAY - timedelta(days=6), "10:00"))

        self.assertEqual(visit.state, "booked")

    def test_outside_hours_takes_a_reason_and_says_who_gave_it(self):
        self.assertFindsFault("Nora .* doesn't work at Test Harbour at that time", clock=EVENING)

        visit = self.enter(clock=EVENING, time_reason="She comes from far away")

        self.assertRegex(visit.time_finding, "doesn't work at Test Harbour")
        self.assertEqual(visit.time_reason, "She comes from far away")
        self.assertEqual(visit.time_allowed_by_id, self.desk)
        self.assertTrue(visit.time_allowed_at)

    def test_a_reason_of_blanks_is_none(self):
        self.assertFindsFault("doesn't work", clock=EVENING, time_reason="  ")

    def test_over_time_off_takes_a_reason(self):
        self.env["resource.calendar.leaves"].create({
            "name": "Holiday",
            "resource_id": self.nora.resource_id.id,
            "calendar_id": False,
            "date_from": utc(WEDNESDAY, "0:00"),
            "date_to": utc(WEDNESDAY, "23:00"),
        })  # fmt: skip

        self.assertFindsFault("Nora .* is away at that time")
        self.assertTrue(self.enter(time_reason="An emergency").time_finding)

    def test_everything_that_is_unusual_is_said_and_answered_for(self):
        self.env["resource.calendar.leaves"].create({
            "resource_id": self.nora.resource_id.id,
            "date_from": utc(WEDNESDAY, "0:00"),
            "date_to": utc(WEDNESDAY, "23:00"),
        })  # fmt: skip

        visit = self.enter(clock=EVENING, time_reason="An emergency")

        self.assertRegex(visit.time_finding, "doesn't work.*is away")
        self.assertFalse(visit.is_orphaned)

    def test_at_another_place_takes_a_reason(self):
        hill = self.location("Test Hill")

        self.assertFindsFault("Nora .* has no hours at Test Hill", location_id=hill.id)
        visit = self.enter(location_id=hill.id, time_reason="The harbour is flooded")
        self.assertRegex(visit.time_finding, "no hours at Test Hill")

    def test_a_drag_to_an_unusual_time_is_refused_and_says_where_to_do_it(self):
        start = self.visit.start

        with self.assertStopped("open the appointment.*Why All the Same"):
            self.drag(EVENING)

        self.env.invalidate_all()
        self.assertEqual(self.visit.start, start)

    def test_a_drag_to_an_ordinary_time_is_done(self):
        self.drag("11:00")

        self.assertEqual(self.visit.start, utc(TUESDAY, "11:00"))

    def test_a_yes_is_to_one_time(self):
        visit = self.enter(TUESDAY, EVENING, time_reason="She comes from far away")

        with self.assertStopped("doesn't work"):
            self.drag("21:00", visit)
        self.drag("14:00", visit)

        self.assertEqual((visit.time_reason, visit.time_finding), (False, False))
        self.assertFalse(visit.time_allowed_by_id)

    def test_what_does_not_move_is_not_judged_anew(self):
        visit = self.appointment(TUESDAY, EVENING, [self.leo]).with_user(self.desk)

        visit.write({"start": visit.start, "seats": 2})
        visit.participant_ids = [Command.create({"partner_id": self.mother.partner_id.id})]

        self.assertEqual(visit.participant_count, 2)

    def test_who_said_yes_is_nobodys_to_write(self):
        visit = self.enter(clock=EVENING, time_reason="She comes from far away")

        for name, value in {
            "time_allowed_by_id": self.doctor.id,
            "time_allowed_at": "2027-01-01 00:00:00",
            "time_finding": "Nothing",
        }.items():
            with self.assertRaises(AccessError):
                visit.write({name: value})

    def test_a_practitioner_moves_a_visit_under_the_same_judge(self):
        visit = self.visit.with_user(self.doctor)

        self.drag("11:00", visit)
        with self.assertStopped("doesn't work"):
            self.drag(EVENING, visit)

    def test_who_pays_is_not_changed_beside_the_invoice(self):
        visit = self.visit
        visit.payer_id = self.mother.partner_id
        invoice = visit._get_or_create_invoice()

        with self.assertRaisesRegex(UserError, "has an invoice"):
            visit.payer_id = self.leo

        visit._change_payer(self.leo)
        self.assertEqual((visit.payer_id, invoice.partner_id), (self.leo, self.leo))

    def test_the_form_says_what_is_unusual_and_asks_why(self):
        with Form(self.visit) as form:
            form.start = utc(TUESDAY, EVENING)
            hint = form.time_hint
            form.time_reason = "She comes from far away"

        self.assertRegex(hint, "doesn't work at Test Harbour")
        self.assertEqual(self.visit.time_allowed_by_id, self.desk)

    def test_an_import_is_judged_too(self):
        visits = self.env["clinic.appointment"].with_user(self.desk)

        result = visits.load(
            [".id", "start", "stop"],
            [[str(self.visit.id), "2027-03-30 08:00:00", "2027-03-30 08:30:00"]],
        )

        self.assertFalse(result["ids"])
        self.assertRegex(result["messages"][0]["message"], "doesn't work")
