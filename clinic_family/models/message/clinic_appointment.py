from odoo import api, fields, models

from ..family.res_partner import FRONT_DESK

CALLED = ("called_at", "called_by_id", "needs_call")
DESK = "clinic_family.clinic_family_group_front_desk"


class ClinicAppointment(models.Model):
    """Whom the front desk calls: a visit that lost its hours, and who was told of it by phone."""

    _inherit = "clinic.appointment"

    needs_call = fields.Boolean(
        string="No Message Reaches Them",
        readonly=True,
        copy=False,
        groups=DESK,
        help="When its hours were taken away, no message reached one of those who come.",
    )
    called_at = fields.Datetime(string="Called On", readonly=True, copy=False, groups=DESK)
    called_by_id = fields.Many2one("res.users", readonly=True, copy=False, groups=DESK)
    phone_text = fields.Char(string="Phone", compute="_compute_phone_text", groups=DESK)

    @api.depends(
        "participant_ids.state",
        "participant_ids.partner_id.phone",
        "payer_id.phone",
        "is_confidential",
    )
    def _compute_phone_text(self):
        for visit in self:
            people = visit.participant_ids.filtered(lambda one: one.state != "cancelled").partner_id
            if not visit.is_confidential:
                people |= visit.payer_id
            visit.phone_text = ", ".join(
                f"{person.name} {person.phone}" for person in people if person.phone
            )

    def _note_orphaned(self, note):
        result = super()._note_orphaned(note)
        coming = self._get_coming()
        recipients = coming._get_recipients()
        for visit_sudo in self.sudo():
            those = coming.filtered(lambda one, visit=visit_sudo: one.appointment_id == visit)
            visit_sudo.write({
                **dict.fromkeys(CALLED, False),
                "needs_call": any(not recipients[one] for one in those),
            })  # fmt: skip
        return result

    def _get_told_before(self):
        """Who had a message about it; the front desk, which writes to them, reads where."""
        told = super()._get_told_before()
        words = self.env._("%(message)s to %(reader)s, %(moment)s")
        if self.env.user.has_group(FRONT_DESK):
            words = self.env._("%(message)s to %(reader)s at %(address)s, %(moment)s")
        for participant in self.participant_ids:
            sent = participant.clinic_message_ids.filtered(
                lambda one: one.state in ("sent", "unknown") and one.sent_at
            ).sorted("id")
            told += [
                words
                % {
                    "message": dict(one._fields["kind"]._description_selection(self.env))[one.kind],
                    "reader": one.recipient_id.name,
                    "address": one.address or "",
                    "moment": self._get_local_time(self.location_id, one.sent_at),
                }
                for one in sent
                if one.recipient_id != participant.partner_id
                or one.address != participant._get_private_recipient().get(participant.partner_id)
            ]
        return told

    def _forget_what_was_said(self, vals):
        self.sudo().filtered(lambda visit: visit.called_at or visit.needs_call).write(
            dict.fromkeys(CALLED, False)
        )
        return super()._forget_what_was_said(vals)

    def action_note_called(self):
        """They know by phone that the visit lost its hours."""
        self._note_called(fields.Datetime.now(), self.env.user)

    def action_note_not_called(self):
        """They don't know yet: it was noted by mistake."""
        self._note_called(False, self.env["res.users"])

    def _note_called(self, moment, user):
        self.check_access("read")
        self.check_access("write")
        # When and by whom is nobody's to write by hand.
        self.sudo().write({"called_at": moment, "called_by_id": user.id})
