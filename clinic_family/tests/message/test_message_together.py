"""One mail to each reader: of a day, of a check-out; each says only what that reader may know."""

from contextlib import suppress
from datetime import date, timedelta

from odoo.tests import tagged
from odoo.tests.common import freeze_time

from ..common import THURSDAY, TUESDAY, utc, written
from ..message_common import MessageCase

CHILD_BORN = date(2018, 5, 1)


class Killed(BaseException):
    """The process ends here."""


class TogetherCase(MessageCase):
    """Mira hears of Leo and of Ana, Fergus of Ana alone; the children have no address."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"clinic_reminder_hours": "24", "clinic_child_age": 16})
        cls.ana = cls.person("Ana Anderling", birth_date=CHILD_BORN)
        cls.leo.write({"email": False, "birth_date": CHILD_BORN})
        for child in (cls.leo, cls.ana):
            cls.grant(child, cls.mother, "notify")
        cls.grant(cls.ana, cls.father, "notify")

    def booked(self, *people, **values):
        return self.told(self.visit(*people, **values))

    def at(self, moment):
        """What leaves at a moment."""
        self.env.flush_all()
        count = len(self.server.mails)
        with freeze_time(moment):
            self.env["clinic.message"]._send_due()
        return self.server.mails[count:]

    def before(self, visit, hours=24, minutes=0):
        return self.at(visit.start - timedelta(hours=hours, minutes=minutes))

    def to(self, name, mails):
        return [mail for mail in mails if mail.address == f"{name}@example.com"]


@tagged("post_install", "-at_install")
class TestRemindersOfADay(TogetherCase):
    def setUp(self):
        super().setUp()
        self.leos = self.booked(self.leo, clock="9:00")
        self.anas = self.booked(self.ana, clock="9:40")

    def test_the_visits_of_a_day_are_one_reminder_to_each_reader(self):
        mails = self.before(self.leos)

        [mail] = mails
        self.assertEqual(mail.address, "mira@example.com")
        self.assertEqual(mail.subject, "Leo Littleton and Ana Anderling: coming on Thu 1 Apr")
        self.assertIn("This is a reminder of these visits:", mail.words)
        self.assertRegex(mail.words, "9:00 AM.*For Leo Littleton.*9:40 AM.*For Ana Anderling")

    def test_who_hears_of_one_alone_is_reminded_of_that_at_its_time(self):
        self.before(self.leos)
        self.assertEqual(self.before(self.anas, minutes=1), [])

        [mail] = self.before(self.anas)

        self.assertEqual(mail.address, "fergus@example.com")
        self.assertNotRegex(mail.words + mail.subject, "Leo|Littleton|9:00")
        self.assertEqual(self.before(self.anas, hours=23), [])

    def test_both_parents_hear_once_when_both_may(self):
        self.grant(self.leo, self.father, "notify")

        self.assertEqual(
            self.addresses(self.before(self.leos)), ["fergus@example.com", "mira@example.com"]
        )
        self.assertEqual(self.before(self.anas), [])
        self.assertEqual(self.before(self.anas, hours=1), [])

    def test_a_permission_that_ended_before_the_sending_takes_its_visit_out(self):
        [permission] = self.env["clinic.permission"].search([
            ("grantor_id", "=", self.ana.id), ("grantee_id", "=", self.mira.id),
        ])  # fmt: skip
        self.server.trouble = ConnectionResetError()
        with freeze_time(self.leos.start - timedelta(hours=24)):
            self.env["clinic.message"]._queue_reminders()
        self.server.trouble = None
        permission._revoke("Enough")

        [mail] = self.before(self.leos)

        self.assertEqual(mail.subject, "Leo Littleton: coming on Thu 1 Apr 9:00\u202fAM")
        self.assertNotIn("Ana", mail.words)
        self.assertFalse(
            self.messages(self.anas).filtered(lambda one: one.recipient_id == self.mira)
        )

    def test_what_is_cancelled_or_moved_between_is_not_in_it(self):
        with freeze_time(self.leos.start - timedelta(hours=24)):
            self.env["clinic.message"]._queue_reminders()
        self.told(self.anas).start += timedelta(days=1)

        mails = self.to("mira", self.before(self.leos))

        [reminder] = [mail for mail in mails if "coming on" in mail.subject]
        self.assertNotIn("Ana", reminder.words)

    def test_the_moved_visit_is_reminded_of_on_its_new_day(self):
        self.before(self.leos)
        self.anas.start += timedelta(days=1)
        self.told(self.anas)

        self.assertEqual(
            self.addresses(self.before(self.anas)), ["fergus@example.com", "mira@example.com"]
        )

    def test_visits_of_another_day_wait_for_theirs(self):
        other = self.booked(self.leo, day=THURSDAY + timedelta(days=1), clock="8:00")

        [mail] = self.before(self.leos)

        self.assertNotIn("8:00", mail.words)
        self.assertEqual(len(self.to("mira", self.before(other))), 1)

    def test_what_was_booked_since_the_reminder_of_the_day_makes_no_second(self):
        self.before(self.leos)
        with freeze_time(self.leos.start - timedelta(hours=23, minutes=50)):
            late = self.visit(self.leo, clock="11:00")
            self.env.flush_all()
        confirmed = self.at(self.leos.start - timedelta(hours=23, minutes=40))
        self.assertEqual(len(self.to("mira", confirmed)), 1)

        self.assertEqual(self.to("mira", self.before(late)), [])
        self.assertEqual(self.messages(late).mapped("kind"), ["confirmed"])

    def test_each_time_before_a_visit_is_a_reminder_of_the_day(self):
        self.company.clinic_reminder_hours = "24, 2"
        self.before(self.leos)

        [mail] = self.to("mira", self.before(self.leos, 2))

        self.assertRegex(mail.words, "For Leo.*For Ana")
        self.assertEqual(self.to("mira", self.before(self.anas, 2)), [])

    def test_all_of_it_is_sent_once_or_known_when_the_server_dies(self):
        def die():
            raise Killed

        self.server.when_asked = die
        # Not assertRaises: Odoo's rolls back what was stored until then.
        with suppress(Killed):
            self.before(self.leos)
        self.server.when_asked = lambda: None

        self.assertEqual(self.to("mira", self.before(self.leos, 23)), [])

        hers = (self.messages(self.leos) + self.messages(self.anas)).filtered(
            lambda one: one.recipient_id == self.mira
        )
        self.assertEqual(hers.mapped("state"), ["unknown", "unknown"])

    def test_a_refused_mail_is_tried_again_as_one(self):
        self.server.is_reachable = False
        self.before(self.leos)
        self.server.is_reachable = True

        [mail] = self.to("mira", self.before(self.leos, 23, 30))

        self.assertRegex(mail.words, "For Leo.*For Ana")

    def test_a_day_is_the_days_at_the_location(self):
        """Late in the evening in Auckland and the morning after are one day in UTC."""
        late = self.booked(self.leo, clock="21:00")
        early = self.booked(self.ana, day=THURSDAY + timedelta(days=1), clock="8:00")

        self.before(self.leos)
        self.assertEqual(self.to("mira", self.before(late)), [])
        self.assertEqual(len(self.to("mira", self.before(early))), 1)

    def test_finding_them_takes_as_many_queries_for_many_as_for_few(self):
        companies = self.env["res.company"].search([("id", "!=", self.company.id)])
        companies.clinic_reminder_hours = ""
        self.count_queries()
        few = self.count_queries()
        for hour in range(11, 23):
            child = self.person(f"Child {hour}", birth_date=CHILD_BORN)
            self.grant(child, self.mother, "notify")
            self.booked(self.ana, child, clock=f"{hour}:00")

        self.assertEqual(self.count_queries(), few)
        self.assertLess(few, 45)

    def count_queries(self):
        """How many it takes to remind of the day, which is taken back afterwards."""
        self.env.flush_all()
        self.env.invalidate_all()
        with freeze_time(self.leos.start - timedelta(hours=24)), self.env.cr.savepoint() as point:
            before = self.env.cr.sql_log_count
            self.env["clinic.message"]._queue_reminders()
            count = self.env.cr.sql_log_count - before
            point.rollback()
        return count


@tagged("post_install", "-at_install")
class TestConfirmationsOfABooking(TogetherCase):
    def checked_out(self, **more):
        """Mira books Leo and Ana, one after the other, in one check-out."""
        for child in (self.leo, self.ana):
            self.grant(child, self.mother, "book", "pay")
        held = [
            self.hold(
                self.mother,
                self.checkout(self.single, written(THURSDAY, clock), [child], self.mother),
            )
            for child, clock in ((self.leo, "9:00"), (self.ana, "10:00"))
        ]
        self.confirm(self.mother)
        self.env.flush_all()
        return held

    def test_one_booking_is_one_confirmation_to_each_reader(self):
        self.checked_out()

        mails = self.send()

        self.assertEqual(self.addresses(mails), ["fergus@example.com", "mira@example.com"])
        [hers], [his] = self.to("mira", mails), self.to("fergus", mails)
        self.assertEqual(hers.subject, "Leo Littleton and Ana Anderling: booked for Thu 1 Apr")
        self.assertRegex(hers.words, "9:00 AM.*For Leo.*10:00 AM.*For Ana")
        self.assertNotRegex(his.words + his.subject, "Leo|9:00")
        self.assertEqual(self.send(minutes=60), [])

    def test_a_visit_moved_within_the_undo_period_is_confirmed_with_the_others(self):
        visits = self.checked_out()
        with self.after(2):
            visits[1].start = utc(TUESDAY, "15:00")
            self.env.flush_all()

        self.assertEqual(self.send(minutes=4), [])
        mails = self.send(minutes=6)

        [hers] = self.to("mira", mails)
        self.assertEqual(
            hers.subject, "Ana Anderling and Leo Littleton: booked for Tue 30 Mar and Thu 1 Apr"
        )

    def test_all_who_come_to_one_visit_stand_in_one_place(self):
        self.visit(self.mother, self.leo)

        [mail] = self.to("mira", self.send())

        self.assertEqual(
            mail.subject, "Mira Motherwell and Leo Littleton: booked for Thu 1 Apr 10:00\u202fAM"
        )
        self.assertEqual(mail.words.count("Thursday 1 April 2027"), 1)
        self.assertIn("For Mira Motherwell and Leo Littleton", mail.words)
        self.assertIn("See the appointment", mail.words)
        self.assertIn("may receive messages for Leo Littleton.", mail.words)

    def test_who_come_to_one_visit_stand_in_one_place_whoever_has_booked_for_them(self):
        visit = self.visit(self.leo, self.ana)
        for participant, booker in zip(visit.participant_ids, (self.mira, self.leo), strict=True):
            participant.booked_by_id = booker

        [mail] = self.to("mira", self.send())

        self.assertEqual(mail.words.count("Thursday 1 April 2027"), 1)
        self.assertIn("For Leo Littleton and Ana Anderling", mail.words)
        self.assertNotIn("Booked by", mail.words)

    def test_visits_cancelled_together_say_each_by_whom(self):
        visits = [self.booked(child, clock=clock)
                  for child, clock in ((self.leo, "9:00"), (self.ana, "11:00"))]  # fmt: skip
        visits[0].participant_ids.cancelled_by_id = self.mira
        for visit in visits:
            visit._update_state("cancelled")

        [mail] = self.to("mira", self.send())

        self.assertRegex(
            mail.words, "These visits are cancelled.*You cancelled this visit.*"
            "The clinic cancelled this visit"
        )  # fmt: skip


@tagged("post_install", "-at_install")
class TestWhoIsGreeted(TogetherCase):
    def test_a_childs_message_never_greets_the_child(self):
        self.leo.email = "family@example.com"
        self.visit(self.leo)

        mails = self.send()

        [childs], [hers] = self.to("family", mails), self.to("mira", mails)
        self.assertIn("Hello, A visit is booked for Leo Littleton .", childs.words)
        self.assertNotIn("Hello Leo", childs.words)
        self.assertIn("the clinic writes to this address about Leo Littleton", childs.words)
        self.assertIn("Hello Mira Motherwell, A visit is booked for Leo", hers.words)

    def test_a_childs_message_never_says_you_of_the_child(self):
        self.leo.email = "family@example.com"
        self.single.product_id.lst_price = 80
        visit = self.told(self.visit(self.leo, service_id=self.single.id))
        visit.participant_ids.booked_by_id = self.leo
        visit.payer_id = self.leo
        visit.start += timedelta(minutes=30)
        [changed] = self.to("family", self.send())
        visit.participant_ids.cancelled_by_id = self.leo
        visit._update_state("cancelled")
        [cancelled] = self.to("family", self.send(minutes=10))

        self.assertIn("Pays: Leo Littleton", changed.words)
        self.assertIn("Booked by Leo Littleton", changed.words)
        self.assertIn("Leo Littleton cancelled this visit.", cancelled.words)
        for mail in (changed, cancelled):
            self.assertNotRegex(mail.words, r"\(you\)|by you|You cancelled")

    def test_children_with_one_address_are_one_message(self):
        self.leo.email = self.ana.email = "family@example.com"
        self.visit(self.leo)
        self.visit(self.ana, clock="11:00")

        [mail] = self.to("family", self.send())

        self.assertRegex(mail.words, "Hello, These visits are booked:.*For Leo.*For Ana")

    def test_a_child_with_a_relatives_address_is_heard_of_by_the_relative(self):
        self.leo.email = "mira@example.com"
        self.visit(self.leo)

        [mail] = self.send()

        self.assertIn("Hello Mira Motherwell", mail.words)

    def test_who_is_grown_up_is_greeted_by_name(self):
        self.visit(self.father)

        [mail] = self.send()

        self.assertIn("Hello Fergus", mail.words)
        self.assertIn("Your visit is booked.", mail.words)
