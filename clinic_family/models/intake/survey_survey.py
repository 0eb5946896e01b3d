from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..family.res_partner import FRONT_DESK, MANAGER

FORM = "clinic_form"
SIGNATURES = [
    ("nobody", "Nobody"),
    ("filler", "Whoever fills it in"),
    ("guardians", "Two guardians of a child"),
]
# What holds for every form of the clinic. Odoo would send whoever isn't logged in to the sign-up
# of the patient, and would refuse a second click where nobody can go back.
ALWAYS = {
    "access_mode": "token",
    "certification": False,
    "is_attempts_limited": False,
    "is_time_limited": False,
    "scoring_type": "no_scoring",
    "users_can_go_back": True,
    "users_login_required": False,
}


class SurveySurvey(models.Model):
    """A form of the clinic is a survey of a type of its own, which other surveys know nothing of.

    It is designed by those who are a manager of the clinic and an officer of Odoo's surveys. Who
    fills it in, and who reads that, is said by its requests alone: an answer is made for one.
    """

    _inherit = "survey.survey"

    survey_type = fields.Selection(
        selection_add=[(FORM, "Clinic form")],
        ondelete={FORM: lambda surveys: surveys._lock_away()},
    )
    clinic_signatures = fields.Selection(
        SIGNATURES,
        string="Signed By",
        required=True,
        default="nobody",
        help="Guardians are those who have the permission for forms as a parent, as a guardian or "
        "with a power of attorney. A patient who isn't a child signs alone.",
    )

    def _lock_away(self):
        """Without the clinic its forms are kept from all who don't administer Odoo's surveys."""
        administrators = self.env.ref("base.group_system").all_user_ids
        self.write({
            "active": False,
            "survey_type": "custom",
            "restrict_user_ids": [fields.Command.set(administrators.ids)],
            "user_id": False,
        })  # fmt: skip

    @api.constrains("survey_type", *ALWAYS)
    def _check_clinic_form(self):
        for survey in self.filtered(lambda one: one.survey_type == FORM):
            if any(survey[name] != value for name, value in ALWAYS.items()):
                raise ValidationError(self.env._(
                    "A form of the clinic is for invited people only, needs no log-in of its "
                    "own, lets them go back, and has no scores, attempts or time limit."
                ))  # fmt: skip

    def _count_signatures(self, patient, company):
        """How many are to sign it for this patient of the company."""
        is_child = self.env["clinic.family"].with_company(company)._may_be_child(patient)
        return {"nobody": 0, "filler": 1, "guardians": 1 + is_child}[self.clinic_signatures]

    def _is_printed_blank(self):
        """Without answers a form is paper, which the front desk prints."""
        return self.survey_type == FORM and self.env.user.has_group(FRONT_DESK)

    @api.depends_context("uid")
    def _compute_allowed_survey_types(self):
        result = super()._compute_allowed_survey_types()
        if self.env.user.has_group(MANAGER):
            for survey in self.filtered("allowed_survey_types"):
                survey.allowed_survey_types = [*survey.allowed_survey_types, FORM]
        return result

    @api.onchange("survey_type")
    def _onchange_survey_type(self):
        result = super()._onchange_survey_type()
        if self.survey_type == FORM:
            self.write(ALWAYS)
        return result

    @api.model_create_multi
    def create(self, vals_list):
        default = self.default_get(["survey_type"]).get("survey_type")
        for vals in vals_list:
            if vals.get("survey_type", default) == FORM:
                vals.update({name: vals.get(name, value) for name, value in ALWAYS.items()})
        return super().create(vals_list)

    def write(self, vals):
        if "survey_type" in vals:
            self._verify_type_stays(vals["survey_type"])
        result = super().write(vals)
        if "active" in vals and not vals["active"]:
            # What somebody has begun may be finished.
            requests_sudo = self.env["clinic.form.request"].sudo()
            requests_sudo.search([("survey_id", "in", self.ids), ("state", "=", "open")])._drop()
        return result

    def _verify_type_stays(self, survey_type):
        """By another type, what patients have answered would be read by other people."""
        changing = self.filtered(lambda one: (one.survey_type == FORM) != (survey_type == FORM))
        # Whoever changes it may not know of the answers.
        answers_sudo = self.env["survey.user_input"].sudo()
        domain = [("survey_id", "in", changing.ids), ("test_entry", "=", False)]
        if not self.env.su and answers_sudo.search_count(domain, limit=1):
            raise UserError(self.env._(
                "This survey has been answered, so it can't become a form of the clinic, and a "
                "form of the clinic can't become another survey. Please make a new one."
            ))  # fmt: skip
        asking_sudo = self.env["clinic.form"].sudo()
        if not self.env.su and asking_sudo.search_count(domain[:1], limit=1):
            raise UserError(self.env._(
                "A service asks for this form. Please take it off the service first."
            ))  # fmt: skip

    @api.model
    def _get_thread_with_access(self, thread_id, *, hash=None, pid=None, token=None, **kwargs):  # pylint: disable=redefined-builtin
        """What is written about a form is for those who design it, whoever has a link."""
        if self.browse(thread_id).sudo().exists().survey_type == FORM:
            hash = pid = token = None
        return super()._get_thread_with_access(thread_id, hash=hash, pid=pid, token=token, **kwargs)

    def _check_answer_creation(self, user, partner, email, test_entry=False, **more):
        """An answer to a form is made for a request, never by a link or an invitation."""
        if self.survey_type == FORM and not test_entry:
            raise UserError(self.env._(
                "A form of the clinic is filled in by those whom the clinic has asked."
            ))  # fmt: skip
        return super()._check_answer_creation(user, partner, email, test_entry=test_entry, **more)
