from odoo import api, models


class SurveyQuestionAnswer(models.Model):
    """A choice that a patient has made stays as it was, too."""

    _inherit = "survey.question.answer"

    def write(self, vals):
        changed = self.filtered(lambda one: "value" in vals and one.value != vals["value"])
        changed._verify_unchosen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_chosen(self):
        self._verify_unchosen()

    def _verify_unchosen(self):
        for field in ("suggested_answer_id", "matrix_row_id"):
            self.env["survey.user_input"]._verify_unanswered(field, self.ids)
