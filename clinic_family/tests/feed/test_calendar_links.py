"""The ways from a visit's page into a calendar, and what other programs make of the files."""

from datetime import datetime, timezone
from urllib.parse import parse_qs, urlsplit

import icalendar
import recurring_ical_events
import vobject
from lxml import html

from odoo.tests import tagged

from ..common import (
    CLOCKS_GO_BACK,
    CLOCKS_GO_FORWARD,
    THURSDAY,
    TUESDAY,
    ClinicHttpCase,
    written,
)
from ..message_common import MailCatcher

ZONES = ("Pacific/Auckland", "America/Lima", "Asia/Kathmandu")


@tagged("post_install", "-at_install")
class TestCalendarLinks(ClinicHttpCase):
    def links(self, page):
        self.env.flush_all()
        self.authenticate(self.mother.login, self.mother.login)
        answer = self.url_open(page)
        self.assertEqual(answer.status_code, 200)
        addresses = html.fromstring(answer.content).xpath("//a/@href")
        return {
            name: parse_qs(urlsplit(address).query)
            for name in ("calendar.google.com", "outlook.live.com")
            for address in addresses
            if urlsplit(address).hostname == name
        }

    def test_the_page_of_a_visit_leads_into_calendars_and_names_no_stranger(self):
        self.grant(self.leo, self.mother, "book")
        visit = self.appointment(TUESDAY, "10:00", [self.stranger, self.leo])

        links = self.links(f"/my/appointments/{visit.id}")

        google, outlook = links["calendar.google.com"], links["outlook.live.com"]
        self.assertEqual(google["text"], ["Test Family Talk for Leo"])
        self.assertEqual(
            google["dates"], [f"{visit.start:%Y%m%dT%H%M%SZ}/{visit.stop:%Y%m%dT%H%M%SZ}"]
        )
        self.assertEqual(outlook["subject"], google["text"])
        self.assertEqual(outlook["startdt"], [f"{visit.start:%Y-%m-%dT%H:%M:%SZ}"])
        self.assertNotIn("Stan", str(links))

    def test_what_is_cancelled_leads_into_no_calendar(self):
        visit = self.appointment(TUESDAY, "10:00", [self.mother])
        visit._update_state("cancelled")

        self.assertEqual(self.links(f"/my/appointments/{visit.id}"), {})

    def test_the_thank_you_page_has_the_same_ways(self):
        visit = self.book(
            self.mother, self.checkout(self.single, written(THURSDAY, "10:00"), [self.mother])
        )

        links = self.links(f"/book/thanks/{visit.booking_id.key}")

        self.assertEqual(links["calendar.google.com"]["text"], ["Test Physio"])


@tagged("post_install", "-at_install")
class TestCalendarValid(MailCatcher, ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"clinic_undo_minutes": 3, "clinic_reminder_hours": ""})
        cls.company.email, cls.mother.partner_id.email = "c@example.com", "mira@example.com"

    def book_everywhere(self):
        """Visits on both days on which clocks change, in each zone."""
        visits = self.env["clinic.appointment"]
        for zone in ZONES:
            place = self.location(f"In {zone}; a, b", zone)
            someone = self.practitioner(f"Someone, in {zone}", location=place)
            for day in (CLOCKS_GO_BACK, CLOCKS_GO_FORWARD):
                for clock in ("1:30", "9:00"):
                    visits += self.appointment(
                        day, clock, [self.mother],
                        location_id=place.id, practitioner_id=someone.id,
                    )  # fmt: skip
        self.env.flush_all()
        return visits

    def files(self):
        feeds = self.env["clinic.calendar.feed"]
        yield feeds._find_by_key(feeds._renew(self.mother))._write()
        [mail] = self.send()
        yield from mail.calendars
        visit = self.env["clinic.appointment"].search([], order="id desc", limit=1)
        yield visit.with_user(self.mother)._write_event(self.mother.partner_id)

    def test_three_programs_read_the_same_times_in_each_file(self):
        visits = self.book_everywhere()
        times = {
            (one.start.replace(tzinfo=timezone.utc), one.stop.replace(tzinfo=timezone.utc))
            for one in visits
        }
        for name, text in zip(("feed", "message", "visit"), self.files(), strict=True):
            with self.subTest(file=name):
                calendar = icalendar.Calendar.from_ical(text)
                self.assertEqual(calendar.errors, [])
                events = calendar.walk("VEVENT")
                for event in events:
                    self.assertEqual(event.errors, [])
                    for needed in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE"):
                        self.assertIn(needed, event)
                read = {(event.start, event.end) for event in events}
                occurring = {
                    (event.start, event.end)
                    for event in recurring_ical_events.of(calendar).between(
                        datetime(2027, 1, 1), datetime(2028, 1, 1)
                    )
                }
                seen = {
                    (event.dtstart.value, event.dtend.value)
                    for event in vobject.readOne(text).vevent_list
                }
                self.assertEqual(read, times if name != "visit" else read)
                self.assertLessEqual(read, times)
                self.assertEqual(occurring, read)
                self.assertEqual(seen, read)

    def test_a_files_lines_are_as_the_standard_wants_them(self):
        self.book_everywhere()
        for name, text in zip(("feed", "message", "visit"), self.files(), strict=True):
            with self.subTest(file=name):
                self.assertTrue(text.endswith("END:VCALENDAR\r\n"))
                self.assertNotRegex(text.replace("\r\n", ""), "[\r\n]")
                self.assertFalse([line for line in text.split("\r\n") if len(line.encode()) > 75])
                # A comma or a semicolon in a name is no separator.
                self.assertIn(r"\; a\, b", text.replace("\r\n ", ""))
                uids = [e["UID"] for e in icalendar.Calendar.from_ical(text).walk("VEVENT")]
                self.assertEqual(len(uids), len(set(uids)))
