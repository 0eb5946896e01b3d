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


class ClinicPermission(models.Model):
    """An authority: the grantor lets the grantee do one kind of thing, on a basis, for a time.

    One row a grant. Times are UTC and half-open: live from ``starts_at`` until just before
    ``ends_at`` or ``ended_at``. Rows stay when they end, so that the clinic can tell who could
    see what on any day. What is live right now is read from ``clinic.authority`` only.
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
        "res.users", string="Recorded By", required=True, default=lambda self: self.env.user
    )
    starts_at = fields.Datetime(
        string="From", required=True, default=lambda self: self.env.cr.now()
    )
    ends_at = fields.Datetime(string="Until", help="Empty: until somebody ends it.")
    ended_at = fields.Datetime(string="Ended On", readonly=True)
    ended_by_id = fields.Many2one("res.users", readonly=True)
    end_reason = fields.Char(readonly=True)
    is_live = fields.Boolean(
        string="In Force", compute="_compute_is_live", search="_search_is_live"
    )

    _grantee_kind_index = models.Index("(grantee_id, kind) WHERE ended_at IS NULL")

    @api.depends("starts_at", "ends_at", "ended_at")
    def _compute_is_live(self):
        live = self.env["clinic.authority"]._get_live_permissions(self)
        for permission in self:
            permission.is_live = permission in live

    def _search_is_live(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = self.env["clinic.authority"]._search([("permission_id", "!=", False)])
        return [("id", "in" if True in value else "not in", wanted.subselect("permission_id"))]

    @api.depends("grantor_id", "grantee_id", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for permission in self:
            # Those between whom it is may know each other's names.
            permission.display_name = self.env._(
                "%(grantee)s for %(grantor)s: %(kind)s",
                grantee=permission.sudo().grantee_id.name,
                grantor=permission.sudo().grantor_id.name,
                kind=kinds.get(permission.kind),
            )

    @api.constrains("grantor_id", "grantee_id", "starts_at", "ends_at")
    def _check_people_and_period(self):
        for permission in self:
            if permission.grantor_id == permission.grantee_id:
                raise ValidationError(self.env._("Nobody needs a permission for themselves."))
            if permission.ends_at and permission.ends_at <= permission.starts_at:
                raise ValidationError(self.env._("A permission must end after it begins."))

    @api.model
    def _grant(self, grantor, grantee, kinds, basis, ends_at=False):
        """The grantor lets the grantee do these kinds of things from now on."""
        return self.create([
            {
                "grantor_id": grantor.id,
                "grantee_id": grantee.id,
                "kind": kind,
                "basis": basis,
                "ends_at": ends_at,
            }
            for kind in kinds
        ])  # fmt: skip

    def _revoke(self, reason):
        """The permissions count no more from this moment on; the rows stay as history."""
        if any(permission.ended_at for permission in self):
            raise UserError(self.env._("This permission has ended already."))
        self.write({
            "ended_at": self.env.cr.now(),
            "ended_by_id": self.env.uid,
            "end_reason": reason,
        })  # fmt: skip

    def action_revoke(self):
        self._revoke(self.env._("Ended by the clinic."))
