from odoo import api, models

from ...engine.sessions import Visit, judge_right


class ClinicBookingSite(models.AbstractModel):
    """Where bound packages count, said where times are chosen."""

    # A room of its own in a large model.
    _inherit = "clinic.booking.site"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_times(self, service, practitioner_id, location_id, day, moving=()):
        values = super()._get_times(service, practitioner_id, location_id, day, moving)
        is_choosing = values["location"] and not (moving or self.env.user._is_public())
        return {**values, "bound": self._get_bound(service, values) if is_choosing else []}

    def _get_bound(self, service, values):
        """The reader's bound packages that have a session for the service, each with its times.

        None when there is a session that counts everywhere.
        """
        usable_sudo = self._find_usable(service)
        purchases_sudo = usable_sudo.purchase_id
        if any(not (one.practitioner_ids or one.location_ids) for one in purchases_sudo):
            return []
        return [self._get_bound_values(purchase_sudo, values) for purchase_sudo in purchases_sudo]

    def _find_usable(self, service):
        """The free sessions for the service that the reader may use for their own visit today."""
        me = self.env.user.partner_id
        sessions_sudo = self.env["clinic.package.session"].sudo()
        rights = sessions_sudo._get_rights(me)
        found_sudo = sessions_sudo._find_free(rights, service)
        today = service.company_id._get_clinic_today()
        visit = Visit(service.id, 0, 0, today, frozenset(me.ids))
        return found_sudo.browse(
            session.id
            for session in found_sudo._describe()
            if session.paid
            and (not session.last_day or session.last_day >= today)
            and any(judge_right(session, visit, right) for right in rights)
        )

    def _get_bound_values(self, purchase_sudo, values):
        """In words where it counts, and the choices that show only those times."""
        places_sudo = purchase_sudo.location_ids
        here = values["location"]
        place = here if not places_sudo or here in places_sudo else places_sudo[:1]
        given_sudo = purchase_sudo.practitioner_ids & values["practitioners"].sudo()
        choices = given_sudo or ([] if purchase_sudo.practitioner_ids else [values["practitioner"]])
        return {
            "words": self._get_bound_words(purchase_sudo),
            "choices": [
                {
                    "practitioner": practitioner.id or 0,
                    "location": place.id,
                    "name": practitioner.name if len(choices) > 1 else "",
                }
                for practitioner in choices
                if (practitioner, place) != (values["practitioner"], here)
            ],
        }

    def _get_bound_words(self, purchase_sudo):
        owner = purchase_sudo.owner_id
        package = self.env["clinic.package.session"]._get_package_words(
            purchase_sudo.name, "" if owner == self.env.user.partner_id else owner.name
        )
        where = self.env["clinic.package.page"]._get_where(purchase_sudo)
        return self.env._("%(package)s counts %(where)s.", package=package, where=where)
