"""Whatever parents can get of a clinic, compared with one in which the visit is a stranger's."""

import re
from urllib.parse import unquote

from odoo import http
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import MONDAY, WEDNESDAY, ClinicHttpCase, written
from ..confidential_common import Teenager
from ..form_common import FormBuilders
from ..matrix_common import read_routes
from ..message_common import MailCatcher
from ..package_common import PackageBuilders

MODELS = [
    "res.partner", "res.users", "account.move", "account.move.line", "account.payment",
    "payment.transaction", "payment.token", "calendar.event", "mail.message", "mail.notification",
    "mail.followers", "ir.attachment", "survey.user_input",
]  # fmt: skip
# Odoo's own pages with what is somebody's.
PAGES = (
    "/my", "/my/home", "/my/invoices", "/my/invoices/<int:invoice_id>",
    # The papers: an invoice, a receipt, a statement.
    "/my/invoices/<int:invoice_id>?report_type=pdf&download=true",
    "/my/invoices/<int:invoice_id>?report_type=html",
    "/report/pdf/account.report_invoice_with_payments/<int:invoice_id>",
    "/report/html/account.report_invoice/<int:invoice_id>",
    "/report/pdf/account.report_payment_receipt/<int:payment_id>",
    "/report/pdf/clinic_family.report_statement/1",
    "/my/statement?paper=1&from=2020-01-01&to=2029-12-31",
)  # fmt: skip
# Made anew for each page or each request, whatever is on it: tokens, keys, secret addresses.
OWN = re.compile(r"\b[0-9a-f]{40}o\d+\b|\b[0-9a-f]{32}\b|/calendar/[\w-]{32}")


class LeakComparison(FormBuilders, PackageBuilders, Teenager, MailCatcher, ClinicHttpCase):
    """Ana has a visit with all that may follow from one, and then it was never hers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({
            "clinic_undo_minutes": 3,
            "clinic_reminder_hours": "48",
            "clinic_post_invoices": True,
            "clinic_most_upcoming": 2,
            "email": "clinic@example.com",
        })  # fmt: skip
        cls.build_teenager()
        cls.her = cls.girl.partner_id
        cls.olga = cls.practitioner("Olga Other")
        cls.group.practitioner_ids += cls.olga
        cls.group.invoice_moment = "booking"
        cls.ask_for(cls.group, cls.survey("Test history"), due="always")
        other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        for parent in (cls.mother, cls.father):
            cls.env["clinic.relationship"]._link(parent.partner_id, cls.her, other)
        package = cls.package(cls.group, count=3, is_published=True)
        cls.purchase = cls.sell(package, cls.her)
        cls.build_visit()
        # Numbers aren't taken back with what they were for: these are nobody's yet.
        cls.env.cr.execute("SELECT nextval('clinic_appointment_id_seq') + 1000")
        [cls.next_number] = cls.env.cr.fetchone()
        cls.build_parts(package)

    @classmethod
    def build_visit(cls):
        """What she has booked herself, paid with her own session, invoiced otherwise."""
        cls.request = cls.env["clinic.wait.request"]._join(cls.mother.partner_id, cls.her, {
            "service_id": cls.group.id, "date_from": WEDNESDAY, "date_until": WEDNESDAY,
        })  # fmt: skip
        ten = written(WEDNESDAY, "10:00")
        checkout = cls.checkout(cls.group, ten, [cls.her], practitioner_id=cls.nora.id)
        cls.visit = cls.book(cls.girl, checkout)
        cls.visit._set_confidential(True)
        cls.invoice = cls.visit._get_or_create_invoice()
        cls.invoice.action_post()
        cls.payment = cls.pay_part(cls.invoice)
        cls.env.flush_all()

    @classmethod
    def pay_part(cls, invoice):
        """She has paid some of it: there is a receipt, and something is still owed."""
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        register = cls.env["account.payment.register"].with_context(**context).create({"amount": 9})
        return register._create_payments()

    @classmethod
    def build_parts(cls, package):
        feeds = cls.env["clinic.calendar.feed"]
        cls.secrets = {user: feeds._renew(user) for user in (cls.mother, cls.father)}
        number = str(cls.her.id)
        cls.parts = {
            "<string:slug>": cls.group.website_url.removeprefix("/book/"),
            "<string:practitioner>": cls.nora.website_url.removeprefix("/book/with/"),
            "<string:key>": cls.visit.booking_id.key,
            "<int:page>": "1",
            "<int:appointment_id>": str(cls.visit.id),
            "<int:package_id>": str(package.id),
            "<int:person_id>": number,
            "<int:ward_id>": number,
            "<int:other_id>": number,
            "<int:question_id>": "1",
            "<int:request_id>": "1",
            "<int:signed_id>": "1",
            "<string:handed>": "dead",
            "<int:wait_id>": str(cls.request.id),
            "<string:token>": "dead",
            "<int:invoice_id>": str(cls.invoice.id),
            "<int:payment_id>": str(cls.payment.id),
            "<string:chosen>": str(cls.invoice.id),
        }
        cls.form = {
            "practitioner": cls.olga.id,
            "location": cls.harbour.id,
            "start": written(WEDNESDAY, "10:00"),
            "day": str(MONDAY),
            "participant": cls.her.id,
            "kind": ["book"],
            "who": "everyone",
            "service": cls.group.id,
            "invoice": str(cls.invoice.id),
            "date_from": "2027-01-01",
            "date_to": "2027-12-31",
        }

    def give_to_stranger(self, visit=None):
        """The visit and all that follows from it were never hers; everything keeps its number."""
        visit = visit or self.visit
        self.env.flush_all()
        other = self.stranger.partner_id.id
        visits = "SELECT id FROM clinic_appointment WHERE id = %s"
        for query in (
            "UPDATE clinic_participant SET partner_id = %s, booked_by_id = NULL,"
            f" is_confidential = false WHERE appointment_id IN ({visits})",
            "UPDATE clinic_appointment SET payer_id = %s, is_confidential = false"
            f" WHERE id IN ({visits})",
            "UPDATE clinic_booking SET booker_id = %s WHERE id IN (SELECT booking_id FROM"
            " clinic_appointment WHERE id = %s)",
            "UPDATE account_move SET partner_id = %s, commercial_partner_id = partner_id"
            " WHERE id IN (SELECT invoice_id FROM clinic_appointment WHERE id = %s)",
            "UPDATE account_move_line SET partner_id = %s WHERE move_id IN (SELECT invoice_id FROM"
            " clinic_appointment WHERE id = %s)",
            "UPDATE account_move SET commercial_partner_id = %s WHERE id IN (SELECT invoice_id"
            " FROM clinic_appointment WHERE id = %s)",
        ):
            self.env.cr.execute(query, [other, visit.id])
        self.give_payment_to(other, visit)
        self.env.invalidate_all()

    def give_payment_to(self, other, visit):
        """Who paid it was somebody else, in the books too."""
        payments = visit.sudo().invoice_id.matched_payment_ids
        for table, records in (
            ("account_payment", payments),
            ("account_move", payments.move_id),
            ("account_move_line", payments.move_id.line_ids),
        ):
            query = f"UPDATE {table} SET partner_id = %s WHERE id = ANY(%s)"
            self.env.cr.execute(query, [other, records.ids])
        query = "UPDATE account_move SET commercial_partner_id = partner_id WHERE id = ANY(%s)"
        self.env.cr.execute(query, [payments.move_id.ids])

    # What somebody can get

    # The addresses and models that are asked for, where it isn't all of them.
    only = None

    def is_asked_for(self, name):
        return self.only is None or name in self.only

    def setUp(self):
        super().setUp()
        # That somebody has logged in is seen, too.
        for user in (self.mother, self.father):
            self.authenticate(user.login, user.login)

    def ask(self, method, url, form):
        """What one reads there in the end; whatever the request did is undone."""
        savepoint = self.env.cr.savepoint()
        # What is held to be undone again has the same number each time.
        self.env.cr.execute("SELECT setval('clinic_appointment_id_seq', %s)", [self.next_number])
        try:
            if method == "GET":
                answer = self.url_open(url, params=form)
            else:
                token = http.Request.csrf_token(self)
                answer = self.url_open(url, data={**form, "csrf_token": token})
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
        return f"{answer.status_code} {OWN.sub('', unquote(answer.text))}"

    def get_pages(self, user):
        self.authenticate(user.login, user.login)
        form = {**self.form, "payer": user.partner_id.id}
        routes = sorted(read_routes(self.env)) + [("GET", page) for page in PAGES]
        pages = {}
        for method, rule in routes:
            if not self.is_asked_for(rule):
                continue
            url = rule
            for part, value in {**self.parts, "<string:secret>": self.secrets[user]}.items():
                url = url.replace(part, value)
            pages[method, rule] = self.ask(method, url, form)
        return pages

    def get_records(self, user):
        """Whatever this user can read of any record, by model and field."""
        names = [name for name in self.env.registry if name.startswith("clinic.")] + MODELS
        fields = {}
        for name in filter(self.is_asked_for, names):
            model = self.env[name].with_user(user)
            if model._abstract or model._transient or not model.has_access("read"):
                continue
            records = model.search([])
            fields[name, "_search"] = records.ids
            for field in model.fields_get(attributes=[]):
                try:
                    fields[name, field] = str(records.read([field]))
                except UserError:
                    continue
        return fields

    def get_everything(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        records = self.get_records(user)
        self.env.invalidate_all()
        return {**records, **self.get_pages(user)}

    def find_differences(self, one, other):
        return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


@tagged("post_install", "-at_install")
class TestConfidentialLeaks(LeakComparison):
    @mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_rule")
    def test_nothing_a_parent_gets_tells_it_from_a_strangers(self):
        parents = (self.mother, self.father)
        hers = {user: self.get_everything(user) for user in parents}
        self.give_to_stranger()

        for user in parents:
            self.assertEqual(self.find_differences(hers[user], self.get_everything(user)), set())

    @mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_rule")
    def test_the_comparison_finds_what_isnt_hidden(self):
        told = {
            ("GET", "/my/appointments"),
            ("GET", "/my/appointments/<int:appointment_id>"),
            ("POST", "/my/appointments/<int:appointment_id>/cancel"),
            ("POST", "/book/<string:slug>/hold"),
            ("GET", "/calendar/<string:secret>.ics"),
            ("GET", "/my/invoices"),
            ("GET", "/my/invoices/<int:invoice_id>"),
            ("GET", "/my/invoices/<int:invoice_id>?report_type=pdf&download=true"),
            ("GET", "/my/invoices/<int:invoice_id>?report_type=html"),
            ("GET", "/report/html/account.report_invoice/<int:invoice_id>"),
            ("GET", "/my/balance"),
            ("clinic.appointment", "_search"),
            ("clinic.participant", "_search"),
            ("account.move.line", "_search"),
        }
        self.only = {part for key in told for part in key}
        self.visit._set_confidential(False)
        known = self.get_everything(self.mother)
        self.give_to_stranger()

        found = self.find_differences(known, self.get_everything(self.mother))

        self.assertEqual({key: known[key] for key in told - found}, {})

    def test_no_parent_hears_of_it(self):
        mails = self.send() + self.send(10) + self.send(hours=30)
        self.visit.with_user(self.env.ref("base.user_admin"))._update_state("cancelled")
        self.env.flush_all()
        mails += self.send(hours=31)

        self.assertEqual({mail.address for mail in mails}, {"ana@example.com"})
        kinds = set(self.env["clinic.message"].search([]).mapped("kind"))
        self.assertLessEqual({"confirmed", "reminder", "cancelled"}, kinds)
