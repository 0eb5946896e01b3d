from datetime import date, timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ...engine.instants import day_bounds, from_stored, get_now, to_stored
from ...engine.slots import Diary
from ..family.res_partner import FRONT_DESK
from .clinic_desk_day import BILLING

# No visit lasts longer (see the appointment's constraint).
LONGEST = timedelta(days=1)
# Odoo's states of an invoice that is paid.
PAID = ("paid", "in_payment")
SHOWN = ("held", "booked", "arrived", "fulfilled", "noshow")


class Person(NamedTuple):
    """What a card says of who comes; known is who was at the clinic before."""

    name: str
    birth_date: date | None
    is_known: bool


class ClinicDeskDay(models.AbstractModel):
    """The cards of the day sheet, read in a query for each thing they say."""

    _inherit = "clinic.desk.day"

    @api.model
    def _search_visits(self, practitioners, window):
        """The visits the reader may see, with full rights: what is told of them is picked here."""
        start, stop = to_stored(window.start), to_stored(window.stop)
        fetched = [
            "service_id", "practitioner_id", "location_id", "company_id", "start", "stop",
            "blocked_start", "blocked_stop", "state", "time_unusual", "kept_note",
            "is_confidential",
        ]  # fmt: skip
        domain = [
            ("practitioner_id", "in", practitioners.ids),
            ("start", ">", start - LONGEST),
            ("start", "<", stop),
            ("stop", ">", start),
            ("state", "in", SHOWN),
            "|", ("state", "!=", "held"), ("held_until", ">", to_stored(get_now())),
        ]  # fmt: skip
        appointments = self.env["clinic.appointment"]
        # Which are found is up to the reader's rights; the note is read of the same rows, and
        # shown by what asks who may know it.
        query = appointments._search(domain, order="start, id")
        columns = [appointments._fields[name] for name in fetched]
        return appointments.sudo()._fetch_query(query, columns)

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
            ["appointment_id", "partner_id", "along_id", "state"],
        )
        services_sudo = visits.service_id
        services_sudo.fetch(["name", "step"])
        people = self._read_people(participants.partner_id | participants.along_id, visits)
        coming, along = {}, {}
        for one in participants:
            coming.setdefault(one.appointment_id.id, []).append(people[one.partner_id.id])
            if one.along_id:
                name = people[one.along_id.id].name
                along.setdefault(one.appointment_id.id, {})[name] = True
        by_session, unpaid, without_form = self._read_signs(visits)
        return {
            "coming": coming,
            "along": {number: ", ".join(names) for number, names in along.items()},
            "services": {one.id: (one.name, one.step) for one in services_sudo},
            "by_session": by_session,
            "unpaid": unpaid,
            "without_form": without_form,
            "notes": {one.id: one.desk_note for one in visits.sudo(False)},
            "fixed": self._find_fixed(visits.sudo(False)),
        }

    @api.model
    def _find_fixed(self, visits):
        """The visits the reader only reads: those of others, for who keeps the books."""
        user = self.env.user
        if user.has_group(FRONT_DESK) or not user.has_group(BILLING):
            return visits.browse()
        return visits - visits._filtered_access("write")

    @api.model
    def _read_people(self, people, visits):
        """These people by id, and whether each was at the clinic before the first of the visits.

        Who sees a participant may know their name, and which day it is for them.
        """
        self.env.flush_all()
        rows = people and self.env.execute_query(SQL(
            """
            SELECT person.id, coalesce(person.name, ''), person.birth_date,
                   EXISTS (SELECT
                             FROM clinic_participant one
                             JOIN clinic_appointment visit ON visit.id = one.appointment_id
                            WHERE one.partner_id = person.id
                              AND one.state IN ('arrived', 'fulfilled')
                              AND visit.start < %s)
              FROM res_partner person
             WHERE person.id = ANY(%s)
            """,
            min(visits.mapped("start")),
            people.ids,
        ))  # fmt: skip
        return {number: Person(*row) for number, *row in rows}

    @api.model
    def _read_signs(self, visits):
        """The visits that a session pays for; and those that took place and nobody has paid for,
        which are known to who keeps the books. Of an invoice no more is told. And those for which
        a form is missing.
        """
        self.env.flush_all()
        rows = self.env.execute_query(SQL(
            """
            SELECT visit.id,
                   invoice.payment_state = ANY(%(paid)s) AND NOT EXISTS (
                   SELECT
                     FROM clinic_payer_share own
                     JOIN clinic_payer_share share ON share.invoice_id = own.invoice_id
                     JOIN account_move part ON part.id IN (share.invoice_id, share.document_id)
                    WHERE visit.invoice_id IN (own.invoice_id, own.document_id)
                      AND part.payment_state <> 'reversed'
                      AND part.payment_state <> ALL(%(paid)s)),
                   EXISTS (SELECT
                             FROM clinic_package_session session
                            WHERE session.appointment_id = visit.id),
                   EXISTS (%(missing)s)
              FROM clinic_appointment visit
         LEFT JOIN account_move invoice ON invoice.id = visit.invoice_id
             WHERE visit.id = ANY(%(visits)s)
            """,
            paid=list(PAID),
            visits=visits.ids,
            missing=self.env["clinic.form.request"]._select_missing(),
        ))  # fmt: skip
        by_session = {number for number, _paid, has_session, _form in rows if has_session}
        without_form = {number for number, _paid, _session, is_missing in rows if is_missing}
        if not self.env.user.has_group(BILLING):
            return by_session, set(), without_form
        paid = {number for number, is_paid, _session, _form in rows if is_paid}
        taken = visits.filtered(lambda one: one.state in ("arrived", "fulfilled"))
        return by_session, {*taken.ids} - by_session - paid, without_form

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
                "title": self.env._("At %s", visit.sudo(False).location_id.name),
                "service": "",
                "signs": [],
            }
        people = facts["coming"].get(visit.id, [])
        service, step = facts["services"][visit.service_id.id]
        held = self.env._("Being booked online")
        return {
            "id": visit.id,
            "is_elsewhere": False,
            "state": visit.state,
            "title": held if visit.state == "held" else ", ".join(one.name for one in people),
            "service": service,
            "step": step,
            "signs": self._get_signs(visit, people, facts, is_orphaned),
            **({"is_fixed": True} if visit in facts["fixed"] else {}),
        }

    @api.model
    def _get_signs(self, visit, people, facts, is_orphaned):
        """Each sign with what it says, the most urgent first."""
        is_new = visit.state != "held" and not all(one.is_known for one in people)
        note = facts["notes"][visit.id]
        along = facts["along"].get(visit.id)
        found = {
            "orphaned": is_orphaned and self.env._("Nobody works then any more"),
            "unpaid": visit.id in facts["unpaid"] and self.env._("Not paid yet"),
            "form": visit.id in facts["without_form"] and self.env._("A form is missing"),
            "group": len(people) > 1 and self.env._("%s people", len(people)),
            "along": along and self.env._("with %(names)s", names=along),
            "first": is_new and self.env._("First visit"),
            "session": visit.id in facts["by_session"] and self.env._("Paid with a session"),
            "confidential": visit.is_confidential and self.env._("Confidential"),
            "birthday": self._has_birthday(people, visit) and self.env._("Birthday today"),
            "note": note and self.env._("Note: %s", note),
        }
        return [{"kind": kind, "text": text} for kind, text in found.items() if text]

    @api.model
    def _has_birthday(self, people, visit):
        born = {(one.birth_date.month, one.birth_date.day) for one in people if one.birth_date}
        day = born and visit._get_day()
        return bool(born) and (day.month, day.day) in born

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
