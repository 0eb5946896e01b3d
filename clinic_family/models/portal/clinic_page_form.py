from odoo import api, models

from ...engine.relative import get_first_name
from ..intake.clinic_form_request import DUE


class ClinicPageForm(models.AbstractModel):
    """The page of one's forms, and of those one fills in for others."""

    _name = "clinic.page.form"
    _inherit = "clinic.page"
    _description = "Forms Page"

    @api.model
    def _get_forms(self):
        """Those to fill in, one's own first, and those that were, the last one first."""
        rows = [self._get_row(form) for form in self.env["clinic.form.request"]._find_mine()]
        due = [row for row in rows if row["state"] in DUE]
        return {
            "due": sorted(due, key=lambda row: (not row["is_mine"], row["patient"], row["id"])),
            "filled": [row for row in rows if row["state"] == "completed"],
        }

    def _get_row(self, form):
        me = self.env.user.partner_id
        # Who may fill in somebody's forms knows their name; they may not read the contact.
        patient_sudo, by_sudo = form.sudo().patient_id, form.sudo().filled_by_id
        return {
            "id": form.id,
            "title": form.title,
            "patient": patient_sudo.name,
            "first_name": get_first_name(patient_sudo.name),
            "is_mine": patient_sudo == me,
            "state": form.state,
            "by": "" if form.state == "open" or by_sudo == me else by_sudo.name,
            "day": self._format_moment(form.completed_at),
        }

    @api.model
    def _count_due(self):
        """How many the reader is asked for."""
        return len(self.env["clinic.form.request"]._find_mine(("state", "in", DUE)))
