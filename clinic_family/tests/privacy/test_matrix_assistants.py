"""Every window of the staff, opened with every record that isn't for who opens it."""

from contextlib import contextmanager

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NO_ID, ROLE, ClinicCase
from ..company_common import Neighbours
from ..matrix_common import MatrixFamily, MatrixRecords

# What everybody on the staff may name.
MAGIC = {"create_uid", "write_uid"}
HARMLESS = {"clinic.relationship.type", "res.users", "res.currency"}


@tagged("post_install", "-at_install")
class TestAssistantMatrix(Neighbours, MatrixRecords, MatrixFamily, ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        cls.build_matrix()
        cls.build_records()
        cls.build_neighbours()
        people = cls.env["res.partner"].union(*[
            actor.user.partner_id for actor in cls.actors.values()
        ])  # fmt: skip
        people.company_id = cls.company
        cls.records |= {
            "account.move": cls.invoice_of(cls.records["clinic.package.purchase"]),
            "res.company": cls.company,
        }
        cls.mark()
        cls.openers = {
            **cls.theirs,
            "own no role": cls.user("test_no_role", "No Role", "base.group_user"),
            "own patient": cls.actors["stranger"].user,
        }
        cls.env.flush_all()

    @classmethod
    def mark(cls):
        """Every name of the first company that an answer could hold carries one word."""
        named = (
            "res.partner", "clinic.service", "clinic.practitioner", "clinic.location",
            "clinic.package", "clinic.package.purchase", "clinic.patient.group", "account.move",
            "res.company",
        )  # fmt: skip
        for name in named:
            cls.records[name].name = f"Zyx {name}"
        cls.records["clinic.package.session"].purchase_id.name = "Zyx purchase"

    def get_assistants(self):
        return [
            model
            for name, model in self.env.items()
            if model._transient and name.startswith("clinic.")
        ]

    def get_pointers(self, model):
        """The relations of a window to records of others, with one that is hidden."""
        for name, field in model._fields.items():
            hidden = field.relational and self.records.get(field.comodel_name)
            if hidden and field.comodel_name not in HARMLESS and name not in MAGIC:
                yield field, hidden[:1]

    def get_doors(self, model, field, record):
        """Every way in which a value can get into the window, as a function that answers."""
        id_, name = record.id, field.name
        values = [id_] if field.type == "many2one" else self.get_commands(field, id_)
        for value in values:
            yield "create", lambda m, value=value: m.create({name: value}).read()
            yield "write", lambda m, value=value: self.make_empty(m).write({name: value})
            yield "onchange", lambda m, value=value: self.change(m, {name: value}, [name])
            yield "first onchange", lambda m, value=value: self.change(m, {name: value}, [])
            yield (
                "default",
                lambda m, value=value: m.with_context(**{f"default_{name}": value}).default_get(
                    [name]
                ),
            )
            yield (
                "default and onchange",
                lambda m, value=value: self.change(
                    m.with_context(**{f"default_{name}": value}), {}, []
                ),
            )
        if field.type == "many2one":
            yield "written as a form's value", lambda m: self.change(m, {name: {"id": id_}}, [name])

    def get_commands(self, field, id_):
        return [[Command.set([id_])], [Command.link(id_)]]

    def make_empty(self, model):
        """A window of the user's, as if stored before: no field is filled in."""
        self.env.cr.execute("SAVEPOINT empty_window")
        for field in model._fields.values():
            if field.store and field.required and field.column_type and field.name not in MAGIC:
                self.env.cr.execute(
                    f'ALTER TABLE "{model._table}" ALTER "{field.name}" DROP NOT NULL'
                )
        self.env.cr.execute(
            f'INSERT INTO "{model._table}" (create_uid) VALUES (%s) RETURNING id', [model.env.uid]
        )
        return model.browse(self.env.cr.fetchone()[0])

    def change(self, model, values, names):
        """What a form is told that shows all fields, and of a relation the name."""
        spec = {
            name: {"fields": {"display_name": {}}} if field.relational else {}
            for name, field in model._fields.items()
            if model._has_field_access(field, "read")
        }
        return model.onchange(values, names, spec)

    @contextmanager
    def undone(self):
        """What happens inside hasn't happened afterwards."""
        self.env.flush_all()
        self.env.cr.execute("SAVEPOINT door")
        try:
            yield
        finally:
            self.env.cr.execute("ROLLBACK TO SAVEPOINT door")
            self.env.invalidate_all()
            self.env.transaction.clear()

    def try_door(self, model, door):
        """The answer, whatever it is, or nothing when it is refused."""
        with self.undone(), mute_logger("odoo.sql_db"):
            try:
                return repr(door(model))
            except AccessError:
                return None
            except (UserError, ValueError, psycopg2.Error) as error:
                return repr(error)

    def get_passed(self, user):
        """The doors through which this user names a hidden record without being refused."""
        return [
            (model._name, field.name, door)
            for model in self.get_assistants()
            for field, record in self.get_pointers(model)
            for door, knock in self.get_doors(model, field, record)
            if self.try_door(model.with_user(user), knock) is not None
        ]

    def test_there_are_windows_to_open_and_records_to_name(self):
        pointed = {
            field.comodel_name
            for model in self.get_assistants()
            for field in model._fields.values()
            if field.relational and field.name not in MAGIC
        }
        windows = {model._name for model in self.get_assistants()}

        self.assertEqual(pointed - set(self.records) - HARMLESS - windows, set())
        self.assertIn("clinic.package.session.choose", windows)

    def test_every_window_asks_for_whom_its_records_are(self):
        unasked = [
            model._name
            for model in self.get_assistants()
            if not isinstance(model, self.env.registry["clinic.assistant"])
        ]

        self.assertEqual(unasked, [])

    def test_what_somebody_types_is_for_nobody_else(self):
        desk = self.user("test_desk_one", "Dee One", ROLE + "front_desk")
        other = self.user("test_desk_two", "Dee Two", ROLE + "front_desk")
        window = self.env["clinic.permission.step"].with_user(desk).create({
            "permission_id": self.records["clinic.permission"].id,
            "step": "end",
            "reason": "As she told me",
        })  # fmt: skip
        self.env.invalidate_all()

        self.assertEqual(window.read(["reason"])[0]["reason"], "As she told me")
        self.assertFalse(window.with_user(other).search([("id", "=", window.id)]))
        for door in (
            lambda theirs: theirs.read(["reason"]),
            lambda theirs: theirs.write({"reason": "Mine"}),
            lambda theirs: theirs.action_save(),
        ):
            with self.assertRaises(AccessError):
                door(window.with_user(other))

    def test_a_window_closes_when_its_records_are_out_of_reach(self):
        desk = self.user("test_desk_one", "Dee One", ROLE + "front_desk")
        window = self.env["clinic.package.session.choose"].with_user(desk).create({
            "appointment_id": self.records["clinic.appointment"].id,
        })  # fmt: skip
        self.env.invalidate_all()
        self.assertIn("Zyx", window.read(["patient_names"])[0]["patient_names"])
        desk.write({"company_id": self.neighbour.id, "company_ids": self.neighbour.ids})
        self.env.invalidate_all()

        for names in (["patient_names"], ["appointment_id"], ["line_ids"], []):
            with self.assertRaises(AccessError):
                window.with_user(desk).read(names)

    def test_who_is_not_there_and_who_is_hidden_are_refused_alike(self):
        model = self.env["clinic.permission.lookup"].with_user(self.theirs["front_desk"])
        answers = set()

        for id_ in (self.paula.id, NO_ID):
            with self.assertRaises(AccessError) as refusal:
                self.change(model, {"partner_id": id_}, ["partner_id"])
            answers.add(str(refusal.exception))

        self.assertEqual(len(answers), 1)

    def test_each_window_opens_with_what_its_user_sees(self):
        manager = self.user("test_own_manager", "Mo Manager", ROLE + "manager")

        refused = [
            (model._name, field.name, door)
            for model in self.get_assistants()
            for field, record in self.get_pointers(model)
            for door, knock in self.get_doors(model, field, record)
            if "onchange" in door and self.try_door(model.with_user(manager), knock) is None
        ]

        self.assertEqual(refused, [])

    def test_no_door_of_a_window_takes_what_is_hidden(self):
        passed = {role: self.get_passed(user) for role, user in self.openers.items()}

        self.maxDiff = None
        self.assertEqual(passed, {role: [] for role in self.openers})

    def get_pointing(self, record):
        """What a list or a form tells the window it opens about what was chosen in it."""
        return {
            "active_model": record._name,
            "active_id": record.id,
            "active_ids": record.ids,
            "search_default_id": record.id,
        }

    def test_no_window_tells_of_what_was_chosen_before_it(self):
        told = [
            (role, model._name, record)
            for role, user in self.openers.items()
            for model in self.get_assistants()
            if model.with_user(user).has_access("create")
            for record in self.records.values()
            if "Zyx"
            in (
                self.try_door(
                    model.with_user(user).with_context(**self.get_pointing(record[:1])),
                    lambda window: (
                        window.default_get(list(window._fields)),
                        self.change(window, {}, []),
                    ),
                )
                or ""
            )
        ]

        self.assertEqual(told, [])

    def get_windows_of_odoo(self):
        """Odoo's windows that this addon adds to, pointed at an invoice and its payment."""
        move = self.records["account.move"]
        return [
            ("account.move.reversal", {"move_ids": [Command.set(move.ids)]}, "clinic_package_note"),
            ("account.move.send.wizard", {"move_id": move.id}, "clinic_proposed_ids"),
            (
                "mail.compose.message",
                {
                    "model": "account.payment",
                    "res_ids": str(self.payment.ids),
                    "composition_mode": "comment",
                    "template_id": self.env.ref("account.mail_template_data_payment_receipt").id,
                },
                "clinic_proposed_ids",
            ),
        ]

    def read_windows_of_odoo(self, user):
        """What this addon adds to each window, as the form would be told it."""
        return [
            self.try_door(
                self.env[name].with_user(user),
                lambda m, values=values, added=added: m.onchange(
                    values, [*values], {name: {} for name in [added, *values]}
                ),
            )
            or ""
            for name, values, added in self.get_windows_of_odoo()
        ]

    def test_what_is_added_to_odoos_windows_tells_nothing_hidden(self):
        invoice = self.records["account.move"]
        invoice.action_post()
        self.pay(invoice)
        self.payment = self.env["account.payment"].search([("partner_id", "=", self.paula.id)])
        found = f"'id': {self.grantee_of_receipts().id}}}"
        billing = self.user("test_own_billing", "Bo Billing", ROLE + "billing")

        theirs = {role: self.read_windows_of_odoo(user) for role, user in self.openers.items()}
        ours = self.read_windows_of_odoo(billing)

        self.assertIn("1 used", ours[0])
        self.assertIn(found, ours[1])
        self.assertIn(found, ours[2])
        for answers in theirs.values():
            for answer in answers:
                self.assertNotIn("1 used", answer)
                self.assertNotIn(found, answer)

    def grantee_of_receipts(self):
        """A relative who gets copies of Paula's receipts, and can be reached."""
        relative = self.actors["only receipts"].user.partner_id
        relative.email = "zyx.receipts@example.com"
        return relative
