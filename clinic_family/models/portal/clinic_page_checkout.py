import math
from collections import defaultdict

from odoo import api, fields, models

from ...engine.instants import read_start
from ...engine.intervals import Interval
from ...engine.relative import get_first_name
from ...engine.sessions import Left, explain_unused
from ...engine.slots import nearest
from ...exceptions import BookingRefused
from .clinic_page_booking import DAYS_SHOWN

NEAREST_SHOWN = 3


class ClinicPageCheckout(models.AbstractModel):
    """The pages of the check-out: who comes, what is held, what it costs, what was booked."""

    _name = "clinic.page.checkout"
    _inherit = "clinic.page"
    _description = "Check-out Page"

    # Who comes, who pays

    @api.model
    def _get_who(self, service, checkout, error=""):
        """The people the visitor may book for, and those who may be asked to pay."""
        me = self.env.user.partner_id
        authority = self.env["clinic.authority"]
        people = authority._get_people(me, "book")
        day = service._is_for_an_age() and self.env["clinic.booking"]._read_day(service, checkout)
        proposed = people.filtered(lambda person: person.id == checkout.for_id) or me
        # A visitor who unticked everybody finds it as they left it.
        chosen = checkout.participant_ids or (() if error else proposed.ids)
        chosen = chosen if service.is_group else chosen[-1:]
        choice = self.env["clinic.page.booking"]._get_choice(service, checkout)
        led = people.sudo(False).filtered(self.env["clinic.family.plan"]._is_led)
        return {
            **choice,
            **self._get_relatives(me, people),
            "held": self._get_kept(choice),
            **self._get_held_values(me, service, checkout),
            "error": error,
            "clinic_acting": self._get_acting_for(
                people.filtered(lambda person: person.id in chosen), "#who"
            ),
            "people": [
                {**values, **self._get_age_values(me, person, service, day, checkout)}
                for person, values in zip(
                    people, self._get_people_values(me, people, chosen), strict=True
                )
            ],
            "led": led.ids,
            "adults": self._get_adults(me, led, service, checkout),
            "may_be_confidential": me._may_ask_for_confidentiality(service.company_id),
            "payers": [
                {"id": person.id, "name": person.name, "chosen": person.id == checkout.payer_id}
                for person in self.env["clinic.family"]._get_payers(me)
            ],
        }

    def _get_adults(self, me, led, service, checkout):
        """Who may come along with these children; at first the reader is proposed."""
        adults = self.env["clinic.family"]._find_adults_along(me, led)
        busy = self.env["clinic.family.plan"]._find_elsewhere(me, service, checkout)
        along = me.browse().union(*adults.values()) - busy
        chosen = along.filtered(lambda one: one.id == checkout.along_id)
        is_first = not (checkout.participant_ids or checkout.along_id)
        return self._get_adult_values(me, along, along & me if is_first else chosen)

    def _get_people_values(self, me, people, chosen):
        names = self.env["clinic.relationship"]._get_type_names(me, people)
        return [
            {
                "id": person.id,
                "name": person.name,
                "is_me": person == me,
                "relation": names.get(person.id, ""),
                "chosen": person.id in chosen,
            }
            for person in people
        ]

    def _get_age_values(self, me, person, service, day, checkout):
        """Why the service isn't for this person on that day, or that the age has to be told."""
        decision = service._judge_age(person, day) if day else True
        if decision:
            return {"unfit": "", "asks_birth": False, "birth": ""}
        asks = decision.reason == "unknown_age" and self.env["clinic.contact"]._may_tell_birth(
            me, person.sudo()
        )
        return {
            "unfit": "" if asks else self._get_unfit_words(decision, person, service),
            "asks_birth": asks,
            "birth": dict(checkout.births).get(person.id, ""),
        }

    def _get_unfit_words(self, decision, person, service):
        if not self.env["clinic.contact"]._filter_known_births(person):
            return self.env._("%(ages)s. Please call the clinic.", ages=service.age_text)
        if decision.reason == "unknown_age":
            return self.env._(
                "%(ages)s: the date of birth isn't known. Please call the clinic.",
                ages=service.age_text,
            )
        return service.age_text

    def _get_relatives(self, me, people):
        """Relatives who could be asked to let the visitor book, and whether more can be added."""
        page = self.env["clinic.page.family"]
        return {
            "may_add": not page._get_no_adding(me),
            "askable": page._get_askable(me, people),
        }

    def _get_held_values(self, me, service, checkout):
        """How long the time asked for is held for the reader already, if it is, and with whom."""
        basket_sudo = self.env["clinic.booking"]._find_basket(me).sudo()
        try:
            held_sudo = basket_sudo and basket_sudo._find_held(
                service, basket_sudo._read_wish(service, checkout)
            )
        except BookingRefused:
            held_sudo = None
        if not held_sudo:
            return {}
        return {
            "held": self._get_countdown(basket_sudo),
            "practitioner": held_sudo[:1].practitioner_id,
        }

    # What was taken by somebody else

    @api.model
    def _get_taken(self, service, checkout, moving=()):
        """The nearest free times to one that has just been taken, to be held with one tap."""
        page = self.env["clinic.page.booking"]
        values = page._get_choice(service, checkout)
        location = values["location"]
        reading = location and read_start(checkout.start, location._get_zone())
        if not reading:
            return {**values, "nearest": []}
        wanted = reading.facts["instant"]
        week = DAYS_SHOWN * 24 * 3600
        _everybody, chosen, _locations, _location = page._choose(
            service, checkout.practitioner_id, checkout.location_id
        )
        window = Interval(wanted - week, wanted + week)
        slots = service._get_slots(window, chosen, location, moving)
        starts = sorted(nearest({slot.start for slot in slots}, wanted, NEAREST_SHOWN))
        return {
            **values,
            "nearest": [location._get_time_values(start) for start in starts],
        }

    # The basket

    @api.model
    def _get_basket(self, error="", changed="", meant=()):
        """Everything that will be booked, before it is, and how long it is held.

        ``meant`` names the visits at once that the reader has already said they mean.
        """
        me = self.env.user.partner_id
        # The basket is the reader's own; it names those they may book for, or did when choosing.
        basket_sudo = self.env["clinic.booking"]._find_basket(me).sudo()
        finished_sudo = basket_sudo._get_finished().sorted("start")
        people = self._get_seen("book", finished_sudo.participant_ids.partner_id)
        plan = basket_sudo._plan_sessions()
        payments = self._get_payments(basket_sudo, plan)
        clashes = self.env["clinic.booking"]._find_clashes(basket_sudo)
        return {
            **self._get_countdown(basket_sudo),
            "error": error,
            "changed": changed,
            "key": basket_sudo.key,
            "version": basket_sudo.version,
            "plan": basket_sudo._write_plan(plan),
            "due": sum(payment["due"] for payment in payments.values()),
            "in_all": sum(payment["open"] for payment in payments.values()),
            "covered": sum(payment["covered"] for payment in payments.values()),
            "currency": basket_sudo.company_id.currency_id,
            "needs_card": basket_sudo._needs_card(),
            "paying": self.env["clinic.booking"]._find_paying(me).sudo().key,
            "items": [
                {
                    **self._get_item(visit_sudo, people),
                    **payments[visit_sudo.id],
                    "clashes": [
                        {**clash, "is_meant": clash["key"] in meant}
                        for clash in clashes
                        if clash["visit_id"] == visit_sudo.id and clash["person_id"] in people.ids
                    ],
                }
                for visit_sudo in finished_sudo
            ],
            "unfinished": [self._get_item(v, people) for v in basket_sudo._get_unfinished()],
            "gone": [self._get_item(v, people) for v in basket_sudo._get_gone()],
            "clinic_acting": self._get_acting_for(people, "#items"),
        }

    def _get_item(self, visit_sudo, people):
        """One held time, as the page shows it."""
        me = self.env.user.partner_id
        # It's shown as it was chosen, though it may have been taken off the site since.
        service_sudo = visit_sudo.service_id
        payer_sudo = self._get_seen("pay", visit_sudo.payer_id)
        checkout = visit_sudo._get_checkout()
        coming = visit_sudo.participant_ids.partner_id & people
        seen_sudo = visit_sudo.participant_ids.filtered(lambda one: one.partner_id in people)
        along = seen_sudo._get_known_along(me)
        return {
            **visit_sudo._get_time_values(),
            "id": visit_sudo.id,
            "service": service_sudo,
            "practitioner": visit_sudo.practitioner_id.name,
            "location": visit_sudo.location_id.name,
            "people": [{"name": one.name, "is_me": one == me} for one in coming],
            "names": visit_sudo._join(
                [self.env._("me") if one == me else get_first_name(one.name) for one in coming]
            ),
            "along": [words for one in seen_sudo if (words := one._get_along_words(me, along))],
            "rule": visit_sudo._get_rule_before(),
            "is_confidential": visit_sudo.is_confidential,
            "payer": payer_sudo.name or self.env._("Please choose again who pays."),
            "is_payer_me": payer_sudo == me,
            "who_url": f"{service_sudo.website_url}/who?{checkout.query}",
            "times_url": f"{service_sudo.website_url}?practitioner={checkout.practitioner_id}"
            f"&location={checkout.location_id}&day={visit_sudo.start.date()}",
        }

    def _get_seen(self, kind, people_sudo):
        """Those of the people for whom the reader may still do this."""
        decisions = self.env["clinic.authority"]._decide(
            self.env.user.partner_id, kind, people_sudo
        )
        return people_sudo.filtered(lambda person: decisions[person.id])

    def _get_countdown(self, basket_sudo):
        """How long what is in the basket is still held, in seconds, and until when."""
        held_sudo = basket_sudo._get_finished() + basket_sudo._get_unfinished()
        if not held_sudo:
            return {"seconds_left": 0, "held_until": ""}
        until = min(held_sudo.mapped("held_until"))
        return self._get_time_left(held_sudo[0].location_id, until)

    @api.model
    def _get_basket_note(self):
        """How many appointments wait in the reader's basket, for the top of the booking site."""
        if self.env.user._is_public():
            return {}
        basket_sudo = self.env["clinic.booking"]._find_basket(self.env.user.partner_id).sudo()
        count = len(basket_sudo._get_finished())
        return {"count": count, **self._get_countdown(basket_sudo)} if count else {}

    def _get_acting_for(self, people, switch_url):
        others = people - self.env.user.partner_id
        return self._get_acting(others.mapped("name"), switch_url)

    # How it is paid

    def _get_payments(self, basket_sudo, plan):
        """How each visit in the basket is paid, by its id."""
        declined = basket_sudo._plan_declined()
        words = self._get_used_words(basket_sudo.booker_id, plan)
        reasons = self._get_reasons(basket_sudo.booker_id, plan)
        offers = self._get_offers(basket_sudo, plan + declined)
        return {
            visit_sudo.id: {
                **self._get_payment(visit_sudo, plan, declined, words),
                "why_not": reasons.get(visit_sudo.id, ""),
                "offer": offers.get(visit_sudo.id),
            }
            for visit_sudo in basket_sudo._get_finished()
        }

    def _get_offers(self, basket_sudo, plan):
        """Packages on sale that would pay for visits no session pays for."""
        covered = {row.appointment for row in plan if row.session}
        # No session pays for a confidential visit, so no package would.
        paying_sudo = basket_sudo._get_finished().filtered(
            lambda visit: visit not in covered and not visit.is_confidential
        )
        return self.env["clinic.page.package.shop"]._suggest(basket_sudo.booker_id, paying_sudo)

    def _get_payment(self, visit_sudo, plan, declined, words):
        sessions = [row.session for row in plan if row.appointment == visit_sudo]
        instead = [row.session for row in declined if row.appointment == visit_sudo]
        count = len(visit_sudo._get_session_fees())
        unpaid = count - len([session for session in sessions if session])
        total, still_open = (
            visit_sudo.service_id._get_price_for(visit_sudo.payer_id, fees)
            for fees in (count, unpaid)
        )
        return {
            "sessions": words.get(visit_sudo.id, []),
            "is_covered": bool(sessions) and all(sessions),
            "instead": self._get_package_names(instead),
            "fees": count,
            "unpaid_fees": unpaid,
            "due": visit_sudo._get_due_online(plan),
            "total": total,
            "open": still_open,
            "covered": total - still_open,
        }

    def _get_package_names(self, sessions):
        names = (session.sudo().purchase_id.name for session in sessions)
        return ", ".join(f"“{name}”" for name in dict.fromkeys(names))

    def _get_used_words(self, booker, plan):
        """What is used for each visit and how many are left then, by the visit's id."""
        used = [row for row in plan if row.session]
        left = self._count_left(booker, used)
        words = defaultdict(list)
        for (visit_id, kind, permission_id), rows in self._group_uses(used).items():
            package = self._get_package_words(rows[0])
            left_then = left.use(kind, permission_id, len(rows))
            words[visit_id].append(self._get_use_words(package, len(rows), left_then))
        return words

    def _count_left(self, booker, used):
        """How many sessions of the packages in a plan are left before it is carried out."""
        sessions_sudo = self.env["clinic.package.session"].sudo()
        purchases_sudo = sessions_sudo.union(*(row.session for row in used)).purchase_id
        # Read one by one it would be a query each.
        purchases_sudo.mapped("name")
        rights = sessions_sudo._get_rights(booker)
        limits = {right.permission_id: right.left for right in rights}
        return Left(purchases_sudo._count_usable(), limits)

    def _group_uses(self, used):
        """The rows of a plan by visit, by package and service, and by permission."""
        groups = defaultdict(list)
        for row in used:
            session_sudo = row.session.sudo()
            kind = (session_sudo.purchase_id.id, session_sudo.service_id.id)
            groups[row.appointment.id, kind, row.permission_id].append(row)
        return groups

    def _get_package_words(self, row):
        """The package that is used, and whose it is when somebody shares it."""
        session_sudo = row.session.sudo()
        owner = session_sudo.owner_id.name if row.permission_id else ""
        return session_sudo._get_package_words(session_sudo.purchase_id.name, owner)

    @api.model
    def _get_use_words(self, package, count, left):
        if count == 1:
            return self.env._(
                "%(package)s: 1 session used, %(left)s left", package=package, left=left
            )
        return self.env._(
            "%(package)s: %(count)s sessions used, %(left)s left",
            package=package,
            count=count,
            left=left,
        )

    def _get_reasons(self, booker, plan):
        """Why no session pays for a visit although there are some of its kind, by visit id."""
        paid = {row.appointment for row in plan if row.session}
        fees = [(row.appointment, row.participant) for row in plan if row.appointment not in paid]
        sessions_sudo = self.env["clinic.package.session"].sudo()
        rights = sessions_sudo._get_rights(booker) if fees else []
        services = self.env["clinic.service"].union(*(visit.service_id for visit, _who in fees))
        found_sudo = sessions_sudo._find_free(rights, services)
        described = found_sudo._describe()
        reasons = {}
        for visit, participant in fees:
            wanted = visit._describe_visit(participant)
            suiting = [one for one in described if one.service_id == wanted.service_id]
            unused = explain_unused(suiting, wanted, rights)
            if unused:
                session_sudo = found_sudo.browse(unused[0].id)
                reasons.setdefault(visit.id, session_sudo._explain_to(booker, unused[1]))
        return reasons

    # What was booked

    @api.model
    def _get_thanks(self, booking):
        """What was booked, and how long it can still be taken back without a message."""
        until = booking.undo_until
        left = (until - fields.Datetime.now()).total_seconds() if until else 0
        visits = booking._get_appointments().sorted("start")
        return {
            "booking": booking,
            "appointments": visits._get_portal_details(),
            "free_ids": visits.filtered(lambda visit: not visit.service_id.sudo().fee).ids,
            "undo_minutes": max(0, math.ceil(left / 60)),
            "forms_due": self.env["clinic.page.form"]._count_due(),
            "is_to_pay": booking._is_to_pay(),
            "is_free": not any(booking.sudo().appointment_ids.service_id.mapped("fee")),
            "paid": booking._get_amount(),
            "currency": booking.company_id.currency_id,
        }
