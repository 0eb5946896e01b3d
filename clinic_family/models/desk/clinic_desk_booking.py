from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount

from ...engine.instants import day_bounds, from_stored, get_day, to_stored

# A time that is proposed is at a quarter of an hour.
QUARTER = 15 * 60


class Wish(NamedTuple):
    """A visit as the desk wants it: records, the start as stored, the length in minutes."""

    practitioner: models.BaseModel
    location: models.BaseModel
    start: datetime
    people: models.BaseModel
    services: models.BaseModel
    service: models.BaseModel
    length: int
    payers: models.BaseModel
    payer: models.BaseModel
    adults: models.BaseModel
    along: dict = MappingProxyType({})

    def get_along(self, person):
        """The id of the adult who comes along with this person; False for nobody."""
        return self.along.get(person.id, False)


class ClinicDeskBooking(models.AbstractModel):
    """Booking from the day sheet: what follows from who comes, and the booking itself.

    Whatever can be known from a patient is filled in; each answer says what would be booked.
    """

    _name = "clinic.desk.booking"
    _inherit = ["clinic.desk.visit", "clinic.desk.patient"]
    _description = "Booking at the Desk"

    # What follows

    @api.model
    def describe(self, values):
        """What would be booked, and all that the desk should know before.

        ``values``: the place, the ids of who comes, and what was chosen already: service, payer,
        length in minutes. A place that is only proposed gives way to the next time that fits.
        """
        self._verify_front_desk()
        wish = self._read_wish(values)
        if values.get("is_proposed"):
            wish = self._propose(wish)
        if not wish.payer:
            wish = wish._replace(payer=self._choose_payer(wish.people, wish.payers))
        if values.get("along_id") is None:
            wish = wish._replace(along=self._bring(wish.people, wish.adults[:1]))
        draft = self._make_draft(wish)
        place = self._show_place(wish.practitioner, wish.location, wish.start)
        return {
            "place": place,
            "time": place["text"],
            "practitioner": wish.practitioner.name,
            "location": wish.location.name,
            "people": [self._show_patient(person) for person in wish.people],
            "linked": self._get_linked(wish.people),
            "services": [{"id": each.id, "name": each.name} for each in wish.services],
            "service_id": wish.service.id,
            "length": wish.length,
            "payers": [{"id": each.id, "name": each.name} for each in wish.payers],
            "payer_id": wish.payer.id,
            "adults": [{"id": each.id, "name": each.name} for each in wish.adults],
            "along_id": next(iter(wish.along.values()), 0),
            "fee": self._get_fee_text(wish.service, wish.people),
            "session": self._get_session_text(draft),
            "warnings": self._get_warnings(draft, wish.people, wish.payer, wish.service),
        }

    @api.model
    def _read_wish(self, values):
        """What was chosen, and what follows from it; who pays or comes along is never guessed."""
        practitioner, location, start = self._read_place(values["place"])
        people = self._read_people(values)
        services = self._get_services(practitioner, location)
        day = start and location and get_day(from_stored(start), location._get_zone())
        service = self._choose_service(services, people, practitioner, day, values)
        payers = self._get_payers(people)
        adults = self._get_adults_beside(people, location)
        along = adults.filtered(lambda one: one.id == values.get("along_id"))
        return Wish(
            practitioner=practitioner,
            location=location,
            start=start,
            people=people,
            services=services,
            service=service,
            length=self._read_minutes(values.get("length")) or service.duration,
            payers=payers,
            payer=payers.filtered(lambda one: one.id == values.get("payer_id")),
            adults=adults,
            along=self._bring(people, along),
        )

    @api.model
    def _propose(self, wish):
        """The first quarter of an hour from there on, on that day, at which nothing is unusual."""
        if not (wish.service and wish.start):
            return wish
        wanted, zone = from_stored(wish.start), wish.location._get_zone()
        ends = day_bounds(get_day(wanted, zone), zone).stop
        starts = range(int(wanted), int(ends), QUARTER)
        against = wish.service._find_unusual_each(
            wish.practitioner, wish.location, starts, wish.length * 60
        )
        first = next((start for start in starts if not against[start]), wanted)
        return wish._replace(start=to_stored(first))

    @api.model
    def _read_people(self, values):
        """Those who are to come, in their order, as far as the reader may see them."""
        ids = [each for each in values.get("people") or () if isinstance(each, int)]
        found = self.env["res.partner"].search([("id", "in", ids)])
        return found.sorted(lambda person: ids.index(person.id))

    @api.model
    def _get_services(self, practitioner, location):
        company = location.company_id
        return practitioner.service_ids.filtered(
            lambda one: one.active and one.company_id in (company, company.browse())
        )

    @api.model
    def _choose_service(self, services, people, practitioner, day, values):
        """What was chosen; else what they came for last time; else the first that fits them all.

        It has room for them, is meant for as many, and for people of their age.
        """
        chosen = services.filtered(lambda one: one.id == values.get("service_id"))
        if chosen:
            return chosen
        fitting = services.filtered(lambda one: one.max_participants >= len(people))
        of_their_age = fitting.filtered(lambda one: not (day and one._filter_unfit(people, day)))
        of_their_kind = of_their_age.filtered(lambda one: one.is_group == (len(people) > 1))
        last = self.env["clinic.appointment"].search(
            [
                ("practitioner_id", "=", practitioner.id),
                ("participant_ids.partner_id", "in", people[:1].ids),
                ("service_id", "in", of_their_age.ids),
                ("is_confidential", "=", False),
            ],
            order="start desc",
            limit=1,
        )
        firsts = (last.service_id, of_their_kind, of_their_age, fitting, services)
        return next((found[:1] for found in firsts if found), services)

    @api.model
    def _choose_payer(self, people, payers):
        """The first patient where they may; for a child one who pays for it, who comes at best."""
        first = people[:1]
        return (first & payers) or (people & payers)[:1] or payers[:1]

    @api.model
    def _get_adults(self, people, location):
        """Who may come along with children: those who come, and who may act for one of them."""
        acting = self.env["clinic.authority"].search_fetch(
            [("person_id", "in", people.ids), ("kind", "=", "book")], ["actor_id"]
        )
        known = people | acting.actor_id._filtered_access("read")
        return known - self._filter_led(known, location)

    @api.model
    def _get_adults_beside(self, people, location):
        """The same where a child comes and no adult does: who takes part is there already."""
        led = self._filter_led(people, location)
        return self._get_adults(led, location) if led == people else people.browse()

    @api.model
    def _filter_led(self, people, location):
        finder = self.env["clinic.desk.plan.search"].with_company(location.company_id)
        return people.filtered(finder._is_led)

    @api.model
    def _choose_along(self, people, adults, values):
        if "along_id" in values:
            return adults.filtered(lambda one: one.id == values["along_id"])
        return (people & adults or adults)[:1] if people - adults else adults.browse()

    @api.model
    def _bring(self, people, along):
        """Who comes along with each of these, by id; nobody needs somebody where none is led."""
        return dict.fromkeys(people.ids, along.id) if along else {}

    @api.model
    def _get_linked(self, people):
        """The relatives of who comes first, with what each may do for them."""
        first = people[:1]
        pairs = self.env["clinic.family.panel"]._search_pairs(first) if first else {}
        names = self.env["clinic.permission.kind"]._get_all_names()
        held = dict(
            self.env["clinic.authority"]._read_group(
                [("person_id", "in", first.ids)], ["actor_id"], ["kind:array_agg"]
            )
        )
        relatives = self.env["res.partner"].union(*pairs, *held)._filtered_access("read") - people
        return [
            {
                **self._show_patient(person),
                "relation": self._get_relation(first, pairs.get(person)),
                "may": ", ".join(names[kind] for kind in names if kind in held.get(person, ())),
            }
            for person in relatives.sorted(lambda one: (one not in pairs, one.name or ""))
        ]

    @api.model
    def _get_relation(self, patient, pair):
        return self.env["clinic.family.panel"]._get_relation(patient, pair)

    @api.model
    def _make_draft(self, wish):
        """The visit as it would be; nothing is stored."""
        return self.env["clinic.appointment"].new(
            {"state": "booked", **self._prepare_visit(wish, wish.start)}
        )

    @api.model
    def _get_fee_text(self, service, people):
        count = len(people) if service.fee_per == "participant" else 1
        if not (service and people):
            return ""
        return format_amount(self.env, service.fee * count, service.currency_id)

    @api.model
    def _get_session_text(self, draft):
        """The sessions that will be used by themselves, also those relatives share."""
        sessions = self.env["clinic.package.session"]
        if not (draft.participant_ids and draft.service_id and draft.start):
            return ""
        chosen = sessions
        for fee in draft._get_session_fees():
            for person in draft._get_session_users(fee[1])._origin:
                [(session, _permission)] = sessions._choose([fee], sessions._get_rights(person))
                if session:
                    chosen |= session
                    break
        return chosen.sudo().purchase_id._list_with_left()

    @api.model
    def _get_warnings(self, draft, people, payer, service):
        """What the desk should know before it books; none of it forbids."""
        if not people:
            return []
        warnings = []
        if not service:
            warnings.append(self.env._("%s gives no service here yet.", draft.practitioner_id.name))
        elif len(people) > service.max_participants:
            warnings.append(self.env._(
                "%(service)s is for %(count)s. There will be room for %(people)s this time.",
                service=service.name,
                count=service.max_participants,
                people=len(people),
            ))  # fmt: skip
        warnings += self._get_warnings_of(people, payer)
        if service and draft.start and draft.location_id:
            warnings += draft._find_unfit()
        if draft.start and draft.stop:
            found = self.env["clinic.participant"]._search_at_once(
                [(draft.start, draft.stop)], people, besides=self.env["clinic.appointment"]
            )
            warnings += [found._describe_at_once()] if found else []
        return warnings + self._get_debts(payer)

    @api.model
    def _get_warnings_of(self, people, payer):
        """The same of those who come together, whatever they come for."""
        warnings = []
        if not payer:
            warnings.append(self.env._(
                "Nobody may be asked to pay. Add an adult who comes along, or record on the "
                "patient's form who pays."
            ))  # fmt: skip
        if self.env["clinic.block"]._stops_among(people):
            warnings.append(self.env._(
                "Please ask the clinic's manager before these people come together."
            ))  # fmt: skip
        return warnings

    @api.model
    def _get_debts(self, payer):
        """What the payer owes already, by invoices that are due."""
        today = self.env.company._get_clinic_today()
        owed = self.env["account.move"].search(
            [
                ("partner_id", "=", payer.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
                ("invoice_date_due", "<", today),
                ("company_id", "=", self.env.company.id),
            ]
        )
        amount = sum(owed.mapped("amount_residual_signed"))
        if not payer or amount <= 0:
            return []
        return [
            self.env._(
                "%(name)s owes %(amount)s since %(day)s.",
                name=payer.name,
                amount=format_amount(self.env, amount, self.env.company.currency_id),
                day=self._format_day(min(owed.mapped("invoice_date_due"))),
            )
        ]

    # Booked

    @api.model
    def book(self, values, reason=""):
        """Books the visit: ``done`` with its number, or ``refused``, or ``asks`` for a reason."""
        self._verify_front_desk()
        wish = self._read_wish(values)
        self._verify_whole(wish, [wish.start])
        if objection := self._find_objection(self._make_draft(wish), reason):
            return objection
        visit = self.env["clinic.appointment"].create(
            {**self._prepare_visit(wish, wish.start), **self._prepare_yes(reason)}
        )
        return {"id": visit.id, "done": self._tell_done(visit)}

    @api.model
    def _prepare_visit(self, wish, start):
        return {
            "practitioner_id": wish.practitioner.id,
            "location_id": wish.location.id,
            "service_id": wish.service.id,
            "start": start,
            "stop": start and start + timedelta(minutes=wish.length),
            "payer_id": wish.payer.id,
            "seats": max(wish.service.max_participants, len(wish.people)),
            "participant_ids": [
                Command.create({"partner_id": one.id, "along_id": wish.get_along(one)})
                for one in wish.people
            ],
        }

    @api.model
    def _verify_whole(self, wish, starts):
        if not wish.people:
            raise UserError(self.env._("Please choose who comes."))
        if not wish.service:
            raise UserError(self.env._("Please choose a service."))
        if not wish.payer:
            raise UserError(self.env._("Please choose who pays."))
        if not starts or not all(starts):
            raise UserError(self.env._("There is no such place on the day sheet."))
