from datetime import time, timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, format_time

from ...engine.instants import day_bounds, from_stored, get_day, get_now, to_stored
from ...engine.intervals import Interval
from ...engine.slots import Diary
from ..family.res_partner import FRONT_DESK

BILLING = "clinic_family.clinic_family_group_billing"
# No visit lasts longer (see the appointment's constraint).
LONGEST = timedelta(days=1)
# What is shown of a day on which nobody works.
USUAL = (9 * 60, 17 * 60)
# Odoo's states of an invoice that is paid.
PAID = ("paid", "in_payment")
SHOWN = ("held", "booked", "arrived", "fulfilled", "noshow")


class ClinicDeskDay(models.AbstractModel):
    """The day sheet: a column a practitioner, or a day of one; a card a visit.

    Everything is in the time of the location. A practitioner has their own column alone.
    """

    _name = "clinic.desk.day"
    _inherit = ["clinic.desk"]
    _description = "Day Sheet"

    @api.model
    def get_sheet(self, day=False, location_id=False, practitioner_id=False):
        """What there is on a day at a location; of one practitioner, in the week of that day."""
        self._verify_staff()
        locations = self.env["clinic.location"].search_fetch([], ["name", "tz", "company_id"])
        if not locations:
            return {"locations": []}
        location = locations.filtered(lambda one: one.id == location_id) or locations[0]
        today = get_day(get_now(), location._get_zone())
        day = self._read_day(day) or today
        practitioners = self._search_practitioners(location)
        one = practitioners.filtered(lambda each: each.id == practitioner_id)
        days = self._get_week(day) if one else [day]
        sheet = self._read_sheet(location, one or practitioners, days, bool(one))
        return {
            "day": day.isoformat(),
            "is_today": day == today,
            "title": self._get_title(days),
            "location_id": location.id,
            "practitioner_id": one.id,
            "locations": [{"id": place.id, "name": place.name} for place in locations],
            "practitioners": [{"id": each.id, "name": each.name} for each in practitioners],
            "may_book": self.env.user.has_group(FRONT_DESK),
            **sheet,
        }

    @api.model
    def _search_practitioners(self, location):
        """Whose columns the reader may look at."""
        domain = Domain("company_id", "in", (location.company_id.id, False))
        if not self.env.user.has_group(BILLING):
            domain &= Domain("user_id", "=", self.env.uid)
        names = ["name", "job_title", "resource_id", "company_id"]
        return self.env["clinic.practitioner"].search_fetch(domain, names)

    @api.model
    def _get_week(self, day):
        monday = day - timedelta(days=day.weekday())
        return [monday + timedelta(days=number) for number in range(7)]

    @api.model
    def _get_title(self, days):
        if len(days) == 1:
            return format_date(self.env, days[0], date_format="EEEE d MMM")
        return self.env._(
            "%(first)s to %(last)s",
            first=format_date(self.env, days[0], date_format="d MMM"),
            last=format_date(self.env, days[-1], date_format="d MMM"),
        )

    # Columns

    @api.model
    def _read_sheet(self, location, practitioners, days, is_week):
        zone = location._get_zone()
        window = Interval(day_bounds(days[0], zone).start, day_bounds(days[-1], zone).stop)
        availability = self.env["clinic.availability"]
        diaries = availability._read_diaries(practitioners, location, window)
        # Of who has hours here it has been read already.
        others = practitioners.filtered(lambda one: (one.id, location.id) not in diaries)
        time_off = others and availability._read_time_off(others, window)
        visits = self._search_visits(practitioners, window)
        names = self._read_names_of_time_off(practitioners, window)
        cards = self._get_cards(visits, location, diaries, time_off)
        columns = []
        for day in days:
            for one in practitioners:
                diary = diaries.get((one.id, location.id)) or Diary(closed=time_off[one.id])
                column = self._get_column(one, location, day, diary, names)
                column["blocks"] += self._get_busy(one, day, zone, diary, visits)
                column["cards"] = self._pick_cards(cards, one, day, zone)
                if is_week or column["hours"] or column["cards"]:
                    columns.append(column)
        first, last = self._get_range(columns)
        return {
            "columns": columns,
            "first": first,
            "last": last,
            "marks": self._get_marks(first, last),
            "now": self._get_minutes(get_now(), get_day(get_now(), zone), zone),
        }

    @api.model
    def _get_column(self, practitioner, location, day, diary, names):
        zone = location._get_zone()
        bounds = day_bounds(day, zone)
        hours = self._cut(diary.work, bounds, day, zone)
        away = [one for one in diary.closed if one.start < bounds.stop and one.stop > bounds.start]
        return {
            "key": f"{practitioner.id}-{day}",
            "practitioner_id": practitioner.id,
            "name": practitioner.name,
            "job": practitioner.job_title or "",
            "day": day.isoformat(),
            "date": format_date(self.env, day, date_format="EEE d MMM"),
            "is_today": day == get_day(get_now(), zone),
            "hours": hours,
            "hours_text": self._format_span(hours[0][0], hours[-1][1]) if hours else "",
            "blocks": [
                {
                    "kind": "away",
                    "from": self._get_minutes(one.start, day, zone),
                    "to": self._get_minutes(one.stop, day, zone),
                    "text": names.get((practitioner.resource_id.id, one))
                    or names.get((False, one))
                    or self.env._("Away"),
                }
                for one in away
            ],
        }

    @api.model
    def _cut(self, spans, bounds, day, zone):
        """The parts of these intervals on that day, as pairs of minutes, touching ones joined."""
        found = []
        for span in sorted(spans):
            if span.start >= bounds.stop or span.stop <= bounds.start:
                continue
            begins, ends = (self._get_minutes(each, day, zone) for each in span)
            if found and begins <= found[-1][1]:
                found[-1][1] = max(found[-1][1], ends)
            else:
                found.append([begins, ends])
        return found

    @api.model
    def _format_span(self, begins, ends):
        return f"{self._format_clock(begins)}–{self._format_clock(ends)}"

    @api.model
    def _format_clock(self, minutes):
        clock = time(*divmod(min(minutes, 24 * 60 - 1), 60))
        return format_time(self.env, clock, time_format="short")

    @api.model
    def _read_names_of_time_off(self, practitioners, window):
        """What time off and closing days are called, by resource and interval, if one may know."""
        leaves = self.env["resource.calendar.leaves"].search_fetch(
            [
                ("date_from", "<", to_stored(window.stop)),
                ("date_to", ">", to_stored(window.start)),
                ("resource_id", "in", [False, *practitioners.resource_id.ids]),
            ],
            ["name", "resource_id", "date_from", "date_to"],
        )
        return {
            (
                one.resource_id.id,
                Interval(*map(from_stored, (one.date_from, one.date_to))),
            ): one.name
            for one in leaves
        }

    @api.model
    def _get_busy(self, practitioner, day, zone, diary, visits):
        """What blocks a practitioner besides the visits shown: told as *busy*, and no more."""
        bounds = day_bounds(day, zone)
        shown = {
            Interval(*map(from_stored, (one.blocked_start, one.blocked_stop))) for one in visits
            if one.practitioner_id == practitioner
        }  # fmt: skip
        return [
            {
                "kind": "busy",
                "from": self._get_minutes(span.start, day, zone),
                "to": self._get_minutes(span.stop, day, zone),
                "text": self.env._("Busy"),
            }
            for span in diary.busy
            if span not in shown and span.start < bounds.stop and span.stop > bounds.start
        ]

    @api.model
    def _get_range(self, columns):
        """The whole hours from the first to the last of what there is on any of the columns."""
        spans = [span for column in columns for span in column["hours"]]
        spans += [(card["from"], card["to"]) for column in columns for card in column["cards"]]
        first = min((begins for begins, _ends in spans), default=USUAL[0])
        last = max((ends for _begins, ends in spans), default=USUAL[1])
        return first // 60 * 60, -(-last // 60) * 60

    @api.model
    def _get_marks(self, first, last):
        return [
            {"minutes": hour, "text": self._format_clock(hour)} for hour in range(first, last, 60)
        ]

    # Cards

    @api.model
    def _search_visits(self, practitioners, window):
        start, stop = to_stored(window.start), to_stored(window.stop)
        fetched = [
            "service_id", "practitioner_id", "location_id", "start", "stop", "blocked_start",
            "blocked_stop", "state", "desk_note", "invoice_id",
        ]  # fmt: skip
        domain = [
            ("practitioner_id", "in", practitioners.ids),
            ("start", ">", start - LONGEST),
            ("start", "<", stop),
            ("stop", ">", start),
            ("state", "in", SHOWN),
            "|", ("state", "!=", "held"), ("held_until", ">", to_stored(get_now())),
        ]  # fmt: skip
        return self.env["clinic.appointment"].search_fetch(domain, fetched, order="start, id")

    @api.model
    def _get_cards(self, visits, location, diaries, time_off):
        """The cards by visit."""
        facts = self._read_facts(visits)
        orphaned = self._find_orphaned(visits, location, diaries, time_off)
        return {
            visit: self._get_card(visit, location, facts, visit in orphaned) for visit in visits
        }

    @api.model
    def _read_facts(self, visits):
        """What the signs of all cards are made of, in a query each."""
        participants = self.env["clinic.participant"].search_fetch(
            [("appointment_id", "in", visits.ids), ("state", "!=", "cancelled")],
            ["appointment_id", "partner_id", "state"],
        )
        # Who sees a participant may know their name, and which day it is for them.
        people_sudo = participants.partner_id.sudo()
        people_sudo.fetch(["name", "birth_date"])
        sessions_sudo = self.env["clinic.package.session"].sudo()
        paid_by_session = sessions_sudo.search_fetch(
            [("appointment_id", "in", visits.ids)], ["appointment_id"]
        ).appointment_id
        visits.service_id.sudo().fetch(["name", "step"])
        return {
            "coming": participants.grouped("appointment_id"),
            "by_session": set(paid_by_session.ids),
            "known": self._read_known(people_sudo, visits),
            "unpaid": self._find_unpaid(visits, paid_by_session),
        }

    @api.model
    def _read_known(self, people, visits):
        """Who of these people was at the clinic before the first of the visits."""
        if not visits:
            return set()
        participants_sudo = self.env["clinic.participant"].sudo()
        groups = participants_sudo._read_group(
            [
                ("partner_id", "in", people.ids),
                ("state", "in", ("arrived", "fulfilled")),
                ("appointment_id.start", "<", min(visits.mapped("start"))),
            ],
            ["partner_id"],
        )
        return {person.id for (person,) in groups}

    @api.model
    def _find_unpaid(self, visits, paid_by_session):
        """The visits that took place and nobody has paid for; known to who keeps the books."""
        if not self.env.user.has_group(BILLING):
            return set()
        taken = visits.filtered(lambda one: one.state in ("arrived", "fulfilled"))
        # Whether it is paid is on the invoice; of it no more than that is told.
        invoices_sudo = taken.invoice_id.sudo()
        invoices_sudo.fetch(["payment_state", "state"])
        return {
            one.id
            for one in taken - paid_by_session
            if one.sudo().invoice_id.payment_state not in PAID
        }

    @api.model
    def _find_orphaned(self, visits, location, diaries, time_off):
        """Those here that have lost their hours, by the judge of `clinic.ground`, without asking
        the database again for what is read already."""
        ground, now = self.env["clinic.ground"], to_stored(get_now())
        ahead = visits.filtered(
            lambda one: (
                one.location_id == location
                and one.state in ("booked", "arrived")
                and one.stop > now
            )
        )
        orphaned = visits.browse()
        for practitioner, together in ahead.grouped("practitioner_id").items():
            diary = diaries.get((practitioner.id, location.id))
            diary = diary or Diary(closed=time_off[practitioner.id])
            lost = ground._find_lost(together, diary)
            orphaned += together.filtered(lambda one, lost=lost: ground._has_lost(one, lost))
        return orphaned

    @api.model
    def _get_card(self, visit, location, facts, is_orphaned):
        if visit.location_id != location:
            return {
                "id": visit.id,
                "is_elsewhere": True,
                "state": visit.state,
                "title": self.env._("At %s", visit.location_id.name),
                "service": "",
                "signs": [],
            }
        coming = facts["coming"].get(visit, self.env["clinic.participant"])
        names = ", ".join(coming.partner_id.sudo().mapped("name"))
        signs = self._get_signs(visit, coming.partner_id.sudo(), facts, is_orphaned)
        held = self.env._("Being booked online")
        return {
            "id": visit.id,
            "is_elsewhere": False,
            "state": visit.state,
            "title": held if visit.state == "held" else names,
            "service": visit.service_id.sudo().name,
            "step": visit.service_id.sudo().step,
            "signs": signs,
        }

    @api.model
    def _get_signs(self, visit, people, facts, is_orphaned):
        """Each sign with what it says, the most urgent first."""
        birthday = people.filtered(lambda one: self._has_birthday(one, visit))
        is_new = visit.state != "held" and any(one.id not in facts["known"] for one in people)
        found = {
            "orphaned": is_orphaned and self.env._("Nobody works then any more"),
            "unpaid": visit.id in facts["unpaid"] and self.env._("Not paid yet"),
            "group": len(people) > 1 and self.env._("%s people", len(people)),
            "first": is_new and self.env._("First visit"),
            "session": visit.id in facts["by_session"] and self.env._("Paid with a session"),
            "birthday": birthday and self.env._("Birthday today"),
            "note": visit.desk_note and self.env._("Note: %s", visit.desk_note),
        }
        return [{"kind": kind, "text": text} for kind, text in found.items() if text]

    @api.model
    def _has_birthday(self, person, visit):
        day, born = visit._get_day(), person.birth_date
        return bool(born) and (born.month, born.day) == (day.month, day.day)

    @api.model
    def _pick_cards(self, cards, practitioner, day, zone):
        """The cards of a column, each with its minutes; what nobody comes to is put aside."""
        bounds = day_bounds(day, zone)
        picked = []
        for visit, card in cards.items():
            start, stop = from_stored(visit.start), from_stored(visit.stop)
            if (
                visit.practitioner_id != practitioner
                or start >= bounds.stop
                or stop <= bounds.start
            ):
                continue
            begins, ends = (self._get_minutes(each, day, zone) for each in (start, stop))
            picked.append({
                **card,
                "from": begins,
                "to": ends,
                "time": self._format_span(begins, ends),
                "blocked_from": self._get_minutes(from_stored(visit.blocked_start), day, zone),
                "blocked_to": self._get_minutes(from_stored(visit.blocked_stop), day, zone),
            })  # fmt: skip
        return self._put_aside(picked)

    @api.model
    def _put_aside(self, cards):
        """What nobody came to makes room where its time was given to others."""
        for card in cards:
            card["is_aside"] = card["state"] == "noshow" and any(
                other["state"] != "noshow"
                and other["from"] < card["to"]
                and other["to"] > card["from"]
                for other in cards
            )
        return cards
