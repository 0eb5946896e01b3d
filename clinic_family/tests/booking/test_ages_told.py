"""What anybody reads of how old others are, whom they may book for and no more."""

from datetime import date, timedelta

from odoo.tests import tagged

from ...engine.outing import Outing
from ...exceptions import BookingRefused
from ..common import TUESDAY, ClinicCase, written
from ..common_site import TEN, SiteCase
from .test_ages import Ages

SOON, LATE = TUESDAY + timedelta(days=400), TUESDAY + timedelta(days=430)


class BookOnly(Ages):
    """Ana lets the mother book for her; how old she is, is not the mother's to know."""

    def born(self, day):
        self.ana.birth_date = day
        self.env.flush_all()

    def six_on(self, day):
        return date(day.year - 6, day.month, day.day)


@tagged("post_install", "-at_install")
class TestAgesTold(BookOnly, ClinicCase):
    def told(self, day, birth):
        """What the mother reads who asks to wait for that day alone."""
        self.born(birth)
        requests = self.env["clinic.wait.request"].with_user(self.mother)
        values = {"service_id": self.group.id, "date_from": day, "date_until": day}
        try:
            with self.env.cr.savepoint():
                requests._join(self.me, self.ana, values)
        except BookingRefused as refusal:
            return str(refusal)
        return ""

    def test_too_young_too_old_and_unknown_are_one_sentence(self):
        self.group.write({"min_age": 6, "max_age": 12})
        for birth in (date(2024, 1, 1), date(1990, 1, 1), False):
            self.born(birth)

            self.assertRefused(
                "age", "^Test Family Talk can't be booked online for Ana Littleton on that day",
                self.mother, self.wish(TEN, self.ana),
            )  # fmt: skip
            self.assertEqual(
                self.told(TUESDAY, birth),
                "Test Family Talk can't be booked online for Ana Littleton on that day. Please "
                "choose another service, or call the clinic.",
            )

    def test_the_wait_list_judges_no_day_that_cannot_be_booked_yet(self):
        self.assertEqual(self.told(LATE, self.six_on(SOON)), self.told(SOON, self.six_on(LATE)))

    def test_nor_does_a_day_far_away_say_anything_while_holding(self):
        for year in (TUESDAY.year - 10, TUESDAY.year + 10):
            start = written(date(year, 6, 1), "10:00")
            said = []
            for birth in (date(year - 20, 1, 1), date(year + 20, 1, 1)):
                self.born(birth)
                with self.assertRaises(BookingRefused) as refusal:
                    self.book(self.mother, self.wish(start, self.ana))
                said.append(str(refusal.exception))

            self.assertEqual(*said)

    def test_the_finder_judges_no_day_beyond_either(self):
        plans = self.env["clinic.family.plan"].with_user(self.mother)
        outing = Outing(wishes=((self.ana.id, self.group.id),), payer_id=self.me.id, first_day=LATE)
        last = TUESDAY + timedelta(days=self.company.clinic_horizon_days)

        self.assertLessEqual(max(plans._get_days(outing)), last)


@tagged("post_install", "-at_install")
class TestAgesToldSite(BookOnly, SiteCase):
    def setUp(self):
        super().setUp()
        self.login(self.mother)

    def told(self, start, birth):
        self.born(birth)
        return self.text(self.who(start))

    def test_a_day_that_cannot_be_booked_says_nothing_of_how_old_somebody_is(self):
        for year in (TUESDAY.year - 10, TUESDAY.year + 10):
            start = written(date(year, 6, 1), "10:00")

            page = self.told(start, date(year - 20, 1, 1))

            self.assertEqual(self.told(start, date(year - 1, 1, 1)), page)
            self.assertEqual(self.told(start, False), page)

    def test_of_who_is_not_of_the_age_only_that_is_said(self):
        page = self.told(TEN, date(2024, 1, 1))

        self.assertIn("From 6 years on. Please call the clinic.", page)
        self.assertEqual(self.told(TEN, False), page)
