from odoo import api, models

from ...engine.instants import read_start

DAYS_SHOWN = 7


class ClinicBookingSite(models.AbstractModel):
    """What the pages of the booking site show: plain values, read with the visitor's rights.

    Times are those of the location, whose zone is named on the page.
    """

    _name = "clinic.booking.site"
    _description = "Booking Site"

    @api.model
    def _find_service(self, slug):
        """The published service at this address, or an empty set."""
        _name, service_id = self.env["ir.http"]._unslug(slug)
        return self.env["clinic.service"].search([
            ("id", "=", service_id), ("is_published", "=", True),
        ])  # fmt: skip

    # Who comes, who pays

    @api.model
    def _get_who(self, service, checkout, error=""):
        """The people the visitor may book for, and those who may be asked to pay."""
        me = self.env.user.partner_id
        authority = self.env["clinic.authority"]
        people = authority._get_people(me, "book")
        # Whoever unticked everybody finds it as they left it.
        chosen = checkout.participant_ids or (() if error else me.ids)
        return {
            **self._get_choice(service, checkout),
            **self._get_relatives(me, people),
            **self._get_held_values(me, service, checkout),
            "error": error,
            "clinic_acting": self._get_acting(
                me, people.filtered(lambda person: person.id in chosen), "#who"
            ),
            "people": self._get_people_values(me, people, chosen),
            "payers": [
                {"id": person.id, "name": person.name, "chosen": person.id == checkout.payer_id}
                for person in self.env["clinic.family"]._get_payers(me)
            ],
        }

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

    def _get_relatives(self, me, people):
        """Relatives who could be asked to let the visitor book, and whether more can be added."""
        page = self.env["clinic.family.page"]
        return {
            "may_add": not page._get_no_adding(me),
            "askable": page._get_askable(me, people),
        }

    def _get_acting(self, me, people, switch_url):
        page = self.env["clinic.family.page"]
        return page._get_acting([one.name for one in people if one != me], switch_url)

    def _get_choice(self, service, checkout):
        """What was chosen so far, for the heads of the pages and the hidden fields."""
        _everybody, chosen, _locations, location = self._choose(
            service, checkout.practitioner_id, checkout.location_id
        )
        start = location and read_start(checkout.start, location._get_zone())
        return {
            "service": service,
            "practitioner": chosen.filtered(lambda p: p.id == checkout.practitioner_id),
            "location": location,
            "start": start and location._get_time_values(start.facts["instant"]),
            "checkout": checkout,
        }
