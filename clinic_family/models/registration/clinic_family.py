from odoo import models


class ClinicFamily(models.AbstractModel):
    _inherit = "clinic.family"

    def _add_child(self, actor, relative):
        """Puts the child before the front desk, whoever adds it: staff have families too."""
        child = super()._add_child(actor, relative)
        self.env["clinic.registration"]._record_newcomers(child, "family", actor)
        return child

    def _read_asked(self, question, account):
        asked = super()._read_asked(question, account)
        questions = self.env["clinic.signup.questions"].with_company(question.company_id)
        # Who was invited isn't logged in, and the link says that they were.
        return asked | questions._read_answers(account.answers, question.grantor_id.sudo())
