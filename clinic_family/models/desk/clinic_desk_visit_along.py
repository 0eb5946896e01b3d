from odoo import api, models
from odoo.exceptions import UserError

from ..appointment.clinic_appointment import EXPECTED
from ..family.res_partner import FRONT_DESK


class ClinicDeskVisit(models.AbstractModel):
    """Who comes along with the patients of a visit, at the desk."""

    _inherit = "clinic.desk.visit"

    @api.model
    def _show_along(self, participant):
        """Who comes along, and among whom the front desk may choose while the patient is expected.

        Those who come along already, relatives, and who may act for the patient.
        """
        along_sudo = participant.sudo().along_id
        shown = {"along": along_sudo.name or "", "along_id": along_sudo.id, "adults": []}
        is_open = participant.state in EXPECTED and not participant.sudo().is_confidential
        if not is_open or not self.env.user.has_group(FRONT_DESK):
            return shown
        adults = self._get_adults_for(participant)
        return {**shown, "adults": [{"id": one.id, "name": one.name} for one in adults]}

    @api.model
    def _get_adults_for(self, participant):
        patient = participant.partner_id
        pairs = self.env["clinic.family.panel"]._search_pairs(patient)
        acting = self.env["clinic.authority"].search_fetch(
            [("person_id", "=", patient.id), ("kind", "=", "book")], ["actor_id"]
        )
        near = acting.actor_id.union(*pairs)._filtered_access("read") - patient
        family = self.env["clinic.family"].with_company(participant.appointment_id.company_id)
        adults = near.filtered(lambda one: one.active and family._is_adult(one)).sorted("name")
        return adults | participant.along_id._filtered_access("read")

    @api.model
    def change_along(self, visit_id, person_id, along_id):
        """Somebody else comes along with one of those who come; or nobody does."""
        self._verify_front_desk()
        visit = self._browse(visit_id)
        one = self._get_coming(visit).filtered(lambda one: one.partner_id.id == person_id)
        adults = self._get_adults_for(one) if one else one.partner_id
        along = adults.filtered(lambda adult: adult.id == along_id)
        if not one or (along_id and not along):
            raise UserError(self.env._("Please choose who comes along."))
        one.along_id = along
