from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

# A row is written to correct it while it lasts, and once when it ends.
CORRECTABLE = {"type_a_id", "type_b_id", "started_on"}
CLOSING = {"ended_at", "ended_by_id", "end_reason"}


class ClinicRelationship(models.Model):
    """A fact: two people are family, since when, until when.

    One row holds the pair; each side has its own type, because a grandmother and a guardian may
    be one person. A relationship gives no permission (see ``clinic.permission``).
    """

    _name = "clinic.relationship"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin", "clinic.about.people"]
    _description = "Relationship"
    _chosen_once = ("person_a_id", "person_b_id")
    _order = "id desc"
    _people_fields = ("person_a_id", "person_b_id")

    person_a_id = fields.Many2one(
        "res.partner", string="Person", required=True, index=True, ondelete="cascade"
    )
    type_a_id = fields.Many2one(
        "clinic.relationship.type",
        string="Is The",
        required=True,
        ondelete="restrict",
        help="What the person is to the relative.",
    )
    person_b_id = fields.Many2one(
        "res.partner", string="Relative", required=True, index=True, ondelete="cascade"
    )
    type_b_id = fields.Many2one(
        "clinic.relationship.type",
        string="Relative Is The",
        compute="_compute_type_b_id",
        store=True,
        readonly=False,
        required=True,
        ondelete="restrict",
        help="What the relative is to the person; the usual inverse is suggested.",
    )
    started_on = fields.Date(
        string="Since", default=lambda self: self.env.company._get_clinic_today()
    )
    ended_at = fields.Datetime(string="Until", readonly=True)
    ended_by_id = fields.Many2one("res.users", readonly=True, groups="base.group_user")
    end_reason = fields.Char(readonly=True, groups="base.group_user")
    create_uid = fields.Many2one("res.users", groups="base.group_user")
    write_uid = fields.Many2one("res.users", groups="base.group_user")

    _pair_unique = models.UniqueIndex(
        "(LEAST(person_a_id, person_b_id), GREATEST(person_a_id, person_b_id))"
        " WHERE ended_at IS NULL",
        "These two people are linked already.",
    )

    @api.depends("type_a_id")
    def _compute_type_b_id(self):
        for relationship in self:
            relationship.type_b_id = relationship.type_a_id.inverse_id or relationship.type_b_id

    @api.depends("person_a_id", "type_a_id", "person_b_id")
    def _compute_display_name(self):
        for relationship in self:
            # The two may know each other's names.
            relationship.display_name = self.env._(
                "%(person)s, %(type)s of %(relative)s",
                person=relationship.sudo().person_a_id.name,
                type=relationship.type_a_id.name,
                relative=relationship.sudo().person_b_id.name,
            )

    @api.constrains("person_a_id", "person_b_id", "ended_at")
    def _check_pair(self):
        for relationship in self.filtered(lambda pair: not pair.ended_at):
            person, relative = relationship.person_a_id, relationship.person_b_id
            if person == relative:
                raise ValidationError(self.env._("A relationship needs two different people."))
            blocks = self.env["clinic.block"]
            if blocks._stops(person, relative):
                raise ValidationError(blocks._get_sentence())

    def write(self, vals):
        if set(vals) - CORRECTABLE - CLOSING or any(pair.ended_at for pair in self):
            raise UserError(self.env._(
                "Who was related to whom, and when, is never rewritten. "
                "End the relationship and record a new one."
            ))  # fmt: skip
        return super().write(vals)

    # Reading

    @api.model
    def _get_domain_of(self, person):
        """The relationships this person is in now, on either side."""
        either = Domain("person_a_id", "=", person.id) | Domain("person_b_id", "=", person.id)
        return either & Domain("ended_at", "=", False)

    @api.model
    def _find(self, person, relative):
        """The relationship of the two that lasts, if any."""
        return self.search(
            self._get_domain_of(person)
            & (Domain("person_a_id", "=", relative.id) | Domain("person_b_id", "=", relative.id))
        )

    @api.model
    def _get_types(self, person):
        """What each relative of the person is to them: the type by relative.

        Reads with sudo: a portal user may know what a relative is to them, and nothing else of
        the relative's record.
        """
        return self._read_pairs(self._get_domain_of(person))._pick_types(person)

    def _pick_types(self, person):
        """The same of those that have been read."""
        return {
            pair.person_b_id if pair.person_a_id == person else pair.person_a_id: (
                pair.type_b_id if pair.person_a_id == person else pair.type_a_id
            )
            for pair in self
            if person in (pair.person_a_id, pair.person_b_id)
        }

    @api.model
    def _read_pairs(self, domain):
        """The relationships with full rights, and the names of their types, in two queries."""
        pairs_sudo = self.sudo().search_fetch(
            domain, ["person_a_id", "person_b_id", "type_a_id", "type_b_id"]
        )
        (pairs_sudo.type_a_id | pairs_sudo.type_b_id).fetch(["name"])
        return pairs_sudo

    @api.model
    def _get_type_names(self, person, relatives):
        """What each of the relatives is to the person, by relative id."""
        types = self._get_types(person)
        return {relative.id: kind.name for relative, kind in types.items() if relative in relatives}

    # Verbs

    @api.model
    def _link(self, person, relative, relative_type, person_type=None):
        """Records that the relative is this to the person; what is recorded already stays.

        What the person is to the relative is the usual inverse, unless it is named.
        """
        person_type = person_type or relative_type.inverse_id or relative_type
        return self._find(person, relative) or self.create({
            "person_a_id": relative.id,
            "type_a_id": relative_type.id,
            "person_b_id": person.id,
            "type_b_id": person_type.id,
        })  # fmt: skip

    def _end(self, reason):
        """The relationships last no longer; the rows stay as history."""
        self.filtered(lambda pair: not pair.ended_at).write({
            "ended_at": self.env.cr.now(),
            "ended_by_id": self.env.uid,
            "end_reason": reason,
        })  # fmt: skip
