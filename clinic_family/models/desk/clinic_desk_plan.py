from secrets import token_hex
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...engine.instants import from_stored, to_stored
from ...engine.outing import USUAL_WAY, WAYS, Outing
from ..booking.clinic_family_plan import MOST_TOGETHER
from .clinic_desk_booking import Wish

DAYS_SHOWN = 5


class Asked(NamedTuple):
    """Who is to come for what, as records; the services in the order of the people."""

    location: models.BaseModel
    anywhere: bool
    people: models.BaseModel
    offered: models.BaseModel
    services: list
    adults: models.BaseModel
    along: models.BaseModel
    payers: models.BaseModel
    payer: models.BaseModel


class ClinicDeskPlan(models.AbstractModel):
    """Visits of several people at one time, each for a service of their own.

    The same finder as on the booking site; what it finds is booked as the desk books anything, all
    of it or nothing.
    """

    _name = "clinic.desk.plan"
    _inherit = ["clinic.desk.booking"]
    _description = "Several People at One Time at the Desk"

    @api.model
    def find(self, values):
        """What was asked, filled in as far as it follows from the people, and what was found.

        ``values``: the place, the ids of who comes, and what was chosen already: the service of
        each by id, who comes along, side by side, the first day, who pays, whether other locations
        are fine, and how many minutes lie between two.
        """
        self._verify_front_desk()
        asked = self._read_asked(values)
        first_day = self._read_day(values.get("day")) or self._read_day(values["place"].get("day"))
        is_beside = bool(values.get("side_by_side"))
        outing = Outing(
            wishes=tuple(zip(asked.people.ids, (one.id for one in asked.services), strict=True)),
            along_id=asked.along.id or 0,
            side_by_side=is_beside,
            location_id=0 if asked.anywhere else asked.location.id,
            way=self._read_way(values),
            first_day=first_day or self.env.company._get_clinic_today(),
        )
        found, without = self._search_plans(asked, outing)
        shown = found[:DAYS_SHOWN]
        paid = self._find_paid(asked, outing, [plan for _day, plans in shown for plan in plans])
        names = {"along_id": asked.along.id or 0, "payer_id": asked.payer.id or 0}
        return {
            **names,
            "day": outing.first_day.isoformat(),
            "side_by_side": is_beside,
            **self._show_where(asked.location, asked.anywhere, outing),
            "people": [
                {"id": person.id, "name": person.name, "service_id": service.id}
                for person, service in zip(asked.people, asked.services, strict=True)
            ],
            "services": self._show_names(asked.offered),
            "adults": self._show_names(asked.adults),
            "payers": self._show_names(asked.payers),
            "days": [
                {
                    "text": format_date(self.env, day, date_format="EEEE d MMMM"),
                    "plans": [
                        self._show_plan(plan, asked.anywhere, outing, paid[plan]) for plan in plans
                    ],
                }
                for day, plans in shown
            ],
            "without": [person.name for person in without],
            "warnings": self._get_plan_warnings(asked, outing.first_day),
        }

    @api.model
    def _read_way(self, values):
        return values["way"] if values.get("way") in WAYS else USUAL_WAY

    @api.model
    def _show_where(self, location, anywhere, outing):
        """Among which locations one may choose, where there are several."""
        here = [("company_id", "=", location.company_id.id)]
        return {
            "location": location.name,
            "anywhere": anywhere,
            "may_go_elsewhere": self.env["clinic.location"].search_count(here, limit=2) > 1,
            "way": outing.way,
            "ways": [{"id": way, "name": self.env._("%s minutes", way)} for way in WAYS if way],
        }

    @api.model
    def _search_plans(self, asked, outing):
        if not all(asked.services):
            return [], asked.people
        finder = self.env["clinic.desk.plan.search"].with_company(asked.location.company_id)
        found, without = finder._find(self.env["res.partner"], outing)
        unfit = asked.people.browse().union(*(
            service._filter_unfit(person, outing.first_day)
            for person, service in zip(asked.people, asked.services, strict=True)
        ))  # fmt: skip
        return found, without if found else unfit or without

    @api.model
    def _find_paid(self, asked, outing, plans):
        """For each plan, the visits that sessions will pay by themselves, whoever is chosen to."""
        finder = self.env["clinic.desk.plan.search"].with_company(asked.location.company_id)
        payers = {person.id: self._get_payer_of(asked, person) for person in asked.people}
        return finder._find_paid_at_desk(outing, plans, payers) if plans else {}

    @api.model
    def _show_names(self, records):
        return [{"id": one.id, "name": one.name} for one in records]

    # What was asked

    @api.model
    def _read_asked(self, values):
        _practitioner, location, _start = self._read_place(values["place"])
        people = self._read_people(values)
        if not (location and 1 < len(people) <= MOST_TOGETHER):
            raise UserError(self.env._(
                "Please choose at least two people, and at most %(count)s.", count=MOST_TOGETHER
            ))  # fmt: skip
        anywhere = bool(values.get("anywhere"))
        offered = self._get_offered(location, anywhere)
        payers = self._get_payers(people)
        chosen = payers.filtered(lambda one: one.id == values.get("payer_id"))
        adults = self._get_adults(people, location)
        return Asked(
            location=location,
            anywhere=anywhere,
            people=people,
            offered=offered,
            services=self._choose_services(people, offered, values),
            adults=adults,
            along=self._choose_along(people, adults, values),
            payers=payers,
            payer=chosen or self._choose_payer(people, payers),
        )

    @api.model
    def _get_offered(self, location, anywhere):
        """The services for one person each that somebody gives there, or anywhere."""
        there = "!=" if anywhere else "="
        return self.env["clinic.service"].search([
            ("max_participants", "=", 1),
            ("company_id", "=", location.company_id.id),
            ("practitioner_ids.schedule_ids.location_id", there, not anywhere and location.id),
        ])  # fmt: skip

    @api.model
    def _choose_services(self, people, offered, values):
        """For each what was chosen; else what they came for last; else what the others come for.

        Who else stands at the desk isn't told what somebody came for in confidence.
        """
        chosen = values.get("services") or {}
        last = self.env["clinic.participant"].search(
            [
                ("partner_id", "in", people.ids),
                ("state", "!=", "cancelled"),
                ("appointment_id.service_id", "in", offered.ids),
                ("appointment_id.is_confidential", "=", False),
            ],
            order="id",
        )
        usual = {one.partner_id: one.appointment_id.service_id for one in last}
        here = offered.filtered(lambda one: one.id == values.get("service_id")) or offered[:1]
        return [
            (offered & offered.browse(self._read_number(chosen.get(str(person.id)))))
            or usual.get(person, here)
            for person in people
        ]

    @api.model
    def _read_number(self, number):
        return number if isinstance(number, int) else 0

    # What was found

    @api.model
    def _show_plan(self, plan, anywhere, outing, paid=()):
        """A plan: between which times, and its visits as places to be booked, those ``paid`` with
        a session said so."""
        first, last = plan.visits[0], max(plan.visits, key=lambda one: one.stop)
        services = dict(outing.wishes)
        return {
            "text": self.env._(
                "%(begin)s to %(end)s",
                begin=self._format_time(first.start, self._get_zone_of(first)),
                end=self._format_time(last.stop, self._get_zone_of(last)),
            ),
            "visits": [
                {
                    **self._show_visit(one, services[one.person_id], anywhere),
                    "session": self.env._("Paid with a session") if one in paid else "",
                }
                for one in plan.visits
            ],
        }

    @api.model
    def _get_zone_of(self, one):
        return self.env["clinic.location"].browse(one.location_id)._get_zone()

    @api.model
    def _show_visit(self, one, service_id, with_place):
        """The visit of one, as a place and in a sentence."""
        practitioner = self.env["clinic.practitioner"].browse(one.practitioner_id)
        location = self.env["clinic.location"].browse(one.location_id)
        words = {
            "time": self._format_time(one.start, location._get_zone()),
            "name": self.env["res.partner"].browse(one.person_id).name,
            "service": self.env["clinic.service"].browse(service_id).name,
            "practitioner": practitioner.name,
            "location": location.name,
        }
        sentence = self.env._("%(time)s %(name)s: %(service)s with %(practitioner)s", **words)
        if with_place:
            sentence = self.env._(
                "%(time)s %(name)s: %(service)s with %(practitioner)s, %(location)s", **words
            )
        return {
            **self._show_place(practitioner, location, to_stored(one.start)),
            "person_id": one.person_id,
            "service_id": service_id,
            "text": sentence,
        }

    @api.model
    def _get_plan_warnings(self, asked, day):
        """What the desk should know before it books a visit for each of them."""
        warnings = self._get_warnings_of(asked.people, asked.payer)
        for person, service in zip(asked.people, asked.services, strict=True):
            warnings += service._find_unfit(person, day) if service else []
        warnings += self._get_payer_warnings(asked) if asked.payer else []
        return warnings + self._get_debts(asked.payer)

    @api.model
    def _get_payer_of(self, asked, person):
        """Who pays for the visit of one: who was chosen, or else an adult for themselves."""
        payers = self._get_payers(person)
        return (asked.payer & payers) or (person & payers)

    @api.model
    def _get_payer_warnings(self, asked):
        """For whom somebody else has to pay than the one who was chosen."""
        warnings = []
        for person in asked.people:
            payer = self._get_payer_of(asked, person)
            if not payer:
                warnings.append(self._explain_unpaid(asked, person))
            elif payer != asked.payer:
                warnings.append(self.env._(
                    "%(name)s pays for their own visit: %(payer)s can't be asked to pay for it.",
                    name=person.name,
                    payer=asked.payer.name,
                ))  # fmt: skip
        return warnings

    @api.model
    def _explain_unpaid(self, asked, person):
        return self.env._(
            "%(payer)s can't be asked to pay for %(name)s. Please choose somebody else, or record "
            "on the patient's form who pays.",
            payer=asked.payer.name,
            name=person.name,
        )

    # Booked

    @api.model
    def book_plan(self, values, visits):
        """Books all visits of a plan, or none: then it says which isn't free any more."""
        self._verify_front_desk()
        asked = self._read_asked(values)
        # Who may be asked no more isn't replaced by somebody else without a word.
        if not asked.payer or asked.payer.id != values.get("payer_id"):
            raise UserError(self.env._("Please choose who pays."))
        wishes = [self._read_visit(asked, each) for each in visits[:MOST_TOGETHER]]
        if sorted(one.people.ids for one in wishes) != sorted([one] for one in asked.people.ids):
            raise UserError(self.env._("Please choose a time for everybody."))
        for wish in wishes:
            if not wish.payer:
                raise UserError(self._explain_unpaid(asked, wish.people))
            self._verify_whole(wish, [wish.start])
        # Before the first is taken, in one order: see the check-out.
        self.env["clinic.practitioner"].union(*(one.practitioner for one in wishes))._lock()
        for wish in wishes:
            if objection := self._find_objection(self._make_draft(wish), ""):
                return {"refused": self._explain_objection(wish, objection), "nearest": []}
        booked = self.env["clinic.appointment"].create(
            [self._prepare_visit(one, one.start) for one in sorted(wishes, key=self._get_begin)]
        )
        # Which visits belong together follows from this step alone.
        booked.sudo().plan_key = token_hex(16)
        return {
            "ids": booked.ids,
            "done": self.env._(
                "%(name)s: %(count)s visits",
                name=", ".join(booked.mapped("patient_names")),
                count=len(booked),
            ),
        }

    @api.model
    def _explain_objection(self, wish, objection):
        there = self._show_place(wish.practitioner, wish.location, wish.start)
        if "asks" in objection:
            return self.env._(
                "%(time)s: %(why)s Nothing was booked.", time=there["text"], why=objection["asks"]
            )
        return self.env._("%s isn't free any more. Nothing was booked.", there["text"])

    @api.model
    def _get_begin(self, wish):
        return from_stored(wish.start)

    @api.model
    def _read_visit(self, asked, each):
        practitioner, location, start = self._read_place(each)
        service = asked.offered.filtered(lambda one: one.id == each.get("service_id"))
        people = asked.people.filtered(lambda one: one.id == each.get("person_id"))
        return Wish(
            practitioner=practitioner & service.practitioner_ids,
            location=location,
            start=start,
            people=people,
            services=asked.offered,
            service=service,
            length=service.duration,
            payers=asked.payers,
            payer=self._get_payer_of(asked, people),
            adults=asked.adults,
            along=self._bring(self._filter_led(people, asked.location), asked.along),
        )
