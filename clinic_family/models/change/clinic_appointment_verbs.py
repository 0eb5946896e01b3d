from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from psycopg2.errors import ExclusionViolation

from odoo import fields, models
from odoo.tools import mute_logger

from ...exceptions import BookingRefused, ChangeRefused

# Where nothing is booked: farther than any visit may be.
ASIDE = timedelta(days=36525)


class ClinicAppointment(models.Model):
    """The longer verbs: an outing (visits chosen together) is cancelled or moved as one, and what
    was cancelled by a slip is put back."""

    _inherit = "clinic.appointment"

    def _get_outing_of(self, actor):
        """Those of its outing that are still booked and for which the actor acts for all who come.

        A visit that others come to, or that somebody else pays, is theirs to cancel by itself.
        """
        return self._get_outing().filtered(
            lambda one: (
                one.state == "booked"
                and one._decide_for_everyone(actor)
                and one._get_coming() <= one._get_acted_for(actor)
            )
        )

    def _get_going_of(self, actor):
        """Those of them that the actor can cancel online now."""
        return self._get_outing_of(actor).filtered(lambda one: one._judge_change("cancel", actor))

    def _explain_staying(self, actor):
        """Why it can't be cancelled online now, and whom to call."""
        return self._explain_and_call(self._judge_change("cancel", actor), "cancel")

    def _cancel_all_for(self, actor):
        """Cancels all of these visits, or none, by the actor's wish; repeating it is harmless.

        Raises ChangeRefused, as cancelling each of them does.
        """
        with self.env.cr.savepoint():
            for visit in self:
                try:
                    visit._cancel_for(actor, visit._get_coming())
                except ChangeRefused as refusal:
                    if refusal.reason == "not_yours":
                        raise
                    raise ChangeRefused(
                        refusal.reason, f"{visit.local_time}: {refusal}"
                    ) from refusal

    # Moving all of it

    def _get_moving_of(self, actor):
        """Those of the outing that the actor can move online now, each for one who comes."""
        outing = self._get_outing_of(actor)
        movable = outing.filtered(lambda one: one._judge_change("reschedule", actor))
        return movable._filter_one_each()

    def _filter_one_each(self):
        """Those to which one person comes, and of each person the first."""
        first = {}
        for visit in self:
            person = visit._get_coming().partner_id
            if len(person) == 1:
                first.setdefault(person.id, visit)
        return self.browse().union(*first.values())

    def _are_at_once(self):
        """Whether some of them are side by side."""
        visits = self.sorted("start")
        return any(one._is_at_once(other) for one, other in pairwise(visits))

    def _explain_not_moving(self, actor):
        """Why it stays where it is as the others move."""
        decision = self._judge_change("reschedule", actor)
        if decision:
            return self.env._("It can only be moved by itself.")
        return self._explain_and_call(decision, "reschedule")

    def _as_outing(self, outing):
        """What is asked of the finder for these visits, each as it is, on the days asked for.

        Who comes along with most of them is who must not be needed in two places.
        """
        coming = [visit._get_coming() for visit in self]
        along = Counter(one.along_id.id for one in coming if one.along_id).most_common(1)
        return replace(
            outing,
            wishes=tuple(
                (one.partner_id.id, visit.service_id.id)
                for one, visit in zip(coming, self, strict=True)
            ),
            along_id=along[0][0] if along else 0,
            moving_ids=tuple(self.ids),
        )

    def _reschedule_all(self, actor, checkouts):
        """Moves each of these visits to the time asked for it, or none; as ``_reschedule`` does.

        They may take each other's times. Repeating it is harmless, and what is there already
        stays.
        """
        for visit in self:
            visit._verify_for_everyone(actor)
        asked = dict(zip(self, checkouts, strict=True))
        moving = self.filtered(lambda visit: not visit._is_there(asked[visit]))
        if not moving:
            return
        moving._lock_for({visit: asked[visit] for visit in moving})
        with self.env.cr.savepoint():
            # Who may act for all who come may do this: it is asked of each before it moves.
            moving.sudo()._step_aside()
            for visit in moving:
                visit._reschedule_in_outing(actor, asked[visit])

    def _lock_for(self, asked):
        """Queues for all practitioners at once: two who want each other's times would deadlock."""
        bookings = self.env["clinic.booking"]
        wanted = self.env["clinic.practitioner"].union(
            *(bookings._read_wish(visit.service_id, one)[2] for visit, one in asked.items())
        )
        (self.sudo().practitioner_id | wanted.sudo())._lock()

    def _step_aside(self):
        """They stand in nobody's way, until each takes its new time.

        What is blocked is computed anew as they do.
        """
        for visit in self:
            visit.write({
                "blocked_start": visit.blocked_start + ASIDE,
                "blocked_stop": visit.blocked_stop + ASIDE,
            })  # fmt: skip
        self.flush_recordset()

    def _reschedule_in_outing(self, actor, checkout):
        try:
            self._reschedule(actor, checkout.start, checkout.practitioner_id, checkout.location_id)
        except BookingRefused as refusal:
            why = self._explain_at_once() if refusal.reason == "clash" else refusal
            raise type(refusal)(refusal.reason, f"{self.local_time}: {why}") from refusal
        except ChangeRefused as refusal:
            if refusal.reason == "not_yours":
                raise
            raise ChangeRefused(refusal.reason, f"{self.local_time}: {refusal}") from refusal

    def _explain_at_once(self):
        return self.env._(
            "%(name)s has another visit then by now. Please choose other times.",
            name=self._get_coming().partner_id.name,
        )

    # Putting back what was cancelled by a slip

    def _get_put_back_until(self, actor):
        """Until when the actor may put back the visit they cancelled; nothing when that is over.

        Or those for whom they cancelled it, where others still come. For as long as what is booked
        can be taken back. What was invoiced, owes a fee or is paid back by now stays cancelled.
        """
        visit_sudo = self.sudo()
        gone_sudo = self._get_gone_last()
        is_theirs = bool(gone_sudo) and gone_sudo.cancelled_by_id == actor
        is_open = visit_sudo.state in ("cancelled", "booked")
        if not (is_theirs and is_open and self._is_known_to(actor)):
            return False
        people = gone_sudo.partner_id
        payer = visit_sudo.payer_id
        decisions = self.env["clinic.authority"]._decide(actor, "book", people | payer)
        if not (decisions[payer.id] or all(decisions[one.id] for one in people)):
            return False
        minutes = visit_sudo.company_id.clinic_undo_minutes
        until = max(gone_sudo.mapped("cancelled_at")) + timedelta(minutes=minutes)
        now = fields.Datetime.now()
        is_open = until > now and visit_sudo.start > now
        return is_open and not visit_sudo._is_settled() and until

    def _get_gone_last(self):
        """Those who were cancelled last, at once: with the visit, where nobody comes any more."""
        gone_sudo = self.sudo().participant_ids.filtered(lambda one: one.state == "cancelled")
        return gone_sudo._get_last_cancelled()

    def _is_settled(self):
        """Whether money stands against it: a fee, an invoice, or a deposit that goes back."""
        return bool(
            any(self.participant_ids.mapped("owes"))
            or self._get_bills().filtered(lambda bill: bill.state == "posted")
            or self._has_standing_bill()
            or self.currency_id.compare_amounts(self.deposit_left, self.deposit) < 0
        )

    def _get_put_back_with(self, actor):
        """Those of its outing, itself first, that the actor cancelled and can put back now."""
        key = self.sudo().plan_key
        # What the actor cancelled a moment ago may be gone for them; it is judged one by one.
        found_sudo = key and self.sudo().search([
            ("plan_key", "=", key), ("state", "=", "cancelled"), ("id", "!=", self.id),
        ], order="start, id")  # fmt: skip
        others = found_sudo.sudo(False) if found_sudo else self.browse()
        return (self | others).filtered(lambda one: one._get_put_back_until(actor))

    def _put_back_all(self, actor):
        """Each of these visits is as it was, where it can be; answers with those that aren't."""
        # Before the first is taken, in one order: see the check-out.
        self.sudo().practitioner_id._lock()
        staying = self.browse()
        for visit in self.sorted("start"):
            try:
                with self.env.cr.savepoint():
                    visit._put_back(actor)
            except (BookingRefused, ChangeRefused):
                staying |= visit
        return staying

    def _put_back(self, actor, meant=()):
        """The visit is as it was before the actor cancelled it; repeating it is harmless.

        ``meant`` are the ids of the participants the actor was asked about. Raises ChangeRefused,
        BookingRefused when it would be one too many, and SlotTaken when somebody has its time by
        now.
        """
        self.ensure_one()
        visit_sudo = self.sudo()
        if self._is_back(actor, meant):
            return
        is_meant = not meant or set(meant) == set(self._get_gone_last().ids)
        if not (is_meant and self._get_put_back_until(actor)):
            raise ChangeRefused("too_late", self.env._(
                "This stays cancelled: it can't be put back any more. Please book it anew."
            ))  # fmt: skip
        self._verify_nobody_elsewhere(actor)
        if visit_sudo.state == "booked":
            visit_sudo._take_up(self._get_gone_last())
            return
        if visit_sudo.booking_id.state == "confirmed":
            visit_sudo.booking_id._verify_upcoming(visit_sudo.location_id, 1)
        with visit_sudo.practitioner_id._locked():
            try:
                # Losing is an answer, not an error to alarm anybody with.
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    visit_sudo._update_state("booked")
            except ExclusionViolation:
                raise self._get_taken_refusal() from None

    def _is_back(self, actor, meant):
        """Whether it was put back already, by the first of two clicks."""
        if self.sudo().state != "booked":
            return False
        acted_for = self._get_acted_for(actor)
        theirs = acted_for.filtered(lambda one: one.id in meant)
        if meant:
            return bool(theirs) and theirs <= self._get_coming()
        return bool(self._decide_for_everyone(actor)) and not self._get_put_back_until(actor)

    def _take_up(self, gone):
        """These come again to a visit at which others have stayed."""
        if len(self._get_coming() | gone) > self.seats:
            raise BookingRefused("full", self.env._(
                "Somebody else has the place by now, so it stays as it is. Please book anew."
            ))  # fmt: skip
        with self._changing():
            gone._set_state("booked")
        self.flush_recordset()

    def _verify_nobody_elsewhere(self, actor):
        """Nobody has been booked for something else at that time meanwhile, as the actor knows."""
        found = self.env["clinic.participant"]._search_at_once(
            [(self.sudo().start, self.sudo().stop)],
            self._get_gone_last().partner_id,
            besides=self,
            known_to=actor,
        )
        if found:
            raise ChangeRefused("clash", self.env._(
                "This can't be put back: somebody who came has another visit at that time by now."
            ))  # fmt: skip
