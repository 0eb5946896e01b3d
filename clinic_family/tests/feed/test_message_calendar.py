"""The file for a calendar that a message brings: what it speaks of, and nothing else."""

from datetime import timedelta

import vobject

from odoo.tests import tagged
from odoo.tests.common import freeze_time

from ..common import TUESDAY, utc
from ..message_common import MessageCase


@tagged("post_install", "-at_install")
class TestMessageCalendar(MessageCase):
    def events(self, mail):
        [text] = mail.calendars
        return vobject.readOne(text).vevent_list

    def event(self, mail):
        [event] = self.events(mail)
        return event

    def later(self, visit):
        """In a test everything is written at one moment; from now on it is written later."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE clinic_appointment SET write_date = write_date + interval '90 s' WHERE id = %s",
            visit.ids,
        )
        visit.invalidate_recordset()

    def test_booked_moved_and_cancelled_are_one_event(self):
        visit = self.visit(self.mother)
        [mail] = self.send()
        booked = self.event(mail)
        visit.start = utc(TUESDAY, "15:00")
        self.later(visit)
        [mail] = self.send(minutes=10)
        moved = self.event(mail)
        visit._update_state("cancelled")
        self.later(visit)
        [mail] = self.send(minutes=20)
        cancelled = self.event(mail)

        events = (booked, moved, cancelled)
        self.assertEqual(len({event.uid.value for event in events}), 1)
        self.assertEqual(
            [event.status.value for event in events], ["CONFIRMED", "CONFIRMED", "CANCELLED"]
        )
        sequences = [int(event.sequence.value) for event in events]
        self.assertEqual(sequences, sorted(sequences))
        self.assertLess(sequences[0], sequences[1])
        self.assertEqual(moved.dtstart.value.replace(tzinfo=None), visit.start)

    def test_it_is_the_event_of_the_calendar_address(self):
        visit = self.visit(self.mother)
        [mail] = self.send()

        feed = self.env["clinic.calendar.feed"]
        text = feed._find_by_key(feed._renew(self.mother))._write()

        self.assertEqual(self.event(mail).uid.value, vobject.readOne(text).vevent.uid.value)
        self.assertIn(str(visit.id), self.event(mail).uid.value)

    def test_each_reader_finds_whom_they_hear_of_and_nobody_else(self):
        self.grant(self.leo, self.grandmother, "notify")
        self.visit(self.leo, self.stranger.partner_id, self.mother)

        mails = {mail.address: mail for mail in self.send()}

        for address, summary in (
            ("leo@example.com", "Test Family Talk"),
            ("mira@example.com", "Test Family Talk"),
            ("greta@example.com", "Test Family Talk for Leo"),
        ):
            event = self.event(mails[address])
            self.assertEqual(event.summary.value, summary)
            self.assertNotRegex(mails[address].calendars[0], "Stan|Mira|Littleton")
        self.assertFalse(hasattr(self.event(mails["greta@example.com"]), "url"))
        self.assertTrue(hasattr(self.event(mails["mira@example.com"]), "url"))

    def test_one_who_leaves_takes_the_event_only_from_who_hears_of_nobody_else(self):
        self.grant(self.leo, self.grandmother, "notify")
        self.grant(self.leo, self.mother, "notify")
        visit = self.told(self.visit(self.leo, self.mother))
        visit.participant_ids.filtered(lambda one: one.partner_id == self.leo)._cancel()

        mails = {mail.address: mail for mail in self.send()}

        hers, theirs = (self.event(mails[f"{who}@example.com"]) for who in ("mira", "greta"))
        self.assertEqual((hers.status.value, hers.summary.value), ("CONFIRMED", "Test Family Talk"))
        self.assertEqual(theirs.status.value, "CANCELLED")

    def test_who_is_added_and_not_told_yet_is_not_in_the_file_of_others(self):
        self.grant(self.leo, self.mother, "notify")
        visit = self.visit(self.mother)
        with self.after(2):
            visit.participant_ids = [(0, 0, {"partner_id": self.leo.id})]
            self.env.flush_all()

        [mail] = self.send()

        self.assertNotIn("Leo", mail.calendars[0])

    def test_several_visits_are_one_file(self):
        self.visit(self.mother)
        self.visit(self.mother, clock="14:00")

        [mail] = self.send()

        self.assertEqual(len(self.events(mail)), 2)

    def test_a_child_is_named_to_who_reads_its_messages(self):
        self.leo.birth_date = "2018-05-01"
        self.visit(self.leo)

        [mail] = self.send()

        self.assertEqual(self.event(mail).summary.value, "Test Family Talk for Leo")

    def test_a_reminder_brings_no_file_and_what_was_sent_leaves_none(self):
        self.company.clinic_reminder_hours = "24"
        files = self.env["ir.attachment"].search([("name", "=", "visit.ics")])
        visit = self.told(self.visit(self.mother))
        self.visit(self.father, clock="14:00")

        self.assertEqual([mail.files for mail in self.send()], [["visit.ics"]])
        with freeze_time(visit.start - timedelta(hours=24)):
            self.env["clinic.message"]._send_due()

        self.assertEqual(self.server.mails[-1].address, "mira@example.com")
        self.assertEqual(self.server.mails[-1].files, [])
        self.assertEqual(self.env["ir.attachment"].search([("name", "=", "visit.ics")]), files)
