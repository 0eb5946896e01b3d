from datetime import timedelta

from odoo import api, models
from odoo.tools import format_date

from ...engine.outing import HOURS, WAYS, write_visit
from ...exceptions import BookingRefused

# So many days with plans are shown at once.
DAYS_SHOWN = 7


class ClinicPagePlan(models.AbstractModel):
    """The page on which times for several people together are looked for and chosen."""

    _name = "clinic.page.plan"
    _inherit = "clinic.page"
    _description = "Family Finder Page"

    @api.model
    def _get_finder(self, outing, service_id=0, error="", taken=False):
        """The form as it was filled in, and what was found.

        ``service_id`` is the service from whose page the reader comes, chosen for everybody who
        has no other yet.
        """
        me = self.env.user.partner_id
        plans = self.env["clinic.family.plan"]
        people = self.env["clinic.authority"]._get_people(me, "book")
        services = plans._get_services()
        values = {
            "error": error,
            "taken": taken,
            "is_asked": bool(outing.wishes),
            "outing": outing,
            "query": outing.get_query(),
            "people": self._get_people_values(me, people, services, outing, service_id),
            "services": services,
            "adults": self._get_outing_adults(me, outing),
            **self._get_when(outing, services),
            "payers": [
                {"id": one.id, "name": one.name, "chosen": one.id == outing.payer_id}
                for one in self.env["clinic.family"]._get_payers(me)
            ],
            "clinic_acting": self._get_acting(
                (people - me).filtered(lambda one: one.id in dict(outing.wishes)).mapped("name"),
                "#who",
            ),
        }
        return {**values, **self._get_found(me, outing, error)}

    def _get_when(self, outing, services):
        """What the form asks of days, hours and places."""
        return {
            "locations": self._get_locations(services),
            "ways": [way for way in WAYS if way],
            "weekdays": self.env["clinic.page.waitlist"]._get_weekdays(),
            "hours": [(hour, self._write_hour(hour)) for hour in HOURS],
            "from_day": outing.first_day or self.env.company._get_clinic_today(),
        }

    def _get_people_values(self, me, people, services, outing, service_id):
        names = self.env["clinic.relationship"]._get_type_names(me, people)
        wishes = dict(outing.wishes)
        usual = self._get_usual_services(people, services)
        here = services.filtered(lambda one: one.id == service_id)
        return [
            {
                "id": one.id,
                "name": one.name,
                "is_me": one == me,
                "relation": names.get(one.id, ""),
                "chosen": one.id in wishes,
                "service_id": wishes.get(one.id) or here.id or usual.get(one.id) or services[:1].id,
            }
            for one in people
        ]

    def _get_usual_services(self, people, services):
        """What each was booked for last, as far as the reader may see it, by person id."""
        last = self.env["clinic.participant"].search(
            [
                ("partner_id", "in", people.ids),
                ("appointment_id.service_id", "in", services.ids),
                ("state", "!=", "cancelled"),
            ],
            order="id desc",
            limit=100,
        )
        known = last._filter_known_to(self.env.user.partner_id)
        return {one.partner_id.id: one.appointment_id.service_id.id for one in known[::-1]}

    def _get_outing_adults(self, me, outing):
        plans = self.env["clinic.family.plan"]
        adults = plans._get_adults(me, plans._map_adults(me))
        chosen = adults.filtered(lambda one: one.id == outing.along_id)
        return self._get_adult_values(me, adults, chosen if outing.wishes else adults[:1])

    def _get_locations(self, services):
        return self.env["clinic.location"].union(
            *(service._get_places()[1] for service in services)
        )

    def _write_hour(self, hour):
        return self.env["clinic.wait.request"]._write_hour(hour)

    # What was found

    def _get_found(self, me, outing, error):
        nothing = {"days": [], "later": False, "without": []}
        if error or not outing.wishes:
            return nothing
        try:
            found, without = self._search_plans(me, outing)
        except BookingRefused as refusal:
            return {**nothing, "error": str(refusal)}
        shown = found[:DAYS_SHOWN]
        paid = self.env["clinic.family.plan"]._find_paid(
            me, outing, [plan for _day, plans in shown for plan in plans]
        )
        return {
            "days": [
                {
                    "name": format_date(self.env, day, date_format=self.env._("EEEE d MMMM")),
                    "day": day,
                    "plans": [self._get_plan_values(outing, plan, paid) for plan in plans],
                }
                for day, plans in shown
            ],
            "has_several_zones": not found and self._has_several_zones(outing),
            "later": len(found) > DAYS_SHOWN and outing.get_query(shown[-1][0] + timedelta(days=1)),
            "without": [
                {
                    # They may be booked for, so their name may be read.
                    "name": one.sudo().name,
                    "service": self._get_service(outing, one.id).name,
                }
                for one in without
            ],
        }

    def _has_several_zones(self, outing):
        """Whether what is asked for is given in several time zones."""
        chosen = set(dict(outing.wishes).values())
        services = self.env["clinic.family.plan"]._get_services()
        places = self._get_locations(services.filtered(lambda one: one.id in chosen))
        return len(set(places.mapped("tz"))) > 1

    def _search_plans(self, me, outing):
        return self.env["clinic.family.plan"]._find(me, outing)

    def _get_service(self, outing, person_id):
        return self.env["clinic.service"].browse(dict(outing.wishes)[person_id])

    def _get_plan_values(self, outing, plan, paid):
        """One plan: its visits in the order in which they begin, and what its button sends."""
        checkouts = self.env["clinic.family.plan"]._get_checkouts(outing, plan)
        visits = [
            {**self._get_visit_values(outing, one), "is_paid": one in paid[plan]}
            for one in plan.visits
        ]
        last = max(plan.visits, key=lambda one: one.stop)
        place = self.env["clinic.location"].browse(last.location_id)
        end = place._get_time_values(last.stop)
        begin, zone = visits[0], visits[0]["zone"]
        is_one_zone = all(one["zone"] == zone for one in (*visits, end))
        with_zone = "%(time)s" if is_one_zone else "%(time)s %(zone)s"
        return {
            "visits": visits,
            "begin": with_zone % begin,
            "end": with_zone % end,
            "zone": zone if is_one_zone else "",
            "waiting": plan.idle // 60,
            "texts": [write_visit(one) for one in checkouts],
        }

    def _get_visit_values(self, outing, visit):
        person = self.env["res.partner"].browse(visit.person_id)
        place = self.env["clinic.location"].browse(visit.location_id)
        is_me = person == self.env.user.partner_id
        return {
            **place._get_time_values(visit.start),
            # They may be booked for, so their name may be read.
            "name": self.env._("Me") if is_me else person.sudo().name,
            "service": self._get_service(outing, visit.person_id).name,
            "practitioner": self.env["clinic.practitioner"].browse(visit.practitioner_id).name,
            "location": place.name,
        }
