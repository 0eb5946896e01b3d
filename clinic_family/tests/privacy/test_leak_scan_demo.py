"""The demo families: every page and message, searched for whom its reader may not see."""

from datetime import timedelta
from itertools import product

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..matrix_common import read_routes
from ..message_common import MailCatcher
from ..pages_common import KeepsPages

# Whose names each reads: relatives, and who may act for the same child.
SEES = {
    "public": set(),
    "maria": {"maria", "leo", "ana", "rosa", "juan"},
    "juan": {"juan", "leo", "ana", "maria", "rosa"},
    "rosa": {"rosa", "maria", "leo", "ana"},
    "leo": {"leo", "maria", "juan", "ana", "rosa"},
    "ana": {"ana", "maria", "juan", "leo", "rosa"},
    "john": {"john", "emma", "sam", "walter"},
    "emma": {"emma", "john", "sam", "walter"},
    "sam": {"sam", "john", "emma", "walter"},
    "walter": {"walter", "john", "sam"},
}
# Whose contact details each may correct, and so reads there.
CORRECTS = {"maria": {"leo"}, "juan": {"leo"}}


@tagged("post_install", "-at_install", "long")
class TestDemoLeakScan(KeepsPages, MailCatcher, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {
            name: cls.env.ref(f"clinic_family.partner_{name}") for name in SEES if name != "public"
        }
        for name, person in cls.people.items():
            if not person.user_ids:
                new_test_user(
                    cls.env, f"demo_{name}", groups="base.group_portal", partner_id=person.id
                )
            person.write({"email": f"{name}@secret.example", "name": f"{name.title()}demo Person"})
        cls.build_visits()

    @classmethod
    def build_visits(cls):
        """Those of the demo, to come whatever day it is, and one at which both families meet."""
        visits = cls.env["clinic.appointment"].search([
            ("participant_ids.partner_id", "in", [one.id for one in cls.people.values()]),
        ])  # fmt: skip
        cls.coming = visits.filtered(lambda visit: visit.state == "booked")
        first = min(cls.coming.mapped("start"))
        cls.put_off(max(0, (fields.Datetime.now() - first).days // 7 + 1))
        example = cls.env.ref("clinic_family.appointment_smiths")
        meeting = [cls.people[name].id for name in ("leo", "ana", "sam", "walter")]
        cls.meeting = example.create({
            "service_id": example.service_id.id,
            "practitioner_id": example.practitioner_id.id,
            "location_id": example.location_id.id,
            "start": example.start + timedelta(days=14),
            "payer_id": cls.people["walter"].id,
            "participant_ids": [Command.create({"partner_id": one}) for one in meeting],
        })  # fmt: skip
        cls.coming += cls.meeting
        cls.visits = visits + cls.meeting

    @classmethod
    def put_off(cls, weeks):
        for visit in cls.coming:
            visit.start += timedelta(weeks=weeks)

    def get_leaks(self, reader, text):
        """Those whose name or address is in a text that its reader may not see it in."""
        return {
            name
            for name, person in self.people.items()
            if (name not in SEES.get(reader, ()) and person.name.split()[0] in text)
            or (name not in {reader, *CORRECTS.get(reader, ())} and person.email in text)
        }

    def get_urls(self):
        """The addresses of all pages one can look at, with every person and every visit."""
        service = self.env.ref("clinic_family.service_family_counselling")
        practitioner = self.env.ref("clinic_family.practitioner_moreau")
        parts = {
            "<string:slug>": [service.website_url.removeprefix("/book/")],
            "<string:practitioner>": [practitioner.website_url.removeprefix("/book/with/")],
            "<string:key>": ["none"],
            "<int:page>": [1],
            "<int:appointment_id>": self.visits.ids,
            "<int:package_id>": self.env["clinic.package"].search([]).ids,
            "<int:person_id>": [person.id for person in self.people.values()],
            "<int:question_id>": [1],
            "<int:wait_id>": [1],
            "<int:request_id>": self.env["clinic.form.request"].search([]).ids,
            "<int:signed_id>": self.env["clinic.form.request"].search([]).ids,
            "<string:token>": ["dead"],
            "<string:handed>": ["dead"],
        }
        for method, rule in sorted(read_routes(self.env)):
            needed = [part for part in parts if part in rule] if method == "GET" else None
            for values in product(*(parts[part] for part in needed or ())) if needed else ():
                url = rule
                for part, value in zip(needed, values, strict=True):
                    url = url.replace(part, str(value))
                yield url
            if needed == []:
                yield rule

    @mute_logger("odoo.http")
    def test_no_page_shows_a_demo_person_to_whom_it_should_not(self):
        urls = list(self.get_urls())
        leaks = set()
        for reader in SEES:
            user = self.people[reader].user_ids[:1] if reader != "public" else None
            self.authenticate(*(2 * [user and user.login]))
            for url in urls:
                answer = self.url_open(url, params={"who": "everyone"})
                self.assertLess(answer.status_code, 500, url)
                leaks |= {(reader, url, name) for name in self.get_leaks(reader, answer.text)}

        self.assertIn(f"/my/appointments/{self.visits[0].id}", urls)
        self.assertEqual(leaks, set())

    def send_everything(self):
        """Every kind of message about every visit, to all who hear of it."""
        participants = self.coming.participant_ids
        participants.told = False
        self.tell()
        self.put_off(1)
        self.tell()
        self.coming.company_id.clinic_reminder_hours = "720"
        participants.settled_at = fields.Datetime.now() - timedelta(days=60)
        self.tell()
        self.cancel_all()
        self.tell()

    def tell(self):
        self.env.flush_all()
        self.coming.participant_ids.filtered("tell_at").tell_at = fields.Datetime.now()
        self.env["clinic.message"]._send_due()

    def cancel_all(self):
        """The clinic cancels where families meet, whoever pays the rest."""
        self.meeting._update_state("cancelled")
        for visit in self.coming - self.meeting:
            payer = visit.payer_id
            visit.with_user(payer.user_ids)._cancel_for(payer, visit.participant_ids)

    def test_no_message_about_a_demo_visit_tells_whom_it_should_not(self):
        self.send_everything()

        messages = self.env["clinic.message"].search([("state", "=", "sent")])
        kinds = ("confirmed", "changed", "reminder", "cancelled")
        everybody = set(product(kinds, self.people.values()))
        told = {(one.kind, one.recipient_id) for one in messages}
        # Forms are asked for where a service has some.
        asked = {(kind, person) for kind, person in told if kind == "forms"}
        self.assertTrue(asked)
        self.assertEqual(told - asked, everybody)
        leaks = {
            (mail.subject, name)
            for mail in self.server.mails
            for name in self.get_leaks(mail.address.split("@")[0], mail.everything)
        }
        self.assertEqual(leaks, set())
