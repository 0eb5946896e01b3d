from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.intake import is_due
from ..message.clinic_participant import NOT_COMING
from .survey_survey import FORM

DUES = [
    ("once", "Once"),
    ("months", "Again after some months"),
    ("always", "For each visit"),
]


class ClinicForm(models.Model):
    """A form that a service asks for before the visit, and when it is due again."""

    _name = "clinic.form"
    _inherit = ["clinic.written.mixin"]
    _description = "Form of a Service"
    _rec_name = "survey_id"
    _order = "service_id, sequence, id"

    service_id = fields.Many2one("clinic.service", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    survey_id = fields.Many2one(
        "survey.survey",
        string="Form",
        required=True,
        ondelete="restrict",
        domain=[("survey_type", "=", FORM)],
    )
    due = fields.Selection(DUES, string="Is Due", required=True, default="once")
    months = fields.Integer(default=12, help="After so many months it is to be filled in again.")
    is_for_children = fields.Boolean(
        string="Children Only", help="Asked of patients whom the clinic knows to be children."
    )

    _each_once = models.UniqueIndex(
        "(service_id, survey_id)", "The service asks for this form already."
    )
    _some_months = models.Constraint(
        "CHECK (months BETWEEN 1 AND 120)", "A form is due again after 1 to 120 months."
    )

    @api.constrains("survey_id")
    def _check_is_form(self):
        for form in self.sudo():
            if form.survey_id.survey_type != FORM:
                raise ValidationError(self.env._(
                    "%s isn't a form of the clinic: its answers would be read by others.",
                    form.survey_id.title,
                ))  # fmt: skip

    def _is_due_for(self, participant, filled_at):
        """Whether who comes is to fill it in, who has done so last at this moment, if ever.

        ``filled_at`` is in UTC, as Odoo stores it; the days compared are the clinic's.
        """
        family = self.env["clinic.family"].with_company(participant.appointment_id.company_id)
        if not self.survey_id.active:
            return False
        if self.is_for_children and not family._may_be_child(participant.partner_id):
            return False
        return is_due(
            self.due,
            family._get_day(filled_at) if filled_at else None,
            participant.appointment_id._get_day(),
            months=self.months,
            is_fresh=bool(filled_at) and self._is_fresh_for(participant, filled_at),
        )

    def _is_fresh_for(self, participant, filled_at):
        """Whether it was filled in since the visit was booked, and since the visit before it."""
        if self.due != "always" or filled_at < participant.appointment_id.booked_at:
            return False
        since = participant.partner_id.participant_ids.filtered(
            lambda one: (
                one.state not in NOT_COMING
                and not one.is_confidential
                and one.appointment_id.service_id == self.service_id
                and filled_at < one.appointment_id.start <= fields.Datetime.now()
            )
        )
        return not since
