from contextlib import contextmanager
from itertools import combinations

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, mute_logger

MANAGER = "clinic_family.clinic_family_group_manager"
# The first key of the advisory locks on practitioners; any constant of our own.
PRACTITIONER_LOCKS = 0x434C494E
# In the transaction's cache: the ids of those for whom it stands in the queue already.
QUEUED = "clinic_family.queued_for_practitioners"


class ClinicPractitioner(models.Model):
    """A person who gives services, at one or several locations."""

    _name = "clinic.practitioner"
    _description = "Practitioner"
    _inherit = ["clinic.written.mixin", "resource.mixin", "avatar.mixin", "website.published.mixin"]
    _order = "sequence, name, id"

    name = fields.Char(related="resource_id.name", store=True, readonly=False, required=True)
    active = fields.Boolean(related="resource_id.active", store=True, readonly=False, default=True)
    sequence = fields.Integer(default=10)
    job_title = fields.Char(translate=True)
    languages = fields.Char(translate=True, help="Which they speak; shown on the booking site.")
    biography = fields.Text(
        string="About Them",
        translate=True,
        help="Shown on the booking site: what they do, and whom they like to see.",
    )
    color = fields.Integer()
    user_id = fields.Many2one(
        related="resource_id.user_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        groups="base.group_user",
        help="The user sees their own appointments; their busy calendar entries block times.",
    )
    is_invited = fields.Boolean(
        compute="_compute_is_invited",
        compute_sudo=True,
        groups=MANAGER,
        help="They have a login, and have never used it.",
    )
    service_ids = fields.Many2many("clinic.service", string="Services")
    schedule_ids = fields.One2many("clinic.schedule", "practitioner_id", string="Schedules")

    @api.model
    def _get_own_ids(self):
        """The practitioners who the reader is, archived or not, for rules.

        PostgreSQL plans for one practitioner when it knows which, and for ten when it is to find
        out. They are asked for once in a transaction.
        """
        return self.env.user.sudo().clinic_own_ids.ids

    @api.constrains("user_id", "company_id")
    def _check_user_works_here(self):
        # Who names a user need not see what other companies they work for.
        for practitioner in self.sudo():
            user, company = practitioner.user_id, practitioner.company_id
            if user and company and company not in user.company_ids:
                raise ValidationError(self.env._(
                    "%(user)s doesn't work for %(company)s. Choose one of its own users.",
                    user=user.name,
                    company=company.name,
                ))  # fmt: skip

    @api.depends("user_id")
    def _compute_is_invited(self):
        for practitioner in self:
            user = practitioner.user_id
            practitioner.is_invited = bool(user) and user._is_to_be_invited()

    def action_invite_again(self):
        """Sends the link once more to a practitioner who has never logged in."""
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only managers of the clinic say who works here."))
        # Accounts are the administrators' affair, but for who is to work at the clinic.
        user_sudo = self.sudo().user_id
        if not self.is_invited:
            raise UserError(self.env._("%(name)s logs in already.", name=self.name))
        user_sudo._invite_to_clinic()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Sent to %(address)s.", address=user_sudo.email),
            },
        }

    def _compute_website_url(self):
        for practitioner in self:
            slug = self.env["ir.http"]._slug
            practitioner.website_url = (
                f"/book/with/{slug(practitioner)}" if practitioner.id else "#"
            )

    def _get_locations(self, when=Domain.TRUE):
        """Where any of these people works, the clinic's first location first.

        *when*: by those schedules alone; otherwise also where they worked once, or will.
        """
        # Schedules are the clinic's own affair; where a practitioner works is public.
        schedules_sudo = self.env["clinic.schedule"].sudo()
        query = schedules_sudo._search(Domain("practitioner_id", "in", self.ids) & when)
        return self.env["clinic.location"].search_fetch(
            [("id", "in", query.subselect("location_id"))], ["name", "tz", "phone", "company_id"]
        )

    def _find_doubled(self):
        """The pairs of schedules of one of these people at one place that count at the same time.

        At two places they may: whoever books first takes the time.
        """
        # Schedules at the places of any company count, and not only those the reader sees.
        schedules_sudo = self.env["clinic.schedule"].sudo()
        found_sudo = schedules_sudo.search([("practitioner_id", "in", self.ids)], order="id")
        places = found_sudo.grouped(lambda one: (one.practitioner_id.id, one.location_id.id))
        return {
            (one, other)
            for together in places.values()
            for one, other in combinations(together, 2)
            if one._find_common(other)
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_without_history(self):
        # Schedules at the places of any company count, and not only those the reader sees.
        if self.sudo().schedule_ids:
            raise UserError(self.env._(
                "%(names)s can't be deleted, because their working hours would be lost. "
                "Archive instead.",
                names=", ".join(self.mapped("name")),
            ))  # fmt: skip

    def _lock(self):
        """Queues those who want the same practitioner, so that a loser is refused at once.

        The exclusion constraint alone is safe, but parallel losers would deadlock and wait a
        second or more. All in id order, before anything is written. Hours that changed since the
        transaction began can't be seen in it, so then it is begun anew.
        """
        wanted = set(self.ids) - self.env.cr.cache.get(QUEUED, frozenset())
        if not wanted:
            return
        # Who changes hours writes the practitioner's row while they have the lock (clinic.ground).
        with mute_logger("odoo.sql_db"):
            self.env.cr.execute(SQL(
                """
                WITH queue AS MATERIALIZED (
                    SELECT id, pg_advisory_xact_lock(%s, id) FROM unnest(%s::integer[]) AS id
                )
                SELECT FROM clinic_practitioner
                 WHERE id = ANY(ARRAY(SELECT id FROM queue))
              ORDER BY id
                   FOR SHARE
                """,
                PRACTITIONER_LOCKS,
                sorted(wanted),
            ))  # fmt: skip

    def _note_changed(self):
        """Lets those begin anew who queue for them, and can't see what has changed."""
        with mute_logger("odoo.sql_db"):
            self.env.cr.execute(SQL(
                "UPDATE clinic_practitioner SET write_date = write_date WHERE id = ANY(%s)",
                self.ids,
            ))  # fmt: skip

    @contextmanager
    def _locked(self):
        """Queues for them; what is stored while the block lasts doesn't queue once more.

        No longer than that: a savepoint that is rolled back gives back what was locked in it.
        """
        self._lock()
        cache = self.env.cr.cache
        before = cache.get(QUEUED, frozenset())
        cache[QUEUED] = before | set(self.ids)
        try:
            yield
        finally:
            cache[QUEUED] = before
