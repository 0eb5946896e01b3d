"""A session that counts as used pays instead of a fee for missing a visit."""

from odoo.tests import tagged

from ..common import TUESDAY, freeze_time, utc
from ..package_common import PackageCase


@tagged("post_install", "-at_install")
class TestPackageMissed(PackageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.single.write({"late_fee": 30, "noshow_fee": 60})
        cls.company.write({"clinic_cancel_hours": 48, "clinic_noshow_uses_session": True})
        cls.purchase = cls.sell(cls.package(cls.single, count=1), cls.owner)
        cls.ill = cls.env.ref("clinic_family.clinic_cancel_reason_ill")

    def miss(self, visit, target):
        with freeze_time(utc(TUESDAY, "12:00")):
            self.ill._call_off(visit.with_user(self.desk), target)
        self.env.invalidate_all()
        return visit

    def costs(self, visit):
        standing = visit.invoice_id.filtered(lambda invoice: invoice._is_standing())
        return standing.invoice_line_ids.mapped("price_unit")

    def test_used_by_a_no_show_it_costs_nothing_more(self):
        self.assertEqual(self.costs(self.miss(self.visit(), "noshow")), [])
        self.assertStates(self.purchase, used=1)

    def test_given_back_after_a_no_show_the_fee_is_owed(self):
        self.company.clinic_noshow_uses_session = False

        self.assertEqual(self.costs(self.miss(self.visit(), "noshow")), [60])
        self.assertStates(self.purchase, free=1)

    def test_used_by_a_late_cancellation_it_costs_nothing_more(self):
        self.company.clinic_late_uses_session = True

        self.assertEqual(self.costs(self.miss(self.visit(), "cancelled")), [])
        self.assertStates(self.purchase, used=1)

    def test_given_back_after_a_late_cancellation_the_fee_is_owed(self):
        self.company.clinic_late_uses_session = False

        self.assertEqual(self.costs(self.miss(self.visit(), "cancelled")), [30])
        self.assertStates(self.purchase, free=1)

    def test_each_of_several_owes_it_but_whose_session_is_used(self):
        self.single.write({"fee_per": "participant", "max_participants": 3})

        visit = self.miss(self.visit(people=[self.mother, self.father]), "noshow")

        self.assertEqual(self.costs(visit), [60])
        charged = visit.invoice_id.invoice_line_ids.clinic_patient_ids
        self.assertEqual(charged, self.father.partner_id)

    def test_counted_as_used_by_the_clinic_the_fee_is_taken_away(self):
        self.company.clinic_late_uses_session = False
        visit = self.miss(self.visit(), "cancelled")

        visit.with_user(self.desk).action_use_up()
        self.env.invalidate_all()

        self.assertEqual(self.costs(visit), [])
        self.assertStates(self.purchase, used=1)
