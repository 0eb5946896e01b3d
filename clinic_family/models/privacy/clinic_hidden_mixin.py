from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import MissingError


class ClinicHiddenMixin(models.AbstractModel):
    """What a person may not see does not exist for them.

    Patients and relatives get one and the same answer for a record that is hidden from them and
    for none at all. Staff get Odoo's own, which says more.

    No name, and nothing else that is computed when it is asked for, is made of a record for
    somebody who may not read it: some of Odoo's doors ask for a name without asking first whether
    the record may be read, and Odoo reads with full rights the name of what a record points to.
    """

    _name = "clinic.hidden.mixin"
    _description = "Hidden Records Answer Like Missing Ones"

    def read(self, fields=None, load="_classic_read"):
        """Reads what is there; Odoo leaves missing records out, and so are the hidden ones."""
        seen = self if self._says_why() else self.browse(self._search([("id", "in", self.ids)]))
        return super(ClinicHiddenMixin, self & seen).read(fields, load)

    @api.depends_context("uid")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _compute_field_value(self, field):
        """Asks who reads, who is the same whatever rights the code has just now."""
        if field.store or self.env.uid == SUPERUSER_ID:
            return super()._compute_field_value(field)
        if field.name == "display_name":
            return super(ClinicHiddenMixin, self - self._name_hidden())._compute_field_value(field)
        if not self.env.su:
            self._origin.check_access("read")
        return super()._compute_field_value(field)

    def _filter_nameable(self):
        """Those whose names the reader may know."""
        return self._filtered_access("read")

    def _name_hidden(self):
        """Gives what points nowhere for the reader the name of its model; answers with that."""
        hidden = self & (self._origin - self._origin.sudo(False)._filter_nameable())
        if hidden:
            hidden.check_access("read")
        hidden.display_name = self.env["ir.model"]._get(self._name).name
        return hidden

    def _has_field_access(self, field, operation):
        """What is computed with full rights is there for those alone who may read the record."""
        made_with_full_rights = field.compute and field.compute_sudo and not field.store
        if made_with_full_rights and self._origin and operation == "read" and not self.env.su:
            self._origin.check_access("read")
        return super()._has_field_access(field, operation)

    def _says_why(self):
        """Whether the reader is told that a record is there, but not for them."""
        return self.env.su or self.env.user.has_group(
            "clinic_family.clinic_family_group_practitioner"
        )

    def _make_missing_error(self):
        """Odoo's own words for a record that isn't there."""
        return MissingError(
            "\n".join(
                [
                    self.env._("Record does not exist or has been deleted."),
                    self.env._(
                        "(Record: %(record)s, User: %(user)s)", record=self, user=self.env.uid
                    ),
                ]
            )
        )
