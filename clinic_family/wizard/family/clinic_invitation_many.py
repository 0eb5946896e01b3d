from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...models.family.clinic_invitation import OBSTACLES


class ClinicInvitationMany(models.TransientModel):
    """Staff invite many patients at once, each to an account of their own, and see before who
    gets a message and who doesn't.
    """

    _name = "clinic.invitation.many"
    _inherit = ["clinic.assistant"]
    _description = "Invite Patients to an Account"

    text = fields.Text(
        string="What You Add",
        help="The message says in the patient's language what an account is for. What you write "
        "here stands below it, as it is. Write nothing about one patient.",
    )
    line_ids = fields.One2many(
        "clinic.invitation.many.line",
        "assistant_id",
        string="Patients",
        default=lambda self: self._get_lines(),
    )
    going_text = fields.Char(string="Messages", compute="_compute_going_text")

    def _get_lines(self):
        """The people chosen in the list, those who get a message first."""
        people = self._get_chosen()
        verdicts = self.env["clinic.invitation.bulk"]._judge(people)
        ordered = sorted(people, key=lambda person: bool(verdicts[person]))
        return [
            Command.create({"person_id": person.id, "obstacle": verdicts[person]})
            for person in ordered
        ]

    def _get_chosen(self):
        is_list = self.env.context.get("active_model") == "res.partner"
        people = self.env["res.partner"].browse(self.env.context.get("active_ids") or ())
        return people.exists() if is_list else people.browse()

    @api.depends("line_ids.obstacle", "line_ids.is_picked")
    def _compute_going_text(self):
        for assistant in self:
            going = assistant.line_ids.filtered(lambda line: not line.obstacle or line.is_picked)
            assistant.going_text = self.env._(
                "Get a message: %(count)s of %(all)s", count=len(going), all=len(assistant.line_ids)
            )

    def action_send(self):
        """Queues what may be sent, judged anew, and shows how it gets on."""
        self.ensure_one()
        text = (self.text or "").strip()
        picked = self.line_ids.filtered("is_picked").person_id
        queued = self.env["clinic.invitation.bulk"]._queue(self.line_ids.person_id, picked, text)
        if not queued:
            raise UserError(self.env._("None of these patients can be invited now."))
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "clinic_family.clinic_invitation_action"
            ),
            "context": {
                "search_default_together": 1,
                "search_default_group_together": 1,
                "search_default_group_state": 1,
            },
        }


class ClinicInvitationManyLine(models.TransientModel):
    _name = "clinic.invitation.many.line"
    _inherit = ["clinic.assistant"]
    _description = "Patient of a Bulk Invitation"

    assistant_id = fields.Many2one("clinic.invitation.many", required=True, ondelete="cascade")
    person_id = fields.Many2one("res.partner", string="Patient", required=True)
    email = fields.Char(related="person_id.email")
    obstacle = fields.Selection(OBSTACLES, string="Why Not")
    is_picked = fields.Boolean(
        string="Invite", help="Of those who share an address, the one who reads there."
    )
