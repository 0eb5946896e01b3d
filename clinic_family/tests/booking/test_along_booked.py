"""Who comes along with a child is asked at the check-out and by the family finder, and stored."""

from dataclasses import replace
from datetime import date

from odoo.tests import tagged

from ...engine.outing import read_visit, write_visit
from ..along_common import AlongFamily
from ..common import NO_ID, WEDNESDAY, ClinicCase, written
from .test_family_plan import FamilyPlanCase

TEN = written(WEDNESDAY, "10:00")


@tagged("post_install", "-at_install")
class TestAlongBooked(AlongFamily, ClinicCase):
    def ask(self, along, people=None, start=TEN):
        people = people or [self.leo]
        return self.checkout(self.group, start, people, self.mira, along_id=along.id)

    def along(self, visit):
        return {one.partner_id: one.along_id for one in visit.participant_ids}

    def test_it_is_stored_of_the_children_and_of_nobody_else(self):
        aunt = self.user("test_aunt", "Una Aunt").partner_id
        self.grant(aunt, self.mother, "book")

        visit = self.book(self.mother, self.ask(self.greta, [self.leo, aunt]))

        self.assertEqual(self.along(visit), {self.leo: self.greta, aunt: self.leo.browse()})
        self.assertEqual(visit.participant_count, 2)

    def test_who_comes_to_the_visit_too_need_not_be_named(self):
        visit = self.book(self.mother, self.ask(self.mira, [self.leo, self.mira]))

        self.assertFalse(visit.participant_ids.along_id)

    def test_held_again_it_is_changed(self):
        self.hold(self.mother, self.ask(self.greta))

        held = self.hold(self.mother, self.ask(self.mira))
        self.assertEqual(self.along(held), {self.leo: self.mira})
        self.assertEqual(held._get_checkout().along_id, self.mira.id)

        held = self.hold(self.mother, self.ask(self.leo.browse()))
        self.assertFalse(held.participant_ids.along_id)

    def test_nobody_else_is_named(self):
        sentence = "can't be named"
        for along in (self.fergus, self.stranger.partner_id, self.leo.browse(NO_ID)):
            self.assertRefused("along", sentence, self.mother, self.ask(along))

    def test_a_name_that_no_longer_may_be_is_dropped_and_the_visit_is_booked(self):
        self.hold(self.mother, self.ask(self.greta))
        # Mira knows her no more; Leo does.
        self.env["clinic.family"]._separate(self.greta, self.mira, "test")

        booking = self.confirm(self.mother)

        self.assertEqual(booking.appointment_ids.state, "booked")
        self.assertFalse(booking.appointment_ids.participant_ids.along_id)

    def test_a_confidential_visit_that_is_held_again_names_nobody(self):
        self.company.clinic_confidential_age = 14
        self.leo.birth_date = date(2012, 1, 15)
        leo = self.user("test_leo", "Leo", partner_id=self.leo.id)
        self.grant(self.mira, leo, "pay")
        asked = replace(self.ask(self.mira), is_confidential=True)

        for _time in range(2):
            held = self.hold(leo, asked)

            self.assertTrue(held.is_confidential)
            self.assertFalse(held.participant_ids.along_id)

    def test_it_counts_as_it_is_confirmed(self):
        self.hold(self.mother, self.ask(self.greta))
        self.env["clinic.family"]._separate(self.greta, self.leo, "test")

        self.confirm(self.mother)

        visit = self.env["clinic.appointment"].search([], order="id desc", limit=1)
        self.assertFalse(visit.participant_ids.along_id)
        self.assertEqual(visit.state, "booked")


@tagged("post_install", "-at_install")
class TestAlongPlanned(FamilyPlanCase):
    def test_what_was_planned_with_is_stored(self):
        wishes = ((one, self.single) for one in (self.leo, self.ana, self.me))
        outing = self.outing(*wishes)
        _day, plans = self.find(outing)[0][0]
        checkouts = self.env["clinic.family.plan"]._get_checkouts(outing, plans[0])
        sent = [read_visit(write_visit(one), self.me.id, outing.along_id) for one in checkouts]
        self.assertEqual(sent, checkouts)

        self.hold_all(sent)
        self.confirm(self.mother)

        booked = self.env["clinic.participant"].search([("booked_by_id", "=", self.me.id)])
        self.assertEqual(
            {one.partner_id: one.along_id for one in booked},
            {self.leo: self.me, self.ana: self.me, self.me: self.me.browse()},
        )

    def test_only_who_may_come_along_with_every_child_is_planned_with(self):
        fergus = self.father.partner_id
        self.grant(fergus, self.mother, "book")
        outing = self.outing((self.leo, self.single), (self.ana, self.single))
        other = self.env.ref("clinic_family.clinic_relationship_type_other")
        self.env["clinic.relationship"]._link(self.leo, fergus, other)
        self.assertEqual(self.refusal(self.find, replace(outing, along_id=fergus.id)), "along")

        self.env["clinic.relationship"]._link(self.ana, fergus, other)

        self.assertTrue(self.find(replace(outing, along_id=fergus.id))[0])
