from odoo import api, fields, models
from odoo.exceptions import UserError


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

    def _copy_for_correction(self):
        """The same once more, to be changed: begun, and shown from its first page on."""
        copied = self._make_for(self.survey_id, self.partner_id)
        for line in self.user_input_line_ids:
            line.copy({"user_input_id": copied.id})
        copied.write({"state": "in_progress", "start_datetime": fields.Datetime.now()})
        return copied

    def _save_lines(self, question, answer, comment=None, overwrite_existing=True):
        """Whoever answers has begun, also a program that leaves the first step out."""
        if self.state == "new" and self.sudo().clinic_request_ids:
            self._mark_in_progress()
        return super()._save_lines(question, answer, comment, overwrite_existing)

    @api.model
    def _verify_unanswered(self, field, ids):
        """Refuse to change what patients' answers rest on: a new version is a form of its own."""
        # Who designs forms reads no answer.
        lines_sudo = self.env["survey.user_input.line"].sudo()
        domain = [(field, "in", ids), ("user_input_id.clinic_request_ids", "!=", False)]
        if ids and lines_sudo.search_count(domain, limit=1):
            raise UserError(self.env._(
                "Patients have answered this already. Please duplicate the form, change the copy "
                "and archive this one, so that what they answered keeps its meaning."
            ))  # fmt: skip

    def _mark_in_progress(self):
        result = super()._mark_in_progress()
        self.sudo().clinic_request_ids._begin()
        return result

    def _mark_done(self):
        result = super()._mark_done()
        self.sudo().clinic_request_ids._complete()
        return result

    @api.model
    def _get_thread_with_access(self, thread_id, *, hash=None, pid=None, token=None, **kwargs):  # pylint: disable=redefined-builtin
        """The token of an answer is in its address, and opens nothing by itself."""
        if self.browse(thread_id).sudo().exists().clinic_request_ids:
            hash = pid = token = None
        return super()._get_thread_with_access(thread_id, hash=hash, pid=pid, token=token, **kwargs)

    def _notify_new_participation_subscribers(self):
        """Whoever follows a form isn't told which patient has filled it in."""
        others = self.filtered(lambda one: not one.sudo().clinic_request_ids)
        return super(SurveyUserInput, others)._notify_new_participation_subscribers()
