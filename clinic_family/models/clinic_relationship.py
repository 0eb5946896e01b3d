from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClinicRelationship(models.Model):
    """A fact: two people are family, since when, until when.

    One row holds the pair; each side has its own type, because a grandmother and a guardian may
    be one person. A relationship gives no permission (see ``clinic.permission``).
    """

    _name = "clinic.relationship"
    _inherit = ["clinic.hidden"]
    _description = "Relationship"
    _order = "id desc"

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
    started_on = fields.Date(string="Since", default=fields.Date.context_today)
    ended_on = fields.Date(string="Until")

    _pair_unique = models.UniqueIndex(
        "(LEAST(person_a_id, person_b_id), GREATEST(person_a_id, person_b_id))"
        " WHERE ended_on IS NULL",
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

    @api.constrains("person_a_id", "person_b_id")
    def _check_two_people(self):
        for relationship in self:
            if relationship.person_a_id == relationship.person_b_id:
                raise ValidationError(self.env._("A relationship needs two different people."))

    @api.model
    def _get_type_names(self, person, relatives):
        """What each of the relatives is to the person, by relative id.

        Reads with sudo: a portal user may know what a relative is to them, and nothing else of
        the relative's record.
        """
        pairs_sudo = self.sudo().search([
            ("ended_on", "=", False),
            "|",
            "&", ("person_a_id", "=", person.id), ("person_b_id", "in", relatives.ids),
            "&", ("person_b_id", "=", person.id), ("person_a_id", "in", relatives.ids),
        ])  # fmt: skip
        names = {}
        for pair in pairs_sudo:
            if pair.person_a_id == person:
                names[pair.person_b_id.id] = pair.type_b_id.name
            else:
                names[pair.person_a_id.id] = pair.type_a_id.name
        return names
