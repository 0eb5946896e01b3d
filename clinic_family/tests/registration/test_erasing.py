"""Erasing a patient: nothing in the database says any more who they were, but for the books."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from ..common import TUESDAY
from ..company_common import Neighbours
from ..form_common import FormBuilders
from ..package_common import PackageBuilders
from ..staff_common import StaffCase

# What no other test and no demo data says.
NAME, MAIL, PHONE = "Zyxwena Quillfeather", "zyxwena@quill.example", "+64 9 777 31337"
LOGIN, BORN, STREET = "quillwena", "1991-07-23", "17 Zyxlane"
ACCOUNT = "ZYX7771234567890"
WORDS = [NAME, MAIL, PHONE, LOGIN, BORN, STREET, "77731337", ACCOUNT]
# What the law on bookkeeping keeps: the invoice as it was issued, and what stands on it.
BOOKS = {
    ("account_move", "invoice_partner_display_name"),
    ("account_move_line", "name"),
}
TEXTS = ("character varying", "text", "jsonb", "date", "bytea", "json")


class FindsWords:
    """For a test case: where in the whole database something stands."""

    def find(self, words):
        self.env.flush_all()
        columns = self.env.execute_query(SQL(
            """
            SELECT c.table_name, c.column_name
              FROM information_schema.columns c
              JOIN information_schema.tables t USING (table_schema, table_name)
             WHERE t.table_type = 'BASE TABLE'
               AND c.table_schema = current_schema()
               AND c.data_type IN %s
            """,
            TEXTS,
        ))  # fmt: skip
        pattern = "|".join(word.replace("+", r"\+").replace(".", r"\.") for word in words)
        return {
            (table, column)
            for table, column in columns
            if self.env.execute_query(SQL(
                "SELECT 1 FROM %s WHERE %s::text ~* %s LIMIT 1",
                SQL.identifier(table), SQL.identifier(column), pattern,
            ))
        }  # fmt: skip


@tagged("post_install", "-at_install")
class TestErasing(FindsWords, Neighbours, FormBuilders, PackageBuilders, StaffCase):
    """Zyxwena, who had everything the clinic offers; Mira is her sister, Leo her nephew."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zyx = cls.user(LOGIN, NAME, email=MAIL)
        cls.wena = cls.zyx.partner_id
        cls.wena.write({
            "phone": PHONE, "birth_date": BORN, "is_patient": True, "street": STREET,
            "comment": f"<p>{NAME} likes tea</p>", "emergency_contact": f"{NAME}'s sister",
            "child_ids": [Command.create({"type": "other", "name": NAME, "street": STREET})],
        })  # fmt: skip

    def window(self, user=None, **values):
        self.env.invalidate_all()
        windows = self.env["clinic.person.erase"].with_user(user or self.manager)
        values = {"why": "Asked for it in writing", "typed_name": NAME.lower(), **values}
        return windows.create({"person_id": self.wena.id, **values})

    def erase(self):
        self.window().action_erase()
        self.env.invalidate_all()

    def build_life(self):
        """What there can be of somebody, all of it over."""
        link = self.env["clinic.relationship"]._link(
            self.wena, self.mira, self.env.ref("clinic_family.clinic_relationship_type_other")
        )
        ledger = self.allow(self.wena, self.mira, "book", "calendar", "intake")
        ended = self.allow(self.mira, self.wena, "notify")
        ended._revoke(f"{NAME} moved away")
        self.block(self.wena, self.stranger.partner_id, f"Keep {NAME} apart")
        invitations = self.env["clinic.invitation"]
        invitations._ask(self.mira, {"name": NAME, "kinds": "pay", "email": MAIL}, self.wena)
        self.ask_for(self.single, self.survey("History"))
        visit = self.appointment(TUESDAY, "10:00", [self.wena], service_id=self.single.id)
        shared = self.appointment(TUESDAY, "11:00", [self.wena, self.mira])
        visit.kept_note, shared.kept_note = f"{NAME} bites", f"{NAME} and Mira come late"
        self.fill_in()
        self.env["clinic.message"]._queue([(visit.participant_ids, {"kind": "confirmed"})])
        self.env["clinic.message"].search([]).address = MAIL
        feeds = self.env["clinic.calendar.feed"]
        feeds._renew(self.zyx)
        self.env["clinic.registration"]._record_newcomers(self.wena, "booking", self.wena)
        self.write_letters()
        self.env["res.partner.bank"].create({
            "partner_id": self.wena.id, "acc_number": ACCOUNT, "acc_holder_name": NAME,
        })  # fmt: skip
        self.pay()
        self.expect_nobody_else()
        return link, ledger, visit | shared

    def fill_in(self):
        request = self.requests(self.wena)
        request.with_user(self.zyx)._open()
        request.answer_id._save_lines(request.survey_id.question_ids[:1], f"I am {NAME}")
        request.answer_id._mark_done()
        self.env["clinic.form.signature"].create({
            "request_id": request.id, "person_id": self.wena.id, "name": NAME,
            "signed_at": fields.Datetime.now(),
        })  # fmt: skip

    def write_letters(self):
        said = f"{NAME} called from {PHONE}"
        self.wena.message_post(body=said)
        self.mira.message_post(body=said)
        self.wena.message_post(body=said, attachments=[(f"{NAME}.txt", f"{NAME} {BORN}")])
        letter = {"email_to": f'"{NAME}" <{MAIL}>', "body_html": f"Dear {NAME}"}
        self.env["mail.mail"].create(letter)
        self.mira.message_post(body=said, author_id=self.wena.id, partner_ids=self.wena.ids)

    def pay(self):
        """An invoice, which is paid."""
        invoice = self.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": self.wena.id, "invoice_date": TUESDAY,
            "invoice_line_ids": [Command.create({"name": f"Visit of {NAME}", "price_unit": 80})],
        })  # fmt: skip
        invoice.action_post()
        said = f"Sent to {NAME}"
        invoice.message_post(body=said)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()

    def test_no_byte_of_them_is_left_but_in_the_books(self):
        self.build_life()
        self.window()
        before = self.find(WORDS)

        self.erase()

        self.assertGreater(len(before - BOOKS), 15)
        self.assertEqual(self.find(WORDS) - BOOKS, set())
        self.assertIn(("account_move", "invoice_partner_display_name"), self.find([NAME]))

    def test_what_has_to_stay_stays_without_a_name(self):
        link, ledger, visits = self.build_life()
        alias = f"Erased patient {self.wena.id}"

        self.erase()

        self.assertEqual((self.wena.name, self.wena.active), (alias, False))
        self.assertEqual(link.person_b_id, self.wena)
        self.assertTrue(link.ended_at)
        self.assertEqual(ledger.grantor_id, self.wena)
        self.assertEqual(set(ledger.mapped("state")), {"ended"})
        self.assertEqual(visits.payer_id, self.wena)
        self.assertEqual(visits[1].kept_note, f"{alias} and Mira come late")
        self.assertFalse(visits[0].kept_note)
        self.assertFalse(self.zyx.active)
        self.assertTrue(self.wena.invoice_ids.filtered(lambda move: move.state == "posted"))
        self.assertEqual(self.wena.clinic_erased_by_id, self.manager)
        self.assertEqual(self.wena.clinic_erased_why, "Asked for it in writing")
        self.assertTrue(self.wena.clinic_erased_at)

    def test_what_is_relatives_stays(self):
        self.mira.write({"phone": PHONE, "email": MAIL})
        _link, _ledger, visits = self.build_life()
        held = self.allow(self.leo, self.mira, "book")

        self.erase()

        self.assertEqual((self.mira.phone, self.mira.email), (PHONE, MAIL))
        self.assertEqual(self.mira.name, "Mira Motherwell")
        self.assertTrue(held.is_live)
        self.assertIn(self.mira, visits.participant_ids.partner_id)
        self.assertIn(
            f"Erased patient {self.wena.id} called from",
            "".join(filter(None, self.mira.message_ids.mapped("body"))),
        )

    def assertNotErased(self, sentence, **values):
        window = self.window(**values)
        with self.assertRaisesRegex(UserError, sentence):
            window.action_erase()
        self.assertEqual(self.wena.name, NAME)
        return window

    def test_whom_somebody_needs_is_not_erased(self):
        self.allow(self.leo, self.wena, "book", basis="parental")
        self.assertIn("Leo", self.assertNotErased("They answer for Leo").obstacle_text)

    def test_nobody_is_erased_while_a_visit_is_ahead(self):
        self.appointment(TUESDAY, "10:00", [self.wena])
        self.assertNotErased("are ahead")

    def test_nobody_is_erased_who_pays_for_a_visit_ahead(self):
        visit = self.appointment(TUESDAY, "10:00", [self.mira])
        visit.payer_id = self.wena
        self.assertNotErased("are ahead")

    def test_nobody_is_erased_while_an_invoice_is_open(self):
        invoice = self.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": self.wena.id, "invoice_date": TUESDAY,
            "invoice_line_ids": [Command.create({"name": "A visit", "price_unit": 80})],
        })  # fmt: skip
        self.assertNotErased("drafts or open")

        invoice.action_post()

        self.assertNotErased("drafts or open")

    def test_nobody_is_erased_while_sessions_are_left(self):
        self.draft(self.package(self.single), self.wena)
        self.assertNotErased("Sessions of their packages are left")

    def test_nobody_is_erased_behind_another_companys_back(self):
        self.build_neighbours()
        theo = self.practitioner(
            "Theo There", location=self.their_place, company_id=self.neighbour.id
        )
        there = self.service("Elsewhere", theo, company_id=self.neighbour.id)
        self.appointment(
            TUESDAY, "10:00", [self.wena], service_id=there.id, practitioner_id=theo.id,
            location_id=self.their_place.id,
        )  # fmt: skip
        self.expect_nobody_else()
        self.assertNotErased("another company")

    def test_staff_who_work_here_are_not_erased(self):
        self.doctor.partner_id.is_patient = True
        self.wena = self.doctor.partner_id
        window = self.window(typed_name=self.wena.name)
        with self.assertRaisesRegex(UserError, "work here"):
            window.action_erase()

    def test_it_takes_the_name_and_a_reason_without_it(self):
        self.assertNotErased("type the patient's name", typed_name="Somebody")
        self.assertNotErased("write why", why=" ")
        self.assertNotErased("write why", why=f"{NAME} asked")

    def test_nobody_is_erased_twice(self):
        self.erase()
        window = self.window(typed_name=self.wena.name)
        with self.assertRaisesRegex(UserError, "once"):
            window.action_erase()

    def test_a_manager_alone_erases(self):
        files = self.env["clinic.person.file"]
        for user in (self.front_desk, self.doctor, self.employee, self.zyx, self.mother):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.window(user)
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                files.with_user(user)._erase(self.wena.with_user(user), "Why")

    def test_the_window_says_what_goes_and_what_stays(self):
        self.build_life()

        window = self.window()

        self.assertFalse(window.obstacle_text)
        self.assertIn("Personal details: ", window.goes_text)
        self.assertIn("Visits: 2", window.stays_text)

    def test_their_session_and_password_open_nothing(self):
        self.erase()

        self.assertFalse(self.zyx.active)
        self.env.cr.execute("SELECT password FROM res_users WHERE id = %s", [self.zyx.id])
        self.assertEqual(self.env.cr.fetchone(), (None,))
        self.assertLess(self.wena.clinic_erased_at, fields.Datetime.now() + timedelta(days=1))
