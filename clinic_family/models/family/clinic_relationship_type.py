from odoo import fields, models


class ClinicRelationshipType(models.Model):
    """What one person is to another: parent, child, guardian…

    A type is a label and gives no rights. ``code`` is the HL7 v3 RoleCode of the same meaning,
    so that the relationship can be told to other systems (FHIR RelatedPerson.relationship).
    """

    _name = "clinic.relationship.type"
    _inherit = ["clinic.written.mixin"]
    _description = "Relationship Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(string="HL7 Code", help="The HL7 v3 RoleCode with the same meaning.")
    inverse_id = fields.Many2one(
        "clinic.relationship.type",
        help="What the other person usually is, suggested when two people are linked.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "Another relationship type has this HL7 code already."
    )
