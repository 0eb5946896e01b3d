from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class ClinicAssistant(models.AbstractModel):
    """A window about records is for those who may see each of them, and for its own user.

    Asked at every door before anything is computed: related fields and verbs read what a window
    names with full rights. What isn't there and what is hidden get one and the same answer.
    """

    _name = "clinic.assistant"
    _description = "Assistant of the Staff"

    @api.model_create_multi
    def create(self, vals_list):
        for values in vals_list:
            self._verify_values(values)
        return super().create(vals_list)

    def write(self, vals):
        self._verify_values(vals)
        return super().write(vals)

    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        self._verify_values(defaults)
        return defaults

    def onchange(self, values, field_names, fields_spec):
        self._verify_values(values)
        return super().onchange(values, field_names, fields_spec)

    def _search(self, domain, *args, bypass_access=False, **kwargs):
        """Finds the windows of the reader alone: what somebody types is for nobody else."""
        if not (self.env.su or bypass_access):
            domain = Domain(domain) & Domain("create_uid", "=", self.env.uid)
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        refused = super()._check_access(operation)
        if refused or self.env.su:
            return refused
        forbidden = self._origin.filtered(lambda window: not window._is_readable())
        return (forbidden, self._make_window_error) if forbidden else None

    def _fetch_query(self, query, fields):
        """Shows a window anew only while its user may still see what it is about."""
        fetched = super()._fetch_query(query, fields)
        fetched.check_access("read")
        return fetched

    def _is_readable(self):
        """Whether it is the reader's own, and about what the reader may see."""
        window_sudo = self.sudo()
        return window_sudo.create_uid.id == self.env.uid and all(
            self._sees(window_sudo[name].sudo(False))
            for name, field in self._fields.items()
            if field.type == "many2one" and field.store
        )

    @api.model
    def _verify_values(self, values):
        """Refuses values that name what the user may not see, in whatever form they name it."""
        if self.env.su:
            return
        self.browse().check_access("create")
        window = self.new(
            {
                name: value
                for name, value in values.items()
                if name in self._fields and self._fields[name].relational
            }
        )
        self._verify_named(window, (window,))

    def _verify_named(self, record, done):
        """What was named with a new record, and with the new records in it."""
        for name in self._get_given(record):
            pointed = record[name]
            if not self._sees(pointed):
                raise self._make_window_error()
            for new in pointed:
                if not new.id and new not in done:
                    self._verify_named(new, (*done, new))

    def _get_given(self, record):
        """The relations of a new record that have a value: nothing is computed to ask."""
        return [
            name
            for name, field in record._fields.items()
            if field.relational and name in record._cache
        ]

    def _sees(self, pointed):
        """Whether all of these are there and the user may read them."""
        records = pointed._origin
        seen = records.exists()._filtered_access("read")
        if pointed._name == "res.company":
            seen &= self.env.companies
        return seen == records

    def _make_window_error(self):
        return AccessError(self.env._(
            "This window is about something that isn't there, or that you may not see."
        ))  # fmt: skip
