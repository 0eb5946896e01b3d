from odoo import api, models
from odoo.api import NewId
from odoo.exceptions import AccessError
from odoo.fields import Domain

PEOPLE = ("res.partner", "res.users")


class Base(models.AbstractModel):
    """Nobody points a form at a person, or the clinic's fields at a record, they may not see.

    Odoo reads with full rights the name of what a record points to, and what related and computed
    fields show of it, even for a form that was never stored: whoever may make any record at all
    could ask for each person by number. What a record points to already may stay. What Odoo's own
    fields store is up to Odoo, but for windows, which tell what they are about, and for people of
    the clinic.
    """

    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._verify_stored(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._verify_stored([vals])
        return super().write(vals)

    @api.model
    def default_get(self, fields):
        """Defaults that come with the request are asked about as what is typed."""
        defaults = super().default_get(fields)
        context = self.env.context
        self._verify_pointed({n: v for n, v in defaults.items() if f"default_{n}" in context})
        return defaults

    def onchange(self, values, field_names, fields_spec):
        self._verify_pointed(values)
        self._verify_pointed_within(values)
        return super().onchange(values, field_names, fields_spec)

    def _read_rows(self, name):
        """The rows of a one2many, read together with what is in them: by itself Odoo asks twice.

        What it asks for, and with whose rights, is the same; what is known already stays.
        """
        field = self._fields[name]
        missing = self.browse(field._cache_missing_ids(self))
        if any(missing._ids):
            rows = self.env[field.comodel_name].with_context(active_test=False, **field.context)
            domain = field.get_comodel_domain(self) & Domain(field.inverse_name, "in", missing.ids)
            missing._know_rows(name, rows.search_fetch(domain))
        return self[name]

    def _know_rows(self, name, rows):
        """All there is in this one2many has been read: these, and nobody asks again."""
        field = self._fields[name]
        ids_of = {record_id: [] for record_id in self._ids}
        for row in rows:
            ids_of[row[field.inverse_name].id].append(row.id)
        field._insert_cache(self, map(tuple, ids_of.values()))

    def _read_with(self, group):
        """All that Odoo reads of these anyhow, together with a group of fields it reads alone."""
        self.fetch([
            field.name
            for field in self._fields.values()
            if field.prefetch in (True, group) and self._has_field_access(field, "read")
        ])  # fmt: skip

    @api.model
    def _search_known(self, domain, order=None, **options):
        """What the reader finds, all of it read at once: what Odoo reads later, with full rights.

        By itself it would read twice, first what the reader may and then the rest.
        """
        found_sudo = self.sudo()
        fields = found_sudo._determine_fields_to_fetch()
        query = self._search(domain, order=order or self._order, **options)
        return found_sudo._fetch_query(query, fields).with_env(self.env)

    def _is_asked_about(self, name):
        """Whether what this field stores is asked about: what is ours, and all of a window."""
        field = self._fields.get(name)
        return field and (self._transient or "clinic_family" in field._modules)

    def _verify_stored(self, vals_list):
        for values in vals_list:
            self._verify_pointed({n: v for n, v in values.items() if self._is_asked_about(n)})
        for people in self._get_people_named(vals_list):
            if people._find_hidden():
                raise AccessError(self.env._(
                    "This names somebody who isn't there, or whom you may not see."
                ))  # fmt: skip

    def _get_people_named(self, vals_list):
        """Others whom Odoo's own fields would newly point at, by model."""
        ids = {model: set() for model in PEOPLE}
        for values in vals_list:
            for name, value in values.items():
                field = self._fields.get(name)
                if not (value and field and field.type == "many2one"):
                    continue
                if field.comodel_name in ids and not self._is_asked_about(name):
                    person = self.env[field.comodel_name].browse(read_id(value))
                    if not self._points_to(field, person):
                        ids[person._name].update(person.ids)
        ids["res.partner"].discard(self.env.user.partner_id.id)
        ids["res.users"].discard(self.env.uid)
        return [self.env[model].browse(found) for model, found in ids.items() if found]

    def _find_hidden(self):
        """Those of these people who aren't there, or are of the clinic and hidden from the user."""
        there = self.exists()
        hidden = there - there._filtered_access("read")
        return (self - there) | hidden.filtered(lambda one: one._is_of_clinic())

    def _verify_pointed(self, values):
        """Refuses values that point at what the user may not see, unless they did before."""
        if self.env.su:
            return
        for name, value in values.items():
            field = self._fields.get(name)
            pointed = field and value and self._get_named(field, value, values)
            if pointed and not (self._points_to(field, pointed) or self._may_name(pointed)):
                raise AccessError(self.env._(
                    "“%(field)s” is somebody or something that isn't there, or that you may not "
                    "see.",
                    field=field._description_string(self.env),
                ))  # fmt: skip

    def _verify_pointed_within(self, values):
        """The same of the rows in a form; stored, each of them is asked about by itself."""
        if self.env.su:
            return
        for name, value in values.items():
            field = self._fields.get(name)
            if not (field and field.type in ("one2many", "many2many")):
                continue
            for command in value or ():
                if isinstance(command, (list, tuple)) and command[0] in (0, 1):
                    row = self.env[field.comodel_name].browse(command[1] if command[0] else ())
                    row._verify_pointed(command[2])
                    row._verify_pointed_within(command[2])

    def _get_named(self, field, value, values):
        """What this value points at, if that is asked about."""
        if field.type == "many2one":
            is_asked = self._is_asked_about(field.name) or field.comodel_name in PEOPLE
            model = field.comodel_name if is_asked else ""
        elif field.type == "many2one_reference":
            model = self._get_pointed_model(field, values)
        elif field.type == "reference":
            model, _comma, value = str(value).partition(",")
        else:
            return None
        return model in (*PEOPLE, field.comodel_name) and self.env[model].browse(read_id(value))

    def _get_pointed_model(self, field, values):
        """What the number beside it is of, which may follow from other values."""
        simple = {n: v for n, v in values.items() if not isinstance(v, (list, tuple))}
        return self.new(simple, origin=self[:1])[field.model_field]

    def _points_to(self, field, pointed):
        records_sudo = self._origin.sudo()
        return bool(records_sudo) and field.type == "many2one" and all(
            record[field.name].id == pointed.id for record in records_sudo
        )  # fmt: skip

    def _may_name(self, pointed):
        if pointed in (self.env.user, self.env.user.partner_id):
            return True
        return bool(pointed.exists()._filtered_access("read"))


def read_id(value):
    """The number in whatever form Odoo takes it; none where it is no number."""
    if isinstance(value, dict):
        value = value.get("id")
    if isinstance(value, (list, tuple)):
        value = value[0] if value else False
    if isinstance(value, models.BaseModel):
        value = value.id
    if isinstance(value, NewId):
        value = value.origin
    return int(value) if str(value).isdigit() else False
