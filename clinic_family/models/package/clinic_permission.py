from odoo import fields, models
from odoo.fields import Command
from odoo.tools import SQL


class ClinicPermission(models.Model):
    """What the owner of packages shares of them."""

    _inherit = "clinic.permission"

    session_limit = fields.Integer(
        string="Sessions at Most",
        readonly=True,
        help="How many package sessions may be used under it; 0: any number.",
    )
    purchase_ids = fields.Many2many(
        "clinic.package.purchase",
        string="Packages",
        readonly=True,
        help="The packages it is about; empty: all of them.",
    )

    session_use_count = fields.Integer(
        string="Sessions Used", compute="_compute_session_use_count", groups="base.group_user"
    )

    _session_limit_positive = models.Constraint(
        "CHECK (session_limit >= 0)", "The number of sessions can't be negative."
    )

    def _compute_session_use_count(self):
        used = self.filtered(
            lambda permission: permission.kind == "packages"
        )._count_used_sessions()
        for permission in self:
            permission.session_use_count = used.get(permission.id, 0)

    def _is_limited(self):
        """Whether less than all packages, and any number of sessions, may be used under it."""
        return self.kind == "packages" and bool(self.session_limit or self.purchase_ids)

    def _get_share_words(self):
        """Which packages may be used under it, and how many sessions, in a few words."""
        self.ensure_one()
        words = [
            ", ".join(f"“{purchase.name}”" for purchase in self.purchase_ids)
            or self.env._("all packages")
        ]
        if self.session_limit:
            words.append(self._get_limit_words())
        return ", ".join(words)

    def _get_limit_words(self):
        if self.session_limit == 1:
            return self.env._("at most 1 session, %s used so far", self.session_use_count)
        return self.env._(
            "at most %(limit)s sessions, %(used)s used so far",
            limit=self.session_limit,
            used=self.session_use_count,
        )

    def _get_sessions_left(self):
        """How many more sessions may be used under each permission; None is any number.

        What was used before a permission was renewed or resumed counts too.
        """
        limited = self.filtered("session_limit")
        used = limited._count_used_sessions()
        return {
            permission.id: max(0, permission.session_limit - used.get(permission.id, 0))
            if permission.session_limit
            else None
            for permission in self
        }

    def _queue_for_sessions(self):
        """Of two who use different sessions at once the second begins anew, and counts again."""
        if self.session_limit:
            queue = SQL(
                "UPDATE clinic_permission SET write_date = write_date WHERE id = %s", self.id
            )
            self.env.cr.execute(queue, log_exceptions=False)

    def _count_used_sessions(self):
        if not self:
            return {}
        self.env["clinic.package.session"].flush_model(["permission_id", "state"])
        self.flush_model(["previous_id"])
        rows = self.env.execute_query(SQL(
            """
            WITH RECURSIVE chain AS (
                SELECT id AS last_id, id, previous_id FROM clinic_permission WHERE id IN %s
                 UNION ALL
                SELECT chain.last_id, before.id, before.previous_id
                  FROM chain JOIN clinic_permission before ON before.id = chain.previous_id
            )
              SELECT chain.last_id, count(*)
                FROM chain JOIN clinic_package_session session ON session.permission_id = chain.id
            GROUP BY chain.last_id
            """,
            tuple(self.ids),
        ))  # fmt: skip
        return dict(rows)

    def _share_packages(self, purchases, limit):
        """From now on the grantee uses these purchases only (all, when none), and so many.

        What was used before counts. Returns the permission that is in force then.
        """
        self.ensure_one()
        self._require("live", self.env._("Only a permission in force can be changed."))
        if (self.purchase_ids, self.session_limit) == (purchases, limit):
            return self
        self._close("renewed", self.env._("Other packages or another number of sessions."))
        return self._reopen(purchase_ids=[Command.set(purchases.ids)], session_limit=limit)

    def _close(self, end_kind, reason, moment=None):
        result = super()._close(end_kind, reason, moment)
        if end_kind != "renewed":
            self._release_reserved()
        return result

    def _get_continued(self):
        return super()._get_continued() | {
            "session_limit": self.session_limit,
            "purchase_ids": [Command.set(self.purchase_ids.ids)],
        }

    def _reopen(self, **values):
        """What is reserved under a permission is reserved under the one that continues it."""
        reopened = super()._reopen(**values)
        for permission in reopened.filtered(lambda one: one.kind == "packages"):
            self.env["clinic.package.session"].sudo().search([
                ("permission_id", "=", permission.previous_id.id), ("state", "=", "reserved"),
            ]).permission_id = permission  # fmt: skip
        return reopened

    def _release_reserved(self):
        """Sessions reserved under permissions that have ended, where the clinic wants it so."""
        if "packages" not in self.mapped("kind"):
            return
        reserved_sudo = self.env["clinic.package.session"].sudo().search([
            ("permission_id", "in", self.ids), ("state", "=", "reserved"),
        ])  # fmt: skip
        reserved_sudo.filtered(lambda s: not s.company_id.clinic_honour_reserved)._give_back(
            self.env._("The permission it was reserved under has ended.")
        )
