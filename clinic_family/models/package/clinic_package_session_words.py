from odoo import api, models
from odoo.tools import format_date


class ClinicPackageSession(models.Model):
    """What patients and relatives may know of package sessions, in plain values."""

    # A room of its own in a large model.
    _inherit = "clinic.package.session"  # pylint: disable=consider-merging-classes-inherited

    def _get_seen(self, reader):
        """What the reader may know of each of these sessions, by its id: whose, how many are left.

        Owners know of theirs, and those who use one under a permission as long as it lasts. Of
        any other there is nothing.
        """
        rights = self._get_rights(reader) if self else ()
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
            day = format_date(self.env, self.expires_on, date_format="d MMMM y")
            why = self.env._("Your package session can be used until %s.", day)
        else:
            why = self._explain(decision)
        return self.env._("%s Unless another session counts, this visit has to be paid.", why)
