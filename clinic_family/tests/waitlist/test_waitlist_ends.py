"""Who waits is told before they wait no longer, and who took something back waits on."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import THURSDAY, WEDNESDAY
from .test_waitlist import WaitCase

DAY = 24 * 60


@tagged("post_install", "-at_install")
class TestWaitlistEnds(WaitCase):
    def tell(self, minutes=2 * DAY):
        """The job runs after so long, by daylight if nothing else is said; the mails it queues."""
        before = self.env["mail.mail"].search([])
        self.look(minutes)
        return self.env["mail.mail"].search([]) - before

    def wait_until_thursday(self, user=None):
        """For a Tuesday, on the first of which all is taken."""
        others = ("on_mon", "on_wed", "on_thu", "on_fri", "on_sat", "on_sun")
        user = user or self.mother
        people = self.leo if user == self.mother else user.partner_id
        return self.wait(user, people, date_until=THURSDAY, **dict.fromkeys(others, False))

    def test_a_look_that_changes_nothing_wakes_no_other(self):
        self.wait_until_thursday()
        self.look()
        of_the_job = [("cron_id", "=", self.env.ref("clinic_family.ir_cron_waitlist").id)]
        self.env["ir.cron.trigger"].search(of_the_job).unlink()

        self.look()

        self.assertFalse(self.env["ir.cron.trigger"].search(of_the_job))

    def test_the_day_before_their_last_day_they_are_told_once(self):
        request = self.wait_until_thursday()
        self.grant(self.leo, self.grandmother, "book", "notify")

        mail = self.tell()

        self.assertEqual(mail.email_to, "mira@example.com")
        self.assertFalse(mail.recipient_ids)
        self.assertEqual(mail.subject, "You are on the wait list until Thursday 1 April 2027")
        self.assertIn("Leo Littleton", mail.body_html)
        self.assertNotIn("nothing", mail.body_html)
        self.assertIn(f"/my/waitlist/join?wait={request.id}", mail.body_html)
        self.assertFalse(self.tell(2 * DAY + 60))
        self.assertEqual(request.state, "waiting")

    def test_not_earlier_not_by_night_and_not_who_has_just_asked(self):
        self.wait_until_thursday()

        self.assertFalse(self.tell(DAY + 4 * 60))
        # Ten in the evening of the day before.
        self.assertFalse(self.tell(2 * DAY + 13 * 60))
        with self.after(2 * DAY - 60):
            self.wait_until_thursday(self.father)
        self.assertEqual(self.tell().mapped("email_to"), ["mira@example.com"])

    def test_who_waits_longer_is_told_anew_before_the_new_day(self):
        request = self.wait_until_thursday()
        self.tell()
        request.date_until = "2027-04-05"

        self.assertFalse(self.tell(2 * DAY + 60))
        # The clocks have gone back meanwhile.
        self.assertEqual(len(self.tell(6 * DAY + 120)), 1)

    def test_who_is_offered_something_reads_of_that_alone(self):
        request = self.wait(self.mother, self.leo, date_until=THURSDAY)

        self.assertFalse(self.tell())
        self.assertEqual(request.state, "offered")

    def test_who_has_it_already_and_who_cannot_book_it_is_told_nothing(self):
        request = self.wait_until_thursday()
        with self.after(2 * DAY - 1):
            visit = self.appointment(WEDNESDAY, "10:00", [self.leo], service_id=self.single.id)
            visit.booking_id = self.env["clinic.booking"].create({
                "booker_id": self.mira.id, "state": "confirmed",
                "undo_until": self.company._get_undo_until(),
            })  # fmt: skip
        self.assertFalse(self.tell())
        self.assertEqual(request.state, "waiting")

        visit.unlink()
        self.single.is_published = False
        self.assertFalse(self.tell())

    def test_one_that_cannot_be_written_to_stops_nobody_else(self):
        self.wait_until_thursday()
        template = self.env.ref("clinic_family.mail_template_wait_ending")
        father = self.father.partner_id
        template.subject = f"{{{{ 1 / (object.booker_id.id - {father.id}) }}}}"
        self.wait_until_thursday(self.father)

        with mute_logger(
            "odoo.addons.mail.models.mail_render_mixin",
            "odoo.addons.clinic_family.models.waitlist.clinic_waitlist",
        ):
            mail = self.tell()

        self.assertEqual(mail.mapped("email_to"), ["mira@example.com"])

    def test_who_may_not_book_any_more_is_told_nothing(self):
        request = self.wait_until_thursday()
        self.env["clinic.permission"]._get_held(self.leo, self.mother.partner_id)._revoke("Asked")

        self.assertFalse(self.tell())
        self.assertEqual(request.state, "ended")

    def test_who_takes_back_what_they_took_waits_on_and_not_for_that_time(self):
        request = self.wait(self.mother, self.leo)
        self.free()
        with self.after(5):
            visit = self.offer(request)._get_visit()
            self.accept(self.mother, request)
            visit.with_user(self.mother)._cancel_for(self.mira, visit.participant_ids)

        self.assertEqual((request.state, request.offer_ids.state), ("waiting", "declined"))
        self.look(minutes=30)
        self.assertEqual(request.state, "waiting")

    def test_who_cancels_later_waits_no_more(self):
        request = self.wait(self.mother, self.leo)
        self.free()
        with self.after(5):
            visit = self.offer(request)._get_visit()
            self.accept(self.mother, request)
        with self.after(30):
            visit.with_user(self.mother)._cancel_for(self.mira, visit.participant_ids)

        self.assertEqual((request.state, request.offer_ids.state), ("booked", "accepted"))
