import secrets
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import consteq, email_normalize, hmac

from ...engine.forms import read_code
from ...exceptions import FamilyRefused
from .clinic_invitation import MOST_TRIES, UNANSWERED, VALID_DAYS

CODE_DIGITS = 6


class ClinicInvitation(models.Model):
    """Staff invite somebody to act for a patient; the link, and the code if any, are secrets.

    Only their hashes are stored: a link is good until the next one is made, and whoever holds it
    has five tries at the code in all.
    """

    _inherit = "clinic.invitation"

    @api.model
    def _invite(self, patient, person, values, with_code=False):
        """Invites the person, or whoever reads at the address; returns the invitation, its link
        and its code.

        A newer invitation of the same person replaces an open one. What the clinic answers is the
        same whether somebody with an account reads at the address or not.
        """
        address = email_normalize(values["email"])
        self._verify_not_apart(patient, person, address)
        self._search_invited(patient, person, address, values["name"])._update_state("withdrawn")
        invitation = self.create({
            **values,
            "email": address,
            "asker_id": patient.id,
            "grantor_id": person.id,
            "staff_id": self.env.uid,
        })  # fmt: skip
        code = invitation._set_code() if with_code else ""
        return invitation, invitation._send_new_link(), code

    def _verify_not_apart(self, patient, person, address):
        """Nobody is invited to somebody they are kept apart from, whichever way they are named."""
        blocks = self.env["clinic.block"]
        if blocks._stops(patient, person) or self._is_address_blocked(patient, address):
            raise ValidationError(blocks._get_sentence())

    @api.model
    def _search_invited(self, patient, person, address, name):
        who = [("grantor_id", "=", person.id)]
        if not person:
            # Several people may read at one address.
            who += [("email", "=", address), ("name", "=", name)]
        return self.search([
            ("asker_id", "=", patient.id), ("staff_id", "!=", False), ("state", "=", "open"),
            ("is_own", "=", False), *who,
        ])  # fmt: skip

    def _send_new_link(self):
        """Writes to the address anew and gives the link; the one before is dead."""
        now = self.env.cr.now()
        if self.ends_at and self.ends_at <= now:
            raise UserError(self.env._(
                "What was offered has ended by itself. Please make a new invitation."
            ))  # fmt: skip
        ends = [self.ends_at] if self.ends_at else []
        token = secrets.token_urlsafe(32)
        self.write({
            "token_hash": self._hash(token),
            "expires_at": min([now + timedelta(days=VALID_DAYS), *ends]),
        })  # fmt: skip
        return self.env["clinic.sharing.notice"]._tell_invited_by_staff(self, token)

    # The code

    def _set_code(self):
        """A code is told by other means than the link: on the phone, or on paper."""
        code = str(secrets.randbelow(10**CODE_DIGITS)).zfill(CODE_DIGITS)
        self.code_hash = self._hash_code(code)
        return code

    def _hash_code(self, code):
        # So few codes are found by trying all, without the key that this server keeps.
        return hmac(self.env(su=True), "clinic_invitation_code", (self.id, code))

    def _verify_code(self, code):
        """Refuses a wrong code; the last of the tries ends the invitation."""
        if not self.code_hash:
            return
        self._count_try()
        if consteq(self.code_hash, self._hash_code(read_code(code))):
            # What is right costs no try.
            self.tries -= 1
            return
        self._lock_if_tried_out()
        raise FamilyRefused("code", self.env._(
            "This isn't the code. Please look again, or ask the clinic for it. After %s wrong "
            "codes the invitation ends.",
            MOST_TRIES,
        ), ["code"])  # fmt: skip

    def _count_try(self):
        """Counts before anything is compared, on the row that parallel tries compete for.

        All but one of them fail there and are judged anew, seeing what the one has counted.
        """
        for invitation in self:
            invitation.tries += 1
        self.flush_recordset(["tries"])

    def _lock_if_tried_out(self):
        self.filtered(lambda one: one.tries >= MOST_TRIES)._update_state("locked")

    # What staff do about it

    def action_resend(self):
        """Sends a new link, and shows it to be copied."""
        invitation_sudo = self._verify_of_staff()
        if invitation_sudo.state == "queued":
            raise UserError(self.env._("This invitation leaves by itself in a moment."))
        if invitation_sudo.is_own:
            self.env["clinic.invitation.bulk"]._readdress(invitation_sudo)
        invitation_sudo._verify_not_apart(
            invitation_sudo.asker_id, invitation_sudo.grantor_id, invitation_sudo.email
        )
        return self._show_secrets(invitation_sudo._send_new_link())

    def action_withdraw(self):
        """The link is dead; what was offered, to whom and by whom stays in the history."""
        self._verify_of_staff()._update_state("withdrawn")

    def _verify_of_staff(self):
        """With full rights, if it is the staff's and waits for its answer: verbs alone write."""
        self.ensure_one()
        self.check_access("read")
        if self.state not in UNANSWERED or not self.staff_id:
            raise UserError(self.env._(
                "This invitation was answered, has ended, or was sent by a patient."
            ))  # fmt: skip
        return self.sudo()

    def _show_secrets(self, link, code=""):
        """The window that shows the link and the code once: nothing keeps them."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_invitation_sent_action"
        )
        shown = {"default_link": link, "default_code": code, "default_email": self.email}
        return {**action, "context": shown}
