from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError

from ...engine.permissions import OFFERED, SWITCHES
from ...exceptions import FamilyRefused

DAYS_OF_WARNING = 14


class ClinicPermission(models.Model):
    """What can happen to permissions: each step closes a row, opens one, or both.

    The verbs don't ask who may: wizards, pages and other verbs do, and then call them with full
    rights, because nobody may write the ledger by hand.
    """

    _inherit = "clinic.permission"

    # Reading

    @api.model
    def _get_held(self, grantor, grantee):
        """What the grantor lets the grantee do right now."""
        return self.search([
            ("grantor_id", "=", grantor.id),
            ("grantee_id", "=", grantee.id),
            ("ended_at", "=", False),
        ]).filtered("is_live")  # fmt: skip

    @api.model
    def _get_suspended(self, grantor, grantee):
        """What is suspended between the two in this direction, and could be resumed."""
        return self.search([
            ("grantor_id", "=", grantor.id),
            ("grantee_id", "=", grantee.id),
            ("end_kind", "=", "suspended"),
        ]).filtered(lambda permission: permission.state == "suspended")  # fmt: skip

    # Verbs

    @api.model
    def _grant(self, grantor, grantee, kinds, basis, ends_at=False, **more):
        """The grantor lets the grantee do these kinds of things from now on.

        What is in force already is left alone; what rests is continued. The grantor is told what
        is newly shared.
        """
        new = self._open(grantor, grantee, kinds, basis, ends_at, **more)
        self.env["clinic.sharing.notice"]._tell_shared(new)
        return new

    @api.model
    def _open(self, grantor, grantee, kinds, basis, ends_at=False, **more):
        """The rows of what is newly shared; the caller tells whom it concerns."""
        self._verify_effect(kinds)
        held_kinds = self._get_held(grantor, grantee).mapped("kind")
        suspended = {one.kind: one.id for one in self._get_suspended(grantor, grantee)}
        return self.create([
            {
                "grantor_id": grantor.id,
                "grantee_id": grantee.id,
                "kind": kind,
                "basis": basis,
                "ends_at": ends_at,
                "previous_id": suspended.get(kind),
                **more,
            }
            for kind in dict.fromkeys(kinds)
            if kind not in held_kinds
        ])  # fmt: skip

    @api.model
    def _set_kinds(self, grantor, grantee, kinds, basis, ends_at, reason):
        """Of all kinds with a switch, the grantor lets the grantee do exactly these from now on."""
        held = self._get_held(grantor, grantee)
        dropped = set(SWITCHES) - set(kinds)
        held.filtered(lambda permission: permission.kind in dropped)._revoke(reason)
        return self._grant(grantor, grantee, kinds, basis, ends_at)

    def _revoke(self, reason):
        """The permissions count no more from this moment on; repeating it is harmless."""
        suspended = self.filtered(lambda permission: permission.state == "suspended")
        # A closed row is not written again: that it can't be resumed any more is the next row.
        suspended._reopen(**self._get_closing("ended", reason))
        self.filtered(lambda permission: not permission.ended_at)._close("ended", reason)

    @api.model
    def _end_between(self, person, other, reason):
        """Neither may do anything for the other any more; what rests can't be resumed."""
        pair = (person.id, other.id)
        self.search([
            ("grantor_id", "in", pair),
            ("grantee_id", "in", pair),
            "|", ("ended_at", "=", False), ("end_kind", "=", "suspended"),
        ])._revoke(reason)  # fmt: skip

    @api.model
    def _rest_held_by(self, people, reason):
        """What others let these people do rests until somebody resumes it."""
        all_held = self.search([("grantee_id", "in", people.ids), ("ended_at", "=", False)])
        for held in all_held._as_whoever_may():
            live = held.filtered("is_live")
            live._suspend(reason)
            # What hasn't begun can't rest: resumed, it would begin too early.
            (held - live)._revoke(reason)

    def _suspend(self, reason):
        """The permissions rest until somebody resumes them."""
        self._require("live", self.env._("Only a permission in force can be suspended."))
        self._close("suspended", reason)

    def _resume(self):
        """The suspended permissions count again, for as long as they were meant to.

        That shares anew, so the grantors are told.
        """
        self._require("suspended", self.env._("Only a suspended permission can be resumed."))
        resumed = self._reopen()
        self.env["clinic.sharing.notice"]._tell_shared(resumed)
        return resumed

    def _renew(self, ends_at):
        """The permissions in force go on until another end."""
        self._require("live", self.env._("Only a permission in force can be renewed."))
        self._close("renewed", self.env._("Renewed with another end."))
        return self._reopen(ends_at=ends_at)

    @api.model
    def _announce_ends(self):
        """Tells both, once, what is about to end by itself, so that it can be renewed."""
        now = self.env.cr.now()
        ending = self.search([
            ("is_live", "=", True),
            ("ends_at", ">", now),
            ("ends_at", "<=", now + timedelta(days=DAYS_OF_WARNING)),
            ("warned_at", "=", False),
        ])  # fmt: skip
        self.env["clinic.sharing.notice"]._tell_ending(ending)
        ending.write({"warned_at": now})

    # Their parts

    @api.model
    def _verify_effect(self, kinds):
        """What somebody is said to be let do, they can do."""
        if set(kinds) - set(OFFERED):
            raise FamilyRefused("no_effect", self.env._(
                "One of these permissions has no effect yet, so it can't be given."
            ))  # fmt: skip

    def _require(self, state, sentence):
        if any(permission.state != state for permission in self):
            raise UserError(sentence)

    def _get_closing(self, end_kind, reason):
        return {
            "ended_at": self.env.cr.now(),
            "ended_by_id": self.env.uid,
            "end_kind": end_kind,
            "end_reason": reason,
        }

    def _close(self, end_kind, reason):
        """Ends these rows; what hangs on them domains that come later undo."""
        self.write(self._get_closing(end_kind, reason))

    def _reopen(self, **values):
        """New rows that continue these ones, from now on."""
        return self.create([permission._get_continued() | values for permission in self])

    def _get_continued(self):
        """What the row that continues this one has from it."""
        return {
            "grantor_id": self.grantor_id.id,
            "grantee_id": self.grantee_id.id,
            "kind": self.kind,
            "basis": self.basis,
            "ends_at": self.ends_at,
            "invitation_id": self.invitation_id.id,
            "previous_id": self.id,
        }
