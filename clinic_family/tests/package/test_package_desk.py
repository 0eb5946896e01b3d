"""What the front desk does on the line of a session, and in the window that uses it."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import CLOCKS_GO_FORWARD, ROLE, TUESDAY, WEDNESDAY, utc
from ..package_common import PackageCase


@tagged("post_install", "-at_install")
class TestPackageDesk(PackageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.biller = cls.user("test_billing", "Bea Billing", ROLE + "billing")

    def bought(self, **values):
        return self.sell(self.package(self.single, **values), self.owner)

    def line(self, purchase, state="free", user=None):
        """The first line of a session in this state."""
        lines = self.invoice_of(purchase).invoice_line_ids.filtered("clinic_session_id")
        first = lines.filtered(lambda line: line.clinic_session_state == state)[:1]
        return first.with_user(user or self.desk)

    def window(self, purchase, **values):
        """The window that the pencil on a line opens, filled in."""
        action = self.line(purchase).action_book_session()
        form = Form(self.env[action["res_model"]].with_user(self.desk).with_context(
            **action["context"]
        ))  # fmt: skip
        form.day = TUESDAY
        for name, value in values.items():
            setattr(form, name, value)
        return form

    def book(self, purchase, **values):
        """The visit booked in the window."""
        form = self.window(purchase, **values)
        session = form.session_id
        form.save().action_save()
        return session.sudo().appointment_id

    # Selling

    def test_a_package_is_added_to_a_draft_for_its_customer(self):
        invoice = self.env["account.move"].with_user(self.biller).create({
            "move_type": "out_invoice", "partner_id": self.owner.id,
        })  # fmt: skip
        action = invoice.action_add_package()
        form = Form(self.env[action["res_model"]].with_user(self.biller).with_context(
            **action["context"]
        ))  # fmt: skip
        self.assertEqual((form.owner_id, form.payer_id), (self.owner, self.owner))
        form.package_id = self.package(self.single)

        form.save().action_sell()

        self.assertEqual(invoice.amount_total, 150)
        self.assertEqual(invoice.invoice_line_ids.clinic_session_id.owner_id, self.owner)

    def test_somebody_else_may_own_what_the_customer_pays(self):
        invoice = self.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": self.father.partner_id.id,
        })  # fmt: skip

        self.env["clinic.package.sell"].with_user(self.biller).create({
            "invoice_id": invoice.id,
            "package_id": self.package(self.single).id,
            "owner_id": self.owner.id,
        }).action_sell()  # fmt: skip

        self.assertEqual(invoice.invoice_line_ids.clinic_session_id.owner_id, self.owner)
        self.assertEqual(invoice.partner_id, self.father.partner_id)

    def test_without_a_customer_it_says_what_is_missing(self):
        invoice = self.env["account.move"].create({"move_type": "out_invoice"})

        with self.assertRaisesRegex(UserError, "choose the customer first"):
            invoice.action_add_package()

    def test_the_lines_stay_editable_on_the_draft(self):
        invoice = self.invoice_of(self.draft(self.package(self.single), self.owner))

        with Form(invoice.with_user(self.desk)) as form, form.invoice_line_ids.edit(1) as line:
            line.price_unit = 40
            line.discount = 50

        self.assertEqual(invoice.amount_total, 120)

    # The line

    def test_a_line_says_how_far_its_session_is_and_on_which_day(self):
        purchase = self.bought()
        self.assertTrue(self.invoice_of(purchase).clinic_has_sessions)
        self.assertFalse(self.line(purchase).clinic_session_day)

        visit = self.visit("8:00")

        line = self.line(purchase, "reserved")
        self.assertEqual(line.clinic_session_day, TUESDAY)
        self.assertEqual(line.action_show_session()["res_id"], visit.id)

    def test_unlinking_keeps_the_visit_which_has_to_be_paid(self):
        purchase = self.bought()
        visit = self.visit()

        self.line(purchase, "reserved").action_unlink_session()

        self.assertStates(purchase, free=3)
        self.assertEqual((visit.state, len(visit._get_session_fees())), ("booked", 1))

    def test_what_was_taken_off_stays_off(self):
        purchase = self.bought()
        visit = self.visit()

        self.line(purchase, "reserved").action_unlink_session()
        visit._update_state("cancelled")
        visit.action_rebook()
        visit.start = utc(WEDNESDAY, "10:00")

        self.assertStates(purchase, free=3)

    def test_a_use_without_an_appointment_is_undone_the_same_way(self):
        purchase = self.bought()
        purchase.session_ids[0]._use_on(TUESDAY)

        self.line(purchase, "used").action_unlink_session()

        self.assertStates(purchase, free=3)
        self.assertLedgerAgrees(purchase.session_ids)

    def test_billing_sees_what_only_the_front_desk_changes(self):
        purchase = self.bought()
        self.visit()
        doctor = self.user("test_doctor", "Dora Doctor", ROLE + "practitioner")
        line = self.line(purchase, "reserved", self.biller)
        self.assertEqual(line.clinic_session_day, TUESDAY)

        with self.assertRaises(AccessError):
            line.action_unlink_session()
        with self.assertRaises(AccessError):
            line.clinic_session_id.with_user(doctor).action_take_off()
        self.assertStates(purchase, free=2, reserved=1)

    # The window

    def test_a_date_alone_uses_the_session(self):
        purchase = self.bought()
        session = self.line(purchase).clinic_session_id

        self.window(purchase, adds_appointment=False).save().action_save()

        self.assertEqual((session.state, session.day), ("used", TUESDAY))
        self.assertFalse(session.appointment_id)

    def test_a_time_books_a_visit_with_exactly_this_session(self):
        late, soon = self.bought(), self.bought(validity_days=30)

        visit = self.book(late, clock=10)

        self.assertEqual(visit.session_ids.purchase_id, late)
        self.assertEqual(visit.start, utc(TUESDAY, "10:00"))
        self.assertEqual(visit.stop, utc(TUESDAY, "10:30"))
        self.assertEqual((visit.payer_id, visit.participant_ids.partner_id), (self.owner,) * 2)
        self.assertStates(soon, free=3)

    def test_the_only_practitioner_and_location_are_chosen(self):
        self.practitioner("Paul Test-Pond").service_ids = self.single
        free, bound = self.bought(), self.bought(practitioner_ids=[Command.set(self.nora.ids)])

        self.assertFalse(self.window(free).practitioner_id)
        form = self.window(bound)

        self.assertEqual(form.practitioner_id, self.nora)
        self.assertEqual(form.practitioner_choice_ids[:], self.nora)
        self.assertEqual(form.location_id, self.harbour)

    def test_a_time_that_a_session_pays_is_never_invoiced_without_an_undo_period_either(self):
        self.company.write({"clinic_undo_minutes": 0, "clinic_post_invoices": True})
        self.single.invoice_moment = "booking"

        visit = self.book(self.bought(), clock=10)

        self.assertTrue(visit.session_ids)
        self.assertFalse(visit.invoice_id)

    def test_a_visit_takes_as_long_as_the_front_desk_says(self):
        visit = self.book(self.bought(), clock=10, duration=50)

        self.assertEqual(visit.stop, utc(TUESDAY, "10:50"))

    def test_availability_says_free_or_why_not(self):
        self.company.write({"clinic_notice_hours": 99, "clinic_horizon_days": 1})
        self.appointment(TUESDAY, "9:00", [self.father])
        self.env["resource.calendar.leaves"].create({
            "name": "Away",
            "resource_id": self.nora.resource_id.id,
            "calendar_id": self.nora.schedule_ids.calendar_id.id,
            "date_from": utc(TUESDAY, "11:00"),
            "date_to": utc(TUESDAY, "12:00"),
        })  # fmt: skip
        form = self.window(self.bought())
        self.assertFalse(form.finding)

        for clock, finding in (
            (10, "Free."),
            (10.125, "Free."),
            (9.25, "Nora Test-Nightingale has something else at that time."),
            (11, "Nora Test-Nightingale is away at that time."),
            (3, "Nora Test-Nightingale doesn't work at Test Harbour at that time."),
            (25, "There is no such time on that day."),
        ):
            form.clock = clock
            self.assertEqual(form.finding, finding)

    def test_a_time_the_clocks_skip_is_none(self):
        form = self.window(self.bought(), day=CLOCKS_GO_FORWARD, clock=2.5)

        self.assertEqual(form.finding, "There is no such time on that day.")

    def test_the_nearest_free_times_are_offered(self):
        self.appointment(TUESDAY, "10:00", [self.father])

        form = self.window(self.bought(), clock=10)

        self.assertEqual([(t["day"], t["clock"]) for t in form.nearest], [
            ("2027-03-30", 9.5), ("2027-03-30", 10.5), ("2027-03-30", 9),
        ])  # fmt: skip
        self.assertRegex(form.nearest[0]["text"], "Tue 30 Mar, 9:30")
        form.clock = form.nearest[0]["clock"]
        self.assertEqual(form.finding, "Free.")
        self.assertFalse(form.nearest)

    def test_whoever_is_free_is_offered_until_one_is_chosen(self):
        other = self.practitioner("Paul Test-Pond")
        self.single.practitioner_ids = self.nora | other
        self.appointment(TUESDAY, "10:00", [self.father])

        form = self.window(self.bought(), clock=10)

        self.assertEqual(form.finding, "Please choose the practitioner.")
        self.assertEqual(form.nearest[0]["practitioner_id"]["id"], other.id)
        self.assertIn("Paul Test-Pond", form.nearest[0]["text"])

    def test_who_comes_in_between_is_said_in_a_sentence(self):
        window = self.window(self.bought(), clock=10).save()
        self.appointment(TUESDAY, "10:00", [self.father])

        with self.assertRaisesRegex(UserError, "has something else at that time"):
            window.action_save()

    def test_a_visit_at_once_with_another_of_the_patient_takes_a_yes(self):
        otto = self.practitioner("Otto Test-Osler")
        self.appointment(TUESDAY, "10:15", [self.owner], practitioner_id=otto.id)
        form = self.window(self.bought(), clock=9)
        self.assertFalse(form.clash_text)
        form.clock = 10

        self.assertRegex(form.clash_text, f"{self.owner.name} already has a visit at this time")
        with self.assertRaisesRegex(UserError, "already has a visit.*meant so"):
            form.save().action_save()
        form.is_meant = True
        window = form.save()
        window.action_save()

        self.assertEqual(window.session_id.state, "reserved")

    def test_a_yes_to_two_visits_at_once_is_to_one_time_and_patient(self):
        otto = self.practitioner("Otto Test-Osler")
        self.appointment(TUESDAY, "10:15", [self.owner], practitioner_id=otto.id, seats=1)
        form = self.window(self.bought(), clock=10)
        form.is_meant = True

        form.clock = 10.25

        self.assertFalse(form.is_meant)

    def test_the_window_that_chooses_a_session_says_who_is_in_two_visits_at_once(self):
        otto = self.practitioner("Otto Test-Osler")
        visit = self.visit("10:00")
        self.appointment(TUESDAY, "10:00", [self.owner], practitioner_id=otto.id)
        action = visit.with_user(self.desk).action_use_session()

        choosing = self.env[action["res_model"]].with_user(self.desk).browse(action["res_id"])

        self.assertRegex(choosing.clash_text, f"{self.owner.name} already has a visit")

    def test_a_time_is_needed_to_book(self):
        with self.assertRaisesRegex(UserError, "choose the time"):
            self.window(self.bought()).save().action_save()

    def test_a_session_does_not_count_after_its_last_day(self):
        form = self.window(self.bought(validity_days=1), day=WEDNESDAY, clock=10)

        self.assertIn("until 30 March 2027 only", form.finding)

    # For whom

    def test_the_patients_are_the_owner_and_whom_the_permissions_name(self):
        self.grant(self.owner, self.father, "packages")
        self.grant(self.leo, self.mother, "book")
        self.grant(self.owner, self.grandmother, "book")

        choices = self.window(self.bought()).patient_choice_ids[:]

        self.assertEqual(choices, self.owner | self.father.partner_id | self.leo)

    def test_one_that_may_not_be_shared_is_for_its_owner(self):
        self.grant(self.owner, self.father, "packages")

        choices = self.window(self.bought(is_shareable=False)).patient_choice_ids[:]

        self.assertEqual(choices, self.owner)

    def test_a_relative_uses_it_under_the_permission_and_within_its_limit(self):
        permission = self.grant(self.owner, self.father, "packages")
        permission = permission._share_packages(permission.purchase_ids, 1)
        purchase = self.bought()

        visit = self.book(purchase, clock=10, patient_id=self.father.partner_id)

        self.assertEqual(visit.session_ids.permission_id, permission)
        self.assertEqual(visit.payer_id, self.father.partner_id)
        form = self.window(purchase, clock=11, patient_id=self.father.partner_id)
        self.assertIn("as many sessions as the owner lets them", form.finding)

    def test_a_child_comes_with_the_mothers_session(self):
        self.grant(self.leo, self.mother, "book")

        visit = self.book(self.bought(), clock=10, patient_id=self.leo)

        self.assertEqual(visit.participant_ids.partner_id, self.leo)
        self.assertEqual(visit.payer_id, self.owner)
        self.assertFalse(visit.session_ids.permission_id)

    # When it can't be used

    def test_an_unpaid_one_is_used_with_a_warning(self):
        purchase = self.draft(self.package(self.single), self.owner)
        self.invoice_of(purchase).action_post()

        form = self.window(purchase, clock=10)
        self.assertTrue(form.is_unpaid)
        form.save().action_save()

        self.assertStates(purchase, free=2, reserved=1)
        self.assertFalse(self.window(self.bought()).is_unpaid)

    def test_each_hindrance_is_a_sentence(self):
        draft = self.draft(self.package(self.single), self.owner)
        purchase = self.bought()
        reserved = self.visit().session_ids
        draft.session_ids[0]._use_on(TUESDAY)

        for session, sentence in (
            (draft.session_ids.filtered(lambda one: one.state == "free")[0], "isn't confirmed"),
            (draft.session_ids.filtered(lambda one: one.state == "used"), "has been used"),
            (reserved, "reserved for another visit"),
        ):
            with self.assertRaisesRegex(UserError, sentence):
                session.with_user(self.desk).action_book()
        purchase._refund_unused()
        with self.assertRaisesRegex(UserError, "was refunded"):
            self.line(purchase, "refunded").action_book_session()
