from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicAppointment(models.Model):
    """What the front desk sees and does about the sessions that pay for a visit."""

    _inherit = "clinic.appointment"

    session_text = fields.Char(
        string="Paid With",
        compute="_compute_session_text",
        groups="base.group_user",
        help="The packages whose sessions pay for it, and how many of them are left.",
    )
    wants_session = fields.Boolean(
        compute="_compute_wants_session", compute_sudo=True, groups="base.group_user"
    )
    returned_session_ids = fields.Many2many(
        "clinic.package.session",
        compute="_compute_returned_session_ids",
        compute_sudo=True,
        groups="base.group_user",
        help="Given back when it was cancelled or nobody came, and still free.",
    )

    @api.depends("session_ids.state")
    @api.depends_context("uid")
    def _compute_session_text(self):
        for visit in self:
            sessions = visit.session_ids._filtered_access("read")
            visit.session_text = ", ".join(
                self.env._(
                    "%(package)s (%(owner)s): %(left)s left",
                    package=purchase.name,
                    owner=purchase.owner_id.name,
                    left=purchase.free_count,
                )
                # Whoever sees the session may know of which package it is.
                for purchase in sessions.sudo().purchase_id
            )

    @api.depends("session_ids", "participant_ids.state", "state", "service_id", "is_invoiced")
    def _compute_wants_session(self):
        for visit in self:
            is_on = visit.id and visit.state in ("booked", "arrived", "fulfilled")
            visit.wants_session = bool(
                is_on and not visit.is_invoiced and visit._get_session_fees()
            )

    @api.depends("session_ids.state", "state")
    def _compute_returned_session_ids(self):
        changes = self.env["clinic.package.session.change"]
        for visit in self:
            visit.returned_session_ids = changes.search([
                ("appointment_id", "=", visit._origin.id),
                ("new_state", "=", "free"),
                ("session_id.state", "=", "free"),
            ]).session_id if visit._can_use_up() else False  # fmt: skip

    def _can_use_up(self):
        return self.id and self.state in ("cancelled", "noshow") and not self.session_ids

    @api.depends("session_ids")
    @api.depends_context("clinic_signs")
    def _compute_display_name(self):
        """In the calendar a sign says that sessions pay for a visit."""
        result = super()._compute_display_name()
        if self.env.context.get("clinic_signs"):
            for visit in self.filtered(lambda one: one.sudo().session_ids):
                visit.display_name = f"▣ {visit.display_name}"
        return result

    # Steps

    def action_use_session(self):
        """Opens the window with the sessions that count for the visit, and why others don't."""
        self.ensure_one()
        choosing = self.env["clinic.session.choose"].create({"appointment_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Use a Session"),
            "res_model": choosing._name,
            "res_id": choosing.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_use_up(self):
        """Counts as used what was given back although it was late, or nobody came."""
        self.ensure_one()
        self.returned_session_ids.sudo(False)._verify_desk()
        for session_sudo in self.returned_session_ids.sudo():
            last = session_sudo.change_ids.filtered(lambda one: one.appointment_id == self)[:1]
            whose = self.participant_ids.filtered(
                lambda p, last=last: p.partner_id == last.partner_id
            )
            session_sudo._move_to(
                "used",
                self.env._("Counted as used by the clinic."),
                appointment_id=self.id,
                participant_id=whose.id,
                permission_id=last.permission_id.id,
            )

    def _use_chosen(self, participant, session, permission_id):
        """Reserves the session the front desk chose; of a visit that took place it is used."""
        self._reserve_planned([(self, participant, session, permission_id)])
        self.uses_session = True
        self._settle_sessions()

    def _get_or_create_invoice(self):
        if self.session_ids and not self.is_invoiced and not self._get_session_fees():
            raise UserError(self.env._(
                "This visit is paid with package sessions, so there is nothing to invoice."
            ))  # fmt: skip
        return super()._get_or_create_invoice()
