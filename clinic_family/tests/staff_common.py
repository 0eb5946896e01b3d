"""The people of the back office, and builders for what they do about families."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form

from .common import ROLE, ClinicCase

# Ahead for the database too, whose clock isn't frozen. Auckland is twelve hours ahead of UTC then.
FIFTH_OF_MAY = date(date.today().year + 1, 5, 5)
LAST_MOMENT_BEFORE = f"{FIFTH_OF_MAY.year}-05-04 12:00:00"


class StaffCase(ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Its zone is the clinic's.
        cls.harbour.sequence = -1
        cls.front_desk, cls.manager, cls.doctor, cls.employee = cls.users(
            ("test_front_desk", "Fran Frontdesk", ROLE + "front_desk"),
            ("test_manager", "Max Manager", ROLE + "manager"),
            ("test_doctor", "Dora Doctor", ROLE + "practitioner"),
            ("test_employee", "Ed Employee", "base.group_user"),
        )
        cls.nora.user_id = cls.doctor
        cls.mira = cls.mother.partner_id
        cls.fergus = cls.father.partner_id
        cls.leo.write({"birth_date": date(2018, 5, 1), "is_patient": True})
        cls.mails_before = cls.env["mail.mail"].search([])

    def get_mails(self):
        """What was queued since the test began."""
        return self.env["mail.mail"].search([]) - self.mails_before

    def ledger(self, user):
        """The ledger's verbs as this user's assistants call them."""
        return self.env["clinic.permission"].with_user(user).sudo()

    def allow(self, grantor, grantee, *kinds, basis="consent", ends_at=False):
        return self.ledger(self.front_desk)._grant(grantor, grantee, kinds, basis, ends_at)

    def type(self, code):
        return self.env["clinic.relationship.type"].search([("code", "=", code)])

    def link(self, person, relative, code):
        """The relative is this to the person."""
        return self.env["clinic.relationship"]._link(person, relative, self.type(code))

    def block(self, person, other, reason="Court order"):
        return self.env["clinic.block"].with_user(self.manager)._set(person, other, reason)

    def kinds(self, grantor, grantee):
        """What counts now, in order of name."""
        held = self.env["clinic.permission"]._get_held(grantor, grantee)
        return sorted(held.mapped("kind"))

    def adding(self, person, user=None):
        """The assistant that adds a relationship of this person, open on the screen."""
        model = self.env["clinic.relationship.add"].with_user(user or self.front_desk)
        return Form(model.with_context(default_person_id=person.id))

    def changing(self, grantor, grantee, user=None):
        """The assistant that changes what the grantor lets the grantee do."""
        model = self.env["clinic.permission.change"].with_user(user or self.front_desk)
        pair = {"default_grantor_id": grantor.id, "default_grantee_id": grantee.id}
        return Form(model.with_context(**pair))

    def ending(self, person, relative, user=None):
        """The assistant that separates the two."""
        model = self.env["clinic.relationship.end"].with_user(user or self.front_desk)
        pair = {"default_person_id": person.id, "default_relative_id": relative.id}
        return Form(model.with_context(**pair))

    def tick(self, form, kind, field, value=True):
        """Ticks one kind in an open assistant."""
        kinds = [line["kind"] for line in form.line_ids._records]
        with form.line_ids.edit(kinds.index(kind)) as line:
            setattr(line, field, value)

    def assertDenied(self, users, act):
        """None of these users may do it."""
        for user in users:
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                act(user)

    def panel(self, patient, user):
        """The panel on the patient's form: the rows by name."""
        self.env.invalidate_all()
        panel = patient.with_user(user).family_panel
        return {row["name"]: row for row in panel["rows"]}

    def marks(self, side):
        """The kinds that are not empty in one side of a row, with their state."""
        return {mark["kind"]: mark["state"] for mark in side["marks"] if mark["state"] != "none"}
