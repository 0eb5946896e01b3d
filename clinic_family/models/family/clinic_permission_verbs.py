import logging
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError

from ...engine.permissions import OFFERED, SWITCHES
from ...exceptions import FamilyRefused

_logger = logging.getLogger(__name__)

DAYS_OF_WARNING = 14
DAYS_BEFORE_BIRTHDAY = 30
# So long an end that a correction put into the past is neither told nor closed: maybe a slip.
DAYS_OF_DOUBT = timedelta(days=3)


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
        resting = self._search_resting(grantor, grantee)
        return resting.filtered(lambda permission: permission.state == "suspended")

    @api.model
    def _search_resting(self, grantor, grantee):
        """What is suspended, also what age has ended meanwhile: a corrected date brings it back."""
        return self.search([
            ("grantor_id", "=", grantor.id),
            ("grantee_id", "=", grantee.id),
            ("end_kind", "=", "suspended"),
        ]).filtered(lambda permission: permission._is_resting())  # fmt: skip

    def _is_resting(self):
        is_over = self.ends_at and self.ends_at <= self.env.cr.now()
        return self.end_kind == "suspended" and not self.next_ids and not is_over

    def _is_history(self):
        """Whether it has ended for good: what rests may be resumed."""
        return bool(self.ended_at and (self.end_kind != "suspended" or self.next_ids))

    def _is_surely_of_child(self):
        """Whether it ends by age, and not only as long as a date of birth isn't known."""
        is_known = self.is_by_parent or self.basis == "parental" or self.grantor_id.birth_date
        return bool(self.until_grown and is_known)

    def _filter_grown(self):
        """Those that end by age, and not by an earlier day or one just then that was set."""
        return self.filtered(
            lambda one: one.grown_at and not (one.ends_at and one.ends_at <= one.grown_at)
        )

    def _get_last_moment(self):
        """Until when it counts or counted; where a correction moved its end, until that."""
        permission_sudo = self.sudo()
        if not permission_sudo._filter_grown():
            return self.ends_at
        return max(permission_sudo.grown_at, permission_sudo.aged_at or permission_sudo.grown_at)

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
    def _open(self, grantor, grantee, kinds, basis, ends_at=False, is_own=False, **more):
        """The rows of what is newly shared; the caller tells whom it concerns.

        ``is_own``: decided by the grantor, who is of the age for each of these kinds.
        """
        self._verify_effect(kinds)
        held_kinds = self._get_held(grantor, grantee).mapped("kind")
        if not is_own:
            self._verify_age(grantor, basis, [kind for kind in kinds if kind not in held_kinds])
        suspended = {one.kind: one.id for one in self._search_resting(grantor, grantee)}
        (grantor | grantee).with_env(self.env)._put_typed_address_aside()
        return self.create([
            {
                "grantor_id": grantor.id,
                "grantee_id": grantee.id,
                "kind": kind,
                "basis": basis,
                "ends_at": ends_at,
                "previous_id": suspended.get(kind),
                **(self._get_own_decision(grantor, kind) if is_own else {}),
                **more,
            }
            for kind in dict.fromkeys(kinds)
            if kind not in held_kinds
        ])  # fmt: skip

    @api.model
    def _get_own_decision(self, grantor, kind):
        """That the grantor decides this kind alone, from its own age on."""
        family = self.env["clinic.family"]
        age = family._get_own_age(grantor, family._read_ages(), kind)
        return {"decided_at": self.env.cr.now(), "decided_age": age}

    @api.model
    def _set_kinds(self, grantor, grantee, kinds, basis, ends_at, reason, **more):
        """Of all kinds with a switch, the grantor lets the grantee do exactly these from now on."""
        held = self._get_held(grantor, grantee)
        dropped = set(SWITCHES) - set(kinds)
        held.filtered(lambda permission: permission.kind in dropped)._revoke(reason)
        return self._grant(grantor, grantee, kinds, basis, ends_at, **more)

    def _revoke(self, reason):
        """The permissions count no more from this moment on; repeating it is harmless."""
        suspended = self.filtered(lambda permission: permission._is_resting())
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

    def _renew(self, ends_at, **more):
        """The permissions in force go on until another end."""
        self._require("live", self.env._("Only a permission in force can be renewed."))
        self._close("renewed", self.env._("Renewed with another end."))
        return self._reopen(ends_at=ends_at, **more)

    def _review(self, ends_at):
        """The front desk has asked, and they go on: what came up for review is settled."""
        return self._renew(ends_at, reviewed_at=self.env.cr.now())

    @api.model
    def _announce_ends(self):
        """Tells both, once, what is about to end by itself, so that it can be renewed."""
        now = self.env.cr.now()
        ending = self.search([
            ("is_live", "=", True),
            ("ends_at", ">", now),
            ("ends_at", "<=", now + timedelta(days=DAYS_OF_WARNING)),
            ("warned_at", "=", False),
        ]).filtered(lambda permission: permission._get_end() == permission.ends_at)  # fmt: skip
        self.env["clinic.sharing.notice"]._tell_ending(ending)
        ending.write({"warned_at": now})

    # Growing up

    @api.model
    def _follow_ages(self, companies=None):
        """Moves what ends by age to where the dates of birth and these clinics' ages put it now.

        All clinics' for none; of people whom several share always.
        """
        domain = [
            "|", ("ended_at", "=", False), ("end_kind", "=", "suspended"),
            ("until_grown", "=", True),
        ]  # fmt: skip
        if companies:
            domain.append(("grantor_id.company_id", "in", [*companies.ids, False]))
        for name in ("grown_at", "review_at", "aged_at"):
            self.env.add_to_compute(self._fields[name], self.search(domain))
        self.invalidate_model(["is_live", "state", "needs_review"])

    @api.model
    def _tell_of_birthdays(self):
        """Tells both, a month before a child's age ends what was permitted and when it has.

        What has ended is closed in the ledger, and a date of birth corrected later moves it no
        more; where a correction has moved the end into the past, only days after it. Nothing
        waits for this: it ends at midnight, whenever the job runs.
        """
        self._follow_ages()
        now = self.env.cr.now()
        coming = self.search([
            ("is_live", "=", True),
            ("grown_at", ">", now),
            ("grown_at", "<=", now + timedelta(days=DAYS_BEFORE_BIRTHDAY)),
        ])._filter_grown().filtered(lambda permission: not permission._is_announced())  # fmt: skip
        over = self._search_grown().filtered(lambda permission: not permission._is_doubtful())
        people = coming.grantor_id | over.grantor_id
        for left, person in zip(reversed(range(len(people))), people, strict=True):
            of_person = (
                coming.filtered(lambda one, person=person: one.grantor_id == person),
                over.filtered(lambda one, person=person: one.grantor_id == person),
            )
            try:
                with self.env.cr.savepoint():
                    self._tell_of_birthday(*of_person)
            except Exception:
                _logger.exception("Of the birthday of contact %s nobody could be told.", person.id)
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return

    def _tell_of_birthday(self, coming, over):
        notice = self.env["clinic.sharing.notice"]
        notice._tell_growing(coming)
        for moment, permissions in coming.grouped("grown_at").items():
            permissions.write({"warned_for": moment})
        notice._tell_growing(over, is_over=True)
        over._close_grown()

    @api.model
    def _search_grown(self):
        """What age has ended and isn't closed yet; not what a day that was set ended before."""
        now = self.env.cr.now()
        return self.search([("ended_at", "=", False), ("grown_at", "<=", now)])._filter_grown()

    def _is_doubtful(self):
        """Whether its end was put into the past by a date or an age of these days: maybe a slip."""
        if not self.aged_at or self.aged_at <= self.grown_at:
            return False
        return self.aged_at > self.env.cr.now() - DAYS_OF_DOUBT

    def _is_announced(self):
        """Whether both were told of this very end, and not of one that has moved since."""
        return self.warned_for == self.grown_at

    def _close_grown(self):
        """Closes the rows as of the birthday, or as of the correction that has moved it."""
        reason = self.env._("The patient has reached the age.")
        for moment, permissions in self.grouped(
            lambda one: max(one._get_last_moment(), one.starts_at)
        ).items():
            permissions._close("grown", reason, moment)

    @api.model
    def _verify_age(self, grantor, basis, kinds):
        """What a child's age ends isn't permitted on somebody else's word any more."""
        left = self.env["clinic.family"]._get_kinds_left(grantor, basis, kinds)
        if set(kinds) - set(left):
            names = self.env["clinic.permission.kind"]._get_names(set(kinds) - set(left))
            raise FamilyRefused("grown", self.env._(
                "%(name)s has reached the age at which nobody else decides this: %(kinds)s. "
                "With consent of their own it can be permitted.",
                name=grantor.sudo().name,
                kinds=", ".join(names),
            ))  # fmt: skip

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

    def _get_closing(self, end_kind, reason, moment=None):
        return {
            "ended_at": moment or self.env.cr.now(),
            "ended_by_id": self.env.uid,
            "end_kind": end_kind,
            "end_reason": reason,
        }

    def _close(self, end_kind, reason, moment=None):
        """Ends these rows, now or as of a moment; what hangs on them later domains undo."""
        self.write(self._get_closing(end_kind, reason, moment))

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
            "responsibility": self.sudo().responsibility,
            "decided_at": self.sudo().decided_at,
            "decided_age": self.sudo().decided_age,
            "is_by_parent": self.sudo().is_by_parent,
            "reviewed_at": self.sudo().reviewed_at,
            "warned_for": self.sudo().warned_for,
            "ends_at": self.ends_at,
            "invitation_id": self.invitation_id.id,
            "previous_id": self.id,
        }
