"""A patient who books for herself asks that nobody who acts for her knows of the visit."""

from odoo.tests import tagged

from ...exceptions import BookingRefused
from ..common import TUESDAY, written
from ..common_site import SiteCase
from ..confidential_common import Teenager
from ..package_common import PackageBuilders

TEN = written(TUESDAY, "10:00")


@tagged("post_install", "-at_install")
class TestConfidentialSite(PackageBuilders, Teenager, SiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_teenager()
        cls.her = cls.girl.partner_id
        cls.company.clinic_confidential_age = 14

    def asked(self, **values):
        return self.checkout(self.group, TEN, [self.her], is_confidential=True, **values)

    def test_she_ticks_a_box_and_her_mother_finds_nothing(self):
        self.login(self.girl)
        who = self.form(self.who(), "/hold")
        basket = self.submit(who, participant=self.her.id, payer=self.her.id, confidential="1")

        self.assertIn("Confidential: nobody who acts for you sees it", self.text(basket))
        change = self.page(basket).xpath(".//a[contains(@href, '/who?')]/@href")[0]
        self.assertTrue(self.form(self.get(change), "/hold").fields["confidential"])
        thanks = self.submit(self.form(basket, "/book/confirm"))
        self.assertIn("Confidential: nobody who acts for you sees it", self.text(thanks))

        visit = self.visits()
        self.assertTrue(visit.is_confidential)
        self.assertEqual(visit.confidential_by_id, self.girl)
        self.login(self.mother)
        self.assertEqual(self.get(f"/my/appointments/{visit.id}").status_code, 404)
        self.assertNotIn("Family Talk", self.get("/my/appointments").text)

    def test_unticked_again_it_is_a_visit_like_any_other(self):
        held = self.hold(self.girl, self.asked())
        self.assertTrue(held.is_confidential)

        self.hold(self.girl, self.checkout(self.group, TEN, [self.her]))

        self.assertFalse(held.is_confidential)

    def test_the_box_is_there_from_an_age_on_for_who_is_known_to_be_so_old(self):
        self.login(self.girl)
        self.assertIn("Keep this visit confidential", self.text(self.who()))
        for age, born in ((0, self.her.birth_date), (18, self.her.birth_date), (14, False)):
            self.company.clinic_confidential_age, self.her.birth_date = age, born
            self.assertNotIn("Keep this visit confidential", self.text(self.who()))

    def test_it_is_judged_whatever_the_page_offered(self):
        self.grant(self.leo, self.girl, "book")
        for people in ([self.leo], [self.her, self.leo]):
            wish = self.checkout(self.group, TEN, people, self.her, is_confidential=True)
            self.assertRefused("confidential_alone", "for yourself alone", self.girl, wish)
        self.company.clinic_confidential_age = 18
        self.assertRefused("confidential", "call the clinic", self.girl, self.asked())

    def test_it_is_judged_again_as_it_is_booked(self):
        held = self.hold(self.girl, self.asked())
        self.company.clinic_confidential_age = 0

        with self.assertRaisesRegex(BookingRefused, "call the clinic"):
            self.confirm(self.girl)
        self.assertEqual(held.state, "held")

    def test_no_package_is_offered_where_no_session_would_pay(self):
        package = self.package(self.group, name="Ten talks", is_published=True)
        self.login(self.girl)
        self.hold(self.girl, self.checkout(self.group, TEN, [self.her]))
        self.assertIn(package.name, self.text(self.get("/book/basket")))

        self.hold(self.girl, self.asked())

        self.assertNotIn(package.name, self.text(self.get("/book/basket")))
