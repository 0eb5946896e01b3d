from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClinicBlock(models.Model):
    """A safeguarding block: these two people are never linked again by themselves.

    Known to managers only, and silent: for the two it looks as if the other had never answered.
    Setting it ends what they share; lifting it restores nothing. Each company reads and lifts
    those it has set itself; while one of them lasts, the two are apart everywhere.
    """

    _name = "clinic.block"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin", "clinic.about.people"]
    _description = "Safeguarding Block"
    _order = "id desc"
    _people_fields = ("person_a_id", "person_b_id")

    person_a_id = fields.Many2one(
        "res.partner", string="Person", required=True, index=True, ondelete="cascade"
    )
    person_b_id = fields.Many2one(
        "res.partner", string="Kept Apart From", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
        help="The company that has set it: its managers alone read and lift it.",
    )
    reason = fields.Text(required=True)
    lifted_at = fields.Datetime(readonly=True)
    lifted_by_id = fields.Many2one("res.users", readonly=True)

    _pair_unique = models.UniqueIndex(
        "(LEAST(person_a_id, person_b_id), GREATEST(person_a_id, person_b_id), company_id)"
        " WHERE lifted_at IS NULL",
        "These two people are blocked from each other already.",
    )

    @api.depends("person_a_id", "person_b_id")
    def _compute_display_name(self):
        for block in self:
            block.display_name = f"{block.person_a_id.name} / {block.person_b_id.name}"

    @api.constrains("person_a_id", "person_b_id")
    def _check_two_people(self):
        for block in self:
            if block.person_a_id == block.person_b_id:
                raise ValidationError(self.env._("A block needs two different people."))

    # Reading

    @api.model
    def _find(self, person, other):
        """The block between the two that lasts, of those the reader may see."""
        return self.search([
            ("lifted_at", "=", False),
            ("person_a_id", "in", (person + other).ids),
            ("person_b_id", "in", (person + other).ids),
        ])  # fmt: skip

    @api.model
    def _stops(self, person, other):
        """Whether the two are blocked from each other."""
        return self._stops_among(person + other)

    @api.model
    def _stops_among(self, people):
        """Whether any two of these people are blocked from each other."""
        # Nobody but managers may know of a block, but it binds everybody.
        return bool(
            self.sudo().search_count([
                ("lifted_at", "=", False),
                ("person_a_id", "in", people.ids),
                ("person_b_id", "in", people.ids),
            ], limit=1)
        )  # fmt: skip

    @api.model
    def _get_sentence(self):
        """What staff are told instead of that there is a block."""
        return self.env._("The clinic's manager has to decide about this link. Nothing was saved.")

    # Verbs

    @api.model
    def _set(self, person, other, reason):
        """Keeps the two apart from now on, and ends what they share; nobody is told."""
        self.check_access("read")
        # Managers decide, but write through these verbs only: a block is evidence.
        block_sudo = self.sudo().create({
            "person_a_id": person.id, "person_b_id": other.id, "reason": reason,
            "company_id": self.env.company.id,
        })  # fmt: skip
        ended = self.env._("Ended by the clinic.")
        self.env["clinic.family"]._separate(person, other, ended)
        self.env["clinic.permission"].sudo()._end_between(person, other, ended)
        other.sudo().patient_group_ids -= person.sudo().patient_group_ids
        return block_sudo.sudo(False)

    def _lift(self):
        """The two may be linked again; what they shared stays ended."""
        self.check_access("read")
        # As above: through the verb only.
        self.sudo().filtered(lambda block: not block.lifted_at).write({
            "lifted_at": self.env.cr.now(), "lifted_by_id": self.env.uid,
        })  # fmt: skip

    def action_lift(self):
        self._lift()
