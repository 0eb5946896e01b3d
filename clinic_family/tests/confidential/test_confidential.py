"""A confidential visit: who marks it, and that no relative finds it by any verb or record."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ...exceptions import ChangeRefused
from ..common import THURSDAY, TUESDAY, WEDNESDAY, written
from ..confidential_common import Teenager
from ..form_common import FormBuilders
from ..invoice_common import InvoiceCase


@tagged("post_install", "-at_install")
class TestConfidential(FormBuilders, Teenager, InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_teenager()
        cls.her = cls.girl.partner_id
        cls.secret = cls.appointment(
            WEDNESDAY, "10:00", [cls.her], payer_id=cls.mother.partner_id.id
        )

    def mark(self, visit=None, user=None):
        visit = visit or self.secret
        visit.with_user(user or self.desk).action_mark_confidential()
        self.env.invalidate_all()
        return visit

    def online(self, clock):
        """What her mother books for her on Thursday."""
        start = written(THURSDAY, clock)
        return self.book(self.mother, self.checkout(self.group, start, [self.her], self.mother))

    def seen(self, user, records=None):
        """Those of the records that this user finds, and those that they may read: the same."""
        self.env.invalidate_all()
        records = self.secret if records is None else records
        theirs = records.with_user(user)
        found = theirs.search([("id", "in", records.ids)])
        self.assertEqual(found, theirs._filtered_access("read"))
        return found.sudo(False)

    # Who marks it

    def test_the_desk_and_the_practitioner_mark_it_and_the_log_says_who(self):
        self.mark(user=self.doctor)

        self.assertTrue(self.secret.is_confidential)
        self.assertEqual(self.secret.confidential_by_id, self.doctor)
        self.assertEqual(self.secret.log_ids[0].step, "confidential")
        self.secret.with_user(self.desk).action_unmark_confidential()
        self.env.invalidate_all()
        self.assertFalse(self.secret.is_confidential or self.secret.confidential_at)
        self.assertEqual(self.secret.log_ids[0].step, "known")

    def test_nobody_else_marks_or_unmarks_it(self):
        other = self.user("test_other", "Olga Other", self.doctors_role)
        billing = self.user(
            "test_billing", "Bea Books", "clinic_family.clinic_family_group_billing"
        )
        for user in (other, billing, self.mother, self.girl):
            with self.subTest(user.login), self.assertRaises(UserError):
                self.secret.with_user(user).action_mark_confidential()
        self.mark()
        for user in (other, billing, self.mother, self.girl):
            with self.subTest(user.login), self.assertRaises(UserError):
                self.secret.with_user(user).action_unmark_confidential()

    def test_nobody_writes_it_by_hand(self):
        for values in ({"is_confidential": True}, {"confidential_by_id": self.desk.id}):
            with self.assertRaises(AccessError):
                self.secret.with_user(self.desk).write(values)
        with self.assertRaises(AccessError):
            self.secret.participant_ids.with_user(self.desk).is_confidential = True

    def test_a_visit_of_several_cant_be_and_nobody_joins_one(self):
        together = self.appointment(THURSDAY, "10:00", [self.mother, self.her])
        with self.assertRaisesRegex(UserError, "several patients"):
            self.mark(together)
        together.participant_ids[1].with_user(self.desk)._cancel()
        with self.assertRaisesRegex(UserError, "several patients"):
            self.mark(together)

        self.mark()

        with self.assertRaisesRegex(ValidationError, "nobody else"):
            self.secret.with_user(self.desk).participant_ids = [
                Command.create({"partner_id": self.leo.id})
            ]

    def test_nobody_is_moved_from_it_to_a_visit_that_isnt(self):
        other = self.visit(self.mother)
        self.mark()

        with self.assertRaisesRegex(UserError, "move the visit itself"):
            self.secret.participant_ids.with_user(self.desk)._move_to(other.with_user(self.desk))

    def test_the_day_sheet_says_so_and_offers_it(self):
        shown = self.env["clinic.desk.visit"].with_user(self.desk)
        values = shown.get_visit(self.secret.id)
        self.assertEqual((values["is_confidential"], values["may_hide"]), (False, True))
        self.mark()
        self.assertTrue(shown.get_visit(self.secret.id)["is_confidential"])
        together = self.visit(self.mother, self.her)
        self.assertFalse(shown.get_visit(together.id)["may_hide"])

    # Who finds it

    def test_its_patient_and_the_staff_find_it_and_no_relative(self):
        everybody = self.secret | self.secret.participant_ids.appointment_id
        for user in (self.girl, self.mother, self.father):
            self.assertEqual(self.seen(user), everybody)

        self.mark()

        for user in (self.girl, self.desk, self.doctor):
            self.assertTrue(self.seen(user), user.login)
            self.assertTrue(self.seen(user, self.secret.participant_ids), user.login)
        for user in (self.mother, self.father, self.stranger):
            self.assertFalse(self.seen(user), user.login)
            self.assertFalse(self.seen(user, self.secret.participant_ids), user.login)
            self.assertFalse(
                self.env["clinic.appointment"].with_user(user)._get_my_page("coming", 80, 0)
            )

    def test_a_mother_who_works_at_the_clinic_finds_it_by_her_work_alone(self):
        self.mark()
        self.mother.group_ids = [
            Command.set(self.env.ref("clinic_family.clinic_family_group_practitioner").ids)
        ]

        self.assertFalse(self.seen(self.mother))
        self.mother.group_ids = [
            Command.set(self.env.ref("clinic_family.clinic_family_group_front_desk").ids)
        ]
        mine = self.env["clinic.appointment"].with_user(self.mother)
        self.assertTrue(self.seen(self.mother))
        other = self.online("11:00")
        self.assertFalse(other.with_user(self.mother)._find_clashes_at(self.secret.start))
        self.assertFalse(mine._find_mine(self.secret.id))
        self.assertEqual(len(mine._get_my_page("coming", 80, 0)), 1)

    def test_a_relative_neither_cancels_nor_moves_it(self):
        self.mark()
        visit = self.secret.with_user(self.mother)
        me = self.mother.partner_id

        for act in (
            lambda: visit._cancel_for(me, self.secret.participant_ids),
            lambda: visit._reschedule(me, written(THURSDAY, "11:00"), 0, self.harbour.id),
        ):
            with self.assertRaises(ChangeRefused) as refusal:
                act()
            self.assertEqual(refusal.exception.reason, "not_yours")
        self.assertEqual(self.secret.state, "booked")
        self.cancel(self.girl, self.secret, self.her)
        self.assertEqual(self.secret.state, "cancelled")

    def test_no_relative_is_warned_of_it(self):
        other = self.online("11:00")
        at_ten = self.secret.start
        with self.subTest("known"):
            self.assertTrue(other.with_user(self.mother)._find_clashes_at(at_ten))
        self.mark()

        self.env.invalidate_all()
        self.assertFalse(other.with_user(self.mother)._find_clashes_at(at_ten))
        self.assertTrue(other.with_user(self.girl)._find_clashes_at(at_ten))

    def test_when_two_separate_it_is_kept_and_nobody_decides_it(self):
        self.mark()
        family = self.env["clinic.family"].with_user(self.mother)
        me = self.mother.partner_id
        self.assertFalse(family._get_their_knots(me, self.her))
        self.env["clinic.relationship"]._link(
            me, self.her, self.env.ref("clinic_family.clinic_relationship_type_other")
        )

        family._end_with(me, self.her, self.secret.participant_ids.ids)

        self.assertEqual(self.secret.state, "booked")
        self.assertEqual(self.secret.payer_id, self.her)

    def test_how_many_visits_a_booker_has_ahead_doesnt_tell_of_it(self):
        self.company.clinic_most_upcoming = 1
        booked = self.online("11:00")
        again = self.checkout(self.group, written(THURSDAY, "14:00"), [self.her], self.mother)
        self.assertRefused("many_upcoming", "visits to come", self.mother, again)

        self.mark(booked)

        self.assertTrue(self.book(self.mother, again))

    def test_who_waits_for_the_patient_waits_on(self):
        request = self.env["clinic.wait.request"]._join(self.mother.partner_id, self.her, {
            "service_id": self.group.id, "date_from": THURSDAY, "date_until": THURSDAY,
        })  # fmt: skip
        visit = self.appointment(TUESDAY, "14:00", [self.her], payer_id=self.mother.partner_id.id)
        visit.booked_at = request.sudo().asked_at + timedelta(minutes=1)
        self.assertIn(request, request.sudo()._find_served())

        self.mark(visit)
        self.mark()

        self.assertNotIn(request, request.sudo()._find_served())

    # Messages

    def told(self):
        """Whom the participant's messages reach now, with their addresses."""
        self.env.invalidate_all()
        found = self.secret.participant_ids._get_recipients()[self.secret.participant_ids]
        return {person.name: address for person, address in found.items()}

    def test_the_patient_alone_is_told(self):
        self.assertEqual(len(self.told()), 3)

        self.mark()

        self.assertEqual(self.told(), {"Ana Anderling": "ana@example.com"})

    def test_nothing_is_sent_where_somebody_else_reads(self):
        self.mark()
        self.mother.email = "Ana@Example.com"
        self.assertEqual(self.told(), {})

        self.mother.email = "mira@example.com"
        self.her.birth_date = fields.Date.to_date("2015-01-01")
        self.assertEqual(self.told(), {"Ana Anderling": "ana@example.com"})

        self.girl.active = False
        self.assertEqual(self.told(), {})

    def test_what_waits_to_leave_isnt_told_and_what_left_is_listed(self):
        self.send()
        read = [mail.address for mail in self.server.mails]
        self.assertIn("mira@example.com", read)
        self.mark()

        told = self.secret.with_user(self.desk).told_before
        self.assertIn("mira@example.com", told)
        self.assertIn("fergus@example.com", told)
        self.assertNotIn("ana@example.com", told)
        told = self.secret.with_user(self.doctor).told_before
        self.assertIn("Mira Motherwell", told)
        self.assertNotIn("@", told)
        self.server.mails.clear()
        self.secret.with_user(self.desk).start += timedelta(hours=1)
        self.env.flush_all()
        self.send(10)
        self.assertEqual({mail.address for mail in self.server.mails}, {"ana@example.com"})

    # Calendars

    def test_no_calendar_but_the_patients_has_it(self):
        feeds = {}
        for user in (self.girl, self.mother):
            key = self.env["clinic.calendar.feed"].with_user(user)._renew(user)
            feeds[user] = self.env["clinic.calendar.feed"]._find_by_key(key)
        self.assertIn("BEGIN:VEVENT", feeds[self.mother]._write())
        before = feeds[self.mother]._get_version()

        self.mark()

        self.assertIn("BEGIN:VEVENT", feeds[self.girl]._write())
        self.assertNotIn("BEGIN:VEVENT", feeds[self.mother]._write())
        self.assertNotEqual(feeds[self.mother]._get_version(), before)
        hidden = feeds[self.mother]._get_version()
        self.secret.with_user(self.desk).desk_note = "Sees nobody"
        self.secret.participant_ids.sudo().write({"write_date": fields.Datetime.now()})
        self.assertEqual(feeds[self.mother]._get_version(), hidden)

    # Forms

    def test_nobody_is_asked_for_its_forms(self):
        survey = self.survey("Test history")
        self.ask_for(self.group, survey)
        visit = self.appointment(TUESDAY, "15:00", [self.her], payer_id=self.mother.partner_id.id)
        self.assertTrue(self.requests(self.her))

        self.mark(visit)
        self.mark()

        self.assertFalse(self.requests(self.her))
        with self.assertRaisesRegex(UserError, "on paper"):
            visit.with_user(self.desk)._ask_for_form(visit.participant_ids, survey.id)
