from odoo import api, fields, models


class SurveyUserInput(models.Model):
    """What somebody answers to a form of the clinic belongs to the request it was made for."""

    _inherit = "survey.user_input"

    clinic_request_ids = fields.One2many(
        "clinic.form.request", "answer_id", readonly=True, groups="base.group_system"
    )

    @api.model
    def _make_for(self, survey, patient):
        """An answer in the patient's name that nobody is told of, and that has no address.

        Odoo's own way would follow it as who fills it in, and copy the address of the patient.
        """
        # Nobody has rights of their own on what is answered.
        quiet_sudo = self.sudo().with_context(
            mail_create_nosubscribe=True, mail_create_nolog=True, tracking_disable=True
        )
        return quiet_sudo.create({"survey_id": survey.id, "partner_id": patient.id})

    def _mark_in_progress(self):
        result = super()._mark_in_progress()
        self.sudo().clinic_request_ids._begin()
        return result

    def _mark_done(self):
        result = super()._mark_done()
        self.sudo().clinic_request_ids._complete()
        return result

    def _notify_new_participation_subscribers(self):
        """Whoever follows a form isn't told which patient has filled it in."""
        others = self.filtered(lambda one: not one.sudo().clinic_request_ids)
        return super(SurveyUserInput, others)._notify_new_participation_subscribers()
