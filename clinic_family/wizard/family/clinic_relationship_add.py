from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import email_normalize, format_date

from ...engine.ages import follows_age
from ...engine.permissions import SWITCHES
from ...models.family.clinic_permission import BASES, RESPONSIBILITIES
from ...models.family.res_partner import PARENTAL_BASES

# What a child's relative usually stands on, by what they are to the child.
BASIS_BY_CODE = {"PRN": "parental", "GUARD": "guardianship"}


class ClinicRelationshipAdd(models.TransientModel):
    """Staff link a patient with a relative and record what each may do for the other."""

    _name = "clinic.relationship.add"
    _inherit = ["clinic.assistant"]
    _description = "Add Relationship"

    person_id = fields.Many2one("res.partner", string="Patient", required=True)
    source = fields.Selection(
        [("known", "Somebody the clinic knows"), ("new", "A new person")],
        string="The Family Member Is",
        required=True,
        default="known",
    )
    relative_id = fields.Many2one("res.partner", string="Family Member")
    new_name = fields.Char(string="Name")
    new_email = fields.Char(string="Email")
    new_birth_date = fields.Date(string="Date of Birth")
    relative_type_id = fields.Many2one("clinic.relationship.type", string="Is the Patient's")
    person_type_id = fields.Many2one(
        "clinic.relationship.type",
        string="And the Patient Is Their",
        compute="_compute_person_type_id",
        store=True,
        readonly=False,
        help="The usual inverse is suggested.",
    )
    line_ids = fields.One2many(
        "clinic.relationship.add.line",
        "assistant_id",
        string="Permissions",
        default=lambda self: [Command.create({"kind": kind}) for kind in SWITCHES],
    )
    is_granting = fields.Boolean(compute="_compute_directions")
    is_receiving = fields.Boolean(compute="_compute_directions")
    granted_basis = fields.Selection(
        BASES, compute="_compute_granted_basis", store=True, readonly=False
    )
    granted_responsibility = fields.Selection(RESPONSIBILITIES)
    granted_ends_on = fields.Date(
        help="Counts until midnight before this day. Empty: until somebody ends it.",
    )
    granted_by_age = fields.Char(compute="_compute_granted_by_age")
    held_basis = fields.Selection(BASES, compute="_compute_held_basis", store=True, readonly=False)
    held_responsibility = fields.Selection(RESPONSIBILITIES)
    held_ends_on = fields.Date(
        help="Counts until midnight before this day. Empty: until somebody ends it.",
    )
    held_by_age = fields.Char(compute="_compute_held_by_age")
    is_confirmed = fields.Boolean(string="Both have agreed, or the basis is recorded")

    @api.depends("relative_type_id")
    def _compute_person_type_id(self):
        for assistant in self:
            inverse = assistant.relative_type_id.inverse_id
            assistant.person_type_id = inverse or assistant.person_type_id

    @api.depends("line_ids.is_granted", "line_ids.is_held")
    def _compute_directions(self):
        for assistant in self:
            assistant.is_granting = any(assistant.line_ids.mapped("is_granted"))
            assistant.is_receiving = any(assistant.line_ids.mapped("is_held"))

    @api.depends("relative_type_id", "person_id")
    def _compute_granted_basis(self):
        for assistant in self:
            birth = assistant.person_id.birth_date
            basis = assistant._propose_basis(assistant.relative_type_id, birth, assistant.person_id)
            assistant.granted_basis = basis or assistant.granted_basis

    @api.depends("person_type_id", "relative_id", "new_birth_date")
    def _compute_held_basis(self):
        for assistant in self:
            birth = assistant._get_relative_birth()
            basis = assistant._propose_basis(
                assistant.person_type_id, birth, assistant._get_relative()
            )
            assistant.held_basis = basis or assistant.held_basis

    @api.depends("granted_basis", "person_id")
    def _compute_granted_by_age(self):
        for assistant in self:
            birth = assistant.person_id.birth_date
            assistant.granted_by_age = assistant._describe_age(
                assistant.granted_basis, birth, assistant.person_id
            )

    @api.depends("held_basis", "relative_id", "new_birth_date")
    def _compute_held_by_age(self):
        for assistant in self:
            birth = assistant._get_relative_birth()
            assistant.held_by_age = assistant._describe_age(
                assistant.held_basis, birth, assistant._get_relative()
            )

    def _get_relative_birth(self):
        return self.new_birth_date if self.source == "new" else self.relative_id.birth_date

    def _get_relative(self):
        """By whose clinics' ages the relative is a child; a new one is of the patient's."""
        return self.person_id if self.source == "new" else self.relative_id

    def _propose_basis(self, holder_type, grantor_birth, person):
        """The usual basis when the grantor is a child; adults are asked."""
        family = self.env["clinic.family"]
        is_child = family._is_child(grantor_birth, family._get_clinics(person))
        return is_child and BASIS_BY_CODE.get(holder_type.code)

    def _describe_age(self, basis, grantor_birth, person):
        """When what is permitted on this basis ends by the clinic's ages, in a sentence."""
        family = self.env["clinic.family"]
        clinics = family._get_clinics(person)
        is_child = family._is_child(grantor_birth, clinics)
        if not basis or not follows_age(basis, is_child):
            return ""
        if is_child is None:
            return self.env._(
                "The date of birth isn't known. Please ask for it: until then nothing ends by age."
            )
        age = min(clinic.sudo().clinic_child_age for clinic in clinics)
        moment = min(family._get_birthday(grantor_birth, age, clinic) for clinic in clinics)
        return self.env._(
            "It ends on %(day)s, by the clinic's ages.",
            day=format_date(self.env, family._get_day(moment)),
        )

    # Saving

    def action_save(self):
        self.ensure_one()
        self._verify_agreement()
        self._verify_direction(self.is_granting, self.granted_basis, self.granted_ends_on)
        self._verify_direction(self.is_receiving, self.held_basis, self.held_ends_on)
        relative = self._get_or_create_relative()
        self._verify_pair(relative)
        # The ledger is written by verbs only.
        self.env["clinic.relationship"].sudo()._link(
            self.person_id, relative, self.relative_type_id, self.person_type_id
        )
        self._grant(self.person_id, relative, "granted")
        self._grant(relative, self.person_id, "held")
        return {"type": "ir.actions.act_window_close"}

    def _verify_agreement(self):
        if not self.is_confirmed:
            raise UserError(self.env._(
                "Please confirm that both have agreed, or that the basis is recorded."
            ))  # fmt: skip
        if not self.relative_type_id or not self.person_type_id:
            raise UserError(self.env._("Please choose what the two are to each other."))

    def _verify_direction(self, is_used, basis, ends_on):
        if is_used and not basis:
            raise UserError(self.env._(
                "Please choose on what basis this is permitted: the ledger keeps it."
            ))  # fmt: skip
        if is_used and ends_on and ends_on <= self.env.company._get_clinic_today():
            raise UserError(self.env._("The permissions must end on a day to come."))

    def _verify_pair(self, relative):
        if relative == self.person_id:
            raise UserError(self.env._("A relationship needs two different people."))
        if self.env["clinic.relationship"]._find(self.person_id, relative):
            raise UserError(self.env._(
                "%(person)s and %(relative)s are linked already. Change what they may do for each "
                "other in the row of %(relative)s on the Family tab.",
                person=self.person_id.name,
                relative=relative.name,
            ))  # fmt: skip

    def _get_or_create_relative(self):
        if self.source == "known":
            if not self.relative_id:
                raise UserError(self.env._("Please choose the family member."))
            return self.relative_id
        if not (self.new_name or "").strip():
            raise UserError(self.env._("Please write the name of the new person."))
        if self.new_email and not email_normalize(self.new_email):
            raise UserError(self.env._("This email address can't be right: %s", self.new_email))
        return self.env["res.partner"].create({
            "name": self.new_name.strip(),
            "email": self.new_email,
            "birth_date": self.new_birth_date,
            "is_patient": True,
            "company_id": self.person_id.company_id.id,
            "lang": self.person_id.lang,
            "tz": self.person_id.tz,
        })  # fmt: skip

    def _grant(self, grantor, grantee, side):
        """What is ticked on this side: granted by the patient, or held by them."""
        kinds = self.line_ids.filtered(f"is_{side}").mapped("kind")
        basis, ends_on = self[f"{side}_basis"], self[f"{side}_ends_on"]
        # As above: by verbs only.
        permissions_sudo = self.env["clinic.permission"].sudo()
        ends_at = ends_on and permissions_sudo._get_midnight(ends_on)
        rests_on = basis in PARENTAL_BASES and self[f"{side}_responsibility"]
        permissions_sudo._grant(grantor, grantee, kinds, basis, ends_at, responsibility=rests_on)


class ClinicRelationshipAddLine(models.TransientModel):
    _name = "clinic.relationship.add.line"
    _inherit = "clinic.permission.line"
    _description = "Permission of a New Relationship"

    assistant_id = fields.Many2one("clinic.relationship.add", required=True, ondelete="cascade")
    is_granted = fields.Boolean(
        string="Family Member May", help="The family member may do this for the patient."
    )
    is_held = fields.Boolean(
        string="Patient May", help="The patient may do this for the family member."
    )
