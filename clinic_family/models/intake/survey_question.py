from odoo import api, models


class SurveyQuestion(models.Model):
    """A question of the clinic's forms stays as it was once a patient has answered it."""

    _inherit = "survey.question"

    def write(self, vals):
        changed = self.filtered(
            lambda one: any(
                name in vals and one[name] != vals[name] for name in ("title", "question_type")
            )
        )
        self.env["survey.user_input"]._verify_unanswered("question_id", changed.ids)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        self.env["survey.user_input"]._verify_unanswered("question_id", self.ids)
