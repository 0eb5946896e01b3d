from datetime import timedelta

from odoo import models

from ...engine.instants import get_now
from ..booking.clinic_family_plan import DAYS_SEARCHED


class ClinicDeskPlanSearch(models.AbstractModel):
    """The family finder as the front desk asks it, for people and services it may see.

    As ever at the desk neither notice nor horizon counts, and who gives a service only at the
    clinic gives it too; all visits that the desk sees are in the way.
    """

    _name = "clinic.desk.plan.search"
    _inherit = ["clinic.family.plan"]
    _description = "Family Plans at the Desk"

    def _verify(self, booker, outing):
        """Those who come and their services as they are: the desk has read them as its own."""
        people = self.env["res.partner"].browse(one for one, _service in outing.wishes)
        services = [self.env["clinic.service"].browse(one) for _person, one in outing.wishes]
        along = self.env["res.partner"].browse(outing.along_id or [])
        led = people.filtered(self._is_led) if along else people.browse()
        return people, services, along, led

    def _filter_fitting(self, days, outing, people, services):
        """The days on which everybody is of the age of their service: another takes a reason.

        Who isn't at the time that moves was answered for, or is asked about as each moves alone.
        """
        answered = self._get_giving_way(None, outing, people, services)._get_people_unfit()
        asked = [
            (person, service)
            for person, service in zip(people, services, strict=True)
            if person not in answered
        ]
        return [day for day in days if all(one._judge_age(who, day) for who, one in asked)]

    def _get_days(self, outing):
        first_day = max(outing.first_day, self.env.company._get_clinic_today())
        return [first_day + timedelta(days=n) for n in range(DAYS_SEARCHED)]

    def _get_locations(self, services, outing):
        if outing.location_id:
            return self.env["clinic.location"].browse(outing.location_id)
        givers = self.env["clinic.practitioner"].union(*(map(self._get_givers, services)))
        return givers._get_locations().filtered(lambda one: one.company_id == self.env.company)

    def _get_givers(self, service):
        return service.practitioner_ids

    def _get_terms(self, service, location, window):
        return service._get_desk_terms(
            service.duration * 60, step=service.step * 60, now=get_now(), horizon=window.stop
        )

    def _get_giving_way(self, booker, outing, people, services):
        return self.env["clinic.appointment"].browse(outing.moving_ids)

    def _find_engaged(self, booker, people, window, giving_way):
        return self._search_booked(people, window, giving_way)
