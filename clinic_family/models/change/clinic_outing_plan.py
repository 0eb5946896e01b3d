from odoo import api, models

from ...engine.checkout import Checkout
from ...engine.instants import from_stored
from ...engine.plans import Placed


class ClinicOutingPlan(models.AbstractModel):
    """Finds other times for all of an outing, by the same search that found the first.

    For the same people and services; what they have now counts as free, and isn't offered.
    """

    _name = "clinic.outing.plan"
    _inherit = ["clinic.family.plan"]
    _description = "Other Times for an Outing"

    @api.model
    def _find(self, booker, outing):
        """As for a new plan; ``outing`` names the visits that move (see ``_as_outing``)."""
        found, without = super()._find(booker, outing)
        return self._leave_out_present(found, outing), without

    @api.model
    def _leave_out_present(self, found, outing):
        """What was found, by day, without the plan they have."""
        present = self._get_present(outing)
        others = [(day, [one for one in plans if {*one.visits} != present]) for day, plans in found]
        return [(day, plans) for day, plans in others if plans]

    @api.model
    def _get_present(self, outing):
        return {
            Placed(
                visit._get_coming().partner_id.id,
                from_stored(visit.start),
                from_stored(visit.stop),
                visit.sudo().practitioner_id.id,
                visit.location_id.id,
            )
            for visit in self._browse_moving(outing)
        }

    @api.model
    def _browse_moving(self, outing):
        return self.env["clinic.appointment"].browse(outing.moving_ids)

    def _verify(self, booker, outing):
        """Those who come, as it was booked; who may move it and who pays was judged before.

        And those who come along with nobody else: of these visits the ones for which this adult
        is named, and whom the booker looks after besides.
        """
        self._verify_hours(outing)
        bookings = self.env["clinic.booking"]
        services = [
            bookings._get_service(Checkout(service_id, 0, 0, ""))
            for _person, service_id in outing.wishes
        ]
        people = self.env["res.partner"].browse(one for one, _service in outing.wishes)
        along = self.env["res.partner"].browse(outing.along_id or [])
        coming_sudo = self._browse_moving(outing)._get_coming()
        led_sudo = coming_sudo.filtered(lambda one: along and one.along_id.id == along.id)
        led = people & led_sudo.partner_id.sudo(False)
        if along:
            known = self.env["clinic.authority"]._get_people(booker, "book").sudo(False)
            led |= (known - people).filtered(self._is_led)
        return people, services, along, led

    def _filter_fitting(self, days, outing, people, services):
        """As one visit moves: who isn't of the age as it is needn't be so on the new day."""
        fit = [
            (person, service)
            for person, service, visit in zip(
                people, services, self._browse_moving(outing), strict=True
            )
            if service._judge_age(person, visit._get_day())
        ]
        people = people.browse([person.id for person, _service in fit])
        return super()._filter_fitting(days, outing, people, [service for _person, service in fit])
