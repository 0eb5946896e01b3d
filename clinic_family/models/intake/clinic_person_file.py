from odoo import api, models
from odoo.fields import Domain

from ...engine.person_file import Kept


class ClinicPersonFile(models.AbstractModel):
    """The forms about a person, and of the answers those the reader may read."""

    _inherit = "clinic.person.file"

    @api.model
    def _get_list(self):
        return {
            **super()._get_list(),
            "clinic.form.request": Kept(
                self.env._("Forms"),
                whose=("patient_id", "filled_by_id"),
                shows=(
                    "survey_id.title", "patient_id", "state", "filled_by_id", "begun_at",
                    "completed_at",
                ),
                notes=("filed_note",),
                scrubs=("filed_note",),
            ),
            "survey.user_input.line": Kept(
                self.env._("Answers to forms"),
                whose=("user_input_id.clinic_request_ids.patient_id",),
                shows=("survey_id.title", "question_id.title", "display_name"),
                only=self._get_domain_of_answers,
                loses=True,
            ),
            "clinic.form.signature": Kept(
                self.env._("Signatures"),
                whose=("person_id",),
                # What they signed for others is these others' consent, and stays as it was signed.
                shows=("request_id.survey_id.title", "name", "signed_at"),
            ),
            "clinic.form.handout": Kept(
                self.env._("Forms handed over at the clinic"),
                whose=("person_id",),
                shows=("request_id.survey_id.title", "create_date"),
            ),
        }  # fmt: skip

    def _part_with(self, selves, words, alias):
        result = super()._part_with(selves, words, alias)
        requests = self.env["clinic.form.request"].search([("patient_id", "in", selves.ids)])
        requests.filtered(lambda one: one.state == "open")._drop()
        requests = requests.exists()
        waiting = requests.filtered(lambda one: one.state in ("begun", "signing"))
        waiting.state = "abandoned"
        answers = requests.answer_id | self.env["survey.user_input"].search([
            ("partner_id", "in", selves.ids),
        ])  # fmt: skip
        # Nobody signs what isn't there any more.
        requests.signature_ids.unlink()
        requests.write({"answer_id": False, "filed_note": False})
        answers.unlink()
        return result

    def _get_domain_of_answers(self, ids):
        """The answers that the reader may read: the patient, or who treats them."""
        requests_sudo = self.env["clinic.form.request"].sudo().search([
            ("patient_id", "in", ids), ("answer_id", "!=", False),
        ])  # fmt: skip
        readable_sudo = requests_sudo.filtered(
            lambda one: one.sudo(False)._is_open_to_reader(reads=True)
        )
        return Domain("user_input_id", "in", readable_sudo.answer_id.ids)
