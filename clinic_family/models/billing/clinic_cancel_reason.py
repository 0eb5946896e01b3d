from odoo import fields, models

from ..appointment.clinic_appointment import EXPECTED
from .clinic_appointment_charge import MISSED_AS


class ClinicCancelReason(models.Model):
    """Whether patients pay a fee when they miss a visit for this reason."""

    _inherit = "clinic.cancel.reason"

    is_clinics = fields.Boolean(
        string="On the Clinic's Side",
        help="What the clinic itself calls off costs the patients no fee.",
    )

    def _call_off(self, visits, target):
        expected = visits.filtered(lambda visit: visit.state in EXPECTED)
        coming = {visit: visit._get_coming() for visit in expected}
        with visits._changing():
            if target == "noshow":
                # What not coming costs is what the service says now, whatever it says later.
                for visit_sudo in expected.sudo():
                    fee = visit_sudo.service_id._get_missed_fee("noshow")
                    visit_sudo.noshow_costs = bool(fee)
            result = super()._call_off(visits, target)
            for visit in expected if not self.is_clinics else ():
                visit._charge(MISSED_AS[target], coming[visit])
        return result
