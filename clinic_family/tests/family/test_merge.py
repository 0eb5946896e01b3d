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
        """As from the menu *Merge* of the contacts' list."""
        people = self.env["res.partner"].union(*people)
        wizard = self.merger(user, partner_ids=people.ids, dst_partner_id=(kept or people[0]).id)
        wizard.action_merge()
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
        return [people for people in found if people & (self.leo + self.double + self.mira)]

    # What is refused

    def test_patients_who_are_family_are_not_merged(self):
        self.link(self.leo, self.double, "SIB")
        self.assertNotMerged("linked with each other", self.leo, self.double)

    def test_patients_who_were_family_are_not_merged(self):
        self.link(self.leo, self.double, "SIB")._end("Over")
        self.assertNotMerged("linked with each other", self.leo, self.double)

    def test_a_blocked_patient_is_not_merged_and_a_clerk_is_not_told_why(self):
        self.block(self.leo, self.fergus)
        self.assertNotMerged("manager has to decide", self.leo, self.double)
        self.assertNotMerged("manager has to decide", self.double, self.leo)
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

    def test_patients_are_not_merged_while_somebody_acts_for_one_or_one_acts(self):
        for grantor, grantee in (
            (self.leo, self.mira), (self.double, self.mira),
            (self.mira, self.leo), (self.mira, self.double),
        ):  # fmt: skip
            allowed = self.allow(grantor, grantee, "book")
            self.assertNotMerged("end these permissions first", self.leo, self.double)
            allowed._revoke("Over")

    def test_what_rests_or_begins_later_keeps_patients_from_being_merged_too(self):
        suspended = self.allow(self.leo, self.mira, "book")
        suspended._suspend("For now")
        self.assertNotMerged("end these permissions first", self.leo, self.double)
        suspended._revoke("Over")
        later = self.env.cr.now() + timedelta(days=3)
        self.period(self.leo, self.mother, "book", starts_at=later)
        self.assertNotMerged("end these permissions first", self.leo, self.double)

    def test_the_ledger_is_never_rewritten_to_name_somebody_else(self):
        ended = self.allow(self.leo, self.mira, "book")
        ended._revoke("Over")
        self.assertNotMerged("destination", self.leo, self.double, kept=self.double)

        self.merge(self.leo, self.double, kept=self.leo)

        self.assertEqual(ended.grantor_id, self.leo)

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

    def test_no_administrator_and_no_code_merges_what_is_refused(self):
        self.allow(self.leo, self.mira, "book")
        admin = self.env.ref("base.user_admin")
        self.assertNotMerged("end these permissions first", self.leo, self.double, user=admin)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        with self.assertRaisesRegex(UserError, "end these permissions first"):
            wizard._merge((self.leo + self.double).ids, self.leo, extra_checks=False)

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

    def test_patients_who_share_an_address_are_never_proposed_as_duplicates(self):
        self.mira.write({"email": "home@example.com", "is_patient": True, "birth_date": BORN})
        self.assertEqual(self.propose(group_by_email=True), [])
        self.assertEqual(self.propose(group_by_email=True, group_by_is_company=True), [])

    def test_patients_of_one_name_and_address_are_proposed(self):
        proposed = self.propose(group_by_email=True, group_by_name=True)
        self.assertEqual(proposed, [self.leo + self.double])

    def test_what_is_refused_is_not_proposed_so_that_merging_all_goes_on(self):
        self.allow(self.leo, self.mira, "book")
        self.assertEqual(self.propose(group_by_email=True, group_by_name=True), [])
