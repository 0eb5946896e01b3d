from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..family.res_partner import FRONT_DESK, STAFF
from .survey_survey import FORM


class ClinicFormRequest(models.Model):
    """What Odoo's pages of a survey ask on each page, and what the staff do about a request."""

    _inherit = "clinic.form.request"

    @api.model
    def _let_through(self, survey_sudo, answer_sudo, answer_token):
        """What a link leads to, if it is another survey or its reader may read the answer.

        Who may not, or made the link up, is led to nothing at all, as if there were no survey.
        """
        found = self._find_answered(answer_sudo)
        is_form = survey_sudo.survey_type == FORM or found
        if not is_form or not answer_token or found._is_open_to_reader(reads=True):
            return survey_sudo, answer_sudo
        is_test = answer_sudo.test_entry and answer_sudo.partner_id == self.env.user.partner_id
        if not found and is_test and survey_sudo.sudo(False).has_access("write"):
            return survey_sudo, answer_sudo
        return survey_sudo.browse(), answer_sudo.browse()

    @api.model
    def _find_answered(self, answer_sudo):
        found_sudo = self.sudo().search([("answer_id", "in", answer_sudo.ids)], limit=1)
        return found_sudo.sudo(False)

    def _is_open_to_reader(self, reads=False):
        """Whether the reader may fill it in, or only read what was: asked on every page."""
        # A page of the website is at one company, and its reader's work at all of theirs.
        companies = self.env.user.company_ids.ids
        if not self.with_context(allowed_company_ids=companies)._filtered_access("read"):
            return False
        me, request_sudo = self.env.user.partner_id, self.sudo()
        patient = request_sudo.patient_id
        is_completed = request_sudo.state == "completed"
        may = self.env["clinic.authority"]._decide(me, "intake", patient)[patient.id]
        if may and request_sudo.filled_by_id == me:
            return reads or request_sudo.state != "abandoned"
        if not (reads or is_completed):
            return False
        return patient == me or (is_completed and self._is_treated_by_reader())

    def _is_treated_by_reader(self):
        if not self.env.user.has_group(STAFF):
            return False
        domain = [("id", "=", self.sudo().patient_id.id), ("is_my_patient", "=", True)]
        return bool(self.env["res.partner"].sudo().search_count(domain, limit=1))

    def _get_reading_url(self):
        """Where its reader reads what was filled in; nothing for others, or as long as it isn't."""
        self.ensure_one()
        is_there = self.state == "completed" and self._is_open_to_reader(reads=True)
        return self.sudo().answer_id.get_print_url() if is_there else ""

    def action_ask_anew(self):
        """What was begun and isn't finished is asked for anew, of everybody who may fill it in.

        What was entered stays with the patient, and is read by nobody else.
        """
        self.check_access("read")
        if not self.env.user.has_group(FRONT_DESK):
            raise AccessError(self.env._("The front desk asks for forms."))
        for request_sudo in self.sudo():
            if request_sudo.state != "begun":
                raise UserError(self.env._("Only a form that somebody has begun is asked anew."))
            participant_sudo = request_sudo._find_asking()
            if not participant_sudo:
                raise UserError(self.env._("No visit to come asks for this form."))
            request_sudo.state = "abandoned"
            request_sudo._make_request(participant_sudo, request_sudo.survey_id)

    def _find_asking(self):
        """The patient's next place in a visit to come that asks for this form."""
        return self.patient_id.participant_ids.filtered(
            lambda one: (
                one._is_to_come()
                and one._get_truth()
                and one.appointment_id.company_id == self.company_id
                and self.survey_id in one.appointment_id.service_id.form_ids.survey_id
            )
        ).sorted(lambda one: one.appointment_id.start)[:1]

    def action_read(self):
        """Opens what was filled in, for practitioners who treat the patient."""
        self.check_access("read")
        url = self._get_reading_url()
        if not url:
            raise AccessError(self.env._(
                "What a patient has answered is read by the practitioners who treat them."
            ))  # fmt: skip
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}
