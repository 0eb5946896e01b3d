"""A clinic's own day, of birthdays and last days, is that of its first location."""

from odoo.tests import tagged

from ..common import ClinicCase


@tagged("post_install", "-at_install")
class TestCompanyZone(ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.islands = cls.env["res.company"].create({"name": "Test Islands"})

    def get_zone(self):
        self.env.invalidate_all()
        return self.islands._get_clinic_zone().key

    def place(self, name, tz, **values):
        return self.env["clinic.location"].create({
            "name": name, "tz": tz, "company_id": self.islands.id, **values,
        })  # fmt: skip

    def test_it_is_the_zone_of_its_first_location(self):
        self.assertEqual(self.get_zone(), "UTC")

        self.place("Test Harbour", "Asia/Tokyo")

        self.assertEqual(self.get_zone(), "Asia/Tokyo")

    def test_it_follows_as_soon_as_locations_change(self):
        first, second = self.place("Test A", "Asia/Tokyo"), self.place("Test B", "America/Lima")
        self.assertEqual(self.get_zone(), "Asia/Tokyo")

        for change, zone in (
            ({"tz": "Europe/Paris"}, "Europe/Paris"),
            ({"sequence": 99}, "America/Lima"),
            ({"sequence": second.sequence}, "Europe/Paris"),
            ({"name": "Test C"}, "America/Lima"),
            ({"active": False}, "America/Lima"),
        ):
            with self.subTest(change=change):
                first.write(change)
                self.assertEqual(self.get_zone(), zone)
        second.unlink()
        self.assertEqual(self.get_zone(), "UTC")

    def test_it_is_read_once_for_many_requests(self):
        self.place("Test Harbour", "Asia/Tokyo")
        company = self.islands.sudo()
        self.get_zone()
        self.env.invalidate_all()

        with self.assertQueryCount(0):
            self.assertEqual(company.clinic_tz, "Asia/Tokyo")

    def test_a_place_is_at_once_in_its_new_zone(self):
        place = self.place("Test Harbour", "Asia/Tokyo").sudo()
        self.assertEqual(place._get_zone().key, "Asia/Tokyo")
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            place._get_zone()

        place.tz = "Europe/Paris"

        self.assertEqual(place._get_zone().key, "Europe/Paris")
