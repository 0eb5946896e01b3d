"""What nobody needs any more is deleted once it is older than the clinic keeps it."""

from odoo.tests import tagged

from ...models.booking import clinic_passing_mixin
from ..common import WEDNESDAY, utc, written
from .test_waitlist import WaitCase

YEAR = 366


@tagged("post_install", "-at_install")
class TestPassed(WaitCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.clinic_keep_months = 12
        checkout = cls.checkout(cls.single, written(WEDNESDAY, "10:00"), [cls.leo], cls.mira)
        cls.visit = cls.book(cls.mother, checkout).sudo()

    def setUp(self):
        super().setUp()
        self.assertTrue(self.send())

    def tidy_up(self, **later):
        """Odoo's daily tidying up runs so much later."""
        with self.after(**later):
            for name in ("clinic.wait.request", "clinic.booking", "clinic.message"):
                self.env[name]._gc_passed()
        self.env.invalidate_all()

    def test_check_outs_and_messages_go_and_the_visit_stays(self):
        booking, messages = self.visit.booking_id, self.messages(self.visit)
        self.tidy_up(days=YEAR - 10)
        self.assertTrue(booking.exists())
        self.assertEqual(messages.exists(), messages)

        self.tidy_up(days=YEAR + 10)

        self.assertFalse(booking.exists() or messages.exists())
        self.assertEqual(self.visit.exists().participant_ids.partner_id, self.leo)
        self.assertTrue(self.visit.participant_ids.told)

    def test_a_clinic_that_keeps_all_loses_nothing(self):
        self.company.clinic_keep_months = 0

        self.tidy_up(days=20 * YEAR)

        self.assertTrue(self.visit.booking_id)
        self.assertTrue(self.messages(self.visit))

    def test_each_clinic_has_its_own_time(self):
        other = self.env["res.company"].create({"name": "Other", "clinic_keep_months": 1})
        self.assertEqual(other.clinic_keep_months, 1)

        self.tidy_up(days=60)

        self.assertTrue(self.visit.booking_id)

    def test_what_is_to_come_or_to_be_sent_stays(self):
        self.messages(self.visit).sudo().state = "waiting"
        self.visit.start = utc(WEDNESDAY.replace(year=2029), "10:00")

        self.tidy_up(days=YEAR + 10)

        self.assertTrue(self.visit.booking_id)
        self.assertTrue(self.messages(self.visit))

    def test_who_waits_stays_and_who_waited_goes_with_what_was_offered(self):
        waiting, over = self.wait(self.father), self.wait(self.grandmother)
        self.free()
        offer = self.offer(waiting)
        self.assertTrue(offer)
        over._end("left")

        self.tidy_up(days=YEAR + 10)

        self.assertFalse(over.exists())
        self.assertTrue(waiting.exists() and offer.exists())

        waiting._end("left")
        self.tidy_up(days=YEAR + 10)
        self.assertFalse(waiting.exists() or offer.exists())

    def test_it_goes_in_steps_until_nothing_is_left(self):
        self.patch(clinic_passing_mixin, "FORGOTTEN_AT_ONCE", 1)
        with self.after(days=YEAR + 10):
            step = self.env["clinic.booking"]._gc_passed()

        self.assertEqual(step, (1, True))
