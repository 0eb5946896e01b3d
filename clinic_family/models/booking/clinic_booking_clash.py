from odoo import api, models


class ClinicBooking(models.Model):
    """Who would be in two visits at once, which the booker says is meant so, or changes."""

    # A room of its own in a large model.
    _inherit = "clinic.booking"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _find_clashes(self, basket_sudo):
        """Each person of the basket with each visit that is at the time of another of theirs.

        Visits the reader may not see are none; of two in the basket the later one is named.
        """
        visits_sudo = basket_sudo._get_finished().sorted(lambda visit: (visit.start, visit.id))
        taken = [
            (one.partner_id.id, one.appointment_id)
            for one in visits_sudo.with_env(self.env)
            .sudo(False)
            ._search_clashing(visits_sudo.participant_ids.partner_id)
        ]
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
