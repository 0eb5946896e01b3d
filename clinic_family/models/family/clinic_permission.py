from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.ages import follows_age
from ...engine.instants import day_bounds, to_stored
from .clinic_permission_kind import KINDS

BASES = [
    ("consent", "Consent"),
    ("parental", "Parental responsibility"),
    ("guardianship", "Guardianship"),
    ("attorney", "Power of attorney"),
    ("best_interests", "Best interests"),
]
# What a parent's or a guardian's right rests on, where the clinic has asked.
RESPONSIBILITIES = [
    ("both", "Both parents"),
    ("one", "One parent alone"),
    ("court", "A court's decision"),
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
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin", "clinic.about.people"]
    _description = "Permission"
    _order = "starts_at desc, id desc"
    _people_fields = ("grantor_id", "grantee_id")

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
    responsibility = fields.Selection(
        RESPONSIBILITIES,
        string="Rests On",
        groups="base.group_user",
        help="What the right of a parent or guardian rests on, as the clinic was shown.",
    )
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
    decided_at = fields.Datetime(
        compute="_compute_decision",
        precompute=True,
        store=True,
        readonly=False,
        groups="base.group_user",
        help="When it was first permitted; what continues a permission has it from there.",
    )
    decided_age = fields.Integer(
        compute="_compute_decision",
        precompute=True,
        store=True,
        readonly=False,
        groups="base.group_user",
        help="The age at that time from which the patient decides it alone.",
    )
    is_by_parent = fields.Boolean(readonly=True, groups="base.group_user")
    until_grown = fields.Boolean(
        string="Ends With Childhood",
        compute="_compute_until_grown",
        store=True,
        groups="base.group_user",
        help="It was permitted for a child, and ends by the clinic's ages.",
    )
    grown_at = fields.Datetime(
        string="Ends by Age",
        compute="_compute_ages",
        store=True,
        groups="base.group_user",
        help="From the date of birth and the clinic's ages as they are now.",
    )
    aged_at = fields.Datetime(
        string="Its End by Age Is Known Since",
        compute="_compute_ages",
        store=True,
        groups="base.group_user",
    )
    grown_on = fields.Date(
        string="Ends on the Birthday",
        compute="_compute_grown_on",
        groups="base.group_user",
        help="The day at the clinic, wherever the reader is.",
    )
    review_at = fields.Datetime(
        string="For Review From", compute="_compute_ages", store=True, groups="base.group_user"
    )
    reviewed_at = fields.Datetime(readonly=True, groups="base.group_user")
    needs_review = fields.Boolean(
        string="For Review",
        compute="_compute_needs_review",
        search="_search_needs_review",
        groups="base.group_user",
    )
    reader_gap = fields.Char(
        string="Not Written To", compute="_compute_reader_gap", groups="base.group_user"
    )
    ended_at = fields.Datetime(string="Ended On", readonly=True)
    ended_by_id = fields.Many2one("res.users", readonly=True, groups="base.group_user")
    end_kind = fields.Selection(
        [
            ("ended", "Ended"),
            ("suspended", "Suspended"),
            ("renewed", "Renewed"),
            ("grown", "Reached the age"),
        ],
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
    warned_at = fields.Datetime(
        string="End Announced",
        readonly=True,
        groups="base.group_user",
        help="When both were told that it is about to end.",
    )
    warned_for = fields.Datetime(readonly=True, groups="base.group_user")
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
    in_force_on = fields.Date(
        store=False,
        search="_search_in_force_on",
        help="Search only: what counted at any time of that day at the clinic.",
    )

    _latest_index = models.Index("(starts_at DESC, id DESC)")
    _grantee_kind_index = models.Index("(grantee_id, kind) WHERE ended_at IS NULL")
    _grown_index = models.Index("(grown_at) WHERE ended_at IS NULL AND grown_at IS NOT NULL")
    _review_index = models.Index("(review_at) WHERE ended_at IS NULL AND review_at IS NOT NULL")

    @api.depends("starts_at")
    def _compute_decision(self):
        """What was so as it was permitted; neither a date of birth nor other ages change it."""
        family = self.env["clinic.family"]
        ages = family._read_ages()
        for permission in self:
            permission.decided_at = permission.starts_at
            permission.decided_age = family._get_own_age(permission.grantor_id, ages)

    @api.depends(
        "basis", "is_by_parent", "decided_at", "decided_age",
        "grantor_id.birth_date", "grantor_id.company_id",
    )  # fmt: skip
    def _compute_until_grown(self):
        """Whether it was permitted of a child, by the date of birth as it is known now."""
        family = self.env["clinic.family"]
        ages = family._read_ages()
        for permission in self:
            was_child = family._was_child(
                permission.grantor_id, permission.decided_at, permission.decided_age, ages
            )
            basis = "parental" if permission.is_by_parent else permission.basis
            permission.until_grown = follows_age(basis, was_child)

    @api.depends("until_grown", "kind", "grantor_id.birth_date", "grantor_id.company_id")
    def _compute_ages(self):
        """What has ended keeps the day it was to end by age: history doesn't move."""
        family = self.env["clinic.family"]
        ages = family._read_ages()
        for permission in self:
            who = (permission.grantor_id, permission.kind)
            end_before, known_since = permission.grown_at, permission.aged_at
            if permission._origin and permission._is_history():
                permission.grown_at = end_before
                permission.review_at = permission.review_at
            elif not permission.until_grown:
                permission.grown_at = permission.review_at = False
            else:
                end = family._get_moment_of_age(*who, "end", ages)
                review = family._get_moment_of_age(*who, "review", ages)
                permission.grown_at = end
                permission.review_at = review if end and review and review < end else False
            has_moved = permission.grown_at != end_before
            permission.aged_at = self.env.cr.now() if has_moved else known_since

    @api.depends("grown_at")
    def _compute_grown_on(self):
        for permission in self:
            # A day at a clinic where the reader may have no role.
            company_sudo = permission.sudo().grantor_id.company_id or self.env.company.sudo()
            family = self.env["clinic.family"].sudo().with_company(company_sudo)
            permission.grown_on = permission.grown_at and family._get_day(permission.grown_at)

    def _get_end(self):
        """When it ends by itself, by the day that was set or by age; False if it doesn't."""
        # Whose permission it is may know when it ends.
        return min(filter(None, (self.ends_at, self.sudo().grown_at)), default=False)

    @api.depends("review_at", "reviewed_at", "is_live")
    def _compute_needs_review(self):
        now = self.env.cr.now()
        for permission in self:
            review_at, reviewed_at = permission.review_at, permission.reviewed_at
            is_due = bool(review_at and review_at <= now and permission.is_live)
            is_settled = bool(reviewed_at and review_at and reviewed_at >= review_at)
            permission.needs_review = is_due and not is_settled

    def _search_needs_review(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        due = Domain("review_at", "<=", self.env.cr.now()) & Domain("is_live", "=", True)
        return due & Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "coalesce(%s < %s, true)",
                model._field_to_sql(alias, "reviewed_at", query),
                model._field_to_sql(alias, "review_at", query),
            ),
            predicate=lambda permission: permission.needs_review,
        )

    def _compute_reader_gap(self):
        """Who grows up and can't be written to before: the front desk asks for an address."""
        own = {person: person._get_private_address() for person in self.grantor_id}
        for permission in self:
            is_missing = permission.until_grown and not own[permission.grantor_id]
            permission.reader_gap = is_missing and self.env._("no address of their own")

    @api.depends("starts_at", "ends_at", "ended_at", "end_kind", "next_ids", "grown_at")
    def _compute_state(self):
        live = self.env["clinic.authority"]._get_live_permissions(self)
        for permission in self:
            permission.is_live = permission._origin in live
            permission.state = permission._get_state()

    def _get_state(self):
        if self.is_live:
            return "live"
        end = self._get_end()
        if end and end <= self.env.cr.now():
            return "ended"
        if self.end_kind == "suspended" and not self.next_ids:
            return "suspended"
        return "ended" if self.ended_at else "upcoming"

    def _search_is_live(self, operator, value):
        """Asks the row itself, in the words of the view: all that is live is a long list."""
        if operator != "in":
            return NotImplemented
        wanted = True in value
        self.flush_model()
        get_live = self.env["clinic.authority"]._get_live_sql

        def to_sql(_model, alias, _query):
            return get_live(alias) if wanted else SQL("NOT (%s)", get_live(alias))

        return Domain.custom(
            to_sql=to_sql, predicate=lambda permission: permission.is_live == wanted
        )

    def _search_in_force_on(self, operator, value):
        if operator not in ("=", "in"):
            return NotImplemented
        days = [value] if operator == "=" else value
        return Domain.OR(self._get_domain_of_day(fields.Date.to_date(day)) for day in days if day)

    @api.model
    def _get_midnight(self, day):
        """The moment this day begins at the clinic, as stored."""
        bounds = day_bounds(day, self.env.company._get_clinic_zone())
        return to_stored(bounds.start)

    @api.model
    def _get_domain_of_day(self, day):
        """What counted for any while on this day at the clinic."""
        first = self._get_midnight(day)
        after = self._get_midnight(day + timedelta(days=1))

        def to_sql(model, alias, query):
            # LEAST passes over what is empty. A row that ended as it began never counted.
            # What was closed says itself when; until then its end moves with the date of birth.
            starts, ends, ended, grown = (
                model._field_to_sql(alias, name, query)
                for name in ("starts_at", "ends_at", "ended_at", "grown_at")
            )
            return SQL(
                "GREATEST(%s, %s) < LEAST(%s, coalesce(%s, %s), %s)",
                starts, first, ends, ended, grown, after,
            )  # fmt: skip

        return Domain.custom(to_sql=to_sql)

    @api.depends("grantor_id", "grantee_id", "kind")
    def _compute_display_name(self):
        kinds = self.env["clinic.permission.kind"]._get_all_names()
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

    @api.constrains("grantor_id", "grantee_id")
    def _check_not_blocked(self):
        blocks = self.env["clinic.block"]
        for permission in self.filtered(lambda permission: not permission.ended_at):
            if blocks._stops(permission.grantor_id, permission.grantee_id):
                raise ValidationError(blocks._get_sentence())

    @api.constrains("grantor_id", "grantee_id")
    def _check_not_archived(self):
        for permission in self.filtered(lambda permission: not permission.ended_at):
            people = permission.grantor_id + permission.grantee_id
            if not all(people.mapped("active")):
                raise ValidationError(self.env._(
                    "Somebody who is archived lets nobody act and acts for nobody."
                ))  # fmt: skip

    def write(self, vals):
        closes = vals.get("ended_at") and not set(vals) - CLOSING
        announces = bool(vals) and not set(vals) - {"warned_at", "warned_for"}
        if not (closes or announces) or any(permission.ended_at for permission in self):
            raise UserError(self.env._(
                "What was permitted, by whom and when is never rewritten. "
                "End the permission and record a new one."
            ))  # fmt: skip
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was permitted, by whom and when is never deleted."))
