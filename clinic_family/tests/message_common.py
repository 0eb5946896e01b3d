"""A mail server that keeps what it is given, and builders for what is told about visits."""

import html
import re
from contextlib import contextmanager
from datetime import datetime, timedelta

from odoo.tests.common import freeze_time

from odoo.addons.base.models.ir_cron import IrCron
from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .common import NOW, THURSDAY, ClinicCase

UNDO = 3


class MailServer:
    """What Odoo talks to instead of SMTP; `trouble` is raised instead of taking a message."""

    def __init__(self):
        self.mails, self.trouble, self.is_reachable = [], None, True
        self.when_asked = lambda: None

    def connect(self, *args, **kwargs):
        if not self.is_reachable:
            raise ConnectionRefusedError(111, "Connection refused")
        return self

    def send_message(self, message, smtp_from, smtp_to_list):
        self.when_asked()
        if self.trouble:
            raise self.trouble
        self.mails.append(Mail(message, smtp_to_list))

    def quit(self):
        """The session ends."""


class Mail:
    """One message as the mail server got it."""

    def __init__(self, message, addresses):
        [self.address] = addresses
        self.headers = dict(message.items())
        self.subject = message["Subject"]
        part = message.get_body(preferencelist=("html",))
        self.html = part.get_content()
        attachments = list(message.iter_attachments())
        self.files = [file.get_filename() for file in attachments]
        self.calendars = [
            file.get_content()
            if isinstance(file.get_content(), str)
            else file.get_content().decode()
            for file in attachments
            if file.get_content_type() == "text/calendar"
        ]
        files = " ".join(text.replace("\r\n ", "") for text in self.calendars)
        self.everything = f"{self.html} {self.subject} {self.headers} {files}"
        self.words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self.html)).split())


class MailCatcher:
    """For a test case: what is sent ends up in a mail server of ours."""

    def setUp(self):
        super().setUp()
        self.server = MailServer()
        self.patch(IrMail_Server, "_disable_send", classmethod(lambda cls: False))
        self.patch(IrMail_Server, "_connect__", self.server.connect)
        self.committed = {}
        self.patch(IrCron, "_commit_progress", self._commit)

    def _commit(self, *args, **kwargs):
        """Remembers what a server that is killed now leaves behind: the states of messages."""
        self.env.flush_all()
        self.env.cr.execute("SELECT id, state FROM clinic_message")
        self.committed = dict(self.env.cr.fetchall())
        self.env.invalidate_all()
        return float("inf")

    @contextmanager
    def after(self, minutes=UNDO, **more):
        """The clocks show that so much time has passed since the test began."""
        now = datetime.fromisoformat(NOW) + timedelta(minutes=minutes, **more)
        with freeze_time(now):
            yield

    def send(self, minutes=UNDO, **more):
        """What leaves when the messages are sent after so long."""
        self.env.flush_all()
        before = len(self.server.mails)
        with self.after(minutes, **more):
            self.env["clinic.message"]._send_due()
        return self.server.mails[before:]


class MessageCase(MailCatcher, ClinicCase):
    """Mira is Leo's mother; she and Leo have addresses, and the others have none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"clinic_undo_minutes": UNDO, "clinic_reminder_hours": ""})
        cls.company.email = "clinic@example.com"
        cls.mira, cls.greta = cls.mother.partner_id, cls.grandmother.partner_id
        cls.fergus = cls.father.partner_id
        cls.leo.email, cls.mira.email = "leo@example.com", "mira@example.com"
        cls.greta.email, cls.fergus.email = "greta@example.com", "fergus@example.com"

    def visit(self, *people, day=THURSDAY, clock="10:00", **values):
        return self.appointment(day, clock, people or [self.leo], **values)

    def told(self, visit):
        """Brings the visit to where its patients know of it."""
        self.env.flush_all()
        visit.participant_ids._count_as_told()
        return visit

    def subjects(self, mails):
        return [mail.subject for mail in mails]

    def addresses(self, mails):
        return sorted(mail.address for mail in mails)

    def messages(self, visit):
        return self.env["clinic.message"].search(
            [("participant_id.appointment_id", "=", visit.id)], order="id"
        )
