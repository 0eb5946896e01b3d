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
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    content = fields.Binary(string="File", compute="_compute_content", attachment=False)

    @api.depends("person_id", "company_id")
    def _compute_content(self):
        for window in self:
            # A download says nothing of the company at work, which the window was opened in.
            files = self.env["clinic.person.file"].with_company(window.company_id)
            person = window.person_id.with_env(files.env)
            made = files._make_for_manager(person) if person else None
            window.content = b64encode(made.content) if made else False

    def action_download(self):
        self.ensure_one()
        name = f"person-{self.person_id.id}.zip"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/content/{name}?download=true",
            "target": "download",
        }
