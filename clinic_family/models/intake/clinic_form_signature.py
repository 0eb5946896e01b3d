from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.image import base64_to_image

from ...engine.permissions import GUARDING
from ...exceptions import FamilyRefused
from ..family.res_partner import STAFF

LONGEST_NAME = 200
# Characters of base64: four times what a drawing of a whole screen needs.
LARGEST_PICTURE = 1_000_000


class ClinicFormSignature(models.Model):
    """Somebody has read a form that was filled in, and has agreed to it."""

    _name = "clinic.form.signature"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Signature on a Form"
    _rec_name = "name"
    _order = "id"

    request_id = fields.Many2one(
        "clinic.form.request", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True, index=True)
    person_id = fields.Many2one(
        "res.partner",
        string="Signed By",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    permission_id = fields.Many2one(
        "clinic.permission",
        string="Under",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The permission under which a guardian signed; empty for the patient.",
    )
    handout_id = fields.Many2one(
        "clinic.form.handout",
        string="At the Clinic",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The link by which it was signed without a login, and who of the staff made it.",
    )
    name = fields.Char(string="Signed As", required=True, readonly=True)
    image = fields.Image(
        string="Signature",
        readonly=True,
        attachment=False,
        max_width=1024,
        max_height=1024,
        groups=STAFF,
        help="Drawn, or the name as it was typed.",
    )
    signed_at = fields.Datetime(string="Signed On", required=True, readonly=True)

    @api.model
    def _get_domain_for(self, person):
        """Which requests wait for two guardians while this person is one of the patient's."""
        authorities_sudo = (
            self.env["clinic.authority"]
            .sudo()
            .search_fetch(
                [("actor_id", "=", person.id), ("kind", "=", "intake"), ("basis", "in", GUARDING)],
                ["person_id"],
            )
        )
        waiting = Domain("state", "=", "signing") & Domain("signatures_needed", ">", 1)
        return waiting & Domain("patient_id", "in", authorities_sudo.person_id.ids)

    @api.model
    def _sign(self, request, name, image=None, handout_sudo=None):
        """Signs as the reader, or as who was handed it; completes it if nobody else has to.

        ``image`` is a picture in base64, of what was drawn or typed. Two who sign at once are
        counted one after the other: the second is tried again, and sees the first.

        :raises FamilyRefused: without a name, or if there is nothing for this person to sign
        """
        request_sudo = request.sudo()
        me = handout_sudo.person_id if handout_sudo else self.env.user.partner_id
        if not request_sudo._is_to_be_signed_by(me):
            raise FamilyRefused("sign", self.env._("There is nothing for you to sign any more."))
        name = " ".join((name or "").split())[:LONGEST_NAME]
        if not name:
            raise FamilyRefused("name", self.env._("Please write your name."))
        self._verify_picture(image)
        request_sudo.signature_count += 1
        request_sudo.flush_recordset(["signature_count"])
        patient = request_sudo.patient_id
        decision = self.env["clinic.authority"]._decide(me, "intake", patient)[patient.id]
        signature_sudo = self.sudo().create({
            "request_id": request_sudo.id,
            "person_id": me.id,
            "permission_id": decision.facts["permission_id"],
            "name": name,
            "image": image,
            "handout_id": handout_sudo.id if handout_sudo else False,
            "signed_at": fields.Datetime.now(),
        })  # fmt: skip
        if request_sudo._is_signed():
            request_sudo._file()
        return signature_sudo

    def _get_day(self):
        """The day at the clinic on which it was signed."""
        family = self.env["clinic.family"].with_company(self.company_id)
        return family._get_day(self.signed_at)

    def _verify_picture(self, image):
        """What Odoo's component sends is a small PNG; anything else isn't a signature."""
        try:
            is_drawn = not image or (
                isinstance(image, str)
                and len(image) <= LARGEST_PICTURE
                and base64_to_image(image).format == "PNG"
            )
        except UserError:
            is_drawn = False
        if not is_drawn:
            raise FamilyRefused("picture", self.env._("Please draw your signature again."))
