from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from ...engine.ages import age_on, months_on
from .clinic_invitation import UNANSWERED

# Who answers for somebody on these takes them for a child.
PARENTAL_BASES = ("parental", "guardianship")
STAFF = "clinic_family.clinic_family_group_practitioner"
FRONT_DESK = "clinic_family.clinic_family_group_front_desk"
MANAGER = "clinic_family.clinic_family_group_manager"


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Odoo copies as the user: what a clerk without a role may not read isn't copied for anybody.
    is_patient = fields.Boolean(string="Patient", copy=False, groups=STAFF)
    birth_date = fields.Date(
        string="Date of Birth", copy=False, groups=STAFF, index="btree_not_null"
    )
    clinic_age = fields.Char(string="Age", compute="_compute_clinic_age", groups=STAFF)
    clinic_has_account = fields.Boolean(
        string="Account",
        compute="_compute_clinic_has_account",
        groups=STAFF,
        help="Whether this person can log in.",
    )
    emergency_contact = fields.Char(
        string="In an Emergency",
        copy=False,
        groups=STAFF,
        help="Who is to be called, and at which number.",
    )
    unconfirmed_email = fields.Char(
        string="Unconfirmed E-Mail",
        copy=False,
        readonly=True,
        groups=STAFF,
        help="They or a relative typed this address. Nothing is sent to it until the clinic "
        "confirms it.",
    )
    authority_ids = fields.One2many(
        "clinic.authority", "person_id", string="Who May Act for This Patient", groups=STAFF
    )
    granted_permission_ids = fields.One2many(
        "clinic.permission", "grantor_id", string="May Do for This Patient", groups=STAFF
    )
    held_permission_ids = fields.One2many(
        "clinic.permission", "grantee_id", string="This Patient May Do", groups=STAFF
    )
    invitation_ids = fields.One2many(
        "clinic.invitation", "asker_id", string="Invitations", groups=FRONT_DESK
    )
    is_guarded = fields.Boolean(
        compute="_compute_is_guarded",
        compute_sudo=True,
        groups=STAFF,
        help="A parent or guardian answers for this person now.",
    )
    relationship_ids = fields.Many2many(
        "clinic.relationship",
        string="Relationships",
        compute="_compute_relationship_ids",
        groups=STAFF,
    )
    family_panel = fields.Json(compute="_compute_family_panel", groups=STAFF)
    shared_documents_warning = fields.Char(
        compute="_compute_shared_documents_warning", groups=FRONT_DESK
    )
    patient_group_ids = fields.Many2many(
        "clinic.patient.group", string="Patient Groups", copy=False, groups=STAFF
    )
    clinic_erased_at = fields.Datetime(
        string="Erased On", readonly=True, copy=False, groups=MANAGER
    )
    clinic_erased_by_id = fields.Many2one(
        "res.users", string="Erased By", readonly=True, copy=False, groups=MANAGER
    )
    clinic_erased_why = fields.Char(string="Why", readonly=True, copy=False, groups=MANAGER)
    block_count = fields.Integer(compute="_compute_block_count", groups=MANAGER)

    def copy_data(self, default=None):
        """A copy of a patient is a patient, if the one who makes it may know."""
        copies = super().copy_data(default)
        if self._has_field_access(self._fields["is_patient"], "read"):
            for partner, copied in zip(self, copies, strict=True):
                copied.setdefault("is_patient", partner.is_patient)
        return copies

    def write(self, vals):
        archiving = "active" in vals and not vals["active"]
        leaving = self.filtered("active") if archiving else self.browse()
        result = super().write(vals)
        leaving._end_what_was_permitted()
        return result

    def _end_what_was_permitted(self):
        """Who is archived lets nobody act and acts for nobody, and asks nobody any more."""
        if not self:
            return
        # The ledger is written by verbs only, by those too who may archive.
        permitted_sudo = self.env["clinic.permission"].sudo().search([
            "|", ("grantor_id", "in", self.ids), ("grantee_id", "in", self.ids),
            "|", ("ended_at", "=", False), ("end_kind", "=", "suspended"),
        ])  # fmt: skip
        for permissions in permitted_sudo._as_whoever_may():
            permissions._revoke(self.env._("Archived."))
        asked_sudo = self.env["clinic.invitation"].sudo().search([
            "|", ("asker_id", "in", self.ids), ("grantor_id", "in", self.ids),
            ("state", "in", UNANSWERED),
        ])  # fmt: skip
        for invitations in asked_sudo._as_whoever_may():
            invitations._update_state("withdrawn")

    @api.depends("birth_date")
    @api.depends_context("allowed_company_ids")
    def _compute_clinic_age(self):
        """In full years, a baby's in months; nothing where the birth isn't known, or to come."""
        today = self.env.company._get_clinic_today()
        for person in self:
            born = person.birth_date
            person.clinic_age = self._get_age_text(born, today) if born and born <= today else False

    def _get_age_text(self, born, today):
        if years := age_on(born, today):
            return str(years)
        months = months_on(born, today)
        if not months:
            return self.env._("under 1 month")
        return self.env._("1 month") if months == 1 else self.env._("%s months", months)

    def _compute_clinic_has_account(self):
        # By a search, because what is read with full rights stays in the cache for everybody; an
        # account at another company counts too.
        users_sudo = self.env["res.users"].sudo()
        rows = users_sudo._read_group([("partner_id", "in", self.ids)], ["partner_id"])
        having = {person.id for (person,) in rows}
        for person in self:
            person.clinic_has_account = person._origin.id in having

    @api.depends("granted_permission_ids.ended_at", "granted_permission_ids.grown_at")
    def _compute_is_guarded(self):
        # Fetched with the search: the view can't find its rows by id without making them all.
        guarded = self.env["clinic.authority"].search_fetch(
            [("person_id", "in", self.ids), ("basis", "in", PARENTAL_BASES)], ["person_id"]
        ).person_id  # fmt: skip
        for partner in self:
            partner.is_guarded = partner._origin in guarded

    def _compute_relationship_ids(self):
        pairs = self.env["clinic.relationship"].search(
            (Domain("person_a_id", "in", self.ids) | Domain("person_b_id", "in", self.ids))
            & Domain("ended_at", "=", False)
        )
        for partner in self:
            partner.relationship_ids = pairs.filtered(
                lambda pair, person=partner._origin: person in pair.person_a_id + pair.person_b_id
            )

    def _compute_family_panel(self):
        for partner in self:
            partner.family_panel = self.env["clinic.family.panel"]._get_panel(partner._origin)

    def _compute_shared_documents_warning(self):
        shared = self.env["clinic.shared.documents"].search([("patient_id", "in", self.ids)])
        rows = shared.grouped("patient_id")
        for partner in self:
            found = rows.get(partner._origin)
            partner.shared_documents_warning = found and found._get_warning()

    @api.constrains("patient_group_ids")
    def _check_groups_apart(self):
        self.patient_group_ids._check_apart()

    def _compute_block_count(self):
        blocks = self.env["clinic.block"].search([
            ("lifted_at", "=", False),
            "|", ("person_a_id", "in", self.ids), ("person_b_id", "in", self.ids),
        ])  # fmt: skip
        for partner in self:
            partner.block_count = len(
                blocks.filtered(lambda b, p=partner._origin: p in b.person_a_id + b.person_b_id)
            )

    @api.model
    def _search_display_name(self, operator, value):
        """Staff find a whole family by the name of its patient group."""
        domain = super()._search_display_name(operator, value)
        if operator in ("ilike", "like", "=ilike") and value and self.env.user.has_group(STAFF):
            groups = self.env["clinic.patient.group"]._search([("name", operator, value)])
            domain = Domain(domain) | self._in_groups(groups)
        return domain

    def _in_groups(self, groups):
        """Who is in these groups, as a list: beside one, PostgreSQL looks up names by index too."""
        field = self._fields["patient_group_ids"]
        table, person, group = map(SQL.identifier, (field.relation, field.column1, field.column2))
        found = SQL("SELECT %s FROM %s WHERE %s IN (%s)", person, table, group, groups.select("id"))
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%s = ANY(ARRAY(%s))", SQL.identifier(alias, "id"), found
            )
        )

    def signup_get_auth_param(self):
        """Odoo's key to an account, which any colleague may ask for, is for none of the clinic's.

        Whoever has it makes the account, and is the person then. Odoo puts it into the mails of
        invoices, too, and those who share an address read each other's. The clinic's people are
        invited by the clinic (decision 0019).
        """
        others = self.filtered(lambda person: not person._is_of_clinic())
        return super(ResPartner, others).signup_get_auth_param()

    def _is_of_clinic(self):
        """Whether being this person would tell something of a patient."""
        person_sudo = self.sudo().with_context(active_test=False)
        return super()._is_of_clinic() or bool(
            person_sudo.is_patient
            or person_sudo.held_permission_ids
            or person_sudo.granted_permission_ids
        )

    def _put_typed_address_aside(self):
        """Of those who come to the clinic by themselves: it writes to where they log in.

        Before that, Odoo lets them write any address into their account, and asks nobody there.
        Such a one waits for the front desk, which answers for what it enters itself.
        """
        me_sudo = self.env.user.sudo()
        if me_sudo._is_internal():
            return
        for person_sudo in self.sudo():
            users_sudo = me_sudo if me_sudo.partner_id == person_sudo else person_sudo.user_ids
            known = [*filter(None, map(email_normalize, users_sudo.mapped("login")))]
            is_another = known and email_normalize(person_sudo.email) not in known
            if person_sudo.email and is_another and not person_sudo._is_of_clinic():
                person_sudo.write({"email": known[0], "unconfirmed_email": person_sudo.email})

    def action_confirm_email(self):
        """The clinic answers for the address: from now on the patient is written to there."""
        for partner in self.filtered("unconfirmed_email"):
            partner.email = partner.unconfirmed_email
            # What was typed is nobody's to write by hand.
            partner.sudo().unconfirmed_email = False

    def action_view_blocks(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_family.clinic_block_action")
        domain = ["|", ("person_a_id", "=", self.id), ("person_b_id", "=", self.id)]
        return {**action, "domain": domain}

    # Where to write to

    def _get_clinic_addresses(self):
        """The address of each who can be written to; the first at an address is the one."""
        by_address = {}
        for person in self:
            if address := person._get_clinic_address():
                by_address.setdefault(address, person)
        return {person: address for address, person in by_address.items()}

    def _get_clinic_address(self):
        """The address of somebody who isn't archived; nothing when there is none."""
        return self.active and email_normalize(self.email, strict=False)

    def _get_private_address(self):
        """The person's e-mail address, if nobody else reads there (see ``_find_others_at``).

        Of somebody whose address it isn't known to be (a child of the clinic's), only where they
        have logged in themselves. Nothing when there is no such address.
        """
        self.ensure_one()
        person_sudo = self.sudo()
        address = person_sudo._get_clinic_address()
        if not address or person_sudo._find_others_at(address):
            return False
        has_logged_in = any(person_sudo.user_ids.mapped("login_date"))
        is_theirs = has_logged_in or not self.env["clinic.family"]._may_be_child(self)
        return is_theirs and address

    def _find_others_at(self, address):
        """Who else has the address, as a contact.

        Whom the person looks after and who has no account is there as the person said so. A login
        alone says nothing: nobody need have confirmed it.
        """
        # An address that was somebody's once may be read by them still.
        everybody = self.with_context(active_test=False)
        others = everybody.search([("id", "!=", self.id), ("email_normalized", "=", address)])
        wards = others and self.env["clinic.family"]._get_wards(self)
        return others.filtered(lambda other: other not in wards or other.user_ids)
