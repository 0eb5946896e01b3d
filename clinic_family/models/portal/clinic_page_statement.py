from odoo import api, models

from ...engine.addresses import with_query


class ClinicPageStatement(models.AbstractModel):
    """The page of the reader's own statement of account; the paper is one tap away."""

    _name = "clinic.page.statement"
    _inherit = "clinic.page"
    _description = "Statement Page"

    @api.model
    def _get_statement(self, date_from="", date_to=""):
        """What was invoiced and paid over this period, or the year so far, and what is left."""
        partners = self.env["res.partner"]
        first, last = partners._get_own_statement_period(date_from, date_to)
        statement = partners._make_own_statement(first, last, self.env.lang)
        period = {"from": str(first), "to": str(last)}
        return {
            "statement": statement,
            "statement_from": first,
            "statement_to": last,
            "paper_url": with_query("/my/statement", **period, paper="1"),
        }
