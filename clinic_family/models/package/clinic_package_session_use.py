from odoo import api, models
from odoo.tools import format_date

from ...engine import sessions as engine


class ClinicPackageSession(models.Model):
    """Whose sessions somebody may use, and which of them pays for a visit."""

    # A room of its own in a large model.
    _inherit = "clinic.package.session"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_rights(self, people):
        """Whose sessions these people may use right now, as the engine asks for it."""
        if not people:
            return []
        authorities_sudo = self.env["clinic.authority"].sudo().search_fetch(
            [("actor_id", "in", people.ids), ("kind", "=", "packages")],
            ["person_id", "permission_id"],
        )  # fmt: skip
        permissions_sudo = authorities_sudo.permission_id
        left = permissions_sudo._get_sessions_left()
        own = {engine.Right(one.person_id.id) for one in authorities_sudo if not one.permission_id}
        return sorted(own) + [
            engine.Right(
                permission.grantor_id.id,
                permission.id,
                frozenset(permission.purchase_ids.ids),
                left[permission.id],
            )
            for permission in permissions_sudo
        ]

    @api.model
    def _find_free(self, rights, services):
        """The free sessions of these services that belong to those whom the rights name."""
        owner_ids = {right.owner_id for right in rights}
        if not owner_ids:
            return self.sudo().browse()
        return self.sudo().search([
            ("state", "=", "free"),
            ("owner_id", "in", list(owner_ids)),
            ("service_id", "in", services.ids),
        ])  # fmt: skip

    def _describe(self):
        """The sessions as the engine judges them."""
        return [
            engine.Session(
                session.id,
                session.purchase_id.id,
                session.owner_id.id,
                session.service_id.id,
                session.state,
                session._is_payed_enough(),
                session.expires_on or None,
                frozenset(session.purchase_id.practitioner_ids.ids),
                frozenset(session.purchase_id.location_ids.ids),
                session.purchase_id.is_shareable,
            )
            for session in self
        ]

    @api.model
    def _choose(self, fees, rights):
        """For each fee, the session that pays for it and its permission, both empty if none does.

        A fee is an appointment and the participant it is for, none when it is for the visit.
        """
        found_sudo = self._find_free(rights, self.env["clinic.service"].union(
            *(appointment.service_id for appointment, _participant in fees)
        ))  # fmt: skip
        if not found_sudo:
            return [(self.browse(), 0)] * len(fees)
        visits = [
            appointment._describe_visit(participant) for appointment, participant in fees
        ]  # fmt: skip
        return [
            (self.browse(choice[0].id), choice[1].permission_id) if choice else (self.browse(), 0)
            for choice in engine.choose(found_sudo._describe(), visits, rights)
        ]

    def _judge(self, appointment, participant, rights):
        """Whether this one session counts for the visit; the reason is a code of the engine."""
        self.ensure_one()
        [session] = self.sudo()._describe()
        return engine.judge_session(session, appointment._describe_visit(participant), rights)

    def _explain(self, decision):
        """Why the session doesn't count, in one sentence."""
        session_sudo = self.sudo()
        purchase_sudo = session_sudo.purchase_id
        last_day = format_date(self.env, purchase_sudo.expires_on, date_format="d MMMM y")
        return {
            "not_yours": self.env._("This session isn't theirs to use."),
            "not_shareable": self.env._("This package is only for visits its owner comes to."),
            "not_chosen": self.env._("The owner doesn't share this package with them."),
            "limit": self.env._("They have used as many sessions as the owner lets them."),
            "refunded": self.env._("This session was refunded."),
            "expired": self.env._("This session can be used until %s only.", last_day)
            if last_day
            else self.env._("This session has expired."),
            "used": self.env._("This session has been used."),
            "reserved": self.env._("This session is reserved for another visit."),
            "fee": self.env._("This session is for %s.", session_sudo.service_id.name),
            "practitioner": self.env._(
                "This package counts only with %s.",
                ", ".join(purchase_sudo.practitioner_ids.mapped("name")),
            ),
            "location": self.env._(
                "This package counts only at %s.",
                ", ".join(purchase_sudo.location_ids.mapped("name")),
            ),
            "unconfirmed": self.env._("The invoice of this package isn't confirmed."),
            "unpaid": self.env._("The invoice of this package isn't paid yet."),
        }[decision.reason]
