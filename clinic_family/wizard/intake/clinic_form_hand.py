import base64

from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicFormHand(models.TransientModel):
    """Hands a form to somebody who is there: a link for the tablet, a QR code for their phone."""

    _name = "clinic.form.hand"
    _inherit = ["clinic.assistant"]
    _description = "Hand Over a Form"

    request_id = fields.Many2one("clinic.form.request", required=True, ondelete="cascade")
    people_ids = fields.Many2many("res.partner", compute="_compute_people_ids")
    person_id = fields.Many2one(
        "res.partner",
        string="Hand It To",
        compute="_compute_person_id",
        store=True,
        readonly=False,
    )
    link = fields.Char(store=False)
    picture = fields.Char(store=False)

    @api.depends("request_id")
    def _compute_people_ids(self):
        for assistant in self:
            # The front desk may know who may fill in whose forms.
            request_sudo = assistant.request_id.sudo()
            people_sudo = self.env["clinic.form.handout"]._find_people(request_sudo)
            assistant.people_ids = people_sudo

    @api.depends("people_ids")
    def _compute_person_id(self):
        for assistant in self:
            people = assistant.people_ids
            assistant.person_id = people if len(people) == 1 else assistant.person_id & people

    def action_hand(self):
        """Shows the link and the code once: nothing keeps them."""
        self.ensure_one()
        if not self.person_id:
            raise UserError(self.env._("Please choose who fills it in or signs it."))
        link = self.request_id._hand_to(self.person_id)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_form_handed_action"
        )
        # In an address of its own the link would be kept by whatever fetches the picture.
        drawn = self.env["ir.actions.report"].barcode("QR", link, width=240, height=240)
        picture = f"data:image/png;base64,{base64.b64encode(drawn).decode()}"
        return {**action, "context": {"default_link": link, "default_picture": picture}}
