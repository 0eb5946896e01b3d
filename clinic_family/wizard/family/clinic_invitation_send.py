from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import email_normalize

from ...engine.permissions import SWITCHES
from ...models.family.clinic_permission import BASES


class ClinicInvitationSend(models.TransientModel):
    """Staff invite somebody by e-mail to act for a patient, as the patient has agreed."""

    _name = "clinic.invitation.send"
    _inherit = ["clinic.assistant"]
    _description = "Invite Somebody"

    person_id = fields.Many2one("res.partner", string="Patient", required=True)
    source = fields.Selection(
        [("new", "Somebody at an address"), ("known", "Somebody the clinic knows")],
        string="Invite",
        required=True,
        default="new",
        help="Somebody the clinic knows accepts with an account of their own and no other.",
    )
    relative_id = fields.Many2one("res.partner", string="Person")
    name = fields.Char(compute="_compute_name", store=True, readonly=False)
    email = fields.Char(compute="_compute_name", store=True, readonly=False)
    type_id = fields.Many2one("clinic.relationship.type", string="Is the Patient's")
    line_ids = fields.One2many(
        "clinic.invitation.send.line",
        "assistant_id",
        string="Permissions",
        default=lambda self: [
            Command.create({"kind": kind, "is_offered": kind in ("book", "notify")})
            for kind in SWITCHES
        ],
    )
    basis = fields.Selection(BASES, compute="_compute_basis", store=True, readonly=False)
    ends_on = fields.Date(
        help="Counts until midnight before this day. Empty: until somebody ends it.",
    )
    by_age = fields.Char(compute="_compute_by_age")
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        compute="_compute_lang",
        store=True,
        readonly=False,
    )
    has_code = fields.Boolean(
        string="With a Code",
        help="Six digits, shown once, which you tell the person on the phone or on paper.",
    )
    is_confirmed = fields.Boolean(string="The patient has agreed, or the basis is recorded")
    link = fields.Char(store=False)
    code = fields.Char(store=False)

    @api.depends("source", "relative_id")
    def _compute_name(self):
        for assistant in self:
            known = assistant.source == "known" and assistant.relative_id
            assistant.name = known.name if known else assistant.name
            assistant.email = known.email if known else assistant.email

    @api.depends("type_id", "person_id")
    def _compute_basis(self):
        proposals = self.env["clinic.relationship.add"]
        for assistant in self:
            person = assistant.person_id
            basis = proposals._propose_basis(assistant.type_id, person.birth_date, person)
            assistant.basis = basis or assistant.basis

    @api.depends("basis", "person_id")
    def _compute_by_age(self):
        proposals = self.env["clinic.relationship.add"]
        for assistant in self:
            person = assistant.person_id
            assistant.by_age = proposals._describe_age(assistant.basis, person.birth_date, person)

    @api.depends("person_id", "relative_id")
    def _compute_lang(self):
        for assistant in self:
            assistant.lang = assistant._get_relative().lang or assistant.person_id.lang

    def _get_relative(self):
        return self.relative_id if self.source == "known" else self.env["res.partner"]

    def action_send(self):
        self.ensure_one()
        self._verify()
        # Invitations are written by verbs only.
        invitations_sudo = self.env["clinic.invitation"].sudo()
        invitation_sudo, link, code = invitations_sudo._invite(
            self.person_id, self._get_relative(), self._get_offer(), self.has_code
        )
        return invitation_sudo._show_secrets(link, code)

    def _get_offer(self):
        return {
            "name": self.name.strip(),
            "email": self.email,
            "type_id": self.type_id.id,
            "offered_kinds": ",".join(self.line_ids.filtered("is_offered").mapped("kind")),
            "basis": self.basis,
            "ends_at": self.ends_on and self.env["clinic.permission"]._get_midnight(self.ends_on),
            "lang": self.lang,
        }

    def _verify(self):
        relative = self._get_relative()
        if self.source == "known" and not relative:
            raise UserError(self.env._("Please choose whom you invite."))
        if relative == self.person_id:
            raise UserError(self.env._("Nobody needs a permission for themselves."))
        if not (self.name or "").strip() or not self.type_id:
            raise UserError(self.env._(
                "Please write who the person is, and what they are to the patient."
            ))  # fmt: skip
        if not email_normalize(self.email or ""):
            raise UserError(self.env._("This email address can't be right: %s", self.email or ""))
        if relative and not self.has_code:
            self._verify_own_address(relative)
        self._verify_offer()

    def _verify_own_address(self, relative):
        """The link may make the account of somebody the clinic knows: it goes to nobody else."""
        people_sudo = self.env["res.partner"].sudo().with_context(active_test=False)
        readers_sudo = people_sudo.search([("email_normalized", "=", email_normalize(self.email))])
        if readers_sudo != relative:
            raise UserError(self.env._(
                "This isn't the address of %(name)s alone. Please tick the code, and tell it to "
                "%(name)s yourself: whoever reads at the address could become %(name)s.",
                name=relative.name,
            ))  # fmt: skip

    def _verify_offer(self):
        if not any(self.line_ids.mapped("is_offered")):
            raise UserError(self.env._("Please choose what the person may do."))
        if not self.basis:
            raise UserError(self.env._(
                "Please choose on what basis this is permitted: the ledger keeps it."
            ))  # fmt: skip
        if self.ends_on and self.ends_on <= self.env.company._get_clinic_today():
            raise UserError(self.env._("The permissions must end on a day to come."))
        if not self.is_confirmed:
            raise UserError(self.env._(
                "Please confirm that the patient has agreed, or that the basis is recorded."
            ))  # fmt: skip


class ClinicInvitationSendLine(models.TransientModel):
    _name = "clinic.invitation.send.line"
    _inherit = "clinic.permission.line"
    _description = "Permission of an Invitation"

    assistant_id = fields.Many2one("clinic.invitation.send", required=True, ondelete="cascade")
    is_offered = fields.Boolean(string="May")
