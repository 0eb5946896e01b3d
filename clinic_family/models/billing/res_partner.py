from odoo import api, fields, models

from ...engine.statement import read_period
from ..family.res_partner import FRONT_DESK


class ResPartner(models.Model):
    """One's own statement of account, on one's own page and nowhere else; whom fees are spared."""

    _inherit = "res.partner"

    clinic_pays_no_fees = fields.Boolean(
        string="No Late or No-Show Fees",
        copy=False,
        groups=FRONT_DESK,
        help="Neither as patient nor as payer: a late cancellation or a no-show costs nothing. "
        "Nobody but the front desk knows.",
    )
    clinic_payer_share_ids = fields.One2many(
        "clinic.payer.share",
        "patient_id",
        string="Other Payers",
        readonly=True,
        groups="clinic_family.clinic_family_group_billing",
        help="Who pays a share of this patient's visits. Neither patient nor payers see it.",
    )

    @api.model
    def _get_own_statement(self, date_from="", date_to=""):
        """The reader's own statement and its media type, over this period or the year so far."""
        first, last = self._get_own_statement_period(date_from, date_to)
        # The paper is rendered with full rights: it's about the reader and nobody else.
        maker_sudo = self.env["report.clinic_family.report_statement"].sudo()
        return maker_sudo._render_for_browser(self._make_own_statement(first, last))

    @api.model
    def _make_own_statement(self, first, last, lang=None):
        """The reader's own statement, made with full rights: it's about them and nobody else."""
        maker_sudo = self.env["report.clinic_family.report_statement"].sudo()
        return maker_sudo._make(self.env.user.partner_id, self.env.company, first, last, lang)

    @api.model
    def _get_own_statement_period(self, date_from="", date_to=""):
        return read_period(date_from, date_to, self.env.company._get_clinic_today())
