from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import SQL, format_date, format_time

from ...engine.instants import day_bounds, from_instant, from_stored, get_day, get_now, to_stored
from ..family.res_partner import FRONT_DESK, STAFF

CHANGED = "clinic_family/changed"
# Fields that are made of who comes, and of the service.
NAMED = {"display_name", "patient_names"}


class ClinicAppointment(models.Model):
    """What is shown on the day sheets follows what others do."""

    _inherit = "clinic.appointment"

    desk_note = fields.Char(
        string="Note",
        compute="_compute_desk_note",
        inverse="_inverse_desk_note",
        groups=STAFF,
        help="For the staff: patients never read it, nor do staff as relatives of a patient.",
    )
    kept_note = fields.Char(copy=False, groups=NO_ACCESS)
    series_key = fields.Char(
        readonly=True,
        copy=False,
        groups=STAFF,
        index="btree_not_null",
        help="The same for the visits that were booked as one series.",
    )

    along_text = fields.Char(string="Comes Along", compute="_compute_along_text", groups=STAFF)
    along_hint = fields.Char(
        string="No Relative",
        compute="_compute_along_text",
        groups=FRONT_DESK,
        help="Who comes along without being recorded as a relative.",
    )

    clock_text = fields.Char(
        string="When",
        compute="_compute_clock_text",
        groups=STAFF,
        help="From when to when, by the clock of the location.",
    )
    is_today = fields.Boolean(
        string="Today",
        compute="_compute_is_near",
        search="_search_is_today",
        groups=STAFF,
        help="By the clock of the location.",
    )
    is_this_week = fields.Boolean(
        string="This Week",
        compute="_compute_is_near",
        search="_search_is_this_week",
        groups=STAFF,
        help="By the clock of the location.",
    )
    day_clock_text = fields.Char(
        string="Day and Time",
        compute="_compute_clock_text",
        groups=STAFF,
        help="The day and when it begins, by the clock of the location.",
    )
    is_fixed = fields.Boolean(
        string="Only to Read",
        compute="_compute_is_fixed",
        groups="base.group_user",
        help="Whoever reads this may see the visit, and not change it.",
    )
    arrived_at = fields.Datetime(readonly=True, copy=False, groups=STAFF)
    turn_text = fields.Char(
        string="Turn",
        compute="_compute_turn_text",
        groups=STAFF,
        help="Who waits, and since when; and who is next.",
    )

    _by_state = models.Index("(state)")

    def read(self, fields=None, load="_classic_read"):
        """Names for the staff are read for all of a list or a week at once.

        By itself Odoo makes them of a thousand visits at a time, with queries for each thousand.
        """
        if not NAMED.isdisjoint(fields or ()) and self._says_why():
            self._read_names()
        return super().read(fields, load)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Each visit has a payer: told so, PostgreSQL takes payers by name until it has enough."""
        term = super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        if field_name == "payer_id":
            payer = query.make_alias(alias, field_name)
            query.add_where(SQL("%s IS NOT NULL", SQL.identifier(payer, "id")))
        return term

    def _read_names(self):
        """Reads what these visits are called by, with the rights of who reads."""
        ids = {one.partner_id.id for one in self._read_rows("participant_ids")}
        people = self.env["res.partner"].with_context(active_test=False)
        # Whom the reader may not see isn't found; asked for by name, Odoo refuses as before.
        people.search_fetch([("id", "in", list(ids))], ["name"], order="id")
        self.sudo().service_id.mapped("name")

    @api.depends("participant_ids.along_id", "participant_ids.state")
    def _compute_along_text(self):
        for visit in self:
            # Who sees the visit reads who brings its patients, and needn't see their contacts.
            brought = visit._get_coming()
            names = dict.fromkeys(one.name for one in brought._get_along_for_staff().values())
            visit.along_text = bool(names) and self.env._("with %(names)s", names=", ".join(names))
            visit.along_hint = brought._describe_along()

    @api.depends("start", "stop", "location_id")
    @api.depends_context("lang")
    def _compute_clock_text(self):
        for visit in self:
            spans = visit.location_id and [visit.start, visit.stop]
            visit.clock_text = "–".join(visit._format_clock(one) for one in spans or () if one)
            visit.day_clock_text = bool(visit.location_id and visit.start) and self.env._(
                "%(day)s, %(time)s",
                day=format_date(self.env, visit._get_day(), date_format="EEE d MMM"),
                time=visit._format_clock(visit.start),
            )

    @api.depends_context("uid")
    def _compute_is_fixed(self):
        stored = self._origin
        fixed = stored - stored._filtered_access("write")
        for visit in self:
            visit.is_fixed = visit._origin in fixed and bool(visit._origin)

    def _format_clock(self, stored):
        local = from_instant(from_stored(stored)).astimezone(self.location_id._get_zone())
        return format_time(self.env, local.time(), time_format="short")

    @api.depends("start", "location_id")
    def _compute_is_near(self):
        for visit in self:
            is_somewhere = bool(visit.location_id and visit.start)
            day = is_somewhere and visit._get_day()
            today = is_somewhere and get_day(get_now(), visit.location_id._get_zone())
            visit.is_today = is_somewhere and day == today
            visit.is_this_week = is_somewhere and self._get_week(day) == self._get_week(today)

    @api.model
    def _get_week(self, day):
        """The first and the last day of its week, as the reader's language has weeks."""
        language = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        first = day - timedelta(days=(day.isoweekday() - int(language.week_start)) % 7)
        return first, first + timedelta(days=6)

    @api.model
    def _search_is_today(self, operator, value):
        return self._search_days(operator, value, lambda today: (today, today))

    @api.model
    def _search_is_this_week(self, operator, value):
        return self._search_days(operator, value, self._get_week)

    def _search_days(self, operator, value, get_days):
        if operator != "in":
            return NotImplemented
        within = self._get_domain_of_days(get_days)
        return within if True in value else ~within

    @api.model
    def _get_domain_of_days(self, get_days):
        """The visits from the first to the last day that are said of today, by each location."""
        return Domain.OR(
            Domain("location_id", "=", location.id)
            & Domain("start", ">=", to_stored(day_bounds(first, zone).start))
            & Domain("start", "<", to_stored(day_bounds(last, zone).stop))
            for location in self.env["clinic.location"].search([])
            for zone in [location._get_zone()]
            for first, last in [get_days(get_day(get_now(), zone))]
        )

    @api.depends("kept_note", "practitioner_id")
    @api.depends_context("uid")
    def _compute_desk_note(self):
        is_desk = self.env.uid == SUPERUSER_ID or self.env.user.has_group(FRONT_DESK)
        for visit in self:
            visit_sudo = visit.sudo()
            may_read = is_desk or visit_sudo.practitioner_id.user_id == self.env.user
            visit.desk_note = may_read and visit_sudo.kept_note

    def _inverse_desk_note(self):
        with self._changing():
            for visit in self:
                # Who may write the visit may write the note, and nobody reads it but through it.
                visit.sudo().kept_note = visit.desk_note

    @api.depends("state", "start", "practitioner_id", "arrived_at")
    def _compute_turn_text(self):
        now = fields.Datetime.now()
        ahead = self.filtered(lambda one: one.state == "booked" and one.start and one.stop > now)
        following = {
            visits.sorted("start")[0] for visits in ahead.grouped("practitioner_id").values()
        }
        for visit in self:
            visit.turn_text = (
                visit._get_waiting_text()
                if visit.state == "arrived"
                else visit in following and self.env._("Next")
            )

    def _get_waiting_text(self):
        if not self.arrived_at:
            return self.env._("Waits")
        since = fields.Datetime.now() - self.arrived_at
        return self.env._(
            "Waits since %(time)s (%(count)s minutes)",
            time=self._format_clock(self.arrived_at),
            count=int(since.total_seconds() // 60),
        )

    @api.model
    def action_open_today(self):
        """The visits of today by the clock of each location, in order, by practitioner."""
        today = self._search_is_today("in", [True])
        domain = today & Domain("state", "not in", ("held", "cancelled"))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_appointment_today_action"
        )
        return {**action, "domain": list(domain)}

    def action_offer_times(self):
        """Opens the window with the nearest times, each of them a click away."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "clinic_family.nearest_times",
            "params": {"visit_id": self.id},
        }

    def action_offer_cancel(self):
        """Opens the window that asks why, and says for a minute how to take it back."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "clinic_family.call_off",
            "params": {"visit_id": self.id, "names": self.patient_names or ""},
        }

    def _get_series(self):
        """The visits of its series that are still to come, itself among them, in order."""
        if not self.series_key:
            return self
        domain = [("series_key", "=", self.series_key), ("state", "=", "booked")]
        return self.search(domain, order="start") | self

    def _get_followed(self):
        return super()._get_followed() | {"note": self.kept_note or ""}

    def _after_change(self, old):
        """The screens of the staff learn that something changed, and read what they may see.

        Numbers alone are sent: everybody who works at the clinic listens, whatever they may read.
        """
        result = super()._after_change(old)
        arrived = self._filter_changed(old, ["state"]).filtered(lambda one: one.state == "arrived")
        # When somebody came is nobody's to write by hand.
        arrived.sudo().arrived_at = fields.Datetime.now()
        if old:
            number = self.env["ir.model.data"]._xmlid_to_res_id(STAFF)
            staff_sudo = self.env["res.groups"].sudo().browse(number)
            staff_sudo._bus_send(CHANGED, {"ids": list(old)})
        return result
