from odoo import api, models

from ...engine.statement import read_period


class ResPartner(models.Model):
    """One's own statement of account, on one's own page and nowhere else."""

    _inherit = "res.partner"

    @api.model
    def _get_own_statement(self, date_from="", date_to=""):
        """The reader's own statement and its media type, over this period or the year so far."""
        first, last = self._get_own_statement_period(date_from, date_to)
        reader = self.env.user.partner_id
        # The paper is rendered with full rights: it's about the reader and nobody else.
        maker_sudo = self.env["report.clinic_family.report_statement"].sudo()
        statement = maker_sudo._make(reader, self.env.company, first, last)
        return maker_sudo._render_for_browser(statement)

    @api.model
    def _get_own_statement_period(self, date_from="", date_to=""):
        return read_period(date_from, date_to, self.env.company._get_clinic_today())
