"""Every page, every record over RPC and every message, searched for what its reader may not see.

Mira is the mother of Leo and Ana; Fergus, elsewhere, is the father of Ana. Greta lets Mira pay in
her name and hears of Leo's visits. Stan has nothing to do with them but comes to the same group.
"""

import re
from itertools import product

from odoo import http
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import WEDNESDAY, written
from ..leak_common import HELD, LeakScan
from ..matrix_common import read_routes

MODELS = ["res.partner", "res.users", "account.move", "calendar.event", "mail.message"]
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")


@tagged("post_install", "-at_install", "long")
class TestLeakScan(LeakScan):
    # Pages

    def get_urls(self, rule):
        """The addresses of a route with every id there is, and the parameters for each."""
        partner_ids = [person.id for person in self.people.values()]
        parts = {
            "<string:slug>": [one.website_url.removeprefix("/book/") for one in self.group],
            "<string:practitioner>": [self.nora.website_url.removeprefix("/book/with/")],
            "<string:key>": self.visits.booking_id.mapped("key"),
            "<int:page>": [1],
            "<int:appointment_id>": self.visits.ids,
            "<int:package_id>": self.env["clinic.package"].search([]).ids,
            "<int:person_id>": partner_ids,
            "<int:ward_id>": partner_ids,
            "<int:other_id>": partner_ids,
            "<int:question_id>": self.question.ids,
            "<int:wait_id>": self.wait_request.ids,
            "<string:token>": ["dead"],
        }
        needed = [part for part in parts if part in rule]
        for values in product(*(parts[part] for part in needed)):
            url = rule
            for part, value in zip(needed, values, strict=True):
                url = url.replace(part, str(value))
            yield from self.get_requests(url)

    def get_requests(self, url):
        """The address with everybody as the one it is about."""
        form = {
            "practitioner": self.nora.id,
            "location": self.harbour.id,
            "start": written(WEDNESDAY, "10:00"),
            "participant": [person.id for person in self.people.values()],
            "payer": self.people["greta"].id,
            "kind": ["book"],
            "appointment": self.held_visit.id,
            "answer": "accept",
        }
        found = re.match(r"/my/appointments/(\d+)/cancel", url)
        if not found:
            return [(url, form)]
        visit = self.visits.browse(int(found[1]))
        leavers = ["everyone", *map(str, visit.participant_ids.ids)]
        return [(url, {**form, "who": who}) for who in leavers]

    def get_page(self, method, url, form):
        """What one reads there in the end; whatever the request did is undone."""
        savepoint = self.env.cr.savepoint()
        try:
            if method == "GET":
                answer = self.url_open(url, params=form)
            else:
                answer = self.url_open(
                    url, data={**form, "csrf_token": http.Request.csrf_token(self)}
                )
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
        self.assertLess(answer.status_code, 500, f"{method} {url}")
        # A page names its own address, with the key that was asked for.
        return re.sub(re.sub(r"^/book/(thanks|pay)/|/back$", "", url), "", answer.text)

    def scan_pages(self, reader):
        user = self.users.get(reader)
        self.authenticate(*(2 * [user and user.login]))
        return {
            (method, rule, leak)
            for method, rule in sorted(read_routes(self.env))
            for url, form in self.get_urls(rule)
            for leak in self.get_leaks(reader, self.get_page(method, url, form))
        }

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_no_page_shows_what_its_reader_may_not_see(self):
        leaks = {reader: self.scan_pages(reader) for reader in ("public", *self.users)}

        self.maxDiff = None
        self.assertEqual(leaks, {reader: set() for reader in leaks})

    def test_the_scan_of_a_page_finds_what_is_on_it(self):
        self.authenticate("test_mother", "test_mother")

        page = self.get_page("GET", f"/my/appointments/{self.booked.id}", {})

        found = {("name", "mira"), ("name", "leo"), ("name", "greta"), ("package", "greta")}
        self.assertEqual(self.get_leaks("public", page), found)

    # Records

    def read_all(self, user):
        """Whatever this user can read of any record, field by field, as one text."""
        names = [name for name in self.env.registry if name.startswith("clinic.")] + MODELS
        texts = []
        for name in names:
            model = self.env[name].with_user(user)
            if model._abstract or model._transient or not model.has_access("read"):
                continue
            records = model.search([])
            texts += [self.read_field(records, field) for field in model.fields_get(attributes=[])]
        return "\n".join(texts)

    def read_field(self, records, field):
        try:
            return f"{records._name}.{field}: {records.read([field])}"
        except UserError:
            return ""

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_no_record_shows_what_its_reader_may_not_see(self):
        leaks = {}
        for reader, user in self.users.items():
            self.env.invalidate_all()
            lines = self.read_all(user).splitlines()
            leaks[reader] = {
                (line.split(":")[0], leak)
                for line in lines
                for leak in self.get_leaks(reader, line)
            }

        self.maxDiff = None
        self.assertEqual(leaks, {reader: set() for reader in leaks})

    def test_the_scan_of_records_finds_what_is_in_them(self):
        leaks = self.get_leaks("public", self.read_all(self.mother))

        self.assertLessEqual({("name", "leo"), ("contact", "mira")}, leaks)

    # Messages

    def send_everything(self):
        """Every kind of message about a visit, to everybody who hears of it."""
        mails = self.send()
        self.moved.with_user(self.mother)._reschedule(
            self.people["mira"], written(WEDNESDAY, "11:00"), 0, self.harbour.id
        )
        self.cancelled.with_user(self.mother)._cancel_for(
            self.people["mira"], self.cancelled.participant_ids
        )
        self.env.flush_all()
        return mails + self.send(10) + self.send(hours=30)

    def get_wrong_headers(self, mail):
        """The headers that name somebody else, or shouldn't be there."""
        allowed = {mail.address, self.company.email}
        return {
            name: value
            for name, value in mail.headers.items()
            if name.lower() in ("cc", "bcc", "x-msg-to-add", "x-msg-to-consolidate")
            or (name.lower() != "message-id" and set(ADDRESS.findall(value)) - allowed)
            or "token" in value.lower()
        }

    def test_no_message_says_what_its_reader_may_not_see(self):
        mails = self.send_everything()

        kinds = set(self.env["clinic.message"].search([("state", "=", "sent")]).mapped("kind"))
        self.assertEqual(kinds, {"confirmed", "changed", "cancelled", "reminder", "offered"})
        # Of several visits in one, and with a file.
        for words in ("These visits are booked", "This is a reminder of these visits"):
            self.assertTrue([mail for mail in mails if words in mail.words], words)
        self.assertTrue([mail for mail in mails if mail.calendars])
        leaks = {
            (mail.subject, leak)
            for mail in mails
            for leak in self.get_leaks(mail.address.split("@")[0], mail.everything)
        }
        self.assertEqual(leaks, set())
        self.assertEqual([wrong for mail in mails if (wrong := self.get_wrong_headers(mail))], [])
        self.assertFalse([mail for mail in mails if re.search(r"access_token|token=", mail.html)])

    def test_no_notice_about_permissions_says_it_either(self):
        notices, permissions = (
            self.env["clinic.sharing.notice"],
            sum(self.held, self.held[0].browse()),
        )
        before = self.env["mail.mail"].search([])

        notices._tell_shared(permissions)
        notices._tell_ending(permissions)
        notices._tell_asked(self.question)

        mails = self.env["mail.mail"].search([]) - before
        self.assertGreater(len(mails), len(HELD))
        self.assertFalse(mails.recipient_ids or any(mails.mapped("email_cc")))
        leaks = {
            (mail.subject, leak)
            for mail in mails
            for leak in self.get_leaks(
                mail.email_to.split("@")[0], f"{mail.body_html} {mail.subject} {mail.headers}"
            )
        }
        self.assertEqual(leaks, set())
