"""One booking is one message for each who hears of it, as their phone shows it."""

import email
import email.policy

import icalendar
import pytest
from playwright.sync_api import expect

from tests.visitor import book_for_emma_john_and_sam
from tools import databases, processes, server

SECONDS_TO_SEND = 60
# What is to be told is told now, as if the time to take it back were over.
SETTLED = """
    UPDATE clinic_participant SET tell_at = now() AT TIME ZONE 'UTC' - interval '1 minute'
     WHERE appointment_id IN (SELECT id FROM clinic_appointment WHERE booking_id IN (
               SELECT max(id) FROM clinic_booking))
"""
DUE = """
    UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC'
     WHERE id IN (SELECT ir_cron.id FROM ir_cron
                    JOIN ir_model_data data ON data.res_id = ir_cron.id
                   WHERE data.name = 'ir_cron_send_messages' FOR UPDATE SKIP LOCKED)
"""


class Letter:
    """What somebody's phone got."""

    def __init__(self, content):
        mail = email.message_from_bytes(content, policy=email.policy.default)
        self.subject = mail["subject"]
        self.page = mail.get_body(("html",)).get_content()
        self.files = [part.get_content() for part in mail.iter_attachments()]


@pytest.fixture
def send(clinic, sink, end_undo):
    """Return a function that sends what is to be told of the last booking.

    A letter about the visit brings it as a file; others ask for forms.
    """

    def find():
        return [content for _address, content in sink.mails if b"visit.ics" in content]

    def send(count):
        end_undo()
        clinic.query(SETTLED)
        with server.serving(clinic.database, server.free_port(), workers=1, cron_threads=1):

            def look():
                clinic.query(DUE)
                databases.query(
                    "postgres", "SELECT pg_notify('cron_trigger', %s)", [clinic.database]
                )
                return len(find()) >= count

            assert processes.wait_for(look, SECONDS_TO_SEND, pause=0.1), "nothing was sent"
        return [Letter(content) for content in find()]

    return send


@pytest.mark.usefixtures("smiths")
def test_a_family_visit_is_one_letter_for_each_parent(new_phone, send, clinic, album):
    clinic.query("UPDATE clinic_participant SET tell_at = NULL")
    _emma, moment = book_for_emma_john_and_sam(new_phone())

    letters = send(2)

    phone = new_phone()
    assert len(letters) == 2
    for name, other in (("Emma", "John"), ("John", "Emma")):
        # They share an address, and each is spoken to.
        (letter,) = [one for one in letters if f"Hello {name}" in one.page]
        assert f"Hello {other}" not in letter.page
        phone.set_content(letter.page)
        expect(phone.locator("body")).to_contain_text("Sam")
        album.keep_paper(phone, f"mail-{name.lower()}")
        (file,) = letter.files
        (event,) = icalendar.Calendar.from_ical(file).walk("VEVENT")
        assert event["dtstart"].dt == moment
