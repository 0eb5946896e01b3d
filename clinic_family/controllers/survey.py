from odoo.http import request

from odoo.addons.survey.controllers.main import Survey


class FormSurvey(Survey):
    """Odoo's pages of a survey, of which those of a clinic's form are for very few.

    Each page asks anew: who may no longer fill it in gets the answer of a survey that isn't there,
    with the link, with the cookie of another child, printing or trying again.
    """

    def _fetch_from_access_token(self, survey_token, answer_token):
        found = super()._fetch_from_access_token(survey_token, answer_token)
        survey, answer = self._requests()._let_through(*found, answer_token)
        if answer and self._requests()._find_answered(answer):
            request.future_response.headers.set("Cache-Control", "no-store")
        return survey, answer

    def _check_validity(self, survey, answer, token, ensure_token=True, check_partner=True):
        """Odoo lets nobody but the patient fill it in; whoever is let do so is asked here."""
        asked = self._requests()._find_answered(answer)
        if asked and check_partner and not asked._is_open_to_reader():
            return "survey_wrong"
        validity = super()._check_validity(
            survey,
            answer,
            token,
            ensure_token=ensure_token,
            check_partner=not asked and check_partner,
        )
        if validity == "token_required" and not ensure_token:
            return survey._is_printed_blank() or validity
        # A form that was put away is asked for no more; what was answered is still there.
        return True if asked and validity == "survey_closed" else validity

    def _requests(self):
        """Which device it is counts where the front desk has handed one over."""
        key = request.session.get("clinic_form_key")
        return request.env["clinic.form.request"].with_context(clinic_form_key=key)
