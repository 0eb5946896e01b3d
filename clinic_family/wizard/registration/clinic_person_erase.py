from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicPersonErase(models.TransientModel):
    """Erases a patient; shows first what stands in the way, what goes and what stays."""

    _name = "clinic.person.erase"
    _inherit = ["clinic.assistant"]
    _description = "Erase a Patient"

    person_id = fields.Many2one("res.partner", string="Patient", required=True, ondelete="cascade")
    obstacle_text = fields.Text(string="First", compute="_compute_what_follows")
    goes_text = fields.Text(string="Removed", compute="_compute_what_follows")
    stays_text = fields.Text(string="Stays, Without a Name", compute="_compute_what_follows")
    why = fields.Char()
    typed_name = fields.Char(string="Their Name", help="Typed, to be sure who is erased.")

    @api.depends("person_id")
    def _compute_what_follows(self):
        files = self.env["clinic.person.file"]
        for window in self:
            person = window.person_id
            if person:
                files._verify_may_erase(person)
            goes, stays = files._count(person) if person else ({}, {})
            window.obstacle_text = "\n".join(files._find_obstacles(person) if person else ())
            window.goes_text = self._list(goes)
            window.stays_text = self._list(stays)

    def _list(self, counts):
        return "\n".join(
            self.env._("%(what)s: %(count)s", what=title, count=count)
            for title, count in counts.items()
        )

    def action_erase(self):
        """Erases them; the window itself has named them, and is gone too."""
        self.ensure_one()
        self.check_access("write")
        person, why = self.person_id, self.why
        typed = " ".join((self.typed_name or "").split())
        if typed.casefold() != " ".join((person.name or "").split()).casefold():
            raise UserError(self.env._("Please type the patient's name as it stands above."))
        self.env["clinic.person.file"]._erase(person, why)
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": person.id,
            "views": [(False, "form")],
        }
