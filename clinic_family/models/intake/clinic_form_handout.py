import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import consteq

from .clinic_form_request import DUE

VALID = timedelta(hours=1)


class ClinicFormHandout(models.Model):
    """The front desk has handed a form to somebody who is there, on a tablet or by a QR code.

    The link is a secret, of which only the hash is stored. It opens this one form without a login
    to the one person, for an hour or until nothing is left for them to do, and is dead with the
    next one for the same form.
    """

    _name = "clinic.form.handout"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Form Handed Over at the Clinic"
    _order = "id desc"

    request_id = fields.Many2one(
        "clinic.form.request", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True, index=True)
    person_id = fields.Many2one(
        "res.partner",
        string="Handed To",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    staff_id = fields.Many2one(
        "res.users", string="Handed Over By", required=True, readonly=True, ondelete="restrict"
    )
    key_hash = fields.Char(readonly=True, copy=False, groups="base.group_system")
    ends_at = fields.Datetime(required=True, readonly=True)

    _one_key = models.UniqueIndex("(key_hash)", "This link was made already.")

    @api.model
    def _hand(self, request_sudo, person):
        """Gives the secret part of a link that opens the form to this person."""
        key, now = secrets.token_urlsafe(32), fields.Datetime.now()
        # Of two at once the second fails on this row, and is tried again seeing the first.
        request_sudo.write({"handed_at": now})
        request_sudo.flush_recordset(["handed_at"])
        request_sudo.handout_ids._end()
        self.sudo().create({
            "request_id": request_sudo.id,
            "person_id": person.id,
            "staff_id": self.env.uid,
            "key_hash": self._hash(key),
            "ends_at": now + VALID,
        })  # fmt: skip
        return key

    def _end(self):
        """The links lead nowhere from now on."""
        now = fields.Datetime.now()
        self.filtered(lambda one: one.ends_at > now).ends_at = now

    def action_end(self):
        """The front desk ends a link, as of a device that wasn't handed back."""
        self.request_id._verify_front_desk()
        self.sudo()._end()

    @api.model
    def _find_people(self, request_sudo):
        """To whom it may be handed: the patient and those who may fill it in, or who sign it."""
        authorities_sudo = self.env["clinic.authority"].sudo()
        people_sudo = authorities_sudo.search_fetch(
            [("person_id", "=", request_sudo.patient_id.id), ("kind", "=", "intake")], ["actor_id"]
        ).actor_id
        return people_sudo.filtered(lambda one: self._is_for(request_sudo, one))

    @api.model
    def _is_for(self, request_sudo, person):
        """Whether something is left for this person to fill in or to sign."""
        if request_sudo.state not in DUE:
            return request_sudo._is_to_be_signed_by(person)
        patient = request_sudo.patient_id
        if not self.env["clinic.authority"]._decide(person, "intake", patient)[patient.id]:
            return False
        return request_sudo.state == "open" or person in patient | request_sudo.filled_by_id

    @api.model
    def _find_by_key(self, key):
        """The one behind a link that is still good, with full rights; nothing otherwise.

        Who works here reads nobody else's form by it, nor does who finds their screen open.
        """
        found_sudo = self.sudo().search([("key_hash", "=", self._hash(key or ""))])
        me, is_staff = self.env.user.partner_id, self.env.user._is_internal()
        return found_sudo.filtered(
            lambda one: one.ends_at > self.env.cr.now() and (not is_staff or one.person_id == me)
        )

    @api.model
    def _find_used(self):
        """The one whose link was opened on this device, as long as the form isn't filed."""
        key = self.env.context.get("clinic_form_key")
        found_sudo = self._find_by_key(key) if key else self.sudo().browse()
        return found_sudo.filtered(lambda one: one._is_for(one.request_id, one.person_id))

    def _is_key(self, key):
        return bool(self) and consteq(self.sudo().key_hash, self._hash(key))

    @api.model
    def _hash(self, key):
        return hashlib.sha256(key.encode()).hexdigest()

    def _sign(self, name, image=None):
        self.ensure_one()
        signatures = self.env["clinic.form.signature"]
        return signatures._sign(self.request_id, name, image, handout_sudo=self)

    def _open(self):
        """The address at which the person fills it in; nothing if they may not any more."""
        self.ensure_one()
        request_sudo, person = self.request_id, self.person_id
        is_theirs = self._is_for(request_sudo, person)
        return request_sudo.sudo(False)._open(person) if is_theirs else ""
