from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..family.res_partner import FRONT_DESK, STAFF
from .survey_survey import FORM


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
                    form=request_sudo._name_to_do()[0],
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

    def _set_confidential(self, is_confidential):
        """What was begun for it ends: guardians would sign it. What was entered stays with the
        patient."""
        changed_sudo = super()._set_confidential(is_confidential)
        hidden_sudo = changed_sudo.filtered("is_confidential")
        if hidden_sudo:
            self.env["clinic.form.request"].sudo().search([
                ("participant_id", "in", hidden_sudo.participant_ids.ids),
                ("state", "in", ("begun", "signing")),
            ]).state = "abandoned"  # fmt: skip
        return changed_sudo

    def _ask_for_form(self, participants, survey_id):
        """The front desk asks these participants for a form, and whoever may fill it in is told.

        What they were asked for already is asked with this visit. Who is there is asked until the
        visit is over. Gives what is asked for now, with full rights.
        """
        self.check_access("read")
        if not self.env.user.has_group(FRONT_DESK):
            raise AccessError(self.env._("The front desk asks for forms."))
        # The form is chosen by its number, and nobody at the front desk reads surveys.
        survey_sudo = self.env["survey.survey"].sudo().search([
            ("id", "=", survey_id), ("survey_type", "=", FORM),
        ])  # fmt: skip
        participants_sudo = participants.sudo() & self.sudo().participant_ids
        asked_sudo = self.env["clinic.form.request"].sudo()
        for participant_sudo in participants_sudo:
            is_over = self.stop <= fields.Datetime.now()
            if participant_sudo.is_confidential:
                raise UserError(self.env._(
                    "A form that is asked for is found by those who fill in forms for the "
                    "patient, and this visit is confidential. Please use a form on paper."
                ))  # fmt: skip
            if not survey_sudo or is_over or not participant_sudo._get_truth():
                raise UserError(self.env._("Only who comes to a visit ahead is asked for a form."))
            asked_sudo |= asked_sudo._ask_by_hand(participant_sudo, survey_sudo)
        return asked_sudo

    def action_ask_for_form(self):
        """Opens the window in which the front desk asks for a form that the service doesn't."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_form_ask_action"
        )
        return {**action, "context": {"default_appointment_id": self.id}}

    def action_view_forms(self):
        """The forms of those who come, as far as the reader sees them."""
        self.ensure_one()
        self.check_access("read")
        return self.participant_ids.partner_id.action_view_forms()
