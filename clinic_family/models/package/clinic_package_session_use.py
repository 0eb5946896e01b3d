from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...engine import sessions as engine
from ...engine.decision import Decision


class ClinicPackageSession(models.Model):
    """Whose sessions somebody may use, and which of them pays for a visit."""

    _inherit = "clinic.package.session"

    @api.model
    def _get_rights(self, people, owners=None):
        """Whose sessions these people may use right now, as the engine asks for it.

        All there are, or those to the sessions of some owners.
        """
        if not people:
            return []
        granted = self.env["clinic.authority"]._find_granted(people, "packages", owners)
        if owners is not None:
            granted = [pair for pair in granted if pair[0] in owners.ids]
        return self._make_rights(granted)

    @api.model
    def _make_rights(self, granted):
        """From whose they are and under which permission, none where they are one's own."""
        permissions_sudo = self.env["clinic.permission"].sudo().browse(
            dict.fromkeys(permission_id for _owner_id, permission_id in granted if permission_id)
        )  # fmt: skip
        left = permissions_sudo._get_sessions_left()
        own = {engine.Right(owner_id) for owner_id, permission_id in granted if not permission_id}
        return sorted(own) + [
            engine.Right(
                permission.grantor_id.id,
                permission.id,
                frozenset(permission.purchase_ids.ids),
                left[permission.id],
            )
            for permission in permissions_sudo
        ]

    def _is_paid_enough(self):
        """Whether the clinic lets the session be used as its invoice stands."""
        return bool(self.line_ids.move_id.filtered_domain(self._get_paid_terms(self.company_id)))

    @api.model
    def _get_paid_terms(self, company):
        """What the clinic asks of an invoice before its sessions may be used."""
        terms = Domain("move_type", "=", "out_invoice") & Domain("state", "=", "posted")
        if company.clinic_package_use == "paid":
            terms &= Domain("payment_state", "in", ("paid", "in_payment"))
        return terms

    @api.model
    def _get_domain_of_paid(self, companies):
        """The sessions of these companies that may be used as their invoices stand."""
        return Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("line_ids.move_id", "any", self._get_paid_terms(company))
            for company in companies
        )

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
                session._is_paid_enough(),
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

    def _judge_at_desk(self):
        """Whether the front desk may use it now: its invoice is confirmed, though maybe unpaid."""
        session_sudo = self.sudo()
        if session_sudo.state != "free":
            return Decision.no(session_sudo.state)
        if not session_sudo.line_ids.filtered(lambda line: line._sells_session()):
            return Decision.no("unconfirmed")
        return Decision.yes()

    def _judge_visit_at_desk(self, visit, rights):
        """Whether it counts for a visit, as the engine describes it, whatever has been paid."""
        [session] = self.sudo()._describe()
        return self._judge_at_desk() and engine.judge_session(
            session._replace(paid=True), visit, rights
        )

    def _explain(self, decision):
        """Why the session doesn't count, in one sentence."""
        session_sudo = self.sudo()
        purchase_sudo = session_sudo.purchase_id
        last_day = format_date(
            self.env, purchase_sudo.expires_on, date_format=self.env._("d MMMM y")
        )
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

    # What patients and relatives may know, in plain values

    def _get_seen(self, reader):
        """What the reader may know of each of these sessions, by its id: whose, how many are left.

        Owners know of theirs, and those who use one under a permission as long as it lasts. Of
        any other there is nothing.
        """
        rights = self._get_rights(reader, self.sudo().owner_id) if self else ()
        found = {session.id: session.sudo()._find_right(reader, rights) for session in self}
        free = self.sudo().purchase_id._count_usable()
        return {
            session_sudo.id: session_sudo._describe_to(found[session_sudo.id], free)
            for session_sudo in self.sudo()
            if found[session_sudo.id]
        }

    def _find_right(self, reader, rights):
        """The reader's right to it: as its owner, or under the permission it is used by."""
        if self.owner_id != reader and self.permission_id.grantee_id != reader:
            return None
        for right in rights:
            if right.owner_id == self.owner_id.id and (
                not right.purchase_ids or self.purchase_id.id in right.purchase_ids
            ):
                return right
        return None

    def _describe_to(self, right, free):
        left = free.get((self.purchase_id.id, self.service_id.id), 0)
        return {
            "package": self.purchase_id.name,
            "owner": self.owner_id.name if right.permission_id else "",
            "left": left if right.left is None else min(left, right.left),
        }

    @api.model
    def _get_package_words(self, package, owner):
        """The package as its owner, or somebody the owner shares it with, knows it."""
        if not owner:
            return self.env._("Package “%s”", package)
        return self.env._("%(owner)s's package “%(package)s”", owner=owner, package=package)

    def _explain_to(self, reader, decision):
        """Why the session isn't used for what the reader books."""
        self.ensure_one()
        owner = "" if self.owner_id == reader else self.owner_id.name
        why = self._explain(decision)
        if decision.reason == "limit":
            why = self.env._("You have used as many sessions as they let you.")
        package = self._get_package_words(self.purchase_id.name, owner)
        return self.env._("%(package)s isn't used. %(why)s", package=package, why=why)

    @api.model
    def _get_left_words(self, left):
        if left == 1:
            return self.env._("1 session left")
        return self.env._("%s sessions left", left)

    # In sentences

    def _get_paid_words(self, seen):
        """Which packages pay, each once, and how many sessions they have left."""
        words = [
            self.env._(
                "%(package)s, %(left)s",
                package=self._get_package_words(known["package"], known["owner"]),
                left=self._get_left_words(known["left"]),
            )
            for known in (seen.get(session.id) for session in self)
            if known
        ]
        return list(dict.fromkeys(words))

    def _get_cancelling_words(self, known, now):
        """What becomes of it when its visit is cancelled now."""
        target, _reason = self._get_state_if("cancelled", now)
        package = known["package"]
        if target == "used":
            return self.env._("It's late: the session of package “%s” counts as used.", package)
        if self.expires_on and self.expires_on < self.company_id._get_clinic_today():
            return self.env._(
                "The last day of package “%s” is over, so its session can't be used again.", package
            )
        if known["owner"]:
            return self.env._(
                "The session goes back to %(owner)s's package “%(package)s”.", **known
            )
        return self.env._("You get the session of package “%s” back.", package)

    def _get_moving_words(self, decision):
        """Why it doesn't count for the new time, and what follows."""
        if decision.reason == "expired":
            day = format_date(self.env, self.expires_on, date_format=self.env._("d MMMM y"))
            why = self.env._("Your package session can be used until %s.", day)
        else:
            why = self._explain(decision)
        return self.env._("%s Unless another session counts, this visit has to be paid.", why)
