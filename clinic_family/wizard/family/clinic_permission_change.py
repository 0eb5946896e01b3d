from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...engine.permissions import SWITCHES
from ...models.family.clinic_permission import BASES, RESPONSIBILITIES
from ...models.family.res_partner import PARENTAL_BASES


class ClinicPermissionChange(models.TransientModel):
    """Staff change what one person lets another do; only the differences are recorded."""

    _name = "clinic.permission.change"
    _inherit = ["clinic.assistant"]
    _description = "Change Permissions"

    grantor_id = fields.Many2one("res.partner", string="For", required=True)
    grantee_id = fields.Many2one("res.partner", string="Who May Act", required=True)
    line_ids = fields.One2many(
        "clinic.permission.change.line",
        "assistant_id",
        compute="_compute_lines",
        store=True,
        readonly=False,
    )
    basis = fields.Selection(
        BASES,
        compute="_compute_lines",
        store=True,
        readonly=False,
        help="Recorded with what is newly permitted; what is in force keeps its own.",
    )
    responsibility = fields.Selection(
        RESPONSIBILITIES,
        string="Rests On",
        compute="_compute_lines",
        store=True,
        readonly=False,
        help="Recorded with what is newly permitted, as the basis is.",
    )
    ends_on = fields.Date(
        compute="_compute_lines",
        store=True,
        readonly=False,
        help="Counts until midnight before this day. Another day renews what is in force.",
    )
    reason = fields.Char(help="Kept in the ledger with what ends or is suspended.")
    has_live = fields.Boolean(compute="_compute_history_ids")
    has_suspended = fields.Boolean(compute="_compute_history_ids")
    has_several_ends = fields.Boolean(compute="_compute_history_ids")
    history_ids = fields.Many2many("clinic.permission", compute="_compute_history_ids")

    @api.depends("grantor_id", "grantee_id")
    def _compute_lines(self):
        for assistant in self:
            held = assistant._get_held()
            bases = set(held.mapped("basis"))
            assistant.line_ids = [Command.clear(), *assistant._get_line_commands(held)]
            assistant.basis = bases.pop() if len(bases) == 1 else False
            rests_on = set(held.sudo().mapped("responsibility"))
            assistant.responsibility = rests_on.pop() if len(rests_on) == 1 else False
            assistant.ends_on = assistant._get_common_end(held)

    def _get_line_commands(self, held):
        suspended_kinds = self._get_suspended().mapped("kind")
        held_kinds = held.mapped("kind")
        return [
            Command.create({
                "kind": kind,
                "is_allowed": kind in held_kinds,
                "is_suspended": kind in suspended_kinds,
            })
            for kind in SWITCHES
        ]  # fmt: skip

    @api.depends("grantor_id", "grantee_id")
    def _compute_history_ids(self):
        for assistant in self:
            held = assistant._get_held()
            assistant.has_live = bool(held)
            assistant.has_suspended = bool(assistant._get_suspended())
            assistant.has_several_ends = len(assistant._get_end_days(held)) > 1
            assistant.history_ids = self.env["clinic.permission"].search([
                ("grantor_id", "=", assistant.grantor_id.id),
                ("grantee_id", "=", assistant.grantee_id.id),
            ])  # fmt: skip

    def _get_held(self):
        """What is in force, of what can be changed here."""
        return self._get_all_held().filtered(lambda permission: permission.kind in SWITCHES)

    def _get_all_held(self):
        return self.env["clinic.permission"]._get_held(self.grantor_id, self.grantee_id)

    def _get_suspended(self):
        return self.env["clinic.permission"]._get_suspended(self.grantor_id, self.grantee_id)

    def _get_end_day(self, permission):
        return permission.ends_at and self.env["clinic.family"]._get_day(permission.ends_at)

    def _get_end_days(self, held):
        return {self._get_end_day(permission) for permission in held}

    def _get_common_end(self, held):
        days = self._get_end_days(held)
        return days.pop() if len(days) == 1 else False

    # Saving

    def action_save(self):
        """Ends what is no longer ticked, grants what newly is, renews when the end changed."""
        self.ensure_one()
        kinds = self.line_ids.filtered("is_allowed").mapped("kind")
        held = self._get_held()
        self._verify(set(kinds) - set(held.mapped("kind")))
        kept = held.filtered(lambda permission: permission.kind in kinds)
        ends_at = self.ends_on and held._get_midnight(self.ends_on)
        if self.ends_on != self._get_common_end(held):
            outdated = kept.filtered(lambda one: self._get_end_day(one) != self.ends_on)
            # The ledger is written by verbs only.
            outdated.sudo()._renew(ends_at)
        held.sudo()._set_kinds(
            self.grantor_id,
            self.grantee_id,
            kinds,
            self.basis,
            ends_at,
            self.reason or self.env._("Changed by the clinic."),
            responsibility=self.basis in PARENTAL_BASES and self.responsibility,
        )
        return {"type": "ir.actions.act_window_close"}

    def _verify(self, new_kinds):
        if new_kinds and not self.basis:
            raise UserError(self.env._(
                "Please choose on what basis this is permitted: the ledger keeps it."
            ))  # fmt: skip
        if self.ends_on and self.ends_on <= self.env.company._get_clinic_today():
            raise UserError(self.env._(
                "The permissions must end on a day to come. To end them now, untick them."
            ))  # fmt: skip

    def action_suspend(self):
        """All that is in force in this direction rests."""
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Please write why the permissions are suspended."))
        # As above: by verbs only.
        self._get_all_held().sudo()._suspend(self.reason)
        return {"type": "ir.actions.act_window_close"}

    def action_resume(self):
        """All that rests in this direction counts again."""
        self.ensure_one()
        # As above: by verbs only.
        self._get_suspended().sudo()._resume()
        return {"type": "ir.actions.act_window_close"}


class ClinicPermissionChangeLine(models.TransientModel):
    _name = "clinic.permission.change.line"
    _inherit = "clinic.permission.line"
    _description = "Permission in a Change"

    assistant_id = fields.Many2one("clinic.permission.change", required=True, ondelete="cascade")
    is_allowed = fields.Boolean(string="May")
    is_suspended = fields.Boolean(string="Suspended", readonly=True)
