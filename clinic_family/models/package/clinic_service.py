from odoo import api, models
from odoo.exceptions import ValidationError


class ClinicService(models.Model):
    """A session pays the fee it was reserved for: the visit's, or one participant's."""

    _inherit = "clinic.service"

    @api.constrains("fee_per")
    def _check_sessions_still_fit(self):
        for service in self:
            sessions_sudo = self.env["clinic.package.session"].sudo().search([
                ("appointment_id.service_id", "=", service.id),
                ("appointment_id.state", "in", ("held", "booked", "arrived")),
                ("participant_id", "=" if service.fee_per == "participant" else "!=", False),
            ], limit=1)  # fmt: skip
            if sessions_sudo:
                raise ValidationError(self.env._(
                    "Visits of %s are paid with package sessions, each for the fee as it is now. "
                    "Please make another service, or wait until these visits are over.",
                    service.name,
                ))  # fmt: skip
