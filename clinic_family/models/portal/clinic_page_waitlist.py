import math

from odoo import api, models
from odoo.tools import format_list

from ...engine.forms import read_day
from ...exceptions import BookingRefused
from ..waitlist.clinic_wait_request import ACTIVE, WEEKDAYS

HOURS = range(25)


class ClinicPageWaitlist(models.AbstractModel):
    """The pages of the wait list: what the reader waits for, joining, and what is offered.

    Of others who wait nothing is said, not even whether there are any.
    """

    _name = "clinic.page.waitlist"
    _inherit = "clinic.page"
    _description = "Wait List Page"

    @api.model
    def _find_request(self, request_id):
        """The reader's own request, of people for whom they may book; nothing for anybody else."""
        requests_sudo = self.env["clinic.wait.request"]._find_mine(
            self.env.user.partner_id, request_id
        )
        return requests_sudo._filter_bookable()

    @api.model
    def _find_offer(self, request_id):
        """The last thing that was offered to the reader under this request."""
        return self._find_request(request_id).offer_ids.sorted("id")[-1:]

    # The list

    @api.model
    def _get_list(self, done=""):
        requests_sudo = self.env["clinic.wait.request"].sudo()._find_of(self.env.user.partner_id)
        return {
            "done": self._get_done(done),
            "requests": [self._get_request_values(one) for one in requests_sudo._filter_bookable()],
        }

    def _get_request_values(self, request_sudo):
        me = self.env.user.partner_id
        offer_sudo = request_sudo._get_open_offer()
        names = [self.env._("you") if one == me else one.name for one in request_sudo.patient_ids]
        return {
            "id": request_sudo.id,
            "service": request_sudo.service_id.name,
            "names": format_list(self.env, names),
            "practitioner": request_sudo.practitioner_id.name,
            "location": request_sudo.location_id.name,
            "when": request_sudo.when_text,
            "is_active": request_sudo.state in ACTIVE,
            "offer": offer_sudo._is_answerable()
            and {"place": offer_sudo.place_text, "until": offer_sudo._get_until_words()},
        }

    @api.model
    def _get_done(self, done):
        """What was just done, in a sentence."""
        sentences = {
            "joined": self.env._(
                "You are on the wait list. We write to you as soon as a time that fits is free."
            ),
            "left": self.env._("You are off the wait list."),
            "declined": self.env._(
                "You said no to this time. You stay on the wait list for others."
            ),
        }
        return sentences.get(done, "")

    # Joining

    @api.model
    def _get_joining(self, service_id, form, error=""):
        """The form, as it was filled in; empty when the service isn't offered."""
        service = self._find_service(service_id)
        if not service:
            return {}
        me = self.env.user.partner_id
        practitioners, locations = service._get_places()
        people = (
            self.env["clinic.authority"]
            ._get_people(me, "book")
            .filtered(lambda person: person.company_id <= service.company_id.sudo())
        )
        requests = self.env["clinic.wait.request"].sudo()
        usual = requests.default_get(["date_from", "date_until"])
        chosen = form.get("people") or me.ids
        days = form.get("days") or WEEKDAYS
        return {
            "error": error,
            "service": service,
            "practitioners": practitioners,
            "practitioner_id": form["practitioner"],
            "locations": locations,
            "location_id": form["location"],
            "people": self.env["clinic.page.checkout"]._get_people_values(me, people, chosen),
            "weekdays": [
                {"name": day, "label": label, "chosen": day in days}
                for day, label in self._get_weekdays()
            ],
            "hours": [(str(hour), requests._write_hour(hour)) for hour in HOURS],
            "not_before": form.get("not_before") or "0",
            "over_by": form.get("over_by") or "24",
            "from_day": form.get("from") or usual["date_from"],
            "until_day": form.get("until") or usual["date_until"],
        }

    @api.model
    def _get_longer(self, request_id):
        """The form as it was filled in for a request of the reader's own, for a new last day."""
        request_sudo = self._find_request(request_id)
        return {
            "service": request_sudo.service_id.id,
            "practitioner": request_sudo.practitioner_id.id,
            "location": request_sudo.location_id.id,
            "people": request_sudo.patient_ids.ids,
            "days": [day for day in WEEKDAYS if request_sudo[day]],
            "not_before": str(math.floor(request_sudo.hour_from)),
            "over_by": str(math.ceil(request_sudo.hour_to)),
        }

    def _get_weekdays(self):
        names = self.env["clinic.wait.request"]._fields
        return [(day, names[day]._description_string(self.env)) for day in WEEKDAYS]

    def _find_service(self, service_id):
        return self.env["clinic.service"].search([
            ("id", "=", service_id),
            ("is_published", "=", True),
            ("company_id", "in", self.env.companies.ids),
        ])  # fmt: skip

    @api.model
    def _join_from_form(self, me, service_id, form):
        """Puts the reader on the list as the form says; raises BookingRefused."""
        service = self._find_service(service_id)
        if not service:
            raise BookingRefused("service", self.env._("This service can't be booked online."))
        practitioners, locations = service._get_places()
        people = self.env["res.partner"].browse(form["people"])
        self.env["clinic.booking"]._verify_number(people, service)
        self.env["clinic.wait.request"]._join(me, people, {
            "service_id": service.id,
            "practitioner_id": practitioners.filtered(
                lambda one: one.id == form["practitioner"]
            ).id,
            "location_id": locations.filtered(lambda one: one.id == form["location"]).id,
            **self._read_when(form, service.company_id.sudo()),
        })  # fmt: skip

    def _read_when(self, form, company):
        days = set(form["days"]) & set(WEEKDAYS)
        first, last = read_day(form["from"]), read_day(form["until"])
        begin, end = self._read_hour(form["not_before"]), self._read_hour(form["over_by"])
        if not days:
            raise BookingRefused("days", self.env._("Please choose a day of the week at least."))
        if begin is None or end is None or begin >= end:
            raise BookingRefused(
                "hours", self.env._("Please choose hours that begin before they end.")
            )
        today = company._get_clinic_today()
        first = max(first, today) if first else today
        if not last or last < first or (last - first).days > 366:
            raise BookingRefused("dates", self.env._(
                "Please choose the last day on which you would come, within a year."
            ))  # fmt: skip
        return {
            "date_from": first,
            "date_until": last,
            "hour_from": begin,
            "hour_to": end,
            **{day: day in days for day in WEEKDAYS},
        }

    def _read_hour(self, text):
        return int(text) if text in map(str, HOURS) else None

    # One request, and what is offered

    @api.model
    def _get_request(self, request_id, error="", meant=()):
        """The request, with the time that is offered as the check-out shows it before booking."""
        request_sudo = self._find_request(request_id)
        if not request_sudo:
            return {}
        offer_sudo = request_sudo._get_open_offer()
        offered = offer_sudo._is_answerable() and self._get_offered(offer_sudo, meant)
        return {
            "error": error,
            "wait": self._get_request_values(request_sudo),
            "is_over": bool(request_sudo.offer_ids) and not offered,
            "offered": offered,
            "clinic_acting": self._get_acting(
                (request_sudo.patient_ids - self.env.user.partner_id).mapped("name"),
                "/my/waitlist",
            ),
        }

    def _get_offered(self, offer_sudo, meant):
        visit_sudo, booking_sudo = offer_sudo._get_visit(), offer_sudo.booking_id
        if not visit_sudo:
            return False
        checkout = self.env["clinic.page.checkout"]
        people = checkout._get_seen("book", visit_sudo.participant_ids.partner_id)
        plan = booking_sudo._plan_sessions()
        payment = checkout._get_payments(booking_sudo, plan)[visit_sudo.id]
        clashes = self.env["clinic.booking"]._find_clashes(booking_sudo)
        return {
            "until": offer_sudo._get_until_words(),
            "version": booking_sudo.version,
            "plan": booking_sudo._write_plan(plan),
            "due": payment["due"],
            "currency": booking_sudo.company_id.currency_id,
            "needs_card": booking_sudo._needs_card(),
            "item": {**checkout._get_item(visit_sudo, people), **payment},
            "clashes": [{**clash, "is_meant": clash["key"] in meant} for clash in clashes],
        }
