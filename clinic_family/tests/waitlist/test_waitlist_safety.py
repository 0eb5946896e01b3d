"""Nobody stops the wait list for others, keeps a time for nothing, or is offered one by night."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...exceptions import BookingRefused
from ..common import NOW, TUESDAY, utc
from ..deposit_common import Deposits
from .test_waitlist import WaitCase


@tagged("post_install", "-at_install")
class TestWaitlistSafety(WaitCase):
    @mute_logger("odoo.addons.clinic_family.models.waitlist.clinic_waitlist")
    def test_who_can_be_offered_nothing_is_in_nobodys_way(self):
        first, second = self.wait(self.mother), self.wait(self.father)
        keep = type(self.env["clinic.booking"])._keep_for

        def refuse(booking, request, free):
            if request == first:
                raise ValidationError("This can't be kept")  # pylint: disable=translation-required
            return keep(booking, request, free)

        with patch.object(type(self.env["clinic.booking"]), "_keep_for", refuse):
            self.free()

        self.assertEqual((first.state, second.state), ("waiting", "offered"))

    def test_a_permission_that_ended_by_its_date_ends_the_request(self):
        held = self.env["clinic.permission"]._get_held(self.leo, self.mother.partner_id)
        request = self.wait(self.mother, self.leo)
        held._renew(fields.Datetime.now() + timedelta(days=400))
        self.env.cr.execute(
            "UPDATE clinic_permission SET ends_at = now() - interval '1 hour',"
            " starts_at = now() - interval '1 day'"
            " WHERE grantor_id = %s AND ended_at IS NULL",
            [self.leo.id],
        )
        self.env.invalidate_all()

        self.look()

        self.assertEqual((request.state, request.ended_why), ("ended", "permission"))

    def test_the_desk_takes_an_offer_for_somebody_on_the_phone(self):
        request = self.wait(self.mother, self.leo)
        self.free()
        offer = self.offer(request)
        visit = offer._get_visit()
        with self.after(4), self.assertRaises(AccessError):
            offer.with_user(self.mother).action_accept()

        with self.after(4):
            offer.with_user(self.desk).action_accept()

        self.assertEqual(
            (offer.state, request.state, visit.state), ("accepted", "booked", "booked")
        )
        self.assertEqual(visit.participant_ids.partner_id, self.leo)
        with self.after(4), self.assertRaises(UserError):
            offer.with_user(self.desk).action_accept()

    def test_the_desk_books_for_nobody_what_they_may_not_or_what_is_over(self):
        request = self.wait(self.mother, self.leo)
        self.free()
        offer = self.offer(request)
        with self.after(days=2), self.assertRaises(UserError):
            offer.with_user(self.desk).action_accept()
        self.env["clinic.permission"]._get_held(self.leo, self.mother.partner_id)._revoke("No")
        with self.after(4), self.assertRaises(UserError):
            offer.with_user(self.desk).action_accept()
        self.assertNotEqual(request.state, "booked")

    def test_an_offer_is_for_those_who_waited_when_it_was_made(self):
        request = self.wait(self.mother)
        self.free()
        offer, visit = self.offer(request), self.offer(request)._get_visit()

        request.with_user(self.desk).write({"date_until": request.date_until})
        self.assertEqual(offer.state, "open")
        request.with_user(self.desk).patient_ids = self.leo

        self.assertEqual((offer.state, request.state), ("outdated", "waiting"))
        self.assertFalse(visit.exists())
        self.look(minutes=5)
        self.assertEqual(self.offer(request).start, utc(TUESDAY, "10:00"), "nobody refused it")

    def test_an_offer_that_still_fits_stays(self):
        request = self.wait(self.mother)
        self.free()
        offer = self.offer(request)

        self.wait(self.mother, hour_from=9)
        self.assertEqual(offer.state, "open")
        request.with_user(self.desk).hour_from = 11

        self.assertEqual((offer.state, request.state), ("outdated", "waiting"))

    def test_no_offer_ends_at_night(self):
        ends = {}
        for hours in (2, 11, 13, 23, 24, 26):
            self.company.clinic_offer_hours = hours
            ends[hours] = self.company._get_offer_end(utc(TUESDAY, "23:00"))

        now = fields.Datetime.from_string(NOW)
        evening, morning = now + timedelta(hours=11), utc(TUESDAY, "9:00")
        self.assertEqual(
            ends,
            {
                2: now + timedelta(hours=2),
                11: evening,
                13: morning,
                23: morning,
                24: morning,
                26: utc(TUESDAY, "11:00"),
            },
        )

    def test_nobody_is_somebodys_patient_by_an_offer(self):
        self.nora.user_id = self.user("test_nora", "Nora Login", self.desk_role())
        request = self.wait(self.mother)
        mine = self.env["res.partner"].with_user(self.nora.user_id)
        self.free()
        self.assertEqual(request.state, "offered")
        domain = [("id", "=", self.mother.partner_id.id), ("is_my_patient", "=", True)]
        self.assertFalse(mine.search(domain))

        with self.after(5):
            self.accept(self.mother, request)

        self.assertTrue(mine.search(domain))

    def desk_role(self):
        return "clinic_family.clinic_family_group_practitioner"


@tagged("post_install", "-at_install")
class TestWaitlistUnpaid(Deposits, WaitCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_deposits()

    def test_who_takes_it_and_does_not_pay_is_not_offered_it_again(self):
        first, second = self.wait(self.mother), self.wait(self.father)
        self.free()
        with self.after(5):
            self.accept(self.mother, first)

        with self.after(90):
            self.env["clinic.booking"]._clear_baskets()
        self.look(minutes=90)

        self.assertEqual((first.state, second.state), ("waiting", "offered"))

    def test_the_desk_books_nothing_unpaid_that_is_paid_as_it_is_booked(self):
        request = self.wait(self.mother)
        self.free()
        offer = self.offer(request)

        with self.after(5), self.assertRaisesRegex(UserError, "paid as it is booked"):
            offer.with_user(self.desk).action_accept()

    def test_at_the_last_second_it_is_not_booked_without_being_paid(self):
        request = self.wait(self.mother)
        self.free()
        offer = self.offer(request)
        visit = offer._get_visit()

        with self.after(5), self.over_while_it_waits():
            try:
                self.accept(self.mother, request)
            except BookingRefused:
                return

        self.assertNotEqual(visit.state, "booked")

    @contextmanager
    def over_while_it_waits(self):
        """The offer runs out while the check-out waits for the practitioner's book."""
        asked = []

        def is_answerable(offer):
            asked.append(offer)
            return len(asked) <= 2

        offers = type(self.env["clinic.wait.offer"])
        with patch.object(offers, "_is_answerable", is_answerable):
            yield
