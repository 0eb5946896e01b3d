from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ...engine.instants import day_bounds, from_stored, get_now, to_stored
from ...engine.slots import Diary
from .clinic_desk_day import BILLING

# No visit lasts longer (see the appointment's constraint).
LONGEST = timedelta(days=1)
# Odoo's states of an invoice that is paid.
PAID = ("paid", "in_payment")
SHOWN = ("held", "booked", "arrived", "fulfilled", "noshow")


class ClinicDeskDay(models.AbstractModel):
    """The cards of the day sheet, read in a query for each thing they say."""

    _inherit = "clinic.desk.day"

    @api.model
    def _search_visits(self, practitioners, window):
        start, stop = to_stored(window.start), to_stored(window.stop)
        fetched = [
            "service_id", "practitioner_id", "location_id", "start", "stop", "blocked_start",
            "blocked_stop", "state", "invoice_id",
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
        self.env.flush_all()
        rows = self.env.execute_query(SQL(
            """
            SELECT person.id
              FROM unnest(%s::integer[]) AS person(id)
             WHERE EXISTS (SELECT
                             FROM clinic_participant one
                             JOIN clinic_appointment visit ON visit.id = one.appointment_id
                            WHERE one.partner_id = person.id
                              AND one.state IN ('arrived', 'fulfilled')
                              AND visit.start < %s)
            """,
            people.ids,
            min(visits.mapped("start")),
        ))  # fmt: skip
        return {number for (number,) in rows}

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
    def _pick_cards(self, cards, visits, day, zone):
        """The cards of a column, each with its minutes; what nobody comes to is put aside."""
        bounds = day_bounds(day, zone)
        picked = []
        for visit in visits:
            start, stop = from_stored(visit.start), from_stored(visit.stop)
            if start >= bounds.stop or stop <= bounds.start:
                continue
            begins, ends = (self._get_minutes(each, day, zone) for each in (start, stop))
            picked.append({
                **cards[visit],
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
