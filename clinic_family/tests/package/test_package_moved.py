"""Who is moved to another visit takes their session along, however late it is."""

from odoo.tests import tagged

from ..common import TUESDAY, freeze_time, utc
from ..package_common import PackageCase


@tagged("post_install", "-at_install")
class TestPackageMoved(PackageCase):
    def setUp(self):
        super().setUp()
        self.company.clinic_late_uses_session = True

    def sessions(self, service):
        return self.sell(self.package(service, count=1), self.owner)

    def move(self, visit, person, other):
        """This person is moved to the other visit half an hour before theirs begins."""
        one = visit.participant_ids.filtered(lambda p: p.partner_id == person.partner_id)
        with freeze_time(utc(TUESDAY, "9:30")):
            one.with_user(self.desk)._move_to(other.with_user(self.desk))

    def test_of_who_pays_for_themselves_the_session_goes_along(self):
        self.single.write({"fee_per": "participant", "max_participants": 3})
        purchase = self.sessions(self.single)
        visit = self.visit(people=[self.mother, self.father])
        other = self.visit("11:00", people=[self.father])

        self.move(visit, self.mother, other)

        self.assertStates(purchase, reserved=1)
        self.assertFalse(visit.session_ids)
        self.assertEqual(other.session_ids.participant_id.partner_id, self.owner)
        self.assertLedgerAgrees(purchase.session_ids)

    def test_of_a_visit_that_nobody_comes_to_any_more_it_is_free(self):
        purchase = self.sessions(self.group)
        visit = self.visit(service_id=self.group.id)
        other = self.visit("11:00", people=[self.father], service_id=self.group.id)

        self.move(visit, self.mother, other)

        self.assertEqual(visit.state, "cancelled")
        self.assertStates(purchase, free=1)

    def test_of_a_visit_that_others_come_to_it_stays(self):
        purchase = self.sessions(self.group)
        visit = self.visit(people=[self.mother, self.father], service_id=self.group.id)
        other = self.visit("11:00", people=[self.father], service_id=self.group.id)

        self.move(visit, self.mother, other)

        self.assertStates(purchase, reserved=1)
        self.assertEqual(visit.session_ids.purchase_id, purchase)

    def test_a_late_cancellation_uses_it_all_the_same(self):
        purchase = self.sessions(self.single)
        visit = self.visit()

        with freeze_time(utc(TUESDAY, "9:30")):
            visit._update_state("cancelled")

        self.assertStates(purchase, used=1)
