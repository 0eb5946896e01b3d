"""One person in two visits at once: said, and confirmed or changed; hidden visits stay hidden."""

from odoo.tests import tagged

from ...exceptions import BookingRefused
from ..common import ROLE, TUESDAY, ClinicCase, written
from ..common_site import SiteCase


@tagged("post_install", "-at_install")
class TestClash(ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.otto = cls.practitioner("Otto Test-Osler")
        cls.other = cls.service("Test Massage", cls.otto, duration=60)
        cls.grant(cls.leo, cls.mother, "book")

    def hold_both(self, first, second):
        """Ten o'clock for the first, and a quarter of the way into it for the second."""
        self.hold(self.mother, self.wish(self.other, "10:00", first))
        self.hold(self.mother, self.wish(self.single, "10:30", second))

    def wish(self, service, clock, person):
        return self.checkout(service, written(TUESDAY, clock), [person], self.mother)

    def clashes(self):
        bookings = self.env["clinic.booking"].with_user(self.mother)
        basket = bookings._find_basket(self.mother.partner_id).sudo()
        return bookings, basket, bookings._find_clashes(basket)

    def confirm_with(self, meant):
        bookings, basket, _clashes = self.clashes()
        return bookings._confirm(self.mother.partner_id, basket.key, basket.version, "", meant)

    def test_two_visits_of_one_person_in_a_basket_are_booked_only_when_meant_so(self):
        self.hold_both(self.leo, self.leo)
        _bookings, _basket, clashes = self.clashes()

        with self.assertRaises(BookingRefused) as refusal:
            self.confirm_with([])
        self.assertEqual(refusal.exception.reason, "clash")
        self.assertRegex(str(refusal.exception), "Leo Littleton would be in two visits at once")

        booking = self.confirm_with([clash["key"] for clash in clashes]).sudo()
        self.assertEqual(booking.appointment_ids.mapped("state"), ["booked", "booked"])

    def test_a_visit_of_each_of_two_people_is_no_clash(self):
        self.hold_both(self.leo, self.mother)

        self.assertEqual(self.clashes()[2], [])
        self.assertEqual(self.confirm_with([]).state, "confirmed")

    def test_one_after_the_other_is_no_clash(self):
        self.hold(self.mother, self.wish(self.other, "10:00", self.leo))
        self.hold(self.mother, self.wish(self.single, "11:00", self.leo))

        self.assertEqual(self.clashes()[2], [])

    def test_a_visit_that_is_booked_already_clashes_too_and_a_cancelled_one_does_not(self):
        known = self.appointment(TUESDAY, "10:00", [self.leo])
        self.hold(self.mother, self.wish(self.other, "10:00", self.leo))
        before = [clash["service"] for clash in self.clashes()[2]]
        known._update_state("cancelled")
        self.env.invalidate_all()

        self.assertEqual((before, self.clashes()[2]), (["Test Family Talk"], []))

    def test_saying_yes_for_one_person_says_nothing_of_another(self):
        self.appointment(TUESDAY, "10:00", [self.leo, self.mother])
        group = self.service("Test Class", self.otto, max_participants=3)
        both = self.checkout(group, written(TUESDAY, "10:00"), [self.mother, self.leo])
        self.hold(self.mother, both)
        clashes = self.clashes()[2]

        self.assertEqual(len(clashes), 2)
        with self.assertRaises(BookingRefused) as refusal:
            self.confirm_with([clashes[0]["key"]])
        self.assertIn(clashes[1]["name"], str(refusal.exception))

    def test_a_visit_the_booker_may_not_see_is_never_hinted_at(self):
        hidden = self.appointment(TUESDAY, "10:00", [self.father])
        self.grant(self.father.partner_id, self.mother, "book")
        self.hold(self.mother, self.wish(self.other, "10:00", self.father))
        seen = self.clashes()[2]
        hidden.booked_at = False
        self.env.flush_all()
        self.env.invalidate_all()

        self.assertEqual((len(seen), self.clashes()[2]), (1, []))
        self.assertEqual(self.confirm_with([]).state, "confirmed")

    # At the desk

    def test_the_front_desk_reads_it_as_a_warning(self):
        desk = self.user("test_desk", "Fran Frontdesk", ROLE + "front_desk")
        self.appointment(TUESDAY, "10:00", [self.leo])
        new = self.appointment(
            TUESDAY, "10:00", [self.leo], service_id=self.other.id, practitioner_id=self.otto.id
        )

        self.assertRegex(
            new.with_user(desk).clash_text, "Leo Littleton already has a visit.*Test Family Talk"
        )

    def test_a_practitioner_is_told_nothing_of_another_practitioners_visit(self):
        doctor = self.user("test_doctor", "Dora Doctor", ROLE + "practitioner")
        self.otto.user_id = doctor
        self.appointment(TUESDAY, "10:00", [self.leo])
        own = self.appointment(
            TUESDAY, "10:00", [self.leo], service_id=self.other.id, practitioner_id=self.otto.id
        )

        self.assertFalse(own.with_user(doctor).clash_text)


@tagged("post_install", "-at_install")
class TestClashSite(SiteCase):
    def test_the_check_out_asks_and_books_when_it_is_meant_so(self):
        self.appointment(
            TUESDAY, "10:00", [self.leo],
            service_id=self.service("Test Massage", self.practitioner("Otto Test-Osler")).id,
            practitioner_id=self.env["clinic.practitioner"].search([], order="id desc", limit=1).id,
        )  # fmt: skip
        self.login(self.mother)
        check = self.check([self.mother, self.leo])
        form = self.form(check, "/confirm")
        [box] = self.page(check).xpath(".//input[@name='meant']")

        refused = self.submit(form)
        again = self.page(refused, 422).xpath(".//form[contains(@action, '/confirm')]")[0]
        booked = self.submit(again, meant=box.get("value"))

        self.assertIn("Leo Littleton would be in two visits at once", self.text(refused, 422))
        self.assertIn("/book/thanks/", booked.url)

    def test_what_was_ticked_stays_ticked_when_something_else_is_refused(self):
        otto = self.practitioner("Otto Test-Osler")
        both = [self.mother, self.leo]
        self.appointment(TUESDAY, "10:00", both, practitioner_id=otto.id)
        self.login(self.mother)
        check = self.check(both)
        form = self.form(check, "/confirm")
        [first, second] = self.page(check).xpath(".//input[@name='meant']")

        refused = self.submit(form, meant=first.get("value"))

        boxes = self.page(refused, 422).xpath(".//input[@name='meant']")
        ticked = [box.get("value") for box in boxes if box.get("checked")]
        self.assertEqual(ticked, [first.get("value")])
        self.assertNotEqual(first.get("value"), second.get("value"))
