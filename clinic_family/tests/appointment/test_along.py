"""An adult comes along with a patient, and by that may and sees no more than before."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ...exceptions import ChangeRefused
from ..along_common import AlongFamily
from ..common import NOW, ROLE, TUESDAY, ClinicCase, utc


class AlongCase(AlongFamily, ClinicCase):
    def refusal(self, along, participant=None):
        """Why the front desk can't name this person."""
        with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
            (participant or self.his).with_user(self.desk).along_id = along
        return str(caught.exception)

    def choose(self, along, user=None, participant=None):
        user = user or self.mother
        self.env.invalidate_all()
        participant = (participant or self.his).with_user(user)
        participant._choose_along(user.partner_id, along or self.env["res.partner"])

    def refused(self, along, user=None):
        with self.assertRaises(ChangeRefused) as caught:
            self.choose(along, user)
        return caught.exception.reason

    def known_to(self, user):
        """The name of who comes along, to this user."""
        self.env.invalidate_all()
        return self.his._get_known_along(user.partner_id).get(self.his, self.leo.browse()).name


@tagged("post_install", "-at_install")
class TestAlong(AlongCase):
    def test_who_books_for_a_child_names_an_adult_of_both_and_nobody_again(self):
        self.choose(self.greta)
        self.assertEqual(self.his.along_id, self.greta)

        self.choose(None)

        self.assertFalse(self.his.along_id)

    def test_online_nobody_else_is_named(self):
        # Fergus is no relative of Mira's, and Stan of nobody.
        self.assertEqual(self.refused(self.fergus), "along")
        self.assertEqual(self.refused(self.stranger.partner_id), "along")
        self.assertEqual(self.refused(self.leo), "along")

    def test_only_who_may_book_for_the_patient_names_somebody(self):
        self.assertEqual(self.refused(self.greta, self.grandmother), "not_yours")
        self.grant(self.leo, self.grandmother, "notify")
        self.assertEqual(self.refused(self.greta, self.grandmother), "not_yours")

    def test_what_has_begun_or_is_over_names_nobody_anew(self):
        self.visit.start = NOW
        self.assertEqual(self.refused(self.greta), "state")

    def test_who_comes_along_is_an_adult_and_somebody_else(self):
        self.assertIn("is the patient", self.refusal(self.leo))
        child = self.person("Ana Littleton", birth_date=date(2019, 1, 1))
        self.assertIn("isn't an adult", self.refusal(child))

        self.his.with_user(self.desk).along_id = self.greta

        self.assertEqual(self.his.along_id, self.greta)

    def test_no_name_of_another_companys_contact_is_told(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        born = {"birth_date": date(2019, 1, 1), "company_id": elsewhere.id}
        bob, visit = self.person("Bob Brown", **born), self.visit.with_user(self.desk)

        with self.assertRaises(AccessError), self.env.cr.savepoint():
            visit.participant_ids.write({"along_id": bob.id})
        with self.assertRaisesRegex(ValidationError, "another company"), self.env.cr.savepoint():
            self.his.along_id = bob
        typed = visit.new(origin=visit)
        typed.participant_ids.along_id = bob.with_user(self.desk)
        self.assertFalse(typed.along_text)
        self.assertFalse(typed.along_hint)
        typed.participant_ids.along_id = self.stranger.partner_id.with_user(self.desk)
        self.assertEqual(typed.along_text, "with Stan Strangeways")

    def test_who_comes_along_is_in_no_file_and_goes_as_the_patient_is_erased(self):
        kept = self.env["clinic.person.file"]._get_list()["clinic.participant"]

        self.assertNotIn("along_id", kept.shows)
        self.assertIn("along_id", kept.wipes)

    def test_who_is_kept_apart_does_not_come_along_and_nobody_is_told_why(self):
        stan = self.stranger.partner_id
        self.env["clinic.block"]._set(self.leo, stan, "test")

        self.assertEqual(self.refusal(stan), self.env["clinic.block"]._get_sentence())
        self.assertEqual(self.refused(stan), "along")

    def test_the_front_desk_names_anybody_and_is_told_who_is_no_relative(self):
        visit = self.visit.with_user(self.desk)
        self.assertFalse(visit.along_text)
        visit.participant_ids.along_id = self.greta
        self.assertFalse(visit.along_hint)

        visit.participant_ids.along_id = self.stranger.partner_id

        self.assertRegex(visit.along_hint, "Stan Strangeways .*Leo Littleton.* isn't recorded")
        self.assertEqual(visit.along_text, "with Stan Strangeways")

    def test_a_practitioner_and_a_patient_name_nobody_by_hand(self):
        doctor = self.user("test_doctor", "Dora Doctor", ROLE + "practitioner")
        self.nora.user_id = doctor
        for user in (doctor, self.mother):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.his.with_user(user).write({"along_id": self.greta.id})

    def test_it_takes_no_seat_and_makes_nobody_a_patient(self):
        self.greta.is_patient = False
        self.visit.seats = 1

        self.choose(self.greta)
        self.env.flush_all()

        self.assertEqual(self.visit.participant_count, 1)
        self.assertFalse(self.greta.is_patient)
        self.assertEqual(self.visit.payer_id, self.mira)

    # What it opens: nothing

    def test_who_comes_along_sees_neither_the_visit_nor_the_patient(self):
        self.choose(self.greta)
        self.env.invalidate_all()

        for model in ("clinic.appointment", "clinic.participant"):
            self.assertFalse(self.env[model].with_user(self.grandmother).search([]))
        with self.assertRaises(AccessError):
            self.leo.with_user(self.grandmother).check_access("read")
        self.assertNotIn(self.greta, self.his._get_recipients()[self.his])

    def test_no_patient_and_no_relative_reads_or_searches_the_field(self):
        self.choose(self.greta)
        people = self.env["clinic.participant"].with_user(self.mother)

        self.assertNotIn("along_id", people.fields_get())
        with self.assertRaises(AccessError):
            people.browse(self.his.id).read(["along_id"])
        with self.assertRaises(AccessError):
            people.search([("along_id", "=", self.greta.id)])

    def test_the_name_is_for_those_who_know_who_comes_along(self):
        leo = self.user("test_leo", "Leo", partner_id=self.leo.id)
        self.grant(self.leo, self.father, "book")
        self.his.along_id = self.greta

        for user in (self.mother, self.grandmother, leo):
            self.assertEqual(self.known_to(user), "Greta Grandison", user.name)
        # Leo's father, of another household, may book for him and doesn't know her.
        for user in (self.father, self.stranger):
            self.assertFalse(self.known_to(user), user.name)

        self.grant(self.greta, self.father, "book")
        self.assertEqual(self.known_to(self.father), "Greta Grandison")
        # Whom the desk named without a link the patient doesn't know either, unless they may act.
        self.his.along_id = self.stranger.partner_id
        self.assertFalse(self.known_to(leo))
        self.grant(self.leo, self.stranger, "book")
        self.assertEqual(self.known_to(leo), "Stan Strangeways")

    # What ends it

    def test_as_two_separate_what_is_to_come_names_neither_and_what_is_over_stays(self):
        past = self.appointment(TUESDAY, "11:00", [self.leo], payer_id=self.mira.id)
        (self.his | past.participant_ids).along_id = self.greta
        past.start = utc(date(2027, 3, 1), "11:00")

        self.env["clinic.family"]._separate(self.greta, self.leo, "test")

        self.assertFalse(self.his.along_id)
        self.assertEqual(past.participant_ids.along_id, self.greta)

    def test_who_separates_from_another_comes_along_as_before(self):
        self.his.along_id = self.greta

        self.env["clinic.family"]._separate(self.greta, self.mira, "test")

        self.assertEqual(self.his.along_id, self.greta)

    def test_as_the_last_permission_ends_who_is_no_relative_is_named_no_more(self):
        stan = self.stranger.partner_id
        for verb in ("_revoke", "_suspend"):
            permission = self.grant(self.leo, self.stranger, "book")
            self.his.along_id = stan
            with self.subTest(verb=verb):
                getattr(permission, verb)("test")
                self.assertFalse(self.his.along_id)

    def test_as_a_permission_ends_a_relative_comes_along_as_before(self):
        permission = self.grant(self.leo, self.grandmother, "book")
        self.his.along_id = self.greta

        permission._revoke("test")

        self.assertEqual(self.his.along_id, self.greta)

    def test_a_permission_that_goes_on_until_another_end_keeps_the_name(self):
        permission = self.grant(self.leo, self.stranger, "book")
        self.his.along_id = self.stranger.partner_id

        permission._renew(False)

        self.assertEqual(self.his.along_id, self.stranger.partner_id)

    def test_what_ended_by_its_day_names_nobody_after_the_daily_job(self):
        now = self.env.cr.now()
        self.period(
            self.leo, self.stranger, "book",
            starts_at=now - timedelta(days=9), ends_at=now - timedelta(hours=1),
        )  # fmt: skip
        self.his.along_id = self.stranger.partner_id

        self.env["clinic.permission"]._announce_ends()

        self.assertFalse(self.his.along_id)

    def test_a_block_unnames_whoever_the_desk_had_named(self):
        stan = self.stranger.partner_id
        self.his.along_id = stan

        self.env["clinic.block"]._set(stan, self.leo, "test")

        self.assertFalse(self.his.along_id)

    def test_who_is_archived_comes_along_no_more(self):
        stan = self.person("Stan Archived")
        self.his.along_id = stan

        stan.active = False

        self.assertFalse(self.his.along_id)
        self.assertIn("is archived", self.refusal(stan))

    def test_a_confidential_visit_names_nobody(self):
        self.his.along_id = self.greta

        self.visit._set_confidential(True)

        self.assertFalse(self.his.along_id)
        self.assertIn("confidential", self.refusal(self.greta))
        self.assertEqual(self.refused(self.greta), "not_yours")

    def test_moved_to_another_visit_they_are_brought_by_the_same(self):
        both = self.appointment(TUESDAY, "11:00", [self.leo, self.mother], payer_id=self.mira.id)
        other = self.appointment(TUESDAY, "13:00", [self.father])
        his = both.participant_ids[0]
        his.along_id = self.greta

        there = his.with_user(self.desk)._move_to(other.with_user(self.desk))

        self.assertEqual(there.along_id, self.greta)

    def test_moving_is_not_refused_by_a_name_that_cannot_be_any_more(self):
        both = self.appointment(TUESDAY, "11:00", [self.leo, self.mother], payer_id=self.mira.id)
        other = self.appointment(TUESDAY, "13:00", [self.father])
        his = both.participant_ids[0]
        his.along_id = self.greta
        self.greta.birth_date = date(2019, 1, 1)

        there = his.with_user(self.desk)._move_to(other.with_user(self.desk))

        self.assertEqual(there.state, "booked")
        self.assertFalse(there.along_id)

    def test_two_of_whom_one_brings_the_other_are_two_people(self):
        stan = self.person("Leo Littleton", birth_date=False)
        self.his.along_id = stan
        merge = self.env["base.partner.merge.automatic.wizard"]

        self.assertIn("linked with each other", merge._get_refusal(self.leo | stan))

    def test_who_comes_along_at_one_company_belongs_to_no_other_alone(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        greta = self.person("Gretel")
        self.his.along_id = greta

        with self.assertRaises(ValidationError):
            greta.company_id = elsewhere
        with self.assertRaises(ValidationError):
            self.his.along_id = self.person("Else", company_id=elsewhere.id)
