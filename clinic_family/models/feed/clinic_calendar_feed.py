import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.calendar_file import write_calendar
from ..family.res_partner import STAFF
from .clinic_calendar_level import LEVELS

WORK_LEVELS = [
    ("none", "Nothing"),
    ("busy", "Only that I am busy"),
    ("full", "Service and place"),
]
DAYS_BACK = 90
WORK_DAYS_BACK, WORK_DAYS_AHEAD = 14, 180
MOST_VISITS = 1000
# What a calendar shows of oneself and of others, as long as nothing else is chosen.
OWN, OTHERS = "full", "name"


class ClinicCalendarFeed(models.Model):
    """The secret address at which somebody's calendar finds their visits, and their relatives'.

    That of a practitioner has the visits they give, too, as long as they work here. Others may look
    at that calendar, and whoever keeps it reads it: it names patients only if the clinic wants.

    Whose visits those are is asked at each fetch: the owner's, and of everybody who lets them have
    theirs in a calendar right now. The address is shown once; what is kept is a hash of it. Whoever
    has the address reads the calendar without logging in, so it is the only thing it opens.
    """

    _name = "clinic.calendar.feed"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Calendar Address"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="cascade")
    key_hash = fields.Char(required=True, readonly=True)
    since = fields.Datetime(required=True, readonly=True, help="When the address was made.")
    level_ids = fields.One2many("clinic.calendar.level", "feed_id", readonly=True)
    work_level = fields.Selection(
        WORK_LEVELS, string="Visits They Give", required=True, readonly=True, default="none"
    )

    _user_unique = models.UniqueIndex("(user_id)", "There is a calendar address already.")
    _key_unique = models.UniqueIndex("(key_hash)")

    # The address

    @api.model
    def _find_for(self, user):
        """The user's own, if they have one, with full rights."""
        return self.sudo().search([("user_id", "=", user.id)])

    @api.model
    def _renew(self, user):
        """Gives the user an address, and ends the one before; answers with its secret part."""
        key = secrets.token_urlsafe(24)
        values = {"key_hash": self._hash(key), "since": fields.Datetime.now()}
        self.env["clinic.family"]._wait_for_own_requests(user.partner_id)
        feed_sudo = self._find_for(user)
        if feed_sudo:
            feed_sudo.write(values)
        else:
            # Who makes an address sees on the same page that their work is in it.
            feed_sudo.create({"user_id": user.id, "work_level": "full", **values})
        return key

    @api.model
    def _end(self, user):
        self._find_for(user).unlink()

    @api.model
    def _find_by_key(self, key):
        """The feed at an address, seen as its owner; nothing if there is none, or no longer."""
        found_sudo = self.sudo().search([("key_hash", "=", self._hash(key))])
        user_sudo = found_sudo.user_id
        is_alive = user_sudo.active and user_sudo.partner_id.active
        return found_sudo._as_owner() if is_alive else self.browse()

    def _as_owner(self):
        """The same, seen by its owner in their language: what they may not have isn't in it."""
        user_sudo = self.sudo().user_id
        context = {"lang": user_sudo.lang, "allowed_company_ids": user_sudo.company_ids.ids}
        return self.with_user(user_sudo or self.env.user).with_context(**context)

    @api.model
    def _hash(self, key):
        return hashlib.sha256(key.encode()).hexdigest()

    # How much it shows

    @api.model
    def _get_usual(self, person, reader):
        return OWN if person == reader else OTHERS

    def _get_levels(self):
        """How much is shown of each whose visits the owner may have now, by person.

        Asked with the owner's rights; the permission is live at this moment.
        """
        reader = self.env.user.partner_id
        people_sudo = self._find_people("calendar")
        chosen = {one.person_id: one.level for one in self.sudo().level_ids}
        return {
            person_sudo: chosen.get(person_sudo, self._get_usual(person_sudo, reader))
            for person_sudo in people_sudo
        }

    def _choose_levels(self, chosen):
        """Stores how much is shown of each; what isn't offered, or theirs to choose, is left."""
        known = dict(LEVELS)
        self.env["clinic.family"]._wait_for_own_requests(self.env.user.partner_id)
        now = self._get_levels()
        lines_sudo = self.sudo().level_ids.grouped("person_id")
        for person_sudo, level in now.items():
            wanted = chosen.get(person_sudo.id, level)
            if wanted == level or wanted not in known:
                continue
            if person_sudo in lines_sudo:
                lines_sudo[person_sudo].level = wanted
            else:
                self.sudo().level_ids.create(
                    {"feed_id": self.id, "person_id": person_sudo.id, "level": wanted}
                )

    def _find_people(self, kind):
        """For whom the owner may do this, at whichever of the companies they are."""
        companies = self.env["res.company"].sudo().search([("active", "=", True)])
        authorities_sudo = self.env["clinic.authority"].sudo()
        everywhere_sudo = authorities_sudo.with_context(allowed_company_ids=companies.ids)
        return everywhere_sudo._get_people(self.env.user.partner_id, kind)

    # What it says

    def _find_visits(self, levels):
        """The visits of these people from a while ago on; the fullest calendar ends somewhere.

        With full rights: what is shown of them is whitelisted, person by person.
        """
        shown = [person.id for person, level in levels.items() if level != "none"]
        since = fields.Datetime.now() - timedelta(days=DAYS_BACK)
        appointments_sudo = self.env["clinic.appointment"].sudo()
        return appointments_sudo.search(
            [
                *appointments_sudo._get_domain_of_known(self.env.user.partner_id),
                ("participant_ids.partner_id", "in", shown),
                ("booked_at", "!=", False),
                ("stop", ">", since),
            ],
            # Of too many the oldest are left out.
            order="start DESC, id DESC",
            limit=MOST_VISITS,
        ).sorted("start")  # fmt: skip

    def _get_version(self):
        """What changes whenever the calendar does: asked often, and answered with few queries."""
        levels = self._get_levels()
        shown = {person.id: level for person, level in levels.items() if level != "none"}
        self.env.flush_all()
        since = fields.Datetime.now() - timedelta(days=DAYS_BACK)
        rows = self.env.execute_query(SQL(
            """
            SELECT md5(string_agg(ROW(
                       visit.id, visit.start, visit.stop, visit.state, visit.booked_at,
                       visit.write_date, participant.partner_id, participant.state,
                       participant.write_date
                   )::text, ';' ORDER BY visit.id, participant.id))
              FROM clinic_participant participant
              JOIN clinic_appointment visit ON visit.id = participant.appointment_id
             WHERE participant.partner_id = ANY(%(people)s)
               AND visit.booked_at IS NOT NULL AND visit.stop > %(since)s
               AND (visit.is_confidential IS NOT TRUE OR participant.partner_id = %(reader)s)
            """,
            people=list(shown), since=since, reader=self.env.user.partner_id.id,
        ))  # fmt: skip
        people_sudo = self.env["res.partner"].sudo().browse(shown)
        says = (
            rows,
            self._get_version_of_clinic(),
            [(person.id, shown[person.id], person.name) for person in people_sudo.sorted("id")],
            sorted(self._find_people("book").ids),
            self.env.lang,
            self.env.user.get_base_url(),
            self.sudo().since,
            self._get_work_version(),
        )
        return hashlib.sha256(repr(says).encode()).hexdigest()

    def _get_version_of_clinic(self):
        """What changes whenever a service, a location or a practitioner does."""
        return self.env.execute_query(SQL(
            """
            SELECT (SELECT md5(string_agg(ROW(id, write_date)::text, ';' ORDER BY id))
                      FROM clinic_service),
                   (SELECT md5(string_agg(ROW(id, write_date)::text, ';' ORDER BY id))
                      FROM clinic_location),
                   (SELECT md5(string_agg(ROW(id, write_date)::text, ';' ORDER BY id))
                      FROM clinic_practitioner),
                   (SELECT md5(string_agg(ROW(id, write_date)::text, ';' ORDER BY id))
                      FROM res_partner
                     WHERE id = ANY(ARRAY(SELECT partner_id FROM clinic_location))),
                   (SELECT string_agg(ROW(id, clinic_names_in_calendars)::text, ';' ORDER BY id)
                      FROM res_company)
            """
        ))  # fmt: skip

    def _write(self):
        """The calendar as a file."""
        levels = self._get_levels()
        visits_sudo = self._find_visits(levels)
        linked = self._find_people("book")
        events = visits_sudo._get_events(levels, self.env.user.partner_id, linked)
        events += self._get_work_events()
        return write_calendar(self.env._("Visits to the clinic"), events)

    # The visits that the owner gives

    def _find_practice(self):
        """The practitioners that the owner is, with full rights; none without their role."""
        practitioners_sudo = self.env["clinic.practitioner"].sudo()
        if not self.env.user.has_group(STAFF):
            return practitioners_sudo
        return practitioners_sudo.search([("user_id", "=", self.env.uid)])

    def _choose_work_level(self, level):
        """Stores how much is shown of the visits they give; what isn't offered is left."""
        if level in dict(WORK_LEVELS):
            self.sudo().work_level = level

    def _get_work_span(self):
        now = fields.Datetime.now()
        return now - timedelta(days=WORK_DAYS_BACK), now + timedelta(days=WORK_DAYS_AHEAD)

    def _get_work_events(self):
        """An event for each visit that the owner gives, from a while ago to half a year ahead."""
        level, practice_sudo = self.sudo().work_level, self._find_practice()
        if level == "none" or not practice_sudo:
            return []
        since, until = self._get_work_span()
        visits_sudo = self.env["clinic.appointment"].sudo().search(
            [
                ("practitioner_id", "in", practice_sudo.ids),
                ("company_id", "in", self.env.user.company_ids.ids),
                ("booked_at", "!=", False),
                ("start", ">", since),
                ("start", "<", until),
            ],
            # Of too many the oldest are left out.
            order="start DESC, id DESC",
            limit=MOST_VISITS,
        ).sorted("start")  # fmt: skip
        return visits_sudo._make_work_events(level, self.env.user)

    def _get_work_version(self):
        """What changes whenever those do."""
        practice_sudo, (since, until) = self._find_practice(), self._get_work_span()
        if not practice_sudo or self.sudo().work_level == "none":
            return ()
        rows = self.env.execute_query(SQL(
            """
            SELECT md5(string_agg(ROW(
                       visit.id, visit.start, visit.stop, visit.state, visit.is_confidential,
                       visit.write_date,
                       (SELECT string_agg(ROW(
                                   participant.id, participant.state, participant.write_date,
                                   person.name
                               )::text, ',' ORDER BY participant.id)
                          FROM clinic_participant participant
                          JOIN res_partner person ON person.id = participant.partner_id
                         WHERE participant.appointment_id = visit.id)
                   )::text, ';' ORDER BY visit.id))
              FROM clinic_appointment visit
             WHERE visit.practitioner_id = ANY(%(practice)s)
               AND visit.company_id = ANY(%(companies)s)
               AND visit.booked_at IS NOT NULL
               AND visit.start > %(since)s AND visit.start < %(until)s
            """,
            practice=practice_sudo.ids,
            companies=self.env.user.company_ids.ids,
            since=since,
            until=until,
        ))  # fmt: skip
        return self.sudo().work_level, rows
