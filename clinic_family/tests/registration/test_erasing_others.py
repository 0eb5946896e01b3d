"""Erasing a patient takes nothing away that is anybody else's."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import TUESDAY
from ..company_common import Neighbours
from ..form_common import FormBuilders
from ..staff_common import StaffCase

NAME, MAIL = "Zyxwena Quillfeather", "ann_z@quill.example"


@tagged("post_install", "-at_install")
class TestErasingOthers(Neighbours, FormBuilders, StaffCase):
    """Zyxwena goes; Mira, her sister, and Stan, whom she doesn't know, keep what is theirs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wena = cls.user("quillwena", NAME, email=MAIL).partner_id
        cls.wena.is_patient = True
        other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        cls.env["clinic.relationship"]._link(cls.wena, cls.mira, other)
        cls.stan = cls.stranger.partner_id
        cls.alias = f"Erased patient {cls.wena.id}"

    def erase(self):
        self.env["clinic.person.file"].with_user(self.manager)._erase(
            self.wena.with_user(self.manager), "Asked for it at home"
        )
        self.env.invalidate_all()

    def mail(self, body="Hello", **values):
        return self.env["mail.mail"].create({"body_html": body, "subject": "Hello", **values})

    def note(self, person, body, **values):
        return person.message_post(body=body, **values)

    def file(self, record, **values):
        return self.env["ir.attachment"].create({
            "name": "report.txt", "raw": b"Report", "res_model": record._name,
            "res_id": record.id, **values,
        })  # fmt: skip

    def test_mails_and_notes_of_strangers_are_not_rewritten(self):
        said = f"{NAME} lives at Home"
        mail = self.mail(said, email_to="stan@strange.example")
        note = self.note(self.stan, said)

        self.erase()

        self.assertEqual(mail.body_html, said)
        self.assertIn(said, note.body)

    def test_what_they_signed_for_somebody_else_stays_signed(self):
        request = self.env["clinic.form.request"].create({
            "patient_id": self.leo.id, "survey_id": self.survey("Consent").id,
            "company_id": self.company.id, "filled_by_id": self.wena.id,
            "filed_note": f"{NAME} brought it",
        })  # fmt: skip
        signature = self.env["clinic.form.signature"].create({
            "request_id": request.id, "person_id": self.wena.id, "name": NAME,
            "signed_at": fields.Datetime.now(),
        })  # fmt: skip

        self.erase()

        self.assertEqual((signature.name, signature.request_id), (NAME, request))
        self.assertEqual(request.filed_note, f"{self.alias} brought it")

    def test_the_name_of_an_address_is_no_name(self):
        self.env["res.partner"].create(
            {"name": "Home", "type": "other", "parent_id": self.wena.id, "street": "1 Zyxlane"}
        )
        note = self.note(self.mira, "She is at home")

        self.erase()

        self.assertIn("She is at home", note.body)

    def test_a_namesake_keeps_the_name(self):
        self.stan.name = f"{NAME} Junior"
        note = self.note(self.mira, f"{NAME} called")

        self.erase()

        self.assertIn(NAME, note.body)

    def test_tags_and_links_stay_as_they_are(self):
        note = self.note(self.mira, "x")
        self.env.flush_all()
        link = f'<a href="https://x.example/{NAME}">{NAME}</a> &amp; more'
        self.env.cr.execute("UPDATE mail_message SET body = %s WHERE id = %s", [link, note.id])
        note.invalidate_recordset()

        self.erase()

        self.env.cr.execute("SELECT body FROM mail_message WHERE id = %s", [note.id])
        changed = self.env.cr.fetchone()[0]
        self.assertIn(f">{self.alias}</a> &amp; more", changed)
        self.assertNotIn(f">{NAME}<", changed)
        self.assertRegex(changed, r'href="https://x\.example/Zyxwena')

    def test_a_login_that_is_a_shared_address_is_relatives_too(self):
        self.wena.user_ids.login = MAIL
        self.mira.email = MAIL
        note = self.note(self.mira, f"Write to {MAIL}")
        mail = self.mail(email_to=MAIL)
        asked = self.invite(MAIL)

        self.erase()

        self.assertIn(MAIL, note.body)
        self.assertTrue(mail.exists())
        self.assertEqual(asked.email, MAIL)

    def invite(self, email):
        invitations = self.env["clinic.invitation"]
        invitations._ask(
            self.stan, {"name": "Somebody", "kinds": "pay", "email": "somebody@quill.example"}
        )
        asked = invitations.search([("asker_id", "=", self.stan.id)])
        asked.email = email
        return asked

    def test_like_addresses_are_other_addresses(self):
        mails = [
            self.mail(email_to=to)
            for to in ("annxz@quill.example", f"jo{MAIL}", f"{MAIL}, stan@strange.example")
        ]
        both = self.mail(recipient_ids=(self.wena | self.stan).ids)
        asked = self.invite("annxz@quill.example")
        theirs = self.mail(email_to=f"Z <{MAIL.upper()}>")

        self.erase()

        self.assertFalse(theirs.exists())
        self.assertEqual([mail.exists() for mail in (*mails, both)], [*mails, both])
        self.assertEqual(both.recipient_ids, self.wena | self.stan)
        self.assertEqual(asked.email, "annxz@quill.example")

    def test_a_report_on_a_relative_stays_though_they_were_told(self):
        report = self.file(self.leo)
        note = self.note(
            self.leo, "See the report", partner_ids=self.wena.ids, attachment_ids=report.ids
        )

        self.erase()

        self.assertTrue(report.exists())
        self.assertIn("See the report", note.body)

    def test_what_a_template_encloses_stays(self):
        template = self.env["mail.template"].create({"name": "Welcome"})
        terms = self.file(template)
        template.attachment_ids = terms
        used = self.file(self.wena)
        other = self.note(self.stan, "Enclosed")
        other.attachment_ids = used
        own = self.file(self.wena)
        self.note(self.wena, "Hello", attachment_ids=terms.ids)

        self.erase()

        self.assertTrue(terms.exists())
        self.assertTrue(used.exists())
        self.assertFalse(own.exists())

    def test_a_bank_account_stays_for_the_books_and_loses_its_number(self):
        account = self.env["res.partner.bank"].create(
            {"partner_id": self.wena.id, "acc_number": "ZYX0001", "acc_holder_name": NAME}
        )
        others = self.env["res.partner.bank"].create(
            {"partner_id": self.stan.id, "acc_number": "ZYX0002"}
        )
        refund = self.env["account.move"].create({
            "move_type": "out_refund", "partner_id": self.wena.id, "invoice_date": TUESDAY,
            "partner_bank_id": account.id,
        })  # fmt: skip
        refund.button_cancel()

        self.erase()

        self.assertEqual(account.acc_number, f"erased-{account.id}")
        self.assertFalse(account.acc_holder_name)
        self.assertEqual(refund.partner_bank_id, account)
        self.assertEqual(others.acc_number, "ZYX0002")

    def test_nobody_is_erased_whom_another_company_registered(self):
        self.build_neighbours()
        self.env["clinic.registration"].create({
            "patient_id": self.wena.id, "company_id": self.neighbour.id, "way": "booking",
            "registered_name": NAME,
        })  # fmt: skip
        sentence = "another company"

        with self.assertRaisesRegex(UserError, sentence):
            self.erase()
