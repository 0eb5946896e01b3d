from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..family.res_partner import MANAGER


class ClinicAppointment(models.Model):
    """Who may be named as payer at the front desk: nobody below the clinic's age.

    A manager may insist, and says why. What is held online is judged there.
    """

    _inherit = "clinic.appointment"

    payer_reason = fields.Char(
        string="Why a Child Pays",
        copy=False,
        groups=MANAGER,
        help="Nobody below the clinic's age pays, unless a manager says here why.",
    )
    payer_reason_by_id = fields.Many2one(
        "res.users", string="Decided By", copy=False, readonly=True, groups=MANAGER
    )

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        visits.sudo().filtered("payer_reason")._note_decider()
        return visits

    def write(self, vals):
        result = super().write(vals)
        if "payer_reason" in vals:
            # Who wrote the reason is nobody's to write by hand.
            self.sudo()._note_decider()
        return result

    def _note_decider(self):
        for visit in self:
            visit.payer_reason_by_id = visit.payer_reason and self.env.uid

    @api.constrains("payer_id", "payer_reason")
    def _check_payer_age(self):
        # Everybody is bound by what only managers may read and write.
        for visit_sudo in self.sudo().filtered(lambda v: v.state != "held" and not v.payer_reason):
            family = self.env["clinic.family"].with_company(visit_sudo.company_id)
            decision = family._decide_paying(visit_sudo.payer_id)
            if not decision:
                raise ValidationError(self.env._(
                    "%(why)s If it has to be so, a manager can note the reason on the visit.",
                    why=family._explain_not_paying(decision, visit_sudo.payer_id),
                ))  # fmt: skip
