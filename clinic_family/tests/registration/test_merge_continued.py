"""What rests on a right that goes on at a merge goes on with it, and ends with one that ends."""

from datetime import date

from odoo.tests import tagged

from ..common import TUESDAY
from ..package_common import PackageBuilders
from ..staff_common import StaffCase


@tagged("post_install", "-at_install")
class TestMergeContinued(PackageBuilders, StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        born = date(2018, 5, 1)
        cls.double = cls.person("Leo Littleton", is_patient=True, birth_date=born)

    def merge(self):
        self.env.invalidate_all()
        windows = self.env["clinic.patient.merge"].with_user(self.manager)
        windows.create({"source_id": self.double.id, "kept_id": self.leo.id}).action_merge()
        self.env.invalidate_all()

    def test_a_relatives_place_on_the_wait_list_goes_on_with_the_right(self):
        for person in (self.leo, self.double):
            self.allow(person, self.mira, "book")
        requests = self.env["clinic.wait.request"]
        wish = requests._join(self.mira, self.double, {"service_id": self.single.id})

        self.merge()

        self.assertEqual((wish.state, wish.patient_ids), ("waiting", self.leo))

    def test_a_session_that_a_relative_has_reserved_goes_on_with_the_right(self):
        for person in (self.leo, self.double):
            self.allow(person, self.mira, "packages")
        held = self.env["clinic.permission"]._get_held(self.double, self.mira)
        purchase = self.draft(self.package(self.single), self.double)
        session = purchase.session_ids[0]
        visit = self.appointment(TUESDAY, "10:00", [self.mira], service_id=self.single.id)
        session.sudo().write({
            "state": "reserved",
            "appointment_id": visit.id,
            "participant_id": visit.participant_ids.id,
            "permission_id": held.filtered(lambda one: one.kind == "packages").id,
        })  # fmt: skip

        self.merge()

        self.assertEqual((session.state, session.permission_id.grantor_id), ("reserved", self.leo))

    def test_a_wish_ends_with_the_right_it_rested_on(self):
        self.allow(self.double, self.mira, "book")
        requests = self.env["clinic.wait.request"]
        wish = requests._join(self.mira, self.double, {"service_id": self.single.id})

        self.merge()

        self.assertNotEqual(wish.state, "waiting")
