from odoo.fields import Command
from odoo.tests import tagged

from ..common import ROLE, ClinicCase
from ..company_common import ROLES, Neighbours
from ..matrix_common import MatrixFamily, MatrixRecords

# What the staff of a second company read, and change, of a patient who belongs to no company.
# All else is the first company's alone; of a patient who belongs to it, so is all of it.
DESK = {"front_desk", "manager"}
SHARED = {
    "clinic.authority": DESK,
    "clinic.permission": DESK,
    "clinic.relationship": DESK,
    "clinic.shared.documents": DESK,
}
CHANGED = {"clinic.relationship": DESK}
# The same for everybody, whatever company: what a mother is.
CONFIGURATION = {"clinic.relationship.type"}
# Contacts have Odoo's own rules.
CONTACTS = {"res.partner"}


@tagged("post_install", "-at_install")
class TestCompanyMatrix(Neighbours, MatrixRecords, MatrixFamily, ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        cls.build_neighbours()
        cls.build_companies()
        cls.build_matrix()
        cls.build_records()

    @classmethod
    def build_companies(cls):
        """Paula is a patient of the company that Odoo came with, and the neighbours read."""

    def own_everybody(self):
        """From now on the people of the first company belong to it."""
        people = self.env["res.partner"].union(*[
            actor.user.partner_id for actor in self.actors.values()
        ])  # fmt: skip
        (people | self.records["clinic.shared.documents"].patient_id).company_id = self.company
        self.env.flush_all()

    def get_records(self):
        left_out = CONFIGURATION | CONTACTS
        return {name: one for name, one in self.records.items() if name not in left_out}

    def get_readers(self):
        """Who of the second company finds or reads what, where it is anything."""
        return self.collect(lambda user, record: self.sees(user, record))

    def get_changers(self):
        return self.collect(
            lambda user, record: any(
                record.with_user(user).has_access(operation) for operation in ("write", "unlink")
            )
        )

    def collect(self, may):
        found = {
            name: {role for role, user in self.theirs.items() if may(user, record)}
            for name, record in self.get_records().items()
        }
        return {name: roles for name, roles in found.items() if roles}

    def test_of_a_shared_patient_the_family_is_shared_and_nothing_else(self):
        self.assertEqual(self.get_readers(), SHARED)
        self.assertEqual(self.get_changers(), CHANGED)

    def test_of_another_companys_patient_nothing_is_seen_or_changed(self):
        self.own_everybody()

        self.assertEqual(self.get_readers(), {})
        self.assertEqual(self.get_changers(), {})

    def test_another_companys_patient_is_not_seen(self):
        self.own_everybody()

        seen = {role for role, user in self.theirs.items() if self.sees(user, self.paula)}

        self.assertEqual(seen, set())

    def test_who_works_for_both_companies_sees_both(self):
        self.own_everybody()
        user = self.theirs["manager"]
        user.company_ids |= self.company

        hidden = {
            name
            for name, record in self.get_records().items()
            if not self.sees(user.with_user(user), record)
        }

        # An address of one's own calendar is nobody else's at either, who asks for an account, and
        # what they chose before.
        self.assertEqual(
            hidden,
            {"clinic.calendar.feed", "clinic.calendar.level", "clinic.kept.time", "clinic.signup"},
        )


@tagged("post_install", "-at_install")
class TestCompanyMatrixTheOtherWay(TestCompanyMatrix):
    """The same of a patient of the second company, and of the first one's staff."""

    @classmethod
    def build_companies(cls):
        cls.theirs = {role: cls.user(f"test_first_{role}", role, ROLE + role) for role in ROLES}
        cls.theirs["no role"] = cls.user("test_first_no_role", "No role", "base.group_user")
        cls.theirs["patient"] = cls.user("test_first_patient", "Patient")
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.neighbour, install_demo=False
        )
        cls.env.user.write({
            "company_ids": [Command.link(cls.neighbour.id)], "company_id": cls.neighbour.id,
        })  # fmt: skip
        cls.build_clinic()
