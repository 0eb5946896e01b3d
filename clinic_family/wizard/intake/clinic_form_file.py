from odoo import fields, models


class ClinicFormFile(models.TransientModel):
    """Files a form as it is: it was filled in on paper, or nobody else can sign it."""

    _name = "clinic.form.file"
    _inherit = ["clinic.assistant"]
    _description = "File a Form as It Is"

    request_id = fields.Many2one("clinic.form.request", required=True, ondelete="cascade")
    state = fields.Selection(related="request_id.state")
    note = fields.Char(string="Why", required=True)

    def action_file(self):
        self.ensure_one()
        self.request_id._file_as_it_is(self.note)
        return {"type": "ir.actions.act_window_close"}
