from base64 import b64encode

from odoo import api, fields, models


class ClinicPersonExport(models.TransientModel):
    """A manager gives a patient what the clinic keeps about them.

    The file is made as it is downloaded, and kept nowhere.
    """

    _name = "clinic.person.export"
    _inherit = ["clinic.assistant"]
    _description = "File of a Patient"

    person_id = fields.Many2one("res.partner", string="Patient", required=True, ondelete="cascade")
    content = fields.Binary(string="File", compute="_compute_content", attachment=False)

    @api.depends("person_id")
    def _compute_content(self):
        for window in self:
            person = window.person_id
            made = person and self.env["clinic.person.file"]._make_for_manager(person)
            window.content = made and b64encode(made.content)

    def action_download(self):
        self.ensure_one()
        name = f"person-{self.person_id.id}.zip"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/content/{name}?download=true",
            "target": "download",
        }
