from odoo import api, fields, models

from ..family.res_partner import STAFF


class ClinicAppointment(models.Model):
    """Which forms are asked for with a visit, and which of them are missing."""

    _inherit = "clinic.appointment"

    missing_forms = fields.Char(compute="_compute_missing_forms", groups=STAFF)

    @api.depends("service_id", "participant_ids.state")
    def _compute_missing_forms(self):
        missing = self.env["clinic.form.request"]._find_missing(self._origin)
        for visit in self:
            visit.missing_forms = ", ".join(
                self.env._(
                    "%(form)s (%(patient)s)",
                    form=request_sudo.title,
                    patient=request_sudo.patient_id.name,
                )
                for request_sudo in missing.get(visit._origin.id, ())
            )

    def _after_change(self, old):
        result = super()._after_change(old)
        # What is only held asks nobody for anything.
        known = self.filtered(lambda visit: old[visit.id] or visit.sudo().state != "held")
        requests = self.env["clinic.form.request"]
        requests._follow(known)
        if any(old[one.id] and old[one.id]["coming"] - one.participant_ids for one in self.sudo()):
            requests._drop_orphans()
        return result

    def action_view_forms(self):
        """The forms of those who come, as far as the reader sees them."""
        self.ensure_one()
        self.check_access("read")
        return self.participant_ids.partner_id.action_view_forms()
