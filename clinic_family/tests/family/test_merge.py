"""Odoo's contact merge: what it may not do to patients, through whichever door."""

from ast import literal_eval
from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import TUESDAY, WEDNESDAY, written
from ..staff_common import StaffCase

BORN = date(2018, 5, 1)


@tagged("post_install", "-at_install")
class TestMerge(StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leo.email = "home@example.com"
        cls.double = cls.patient("Leo Littleton")
        # Odoo itself lets nobody merge who may not read the website's visitors.
        cls.front_desk.group_ids += cls.env.ref("website.group_website_designer")

    @classmethod
    def patient(cls, name, **values):
        return cls.person(
            name,
            **{"email": "home@example.com", "is_patient": True, "birth_date": BORN, **values},
        )

    def merger(self, user=None, **values):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        return wizard.with_user(user or self.front_desk).create(values)

    def merge(self, *people, user=None, kept=None):
        """As from code of whoever may open Odoo's window."""
        people = self.env["res.partner"].union(*people)
        wizard = self.merger(user)
        kept = (kept or people[0]).with_env(wizard.env)
        wizard._merge(people.ids, kept, extra_checks=False)
        return people.exists()

    def assertNotMerged(self, sentence, *people, user=None, kept=None):
        people = self.env["res.partner"].union(*people)
        with self.assertRaisesRegex(UserError, sentence):
            self.merge(*people, user=user, kept=kept)
        self.assertEqual(people.exists(), people)

    def propose(self, user=None, **criteria):
        """The sets of contacts that the search for duplicates proposes with somebody at home."""
        wizard = self.merger(user, **criteria)
        wizard.action_start_manual_process()
        found = [
            self.env["res.partner"].browse(literal_eval(line.aggr_ids)) for line in wizard.line_ids
        ]
        return [people for people in found if people & (self.leo + self.double)]

    # What is refused

    def test_patients_who_are_family_are_not_merged(self):
        self.link(self.leo, self.double, "SIB")
        self.assertNotMerged("linked with each other", self.leo, self.double)

    def test_patients_who_were_family_are_not_merged(self):
        self.link(self.leo, self.double, "SIB")._end("Over")
        self.assertNotMerged("linked with each other", self.leo, self.double)

    def test_patients_kept_apart_are_not_merged_and_a_clerk_is_not_told_why(self):
        self.block(self.leo, self.double)
        self.assertNotMerged("manager has to decide", self.leo, self.double)
        self.assertNotMerged("safeguarding block", self.leo, self.double, user=self.manager)

    def test_patients_of_one_visit_are_not_merged_even_if_it_was_cancelled(self):
        visit = self.appointment(TUESDAY, "10:00", [self.leo, self.double])
        self.assertNotMerged("in one visit together", self.leo, self.double)
        visit._update_state("cancelled")
        self.assertNotMerged("in one visit together", self.leo, self.double)

    def test_patients_with_different_birth_dates_are_not_merged(self):
        for birth_date in (BORN + timedelta(days=1), False):
            self.double.birth_date = birth_date
            self.assertNotMerged("different dates of birth", self.leo, self.double)

    def test_two_who_choose_times_online_are_not_merged(self):
        for user in (self.mother, self.father):
            user.partner_id.birth_date = date(1985, 5, 1)
        self.hold(self.mother, self.checkout(self.single, written(TUESDAY, "10:00"), [self.mother]))
        self.hold(self.father, self.checkout(self.single, written(TUESDAY, "11:00"), [self.father]))
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo()
        self.assertIn("right now", wizard._get_refusal(self.mira + self.fergus))

    def test_patients_of_different_parent_contacts_are_not_merged(self):
        self.double.parent_id = self.mira
        self.assertNotMerged("different companies or contacts", self.leo, self.double)

    def test_who_has_an_agreement_about_who_pays_is_not_merged(self):
        self.mira.birth_date = date(1985, 5, 1)
        self.env["clinic.payer.share"]._agree(
            self.double, {"payer_id": self.mira.id, "percent": 60, "why": "At the desk"}
        )
        self.assertNotMerged("pays a part", self.leo, self.double)

    def test_who_pays_for_the_other_is_somebody_else(self):
        (self.leo | self.double).birth_date = date(1985, 5, 1)
        self.env["clinic.payer.share"]._agree(
            self.leo, {"payer_id": self.double.id, "percent": 60, "why": "At the desk"}
        )
        self.assertNotMerged("linked with each other", self.leo, self.double)

    def test_no_administrator_and_no_code_merges_what_is_refused(self):
        self.link(self.leo, self.double, "SIB")
        admin = self.env.ref("base.user_admin")
        self.assertNotMerged("linked with each other", self.leo, self.double, user=admin)
        self.assertNotMerged("linked with each other", self.leo, self.double, user=self.env.user)

    # What is merged

    def test_a_patient_entered_twice_becomes_one_and_nothing_is_lost(self):
        group = self.env["clinic.patient.group"].create({
            "name": "The Littletons", "partner_ids": [self.leo.id, self.double.id],
        })  # fmt: skip
        ours = self.link(self.leo, self.mira, "PRN")
        theirs = self.link(self.double, self.mira, "PRN")
        alone = self.link(self.double, self.fergus, "PRN")
        visits = self.appointment(TUESDAY, "10:00", [self.leo])
        visits += self.appointment(WEDNESDAY, "10:00", [self.double])

        left = self.merge(self.leo, self.double, kept=self.leo)

        self.env.invalidate_all()
        self.assertEqual(left, self.leo)
        self.assertEqual(visits.participant_ids.partner_id, self.leo)
        self.assertEqual(group.partner_ids, self.leo)
        self.assertEqual(
            (ours + theirs + alone).mapped("ended_at"), [False, theirs.ended_at, False]
        )
        self.assertTrue(theirs.ended_at)
        self.assertEqual(theirs.end_reason, "Merged with Leo Littleton.")
        self.assertEqual(self.leo.relationship_ids, ours + alone)

    def test_contacts_who_are_no_patients_are_merged_as_ever(self):
        one, two = (self.person("Paper Supplies", email="paper@example.com") for _each in "12")
        self.assertEqual(self.merge(one, two), one)

    # What is proposed

    def test_patients_are_never_proposed_as_duplicates(self):
        self.assertEqual(self.propose(group_by_email=True, group_by_name=True), [])
        self.assertEqual(self.propose(group_by_email=True), [])

    def test_contacts_who_are_no_patients_are_proposed_as_ever(self):
        (self.leo | self.double).is_patient = False
        proposed = self.propose(group_by_email=True, group_by_name=True)
        self.assertEqual(proposed, [self.leo + self.double])
