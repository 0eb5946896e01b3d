"""A manager of the clinic gives logins and roles, and no more than a manager has."""

from smtplib import SMTPDataError, SMTPServerDisconnected

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..common import ROLE, ClinicCase
from ..message_common import MailCatcher

ROLES = ("practitioner", "billing", "front_desk", "manager")


@tagged("post_install", "-at_install")
class TestStaffAdd(MailCatcher, ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.user("test_manager", "Max Manager", ROLE + "manager")

    def add(self, email, user=None, practitioner=None, **values):
        model = self.env["clinic.staff.add"].with_user(user or self.manager)
        window = Form(model.with_context(default_practitioner_id=practitioner and practitioner.id))
        window.email = email
        for name, value in values.items():
            setattr(window, name, value)
        window.save().action_save()
        return self.env["res.users"].search([("login", "=", email.strip().lower())])

    def test_a_practitioner_gets_a_login_of_their_own(self):
        user = self.add(" Nora@clinic.example.com", practitioner=self.nora)

        self.assertEqual(user.name, self.nora.name)
        self.assertEqual(self.nora.user_id, user)
        self.assertTrue(user.has_group(ROLE + "practitioner"))
        self.assertFalse(user.has_group(ROLE + "billing"))
        self.assertEqual(user.company_ids, self.company)
        # After logging in they see the clinic's day, whatever else is installed.
        self.assertEqual(user.action_id.path, "clinic-day")

    def test_each_role_gives_what_it_says_and_nothing_of_odoo_s_administration(self):
        for role in ROLES:
            user = self.add(f"{role}@clinic.example.com", name="New Colleague", role=role)
            with self.subTest(role):
                held = [each for each in ROLES if user.has_group(ROLE + each)]
                self.assertEqual(held, list(ROLES[: ROLES.index(role) + 1]))
                self.assertFalse(user.has_group("base.group_erp_manager"))
                self.assertLessEqual(user.all_group_ids, self.manager.all_group_ids)

    def test_a_colleague_gets_the_role_beside_what_they_have(self):
        ed = self.user("ed@clinic.example.com", "Ed Employee", "base.group_user")

        self.add("ed@clinic.example.com", name="Ed", role="front_desk")

        self.assertTrue(ed.has_group(ROLE + "front_desk"))
        self.assertEqual(ed.name, "Ed Employee")

    def test_the_account_of_a_patient_stays_one(self):
        patient = self.user("pat@example.com", "Pat Patient")
        for name, values in (
            ("patient", {}),
            ("closed", {"active": False}),
        ):
            patient.write(values)
            with self.subTest(name), self.assertRaisesRegex(UserError, "isn't a colleague's"):
                self.add("pat@example.com", name="Pat")
        self.assertFalse(patient.has_group(ROLE + "practitioner"))

    def test_an_account_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Other clinic"})
        self.user(
            "otto@example.com", "Otto", "base.group_user",
            company_id=other.id, company_ids=other.ids,
        )  # fmt: skip

        with self.assertRaisesRegex(UserError, "isn't a colleague's"):
            self.add("otto@example.com", name="Otto")

    def test_a_colleague_who_works_elsewhere_too_is_for_administrators(self):
        other = self.env["res.company"].create({"name": "Other clinic"})
        self.user(
            "both@example.com", "Bo Both", "base.group_user",
            company_ids=(self.company | other).ids,
        )  # fmt: skip

        with self.assertRaisesRegex(UserError, "isn't a colleague's"):
            self.add("both@example.com", name="Bo")

    def test_an_invitation_that_does_not_leave_is_told_and_nobody_is_added(self):
        for trouble in (SMTPDataError(451, b"Later please"), SMTPServerDisconnected("It is gone")):
            self.server.trouble = trouble
            with (
                self.subTest(trouble),
                self.assertRaisesRegex(UserError, "didn't take the message"),
                self.env.cr.savepoint(),
            ):
                self.add("nora@clinic.example.com", practitioner=self.nora)

        self.assertFalse(self.env["res.users"].search([("login", "=", "nora@clinic.example.com")]))
        self.assertFalse(self.nora.user_id)

    def test_who_has_not_logged_in_yet_is_invited_again(self):
        user = self.add("nora@clinic.example.com", practitioner=self.nora)
        nora = self.nora.with_user(self.manager)
        self.assertTrue(nora.is_invited)

        nora.action_invite_again()
        self.add("nora@clinic.example.com", name="Nora")

        self.assertEqual([mail.address for mail in self.server.mails], [user.email] * 3)
        self.env["res.users.log"].with_user(user).sudo().create({})
        self.env.invalidate_all()
        self.assertFalse(nora.is_invited)
        with self.assertRaisesRegex(UserError, "logs in already"):
            nora.action_invite_again()

    def test_managers_alone_invite_again(self):
        self.add("nora@clinic.example.com", practitioner=self.nora)
        front_desk = self.user("test_front_desk", "Fran", ROLE + "front_desk")

        with self.assertRaises(AccessError):
            self.nora.with_user(front_desk).action_invite_again()

        self.assertEqual(len(self.server.mails), 1)

    def test_a_practitioner_of_another_clinic_of_the_manager_works_there(self):
        other = self.env["res.company"].create({"name": "Other clinic"})
        self.manager.company_ids |= other
        theirs = self.env["clinic.practitioner"].create({"name": "Ola", "company_id": other.id})
        both = self.env["clinic.staff.add"].with_context(
            allowed_company_ids=(self.company | other).ids, default_practitioner_id=theirs.id
        )
        window = Form(both.with_user(self.manager))
        window.email = "ola@clinic.example.com"

        window.save().action_save()

        self.assertEqual(theirs.user_id.company_ids, other)

    def test_what_is_no_address_is_refused(self):
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self.add("nobody", name="Nobody")

    def test_a_wildcard_is_no_other_login(self):
        patient = self.user("a-b@example.com", "Ann B")

        user = self.add("a_b@example.com", name="Another")

        self.assertNotEqual(user, patient)

    def test_managers_alone_do_it(self):
        for role in ("front_desk", "practitioner"):
            user = self.user(f"test_{role}", role, ROLE + role)
            with self.subTest(role), self.assertRaises(AccessError):
                self.add("x@example.com", user=user, name="X")
