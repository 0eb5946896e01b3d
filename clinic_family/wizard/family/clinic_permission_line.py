from odoo import api, fields, models

from ...models.family.clinic_permission_kind import SWITCHED_KINDS


class ClinicPermissionLine(models.AbstractModel):
    """One kind of permission in an assistant, with a sentence on what it means."""

    _name = "clinic.permission.line"
    _inherit = ["clinic.assistant"]
    _description = "Kind of Permission in an Assistant"

    kind = fields.Selection(SWITCHED_KINDS, string="Permission", required=True)
    meaning = fields.Char(string="What It Means", compute="_compute_meaning")

    @api.depends("kind")
    def _compute_meaning(self):
        meanings = self.env["clinic.permission.kind"]._get_staff_meanings()
        for line in self:
            line.meaning = meanings.get(line.kind)
