from datetime import timedelta

from odoo import api, fields, models

from ...engine.instants import get_day, read_start, to_stored
from ...exceptions import BookingRefused, FamilyRefused

# What somebody holds, and what they let go within this time, together.
MOST_HELD = 10
COUNTED = timedelta(hours=2)


class ClinicBooking(models.Model):
    """What may be booked, by whom, for whom, and how much of it."""

    _inherit = "clinic.booking"

    def _read_all(self):
        """Reads at once what is in it, and who comes."""
        self._read_rows("appointment_ids")._read_rows("participant_ids")
        if self.state == "open":
            # Nothing in it has a session yet: it is reserved as it is booked.
            self._get_finished()._know_rows("session_ids", ())

    def _get_service(self, checkout):
        """The service of a check-out, or of what is held, which the site offers its reader."""
        service = self.env["clinic.service"]._search_known([
            ("id", "=", int(checkout.service_id)), ("is_published", "=", True),
        ])  # fmt: skip
        if not service:
            raise BookingRefused("service", self.env._("This service can't be booked online."))
        if service.company_id not in self.env.companies:
            raise BookingRefused("other_company", self.env._(
                "This account belongs to another company and can't book here. Please log out, "
                "and book with an account of your own."
            ))  # fmt: skip
        return service

    # People

    def _prepare_coming(self, booker, service, checkout, *, is_held=False):
        """Who comes under which permission, and who pays; nothing before anybody was chosen.

        Of what is held already, a name of who comes along that can't be any more is left out.
        """
        if not checkout.participant_ids and not checkout.payer_id:
            return {}
        people, permissions = self._verify_participants(booker, service, checkout)
        payer = self._verify_payer(booker, service, checkout)
        is_confidential = self._verify_confidential(booker, service, checkout, people)
        # Who comes along knows of it.
        along_id = 0 if is_confidential else checkout.along_id
        return {
            "booker": booker,
            "people": people,
            "permissions": permissions,
            "payer": payer,
            "is_confidential": is_confidential,
            "along": self._verify_along(booker, people, along_id, is_held=is_held),
        }

    def _verify_along(self, booker, people, along_id, *, is_held=False):
        """The adult who comes along, by each of these who needs one; the others come by themselves.

        Who comes to the visit too is there already.
        """
        if not along_id or along_id in people.ids:
            return {}
        along = self.env["res.partner"].browse(along_id)
        led = people.filtered(self.env["clinic.family.plan"]._is_led)
        adults = self.env["clinic.family"]._find_adults_along(booker, led)
        brought = led.filtered(lambda person: along in adults[person.id])
        if brought != led and not is_held:
            raise BookingRefused("along", self.env["clinic.participant"]._get_along_refusal())
        return dict.fromkeys(brought, along)

    def _verify_confidential(self, booker, service, checkout, people):
        """Whether it will be confidential, which who comes alone may ask for from an age on."""
        if not checkout.is_confidential:
            return False
        if not booker._may_ask_for_confidentiality(service.company_id):
            raise BookingRefused("confidential", self.env._(
                "A confidential visit can't be booked online here. Please call the clinic."
            ))  # fmt: skip
        if people != booker:
            raise BookingRefused("confidential_alone", self.env._(
                "A confidential visit is for yourself alone. Please choose only yourself, or book "
                "it as any other visit."
            ))  # fmt: skip
        return True

    @api.model
    def _verify_number(self, people, service):
        """Somebody comes, and no more than the service is for."""
        if not people:
            raise BookingRefused("nobody", self.env._("Please choose who is coming."))
        if len(people) > service.max_participants:
            raise BookingRefused("too_many", self.env._(
                "%(service)s is for at most %(count)s people. Please choose fewer.",
                service=service.name,
                count=service.max_participants,
            ))  # fmt: skip

    def _verify_participants(self, booker, service, checkout):
        """The people who will come, and the permission each is booked under, by person id."""
        people = self.env["res.partner"].browse(checkout.participant_ids)
        self._verify_number(people, service)
        decisions = self.env["clinic.authority"]._decide(booker, "book", people)
        if not all(decisions.values()) or self._are_others(people, service):
            raise self._get_people_refusal()
        if service._is_for_an_age():
            self._verify_ages(people, service, self._read_day(service, checkout))
        return people, {
            person_id: decision.facts["permission_id"] for person_id, decision in decisions.items()
        }

    @api.model
    def _note_births(self, booker, checkout):
        """Stores the dates of birth that were asked for, of those who come and may be booked."""
        told = dict(checkout.births)
        if not told:
            return
        chosen = (
            self.env["clinic.authority"]
            ._get_people(booker, "book")
            .sudo()
            .filtered(lambda person: person.id in checkout.participant_ids and person.id in told)
        )
        try:
            for person_sudo in chosen.filtered(lambda person: not person.birth_date):
                self.env["clinic.contact"]._tell_birth(booker, person_sudo, told[person_sudo.id])
        except FamilyRefused as refusal:
            raise BookingRefused("birth", str(refusal)) from refusal

    def _read_day(self, service, checkout):
        """The day asked for at its place; None where the time is chosen later, or can't be booked.

        Judged on any day whatever, people would tell how old they are to the day.
        """
        location = self.env["clinic.location"].search([("id", "=", checkout.location_id)])
        reading = location and read_start(checkout.start, location._get_zone())
        if not reading:
            return None
        start, terms = reading.facts["instant"], service._get_terms(location)
        is_open = terms.now + terms.lead <= start < terms.horizon
        return get_day(start, location._get_zone()) if is_open else None

    @api.model
    def _verify_ages(self, people, service, day):
        """Everybody who comes is of the age the service is for."""
        unfit = service._filter_unfit(people, day) if day else ()
        if not unfit:
            return
        known = self.env["clinic.contact"]._filter_known_births(unfit)
        why = service._find_unfit(known, day) + [
            self.env._(
                "%(service)s can't be booked online for %(name)s on that day.",
                service=service.name,
                name=person.name,
            )
            for person in unfit - known
        ]
        raise BookingRefused("age", self.env._(
            "%(why)s Please choose another service, or call the clinic.", why=" ".join(why)
        ))  # fmt: skip

    @api.model
    def _get_people_refusal(self):
        return BookingRefused("no_permission", self.env._(
            "You can't book for one of the people you chose. "
            "Please choose yourself or somebody who lets you book."
        ))  # fmt: skip

    def _verify_payer(self, booker, service, checkout):
        payer = self.env["res.partner"].browse(checkout.payer_id)
        decision = self.env["clinic.authority"]._decide(booker, "pay", payer).get(payer.id)
        if not decision or self._are_others(payer, service):
            raise BookingRefused("payer", self.env._(
                "This person can't be asked to pay. "
                "Please choose yourself or somebody who lets you pay for them."
            ))  # fmt: skip
        family = self.env["clinic.family"]
        decision = family._decide_paying(payer)
        if not decision:
            raise BookingRefused("payer_age", family._explain_not_paying(decision, payer))
        return payer

    def _are_others(self, people, service):
        """Whether some are patients of another company, where their relatives book for them."""
        return bool(people.sudo().company_id - service.company_id.sudo())

    # The time

    def _read_wish(self, service, checkout, places=()):
        """The place and start asked for, and those who may give the service there."""
        practitioners, locations = places or service._get_places()
        location = locations.filtered(lambda place: place.id == checkout.location_id)
        if checkout.practitioner_id:
            practitioners = practitioners.filtered(lambda p: p.id == checkout.practitioner_id)
        if not location or not practitioners:
            raise BookingRefused("place", self.env._(
                "%(service)s isn't offered there. Please choose again.", service=service.name
            ))  # fmt: skip
        reading = read_start(checkout.start, location._get_zone())
        if not reading:
            raise BookingRefused(reading.reason, self._explain(reading, service, location))
        return location, reading.facts["instant"], practitioners

    def _verify_offered(self, service, checkout, moving=(), without=(), places=()):
        """The place, the start, and who is free then, as the site offers it now."""
        wish = self._read_wish(service, checkout, places)
        return self._verify_wish(service, wish, moving, without)

    def _verify_wish(self, service, wish, moving=(), without=()):
        """The same of a wish that has been read, as if the visits ``without`` weren't there."""
        location, start, practitioners = wish
        free, decision = service._judge_start(practitioners, location, start, moving, without)
        if decision.reason == "taken":
            raise self.env["clinic.appointment"]._get_taken_refusal()
        if not decision:
            raise BookingRefused(decision.reason, self._explain(decision, service, location))
        return location, start, free

    def _verify_start(self, service, wish, without=()):
        """Who is free at the start asked for, and what the held appointment will be."""
        location, start, practitioners = self._verify_wish(service, wish, without=without)
        return practitioners, {
            "service_id": service.id,
            "location_id": location.id,
            "start": to_stored(start),
        }

    def _find_held(self, service, wish):
        """What the basket holds already of the time asked for."""
        location, start, practitioners = wish
        begins = to_stored(start)
        return self.appointment_ids.filtered(
            lambda visit: (
                visit.state == "held"
                and (visit.service_id, visit.location_id, visit.start)
                == (service, location, begins)
                and visit.practitioner_id in practitioners
            )
        )

    def _match_held(self, wishes, coming):
        """What the basket holds of each of these visits, for those who come or for nobody yet.

        Each held time answers one of them; what is kept confidential answers none, because it
        would become an ordinary visit by that.
        """
        left, matched = self.appointment_ids.filtered(lambda one: not one.is_confidential), []
        for each, people in zip(wishes, coming, strict=True):
            held = (self._find_held(*each) & left).filtered(
                lambda visit, people=people["people"]: (
                    not visit.participant_ids or visit.participant_ids.partner_id == people
                )
            )[:1]
            left -= held
            matched.append(held)
        return matched

    def _take(self, practitioners, values, replaced=()):
        """Holds the time with the first of the practitioners who is still free.

        What was held instead, for nobody yet, keeps nothing of what was chosen for it.
        """
        minutes = self.company_id.clinic_hold_minutes
        visit = replaced or self.env["clinic.appointment"]
        fresh = {"uses_session": True, "is_planned": False, "plan_key": False} if replaced else {}
        taken = visit._take_time(practitioners, {
            **values,
            **fresh,
            "booking_id": self.id,
            "payer_id": self.booker_id.id,
            "state": "held",
            "booked_at": False,
            # What is taken next sees that this is held.
            "held_until": fields.Datetime.now() + timedelta(minutes=minutes),
        })  # fmt: skip
        self.env["clinic.kept.time"]._verify_unkept(taken)
        self.env["clinic.kept.time"]._end_own()
        return taken

    def _explain(self, decision, service, location):
        """The sentence for a start that isn't offered: why, and what to do instead."""
        company_sudo = service.company_id.sudo()
        choose_another = self.env._("Please choose another time.")
        why = {
            "unreadable": self.env._("This time can't be read."),
            "nonexistent": self.env._(
                "This time doesn't exist at %(place)s on that day.", place=location.name
            ),
            "past": self.env._("This time has passed."),
            "notice": self.env._(
                "Online booking needs %(hours)g hours' notice. To come earlier, please call "
                "%(place)s%(phone)s.",
                hours=company_sudo.clinic_notice_hours,
                place=location.name,
                phone=f", {location.phone}" if location.phone else "",
            ),
            "horizon": self.env._(
                "This clinic opens its book %(days)s days ahead.",
                days=company_sudo.clinic_horizon_days,
            ),
            "hours": self.env._("Nobody works at this time."),
            "time_off": self.env._("Nobody works at this time."),
            "grid": self.env._("Visits don't start at this time."),
        }[decision.reason]
        return f"{why} {choose_another}"

    # Two visits at once

    @api.model
    def _find_clashes(self, basket_sudo):
        """Each person of the basket with each visit that is at the time of another of theirs.

        Visits the reader may not see are none; of two in the basket the later one is named.
        """
        visits_sudo = basket_sudo._get_finished().sorted(lambda visit: (visit.start, visit.id))
        found = self.env["clinic.participant"]._search_at_once(
            [(visit.start, visit.stop) for visit in visits_sudo],
            visits_sudo.participant_ids.partner_id,
            besides=visits_sudo,
            known_to=self.env.user.partner_id,
        )
        taken = [(one.partner_id.id, one.appointment_id) for one in found]
        clashes = []
        for visit_sudo in visits_sudo:
            for person_sudo in visit_sudo.participant_ids.partner_id:
                for person_id, other in taken:
                    if person_id == person_sudo.id and visit_sudo._is_at_once(other):
                        clashes.append(visit_sudo._get_clash(person_sudo, other))
                taken.append((person_sudo.id, visit_sudo))
        return clashes

    @api.model
    def _verify_clashes(self, basket_sudo, meant):
        """Whether the booker has said of each person that two visits at once are meant so."""
        self.env["clinic.appointment"]._verify_meant(self._find_clashes(basket_sudo), meant)

    # How much one account may hold and have booked

    def _note_let_go(self, visits):
        """Remembers times that were held and given back, or ran out: each once."""
        for booker_sudo, theirs in visits.grouped(lambda v: v.booking_id.sudo().booker_id).items():
            now = fields.Datetime.to_string(fields.Datetime.now())
            let_go = {f"{visit.id} {visit.held_until}": now for visit in theirs}
            known = self._get_let_go(booker_sudo)
            booker_sudo.held_online = {**let_go, **known}

    def _note_run_out(self):
        now = fields.Datetime.now()
        self._note_let_go(
            self.appointment_ids.filtered(lambda v: v.held_until and v.held_until <= now)
        )

    def _get_let_go(self, booker_sudo):
        """What this person let go lately, and when."""
        since = fields.Datetime.to_string(fields.Datetime.now() - COUNTED)
        known = booker_sudo.held_online or {}
        return {visit: moment for visit, moment in known.items() if moment > since}

    def _verify_held_lately(self, location, more=0):
        """Nobody keeps times from others by giving them back and taking them again."""
        held = len(self.appointment_ids) + more
        if held + len(self._get_let_go(self.sudo().booker_id)) > MOST_HELD:
            raise BookingRefused("held_many", self.env._(
                "You have held many times during the last two hours without booking them. Please "
                "book what you have chosen, come back later, or call %(whom)s.",
                whom=self._get_whom_to_call(location),
            ))  # fmt: skip

    def _verify_upcoming(self, location, count, company=None):
        """So many more visits may be booked online by this person."""
        company_sudo = (company or location.company_id).sudo()
        upcoming = self.env["clinic.appointment"].sudo().search_count([
            ("booking_id.booker_id", "=", self.sudo().booker_id.id),
            ("booking_id.state", "=", "confirmed"),
            ("company_id", "=", company_sudo.id),
            ("state", "=", "booked"),
            ("start", ">", fields.Datetime.now()),
            *self.env["clinic.appointment"]._get_domain_of_known(self.sudo().booker_id),
        ])  # fmt: skip
        if upcoming + count > company_sudo.clinic_most_upcoming:
            raise BookingRefused("many_upcoming", self.env._(
                "You can have %(most)s visits to come that were booked online. To book more, "
                "please call %(whom)s.",
                most=company_sudo.clinic_most_upcoming,
                whom=self._get_whom_to_call(location),
            ))  # fmt: skip

    def _get_whom_to_call(self, location):
        parts = (location.name, self._get_phone_to_call(location))
        return ", ".join(part for part in parts if part)

    def _get_phone_to_call(self, location):
        return location.phone or location.company_id.sudo().phone
