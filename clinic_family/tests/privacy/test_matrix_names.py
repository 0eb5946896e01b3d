"""No name, and nothing else that is computed, is made with more rights than its reader has."""

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import ClinicHttpCase
from ..matrix_common import PUBLIC, MatrixFamily, MatrixRecords

# What the clinic offers: whoever has a visit may know of what and where it is. All other models
# are about people.
OFFERED = {
    "clinic.form", "clinic.location", "clinic.package", "clinic.package.line",
    "clinic.practitioner", "clinic.relationship.type", "clinic.schedule", "clinic.service",
}  # fmt: skip
LOGGERS = ("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")


@tagged("post_install", "-at_install", "timeless")
class TestNamesMatrix(MatrixRecords, MatrixFamily, ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        cls.build_matrix()
        cls.build_users("employee")
        cls.add_actor("employee").group_ids = cls.env.ref("base.group_user")
        cls.build_records()
        cls.people = {name: one for name, one in cls.records.items() if name != "res.partner"}
        cls.about_people = set(cls.people) - OFFERED
        # Those without a name are called after their model and their number.
        cls.names = {
            name: record.display_name
            for name, record in cls.people.items()
            if not record.display_name.startswith(name)
        }

    def get_hidden(self, actor):
        """The records that this actor may not read."""
        self.env.invalidate_all()
        return {
            name: record
            for name, record in self.people.items()
            if not record.with_user(actor.user).has_access("read")
        }

    def try_to(self, action, *arguments):
        """What it answers, and nothing where it refuses."""
        self.env.invalidate_all()
        try:
            return action(*arguments)
        except UserError:
            return None

    # Odoo's doors that ask a record for its name, without asking whether it may be read

    def ask(self, route, **parameters):
        return self.url_open(route, json={"jsonrpc": "2.0", "params": parameters}).text

    def preview(self, record):
        url = f"{self.base_url()}/odoo/{record._name}/{record.id}"
        return self.ask("/html_editor/link_preview_internal", preview_url=url)

    def breadcrumb(self, record):
        actions = [{"model": record._name, "resId": record.id}]
        return self.ask("/web/action/load_breadcrumbs", actions=actions)

    def login(self, actor):
        self.authenticate(actor.user.login, actor.user.login)

    @mute_logger(*LOGGERS)
    def test_no_door_names_what_its_reader_may_not_see(self):
        named = []
        for who, actor in self.actors.items() - {PUBLIC: self.actors[PUBLIC]}.items():
            self.login(actor)
            named += [
                (who, name, door.__name__)
                for name, record in self.get_hidden(actor).items()
                for door in (self.preview, self.breadcrumb)
                if name in self.names and self.names[name] in door(record)
            ]

        self.assertEqual(named, [])

    def test_the_doors_name_what_one_may_see(self):
        self.login(self.actors["only calendar"])

        for name in ("clinic.permission", "clinic.relationship"):
            record = self.people[name]
            self.assertIn("Paula Person", self.preview(record))
            self.assertIn("Paula Person", self.breadcrumb(record))

    # What is computed when it is asked for

    @mute_logger(*LOGGERS)
    def test_nothing_is_computed_of_what_one_may_not_see(self):
        computed = [
            (who, name, field.name)
            for who, actor in self.actors.items()
            for name, record in self.get_hidden(actor).items()
            if name in self.about_people
            for field in record._fields.values()
            if field.compute and not field.store
            if self.try_to(lambda one, key: one[key], record.with_user(actor.user), field.name)
        ]

        self.assertEqual(computed, [])

    def test_nobody_finds_or_reads_it_by_its_name(self):
        found = [
            (who, name)
            for who, actor in self.actors.items()
            for name, record in self.get_hidden(actor).items()
            for mine in [record.with_user(actor.user)]
            if self.try_to(mine.name_search, "", [("id", "=", record.id)])
            or record.id in dict(self.try_to(mine.name_search, self.names.get(name, name)) or ())
            or self.try_to(mine.read, ["display_name"])
            or self.try_to(mine.web_read, {"display_name": {}})
        ]

        self.assertEqual(found, [])

    # What points there

    def get_pointers(self):
        """The fields of all models that point to a record about somebody."""
        return [
            field
            for model in self.env.values()
            if not (model._abstract or model._transient)
            for field in model._fields.values()
            if field.type in ("many2one", "many2many", "one2many")
            and field.comodel_name in self.about_people
        ]

    def read_names(self, user, field):
        """The ids and names that this user reads in a field of whatever they find."""
        found = self.env[field.model_name].with_user(user).search([], limit=200)
        specification = {field.name: {"fields": {"display_name": {}}}}
        values = [row[field.name] for row in found.web_read(specification)]
        if field.type == "many2one":
            values += [
                {"id": value[0], "display_name": value[1]}
                for row in found.read([field.name])
                if (value := row[field.name])
            ]
            return [value for value in values if value]
        return [one for value in values for one in value if "display_name" in one]

    def get_leaks(self, actor, field):
        names = self.try_to(self.read_names, actor.user, field) or []
        target = self.env[field.comodel_name].with_user(actor.user)
        self.env.invalidate_all()
        return [
            (str(field), one["display_name"])
            for one in names
            if one["display_name"] != self.env["ir.model"]._get(field.comodel_name).name
            and not target.browse(one["id"]).has_access("read")
        ]

    @mute_logger(*LOGGERS)
    def test_what_points_to_it_does_not_name_it(self):
        pointers = self.get_pointers()
        self.assertGreater(len(pointers), 30)

        leaks = {
            who: found
            for who, actor in self.actors.items()
            if (found := {leak for field in pointers for leak in self.get_leaks(actor, field)})
        }

        self.assertEqual(leaks, {})

    def test_every_model_about_people_asks_who_reads(self):
        hidden = self.env.registry["clinic.hidden.mixin"]

        asking = {name for name, one in self.people.items() if isinstance(one, hidden)}

        self.assertEqual(asking, self.about_people)
