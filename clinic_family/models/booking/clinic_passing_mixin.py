from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Datetime, Domain

FORGOTTEN_AT_ONCE = 1000


class ClinicPassingMixin(models.AbstractModel):
    """What nobody needs after a while: it is deleted once it is older than its clinic keeps it.

    Odoo's daily tidying up does it, in steps. Visits, what was paid, sessions, permissions and
    what the desk did have no such end.
    """

    _name = "clinic.passing.mixin"
    _description = "What Is Kept for Some Months"

    @api.autovacuum
    def _gc_passed(self):
        if self._abstract:
            return None
        passed = self.search(self._get_passed(), limit=FORGOTTEN_AT_ONCE)
        passed._forget()
        return len(passed), len(passed) == FORGOTTEN_AT_ONCE

    @api.model
    def _get_passed(self):
        """The domain of what is over and old enough."""
        return Domain.FALSE

    def _forget(self):
        self.unlink()

    @api.model
    def _get_older(self, since, company="company_id"):
        """The domain of what its company no longer keeps; nothing where it keeps all.

        `since` names the field from which the months count, `company` that of the company.
        """
        now = Datetime.now()
        return Domain.OR(
            Domain(company, "=", keeping.id)
            & Domain(since, "<", now - relativedelta(months=keeping.clinic_keep_months))
            for keeping in self.env["res.company"].search([("clinic_keep_months", ">", 0)])
        )
