from odoo import api, models

from ...models.intake.clinic_form_request import DUE


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Of two who are one person, each form is asked once, and nothing that was entered is lost."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        self._drop_doubled_requests(src_partners | dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _drop_doubled_requests(self, people):
        """What nobody has begun isn't asked twice."""
        for requests_sudo in self._find_requests(people):
            untouched_sudo = requests_sudo.filtered(lambda one: one.state == "open")
            kept_sudo = (requests_sudo - untouched_sudo) or untouched_sudo[:1]
            (untouched_sudo - kept_sudo)._drop()

    def _refuse_two_people(self, people_sudo):
        return super()._refuse_two_people(people_sudo) or self._refuse_begun(people_sudo)

    def _refuse_begun(self, people):
        """Which of two answers would go on nobody can tell."""
        for requests_sudo in self._find_requests(people):
            if len(requests_sudo.filtered(lambda one: one.state == "begun")) > 1:
                return self.env._(
                    "Two of these people have begun to fill in the same form. Please let one of "
                    "them finish it first."
                )
        return ""

    def _find_requests(self, people):
        """What each company asks of them and isn't completed, by the form."""
        # What the clinic knows binds everybody who merges, whatever they may read.
        requests_sudo = self.env["clinic.form.request"].sudo().search([
            ("patient_id", "in", people.ids), ("state", "in", DUE),
        ])  # fmt: skip
        by_form = requests_sudo.grouped(lambda one: (one.company_id, one.survey_id))
        return by_form.values()
