from contextlib import contextmanager

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, drop_view_if_exists

from ...engine.decision import Decision
from .clinic_permission import BASES
from .clinic_permission_kind import KINDS

KNOWN = "clinic_family.known_authorities"


class ClinicAuthority(models.Model):
    """Who may do what for whom right now: oneself, and the permissions that are live.

    The one definition of "live", read by record rules, pages and messages alike. It's a view, so
    it is never stale; "now" is the start of the database transaction. Its ids are made without
    a window function, which would keep PostgreSQL from pushing conditions down into it.
    """

    _name = "clinic.authority"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Authority"
    _auto = False
    _depends = {
        "clinic.permission": [
            "grantor_id", "grantee_id", "kind", "basis", "starts_at", "ends_at", "ended_at",
            "grown_at",
        ],
        "res.partner": ["active"],
    }  # fmt: skip

    person_id = fields.Many2one("res.partner", string="For", readonly=True)
    actor_id = fields.Many2one("res.partner", string="Who May Act", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    basis = fields.Selection(BASES, readonly=True)
    permission_id = fields.Many2one("clinic.permission", readonly=True)

    def init(self):
        drop_view_if_exists(self.env.cr, self._table)
        kinds = SQL(", ").join(
            SQL("(%s, %s)", number, kind) for number, (kind, _label) in enumerate(KINDS)
        )
        self.env.cr.execute(SQL(
            """
            CREATE VIEW %(view)s AS
                SELECT 2 * (8 * partner.id::bigint + oneself.number) AS id,
                       partner.id AS person_id,
                       partner.id AS actor_id,
                       oneself.kind::varchar AS kind,
                       NULL::varchar AS basis,
                       NULL::integer AS permission_id
                  FROM res_partner partner
            CROSS JOIN (VALUES %(kinds)s) AS oneself (number, kind)
             UNION ALL
                SELECT 2 * permission.id::bigint + 1,
                       permission.grantor_id,
                       permission.grantee_id,
                       permission.kind,
                       permission.basis,
                       permission.id
                  FROM clinic_permission permission
                 WHERE %(live)s
            """,
            view=SQL.identifier(self._table),
            kinds=kinds,
            live=self._get_live_sql("permission"),
        ))  # fmt: skip

    @api.model
    def _get_live_sql(self, alias):
        """Whether a row of permissions is live: it has begun, and neither ended nor ran out."""
        ended, starts, ends, grown = (
            SQL.identifier(alias, name) for name in ("ended_at", "starts_at", "ends_at", "grown_at")
        )
        now = SQL("now() AT TIME ZONE 'UTC'")
        return SQL(
            "(%s IS NULL AND %s <= %s AND (%s IS NULL OR %s > %s) AND (%s IS NULL OR %s > %s))",
            ended, starts, now, ends, ends, now, grown, grown, now,
        )  # fmt: skip

    @api.model
    def _decide(self, actor, kind, people):
        """Whether the actor may do this kind of thing for each of these people, by person id.

        The permission it rests on is in the decision's facts (none for oneself). The answer for
        a person who doesn't exist is the same as for one who gave no permission.
        """
        permissions = {}
        for person_id, permission_id in self._find_granted(actor, kind, people):
            permissions.setdefault(person_id, permission_id)
        return {
            person_id: Decision.yes(permission_id=permissions[person_id])
            if person_id in permissions
            else Decision.no("no_permission", kind=kind)
            # Everybody who is asked about, also by a number that is nobody's, as 0 is.
            for person_id in map(int, people)
        }

    @api.model
    def _find_granted(self, actors, kind, people=None):
        """For whom they may do it, and under which permission (none for oneself), as numbers.

        All there are, or those for some people and maybe others.
        """
        known = self.env.cr.cache.get(KNOWN, {}).get((*actors.ids, kind))
        if known is not None:
            return known
        domain = Domain("actor_id", "in", actors.ids) & Domain("kind", "=", kind)
        if people is not None:
            domain &= Domain("person_id", "in", people.ids)
        # A portal user may not read permissions of other people, but what counts for them does.
        found_sudo = self.sudo().search_fetch(domain, ["person_id", "permission_id"])
        return [(one.person_id.id, one.permission_id.id) for one in found_sudo]

    @api.model
    @contextmanager
    def _knowing(self, actor, kinds):
        """Reads at once what the actor may do in these ways, for who asks while the block lasts.

        A transaction sees one state, at one moment; the block itself grants and ends nothing.
        """
        found_sudo = self.sudo().search_fetch(
            [("actor_id", "=", actor.id), ("kind", "in", kinds)],
            ["person_id", "kind", "permission_id"],
        )
        known = {(actor.id, kind): [] for kind in kinds}
        for one in found_sudo:
            known[actor.id, one.kind].append((one.person_id.id, one.permission_id.id))
        cache = self.env.cr.cache
        before = cache.get(KNOWN, {})
        cache[KNOWN] = {**before, **known}
        try:
            yield
        finally:
            cache[KNOWN] = before

    @api.model
    def _get_people(self, actor, kind):
        """Everybody the actor may do this kind of thing for: themselves first, then by name.

        Here: who belongs to another company than the one at work isn't among them.
        """
        people_sudo = (
            self.sudo()
            .search_fetch([("actor_id", "=", actor.id), ("kind", "=", kind)], ["person_id"])
            .person_id
        )
        return self._filter_here(people_sudo).sorted(
            lambda person: (person != actor, person.name or "", person.id)
        )

    @api.model
    def _filter_here(self, people_sudo):
        """Those who aren't archived and belong to no other company than the one at work."""
        return people_sudo.filtered(
            lambda person: person.company_id <= self.env.companies and person.active
        )

    @api.model
    def _get_live_permissions(self, permissions):
        """Those of the permissions that are live now."""
        return (
            self.sudo()
            .search_fetch([("permission_id", "in", permissions.ids)], ["permission_id"])
            .permission_id
        )
