from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TUESDAY, ClinicCase, utc
from .matrix_common import MatrixFamily
from .package_common import PackageBuilders

# Who reads Paula's record of each model, beside the staff. "book": whoever holds it live.
# Nobody here creates, writes or deletes any: what they do, they do through the pages.
READERS = {
    "clinic.appointment": {"person", "book"},
    "clinic.authority": set(),
    "clinic.block": set(),
    "clinic.booking": {"person"},
    "clinic.invitation": set(),
    "clinic.location": {"public", "logged in"},
    "clinic.message": set(),
    "clinic.move": set(),
    "clinic.package": {"logged in"},
    "clinic.package.line": {"logged in"},
    # Those who may use them see on a page how many are left, and nothing else.
    "clinic.package.purchase": {"person"},
    "clinic.package.session": {"person"},
    "clinic.package.session.change": set(),
    "clinic.participant": {"person", "book"},
    "clinic.patient.group": set(),
    "clinic.permission": {"person", "only calendar"},  # the one given to that relative
    "clinic.practitioner": {"public", "logged in"},
    "clinic.relationship": {"person", "only calendar"},  # the one with that relative
    "clinic.relationship.type": {"logged in"},
    "clinic.schedule": set(),
    "clinic.service": {"public", "logged in"},
    "clinic.shared.documents": set(),
    "res.partner": {"person"},
}
# Assistants of the back office: nobody here may even open one.
ASSISTANTS = "clinic.*.wizard"


@tagged("post_install", "-at_install")
class TestModelMatrix(PackageBuilders, MatrixFamily, ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        cls.build_matrix()
        visit = cls.appointment(TUESDAY, "10:00", [cls.paula])
        cls.appointment(TUESDAY, "11:00", [cls.paula, cls.otto], service_id=cls.group.id)
        booking = cls.env["clinic.booking"].create({"booker_id": cls.paula.id})
        relative = cls.actors["only calendar"].user.partner_id
        held = cls.env["clinic.permission"]._get_held(cls.paula, relative)
        stranger = cls.actors["stranger"].user.partner_id
        member = cls.person("Child Of Paula", parent_id=cls.paula.id, is_patient=True)
        package = cls.package(cls.single, is_published=True)
        purchase = cls.draft(package, cls.paula)
        session = purchase.session_ids[0]
        session._use_on(TUESDAY)
        cls.records = {
            "clinic.appointment": visit,
            "clinic.authority": cls.env["clinic.authority"].search(
                [("permission_id", "=", held.id)]
            ),
            "clinic.block": cls.env["clinic.block"].search([("person_a_id", "=", cls.paula.id)]),
            "clinic.booking": booking,
            "clinic.invitation": cls.env["clinic.invitation"]._ask(
                stranger, {"name": "Paula", "kinds": "book"}, cls.paula
            ),
            "clinic.location": cls.harbour,
            "clinic.move": cls.env["clinic.move"].create({
                "appointment_id": visit.id,
                "moved_by_id": cls.paula.id,
                "old_start": visit.start,
                "new_start": visit.start,
            }),
            "clinic.message": cls.env["clinic.message"]._queue(
                [(visit.participant_ids, {"kind": "confirmed"})]
            ),
            "clinic.package": package,
            "clinic.package.line": package.line_ids,
            "clinic.package.purchase": purchase,
            "clinic.package.session": session,
            "clinic.package.session.change": session.change_ids,
            "clinic.participant": visit.participant_ids,
            "clinic.patient.group": cls.env["clinic.patient.group"].create({
                "name": "The Persons", "partner_ids": cls.paula.ids,
            }),
            "clinic.permission": held,
            "clinic.practitioner": cls.nora,
            "clinic.relationship": cls.env["clinic.relationship"]._find(cls.paula, relative),
            "clinic.relationship.type": cls.type_other,
            "clinic.schedule": cls.nora.schedule_ids,
            "clinic.service": cls.single,
            "clinic.shared.documents": cls.env["clinic.shared.documents"].search(
                [("patient_id", "=", member.id)], limit=1
            ),
            "res.partner": cls.paula,
        }  # fmt: skip
        cls.env.flush_all()

    def get_models(self):
        """The models of this addon that have records of their own, but for the assistants."""
        return {
            model._name
            for model in self.env.values()
            if model._name.startswith("clinic.") and not (model._abstract or model._transient)
        }

    def sees(self, actor, record):
        self.env.invalidate_all()
        try:
            found = record.with_user(actor.user).search([("id", "=", record.id)])
            read = record.with_user(actor.user).read(["id"])
        except UserError:
            return False
        self.assertEqual(bool(found), bool(read), f"{record} is searched and read differently")
        return bool(found)

    def test_every_model_has_its_row(self):
        self.assertEqual(self.get_models() | {"res.partner"}, set(READERS))
        self.assertEqual([name for name, record in self.records.items() if not record], [])

    def test_each_reads_what_the_table_says(self):
        seen = {
            name: {who for who, actor in self.actors.items() if self.sees(actor, record)}
            for name, record in self.records.items()
        }

        expected = {
            name: {who for who, actor in self.actors.items() if actor.is_among(READERS[name])}
            for name in READERS
        }
        self.assertEqual(seen, expected)

    def test_nobody_creates_writes_or_deletes(self):
        changed = [
            (who, name, operation)
            for who, actor in self.actors.items()
            for name, record in self.records.items()
            for operation in ("write", "unlink", "create")
            if name != "res.partner" and record.with_user(actor.user).has_access(operation)
        ]

        self.assertEqual(changed, [])

    def test_no_assistant_is_for_patients(self):
        assistants = [
            model for model in self.env.values()
            if model._name.startswith("clinic.") and model._transient
        ]  # fmt: skip

        opened = [
            (who, model._name)
            for who, actor in self.actors.items()
            for model in assistants
            if model.with_user(actor.user).has_access("create")
        ]

        self.assertEqual(opened, [])

    def test_the_calendar_of_the_practitioner_is_nobodys(self):
        event = self.env["calendar.event"].create({
            "name": "Supervision",
            "start": utc(TUESDAY, "9:00"),
            "stop": utc(TUESDAY, "10:00"),
            "user_id": self.env.user.id,
        })  # fmt: skip

        self.assertEqual([who for who, actor in self.actors.items() if self.sees(actor, event)], [])
