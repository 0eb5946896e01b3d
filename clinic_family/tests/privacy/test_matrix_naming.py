"""Nobody learns who somebody is by pointing a record at their number.

Odoo shows the name of what a record points to with full rights, in a form even before the record
is stored: whoever may make any record at all could ask for everybody's name.
"""

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NO_ID, ROLE, TUESDAY, ClinicCase, utc
from ..company_common import Neighbours

PEOPLE = ("res.partner", "res.users")
NAME = {"fields": {"display_name": {}}}
SECRETS = ("Zyx", "zyx@example.com", "5550148")


@tagged("post_install", "-at_install")
class TestNamingMatrix(Neighbours, ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_neighbours()
        cls.doctor = cls.user("test_doctor", "Dora Doctor", ROLE + "practitioner")
        cls.ben = cls.practitioner("Ben Other", user_id=cls.doctor.id)
        cls.hidden_user = cls.user("test_hidden", "Zyx Hidden", company_id=cls.company.id)
        cls.hidden = cls.hidden_user.partner_id
        cls.hidden.write({
            "email": "zyx@example.com",
            "phone": "5550148",
            "is_patient": True,
            "company_id": cls.company.id,
        })  # fmt: skip
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.leo], practitioner_id=cls.ben.id)
        cls.group.practitioner_ids |= cls.ben
        cls.people = {
            "stranger": cls.stranger,
            "practitioner": cls.doctor,
            **{f"neighbour {role}": user for role, user in cls.theirs.items()},
        }
        cls.ids = {"res.partner": cls.hidden.id, "res.users": cls.hidden_user.id}
        cls.env.flush_all()

    def get_pointed(self, model):
        """Values that point at the hidden person, in each form in which one can, and what changed.

        A form that opens says of nothing that it changed.
        """
        for field in model._fields.values():
            if field.type == "many2one" and field.comodel_name in PEOPLE:
                yield {field.name: self.ids[field.comodel_name]}, []
                yield {field.name: {"id": self.ids[field.comodel_name]}}, [field.name]
            elif field.type == "many2one_reference":
                for name, id_ in self.ids.items():
                    values = {field.model_field: name, field.name: id_}
                    yield from ((values, names) for names in ([], list(values)))
            elif field.type == "reference":
                values = {field.name: f"res.partner,{self.hidden.id}"}
                yield from ((values, names) for names in ([], list(values)))

    def get_shown(self, model):
        """Whatever a form could show beside what is pointed at that tells a name."""
        return {
            name: {} for name, field in model._fields.items()
            if field.type in ("char", "text") and model._has_field_access(field, "read")
        }  # fmt: skip

    def change(self, model, values, names, shown=()):
        """What the form tells, and nothing where it refuses."""
        relations = (field.name for field in model._fields.values() if field.type == "many2one")
        spec = {**dict(shown), **{name: NAME for name in relations if name in values}}
        try:
            return str(model.onchange(dict(values), names, spec))
        except (UserError, ValueError):
            return ""

    def get_opened(self, user):
        """Every model of which this user may make a record."""
        self.env.invalidate_all()
        return [
            model.with_user(user)
            for model in self.env.values()
            if not model._abstract and model.with_user(user).has_access("create")
        ]

    def get_told(self, user):
        return {told for model in self.get_opened(user) for told in self.get_told_by(model)}

    def get_told_by(self, model):
        """The fields of a model that tell something.

        What was read for one of them need not be read again for the next, so that only a broken
        statement is undone: to undo forgets everything.
        """
        self.env.invalidate_all()
        shown = self.get_shown(model)
        with mute_logger("odoo.sql_db"), self.env.cr.savepoint() as savepoint:
            for values, names in self.get_pointed(model):
                try:
                    told = self.change(model, values, names, shown)
                except psycopg2.Error:
                    savepoint.rollback()
                    continue
                if any(secret in told for secret in SECRETS):
                    yield (model._name, *values)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_no_form_tells_who_a_hidden_person_is(self):
        told = {who: self.get_told(user) for who, user in self.people.items()}

        self.maxDiff = None
        self.assertEqual(told, {who: set() for who in self.people})

    def test_a_form_tells_who_a_seen_person_is(self):
        messages = self.env["mail.message"].with_user(self.hidden_user)

        told = self.change(messages, {"author_id": self.hidden.id}, [])

        self.assertIn("Zyx Hidden", told)

    def test_who_is_hidden_and_who_is_not_there_are_refused_alike(self):
        messages = self.env["mail.message"].with_user(self.stranger)
        answers = set()

        for id_ in (self.hidden.id, NO_ID):
            with self.assertRaises(AccessError) as refusal:
                messages.onchange({"author_id": id_}, [], {"author_id": NAME})
            answers.add(str(refusal.exception))

        self.assertEqual(len(answers), 1)

    def test_a_default_names_nobody_hidden(self):
        messages = self.env["mail.message"].with_user(self.stranger)

        with self.assertRaises(AccessError):
            messages.with_context(default_author_id=self.hidden.id).onchange(
                {}, [], {"author_id": NAME}
            )

    def test_a_practitioner_learns_no_name_through_a_visit_of_theirs(self):
        visit = self.visit.with_user(self.doctor)
        spec = {"patient_names": {}, "participant_ids": {"fields": {"name": {}}}}
        commands = (
            [0, "virtual", {"partner_id": self.hidden.id}],
            [1, visit.participant_ids.id, {"partner_id": self.hidden.id}],
        )

        for command in commands:
            values = {"participant_ids": [command]}
            with self.assertRaises(AccessError):
                visit.onchange(values, ["participant_ids"], spec)
        with self.assertRaises(AccessError):
            visit.participant_ids.onchange({"partner_id": self.hidden.id}, ["partner_id"], {})

    def test_a_form_that_shows_somebody_hidden_goes_on(self):
        self.visit.payer_id = self.hidden
        visit = self.visit.with_user(self.doctor)
        self.env.invalidate_all()

        told = visit.onchange(
            {"payer_id": self.hidden.id, "start": utc(TUESDAY, "11:00")}, ["start"], {"stop": {}}
        )

        self.assertIn("stop", told["value"])

    def test_nobody_hidden_is_stored_and_read_back(self):
        place = self.their_place.with_user(self.theirs["manager"])
        with self.assertRaises(AccessError):
            place.partner_id = self.hidden

    def test_what_is_another_companys_is_named_by_nobody(self):
        manager = self.theirs["manager"]
        calendar = self.calendar((9, 12), company_id=self.neighbour.id)

        with self.assertRaises(AccessError):
            self.env["clinic.schedule"].with_user(manager).create({
                "practitioner_id": self.nora.id,
                "calendar_id": calendar.id,
                "location_id": self.their_place.id,
                "date_from": TUESDAY,
            })  # fmt: skip
        with self.assertRaises(AccessError):
            self.their_place.with_user(manager).copy({"partner_id": self.hidden.id})
