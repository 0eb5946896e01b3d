from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ClinicLocation(models.Model):
    """What appointments say of their place stays true: their hour, whose they are, that it is."""

    _inherit = "clinic.location"

    def write(self, vals):
        """A zone says what the hours of appointments are, and a company whose they are."""
        self._verify_zone_stays(vals.get("tz"))
        self._verify_company_stays(vals.get("company_id"))
        if "active" in vals and not vals["active"]:
            self.env["clinic.ground"]._verify_none_ahead("location_id", self)
        return super().write(vals)

    def _verify_zone_stays(self, tz):
        moving = self.filtered(lambda location: tz and location.tz != tz)
        appointments = moving._find_appointments(
            self.env["clinic.appointment"]._get_domain_of_ahead()
        )
        if appointments:
            raise UserError(self.env._(
                "In another time zone these appointments would be at another hour. "
                "Please move or cancel them first:\n%(appointments)s",
                appointments=self.env["clinic.ground"]._list(appointments),
            ))  # fmt: skip

    def _verify_company_stays(self, company_id):
        leaving = self.filtered(
            lambda location: company_id and location.company_id.id != company_id
        )
        appointments = leaving._find_appointments(Domain.TRUE)
        if appointments:
            raise UserError(self.env._(
                "The company can't be changed, because these appointments, past ones too, would "
                "go with it. Please make a new location for the other company.\n%(appointments)s",
                appointments=self.env["clinic.ground"]._list(appointments),
            ))  # fmt: skip

    def _find_appointments(self, domain):
        """The appointments here, whosever they are: what binds a place need not be seen."""
        here = Domain("location_id", "in", self.ids)
        return self.env["clinic.appointment"].sudo().search(here & domain, order="start, id")
