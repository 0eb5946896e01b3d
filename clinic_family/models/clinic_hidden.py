from odoo import models
from odoo.exceptions import MissingError


class ClinicHidden(models.AbstractModel):
    """What a person may not see does not exist for them.

    Patients and relatives get one and the same answer for a record that is hidden from them and
    for none at all. Staff get Odoo's own, which says more.
    """

    _name = "clinic.hidden"
    _description = "Hidden Records Answer Like Missing Ones"

    def read(self, fields=None, load="_classic_read"):
        """Reads what is there; Odoo leaves missing records out, and so are the hidden ones."""
        seen = self if self._says_why() else self.browse(self._search([("id", "in", self.ids)]))
        return super(ClinicHidden, self & seen).read(fields, load)

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
