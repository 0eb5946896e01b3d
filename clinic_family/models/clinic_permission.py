from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

KINDS = [
    ("pay", "See and pay invoices"),
    ("book", "Book appointments"),
    ("intake", "Fill in forms"),
    ("notify", "Receive booking messages"),
    ("receipts", "Receive receipts"),
    ("calendar", "See appointments in a calendar"),
    ("packages", "Use package sessions"),
]
BASES = [
    ("consent", "Consent"),
    ("parental", "Parental responsibility"),
    ("guardianship", "Guardianship"),
    ("attorney", "Power of attorney"),
    ("best_interests", "Best interests"),
]
# A row is written once more, when it closes, and never again.
CLOSING = {"ended_at", "ended_by_id", "end_kind", "end_reason"}


class ClinicPermission(models.Model):
    """An authority: the grantor lets the grantee do one kind of thing, on a basis, for a time.

    The ledger of who could do what. One row a period; times are UTC and half-open: in force from
    ``starts_at`` until just before ``ends_at`` or ``ended_at``. Rows are never deleted, and
    written only to close them: what is suspended, resumed or renewed closes one row and opens the
    next, which names it as ``previous_id``. What is live right now is read from
    ``clinic.authority`` only.
    """

    _name = "clinic.permission"
    _inherit = ["clinic.hidden"]
    _description = "Permission"
    _order = "starts_at desc, id desc"

    grantor_id = fields.Many2one(
        "res.partner",
        string="Lets",
        required=True,
        index=True,
        ondelete="restrict",
        help="The person whose affairs these are.",
    )
    grantee_id = fields.Many2one(
        "res.partner",
        string="Allowed Person",
        required=True,
        index=True,
        ondelete="restrict",
        help="The person who may act.",
    )
    kind = fields.Selection(KINDS, required=True)
    basis = fields.Selection(BASES, required=True, default="consent")
    granted_by_id = fields.Many2one(
        "res.users",
        string="Recorded By",
        required=True,
        default=lambda self: self.env.user,
        groups="base.group_user",
    )
    starts_at = fields.Datetime(
        string="From", required=True, default=lambda self: self.env.cr.now()
    )
    ends_at = fields.Datetime(string="Until", help="Empty: until somebody ends it.")
    ended_at = fields.Datetime(string="Ended On", readonly=True)
    ended_by_id = fields.Many2one("res.users", readonly=True, groups="base.group_user")
    end_kind = fields.Selection(
        [("ended", "Ended"), ("suspended", "Suspended"), ("renewed", "Renewed")],
        string="How It Ended",
        readonly=True,
    )
    end_reason = fields.Char(readonly=True, groups="base.group_user")
    previous_id = fields.Many2one(
        "clinic.permission",
        string="Continues",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The permission this one resumes or renews.",
    )
    next_ids = fields.One2many("clinic.permission", "previous_id", string="Continued By")
    invitation_id = fields.Many2one(
        "clinic.invitation",
        string="Agreed Through",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
    )
    create_uid = fields.Many2one("res.users", groups="base.group_user")
    write_uid = fields.Many2one("res.users", groups="base.group_user")
    state = fields.Selection(
        [
            ("upcoming", "Not Yet"),
            ("live", "In Force"),
            ("suspended", "Suspended"),
            ("ended", "Ended"),
        ],
        string="Status",
        compute="_compute_state",
    )
    is_live = fields.Boolean(string="In Force", compute="_compute_state", search="_search_is_live")
    last_used_at = fields.Datetime(string="Last Used", compute="_compute_last_used_at")
    in_force_on = fields.Date(
        string="In Force On",
        store=False,
        search="_search_in_force_on",
        help="Search only: what counted at any time of that day (UTC).",
    )

    _grantee_kind_index = models.Index("(grantee_id, kind) WHERE ended_at IS NULL")

    @api.depends("starts_at", "ends_at", "ended_at", "end_kind", "next_ids")
    def _compute_state(self):
        live = self.env["clinic.authority"]._get_live_permissions(self)
        for permission in self:
            permission.is_live = permission in live
            permission.state = permission._get_state()

    def _get_state(self):
        if self.is_live:
            return "live"
        if self.end_kind == "suspended" and not self.next_ids:
            return "suspended"
        if not self.ended_at and self.starts_at > self.env.cr.now():
            return "upcoming"
        return "ended"

    def _search_is_live(self, operator, value):
        if operator != "in":
            return NotImplemented
        # A permission the reader may see is live or not whoever reads it.
        live_sudo = self.env["clinic.authority"].sudo()._search([("permission_id", "!=", False)])
        return [("id", "in" if True in value else "not in", live_sudo.subselect("permission_id"))]

    def _search_in_force_on(self, operator, value):
        if operator not in ("=", "in"):
            return NotImplemented
        day = fields.Date.to_date(value if operator == "=" else next(iter(value)))
        first = fields.Datetime.to_datetime(day)
        after = fields.Datetime.add(first, days=1)
        return [
            ("starts_at", "<", after),
            "|", ("ends_at", "=", False), ("ends_at", ">", first),
            "|", ("ended_at", "=", False), ("ended_at", ">", first),
        ]  # fmt: skip

    def _compute_last_used_at(self):
        # When it was used is told to whoever sees the permission, what for is not.
        used = dict(
            self.env["clinic.participant"]
            .sudo()
            ._read_group(
                [("permission_id", "in", self.ids)], ["permission_id"], ["create_date:max"]
            )
        )
        for permission in self:
            permission.last_used_at = used.get(permission.sudo(), False)

    @api.depends("grantor_id", "grantee_id", "kind")
    def _compute_display_name(self):
        kinds = self._get_kind_names()
        for permission in self:
            # Those between whom it is may know each other's names.
            permission.display_name = self.env._(
                "%(grantee)s for %(grantor)s: %(kind)s",
                grantee=permission.sudo().grantee_id.name,
                grantor=permission.sudo().grantor_id.name,
                kind=kinds.get(permission.kind),
            )

    @api.model
    def _get_kind_names(self):
        return dict(self._fields["kind"]._description_selection(self.env))

    @api.constrains("grantor_id", "grantee_id", "starts_at", "ends_at")
    def _check_people_and_period(self):
        for permission in self:
            if permission.grantor_id == permission.grantee_id:
                raise ValidationError(self.env._("Nobody needs a permission for themselves."))
            if permission.ends_at and permission.ends_at <= permission.starts_at:
                raise ValidationError(self.env._("A permission must end after it begins."))

    @api.constrains("grantor_id", "grantee_id")
    def _check_not_blocked(self):
        for permission in self:
            if self.env["clinic.block"]._stops(permission.grantor_id, permission.grantee_id):
                raise ValidationError(self.env._(
                    "These two people are blocked from each other, so nothing can be shared."
                ))  # fmt: skip

    def write(self, vals):
        if set(vals) - CLOSING or any(permission.ended_at for permission in self):
            raise UserError(self.env._(
                "What was permitted, by whom and when is never rewritten. "
                "End the permission and record a new one."
            ))  # fmt: skip
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was permitted, by whom and when is never deleted."))

    # Verbs

    @api.model
    def _grant(self, grantor, grantee, kinds, basis, ends_at=False, **more):
        """The grantor lets the grantee do these kinds of things from now on.

        What is in force for as long already is left alone. The grantor is told what is newly
        shared.
        """
        held = self._get_held(grantor, grantee)
        new = self.create([
            {
                "grantor_id": grantor.id,
                "grantee_id": grantee.id,
                "kind": kind,
                "basis": basis,
                "ends_at": ends_at,
                **more,
            }
            for kind in kinds
            if kind not in held.mapped("kind")
        ])  # fmt: skip
        self.env["clinic.notice"]._tell_shared(new)
        return new

    @api.model
    def _get_held(self, grantor, grantee):
        """What the grantor lets the grantee do right now."""
        return self.search([
            ("grantor_id", "=", grantor.id),
            ("grantee_id", "=", grantee.id),
            ("is_live", "=", True),
        ])  # fmt: skip

    def _close(self, end_kind, reason):
        self.write({
            "ended_at": self.env.cr.now(),
            "ended_by_id": self.env.uid,
            "end_kind": end_kind,
            "end_reason": reason,
        })  # fmt: skip

    def _reopen(self, **values):
        """New rows that continue these ones, from now on."""
        return self.create([
            {
                "grantor_id": permission.grantor_id.id,
                "grantee_id": permission.grantee_id.id,
                "kind": permission.kind,
                "basis": permission.basis,
                "ends_at": permission.ends_at,
                "invitation_id": permission.invitation_id.id,
                "previous_id": permission.id,
                **values,
            }
            for permission in self
        ])  # fmt: skip

    def _revoke(self, reason):
        """The permissions count no more from this moment on; repeating it is harmless."""
        self.filtered(lambda permission: not permission.ended_at)._close("ended", reason)

    def _suspend(self, reason):
        """The permissions rest until somebody resumes them."""
        self._require("live", self.env._("Only a permission in force can be suspended."))
        self._close("suspended", reason)

    def _resume(self):
        """The suspended permissions count again, for as long as they were meant to."""
        self._require("suspended", self.env._("Only a suspended permission can be resumed."))
        return self._reopen()

    def _renew(self, ends_at):
        """The permissions in force go on until another end."""
        self._require("live", self.env._("Only a permission in force can be renewed."))
        self._close("renewed", self.env._("Renewed with another end."))
        return self._reopen(ends_at=ends_at)

    def _require(self, state, sentence):
        if any(permission.state != state for permission in self):
            raise UserError(sentence)

    def action_revoke(self):
        self._revoke(self.env._("Ended by the clinic."))

    def action_suspend(self):
        self._suspend(self.env._("Suspended by the clinic."))

    def action_resume(self):
        self._resume()
