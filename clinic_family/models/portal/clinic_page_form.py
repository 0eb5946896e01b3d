from odoo import api, models

from ...engine.relative import get_first_name
from ..intake.clinic_form_request import DUE, FILLED


class ClinicPageForm(models.AbstractModel):
    """The page of one's forms, and of those one fills in for others."""

    _name = "clinic.page.form"
    _inherit = "clinic.page"
    _description = "Forms Page"

    @api.model
    def _get_forms(self):
        """Those to fill in, one's own first, and those that were, the last one first."""
        forms = self.env["clinic.form.request"]._find_mine()
        correctable = forms._find_correctable()
        rows = [{**self._get_row(one), "is_correctable": one in correctable} for one in forms]
        due = [row for row in rows if row["state"] in DUE or row["is_to_sign"]]
        return {
            "due": sorted(due, key=lambda row: (not row["is_mine"], row["patient"], row["id"])),
            "filled": [
                row
                for row in rows
                if row["state"] in ("signing", "completed") and not row["is_to_sign"]
            ],
        }

    @api.model
    def _get_signing(self, form):
        """What its reader is asked to sign; nothing if there is nothing for them to sign."""
        row = self._get_row(form)
        return row["is_to_sign"] and {
            **row,
            "filled_by": form.sudo().filled_by_id.name,
            "signed": self._list_signatures(form),
            "reader": self.env.user.partner_id.name,
            "call_url": f"/my/forms/{form.id}/draw",
        }

    @api.model
    def _get_handed(self, handout_sudo):
        """What the person is to do who was handed it: fill it in, sign it, or hand it back."""
        if not handout_sudo:
            return {}
        form_sudo, person_sudo = handout_sudo.request_id, handout_sudo.person_id
        if not handout_sudo._is_for(form_sudo, person_sudo):
            return {"todo": "ask" if form_sudo.state in DUE else "thanks"}
        return {
            "todo": "fill" if form_sudo.state in DUE else "sign",
            "title": form_sudo.title,
            "patient": form_sudo.patient_id.name,
            "reader": person_sudo.name,
            "is_mine": form_sudo.patient_id == person_sudo,
            "filled_by": form_sudo.filled_by_id.name,
            "signed": self._list_signatures(form_sudo),
            "reading_url": form_sudo.answer_id.get_print_url() if form_sudo.answer_id else "",
        }

    def _list_signatures(self, form):
        return [
            {"name": one_sudo.person_id.name, "day": self._format_moment(one_sudo.signed_at)}
            for one_sudo in form.sudo().signature_ids
        ]

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
            "is_to_sign": form.sudo()._is_to_be_signed_by(me),
            "is_signed_by_two": form.state in (*DUE, "signing") and form.sudo()._needs_guardians(),
            "is_unsignable": form.state == "signing" and not form.sudo()._find_signers(),
            "is_corrected": bool(form.sudo().corrects_id),
            "is_on_paper": form.state in FILLED and not form.sudo().answer_id,
            "day": self._format_moment(form.completed_at),
        }

    @api.model
    def _count_due(self):
        """How many the reader is asked for."""
        me, forms = self.env.user.partner_id, self.env["clinic.form.request"]
        mine_sudo = forms._find_mine(("state", "in", (*DUE, "signing"))).sudo()
        return len(mine_sudo.filtered(lambda one: one.state in DUE or one._is_to_be_signed_by(me)))
