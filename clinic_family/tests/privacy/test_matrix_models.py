from odoo.tests import tagged

from ..common import TUESDAY, ClinicCase, utc
from ..matrix_common import MatrixFamily, MatrixRecords

# Who reads Paula's record of each model, beside the staff. "book": whoever holds it live.
# Nobody here creates, writes or deletes any: what they do, they do through the pages.
READERS = {
    "clinic.age.rule": set(),
    "clinic.appointment": {"person", "book"},
    "clinic.appointment.log": set(),
    "clinic.appointment.report": set(),
    "clinic.authority": set(),
    "clinic.block": set(),
    "clinic.booking": {"person"},
    "clinic.calendar.feed": set(),
    "clinic.calendar.level": set(),
    "clinic.cancel.reason": set(),
    "clinic.form": set(),
    "clinic.form.handout": set(),
    "clinic.form.request": {
        "person",
        "intake",
    },  # one that nobody has begun; see test_forms_private
    "clinic.form.signature": set(),
    "clinic.invitation": set(),
    "clinic.kept.time": set(),
    "clinic.location": {"public", "logged in"},
    "clinic.merge": set(),
    "clinic.message": set(),
    "clinic.reschedule": set(),
    "clinic.package": {"logged in"},
    "clinic.package.line": {"logged in"},
    # Those who may use them see on a page how many are left, and nothing else.
    "clinic.package.purchase": {"person"},
    "clinic.package.session": {"person"},
    "clinic.package.session.change": set(),
    "clinic.participant": {"person", "book"},
    "clinic.patient.group": set(),
    "clinic.payer.share": set(),
    "clinic.permission": {"person", "only calendar"},  # the one given to that relative
    "clinic.practitioner": {"public", "logged in"},
    "clinic.registration": set(),
    "clinic.relationship": {"person", "only calendar"},  # the one with that relative
    "clinic.relationship.type": {"logged in"},
    "clinic.schedule": set(),
    "clinic.service": {"public", "logged in"},
    "clinic.shared.documents": set(),
    "clinic.signup": set(),
    "clinic.wait.offer": set(),
    "clinic.wait.request": set(),
    "res.partner": {"person"},
}
# Assistants of the back office: nobody here may even open one.
ASSISTANTS = "clinic.*.wizard"


@tagged("post_install", "-at_install")
class TestModelMatrix(MatrixRecords, MatrixFamily, ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        cls.build_matrix()
        cls.build_records()

    def test_every_model_has_its_row(self):
        self.assertEqual(self.get_models() | {"res.partner"}, set(READERS))
        self.assertEqual([name for name, record in self.records.items() if not record], [])

    def test_each_reads_what_the_table_says(self):
        seen = {
            name: {who for who, actor in self.actors.items() if self.sees(actor.user, record)}
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

        self.assertEqual(
            [who for who, actor in self.actors.items() if self.sees(actor.user, event)], []
        )
