from collections import defaultdict
from datetime import timedelta

from odoo import models

from ...engine.instants import get_now
from ...engine.sessions import choose_by_turns
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

    def _read_diaries(self, *asked):
        return self.env["clinic.availability"]._read_diaries(*asked)

    def _get_givers(self, service):
        return service.practitioner_ids

    def _get_terms(self, service, location, window):
        return service._get_desk_terms(
            service.duration * 60, step=service.step * 60, now=get_now(), horizon=window.stop
        )

    def _get_giving_way(self, booker, outing, people, services):
        return self.env["clinic.appointment"].browse(outing.moving_ids)

    def _find_paid_at_desk(self, outing, plans, payers):
        """For each plan, those of its visits that sessions would pay once the desk has booked them:
        by the right of the patient, or else of who pays for the visit. ``payers`` by person id."""
        sessions, services = self.env["clinic.package.session"], dict(outing.wishes)
        people = self.env["res.partner"].browse(services).union(*payers.values())
        rights = self._get_rights_of_each(people)
        wanted = self.env["clinic.service"].browse(services.values())
        free = sessions._find_free([one for each in rights.values() for one in each], wanted)
        described = free._describe()
        paid = dict.fromkeys(plans, ())
        for plan in plans if described else ():
            asked = [
                (
                    self._describe_visit(one, services[one.person_id]),
                    [rights.get(id_, ()) for id_ in (one.person_id, *payers[one.person_id].ids)],
                )
                for one in plan.visits
            ]
            chosen = zip(plan.visits, choose_by_turns(described, asked), strict=True)
            paid[plan] = tuple(one for one, session in chosen if session)
        return paid

    def _get_rights_of_each(self, people):
        """What sessions each of them may use, by person id."""
        rights = self.env["clinic.package.session"]._get_rights(people)
        # What somebody may use of others' counts for the reader's question alone.
        given_sudo = self.env["clinic.permission"].sudo().browse(
            {right.permission_id for right in rights if right.permission_id}
        )  # fmt: skip
        grantees = {one.id: one.grantee_id.id for one in given_sudo}
        found = defaultdict(list)
        for right in rights:
            found[grantees.get(right.permission_id, right.owner_id)].append(right)
        return found

    def _find_engaged(self, booker, people, window, giving_way):
        return self._search_booked(people, window, giving_way)
