from datetime import datetime, timezone

from odoo import api, fields, models

from ...engine.cancelling import judge_change
from ...engine.decision import Decision
from ...engine.instants import to_instant
from ...exceptions import ChangeRefused


class ClinicAppointment(models.Model):
    """Who may cancel or move a visit online, and until when; and cancelling it.

    Everybody acts for themselves and for those who let them book. For all who come acts whoever
    pays, and whoever may book for the one who pays or for all of them.
    """

    # A room of its own in a large model.
    _inherit = "clinic.appointment"  # pylint: disable=consider-merging-classes-inherited

    # Who may

    def _get_coming(self):
        """Those who haven't cancelled, whoever asks: what one does concerns those who stay."""
        return self.sudo().participant_ids.filtered(lambda p: p.state != "cancelled")

    def _get_acted_for(self, actor):
        """Those of the people who come for whom the actor may act; the actor first."""
        coming_sudo = self._get_coming()
        decisions = self.env["clinic.authority"]._decide(actor, "book", coming_sudo.partner_id)
        return coming_sudo.filtered(lambda p: decisions[p.partner_id.id]).sorted(
            lambda p: (p.partner_id != actor, p.id)
        )

    def _decide_for_everyone(self, actor):
        """Whether the actor may act for all who come, and on which permissions that rests."""
        visit_sudo = self.sudo()
        payer = visit_sudo.payer_id
        people = visit_sudo.participant_ids.partner_id
        decisions = self.env["clinic.authority"]._decide(actor, "book", people | payer)
        coming = self._get_coming().partner_id
        if not any(decisions[person.id] for person in people):
            return Decision.no("not_yours")
        if decisions[payer.id]:
            return self._rest_on(decisions, payer)
        if coming and all(decisions[person.id] for person in coming):
            return self._rest_on(decisions, coming)
        return Decision.no("not_everyone")

    def _rest_on(self, decisions, people):
        found = {decisions[person.id].facts["permission_id"] for person in people}
        return Decision.yes(permission_ids=sorted(found - {False}))

    def _get_undo_until(self, actor):
        """Until when the actor may take back what they booked; nothing when that is over.

        Only what they booked themselves: once the front desk has added somebody, it is more.
        """
        booking_sudo = self.sudo().booking_id
        until = booking_sudo.undo_until
        if not until or booking_sudo.booker_id != actor or until <= fields.Datetime.now():
            return False
        is_all_theirs = all(p.booked_by_id == actor for p in self._get_coming())
        return until if is_all_theirs else False

    def _judge_change(self, change, actor=None, start=None):
        """Whether the visit may be changed online now ("cancel", "reschedule"), and until when.

        For nobody in particular, or for an actor who may still take back what they booked. As it
        is, or as it would be at another start.
        """
        visit_sudo = self.sudo()
        is_allowed, hours = visit_sudo.service_id._get_change_rule(change)
        undo_until = actor and self._get_undo_until(actor)
        return judge_change(
            now=to_instant(datetime.now(timezone.utc)),
            start=start or self._to_instant(visit_sudo.start),
            is_booked=visit_sudo.state == "booked",
            is_allowed=is_allowed,
            hours=hours,
            undo_until=self._to_instant(undo_until) if undo_until else None,
        )

    @api.model
    def _to_instant(self, moment):
        return to_instant(moment.replace(tzinfo=timezone.utc))

    def _verify_change(self, change, actor):
        decision = self._judge_change(change, actor)
        if not decision:
            raise ChangeRefused(decision.reason, self._explain_and_call(decision, change))

    # Cancelling

    def _cancel_for(self, actor, participants, payer=None):
        """These participants no longer come, by the actor's wish; repeating it is harmless.

        When the payer leaves and others stay, ``payer`` pays from then on. In the undo period
        what was booked is taken back, as if it had never been. Raises ChangeRefused.
        """
        self.ensure_one()
        theirs_sudo = participants.sudo() & self.sudo().participant_ids
        if not theirs_sudo and self._get_undo_until(actor):
            # Taken back a moment ago, by the first of two clicks.
            return
        permissions = self._verify_leaving(actor, theirs_sudo)
        leaving_sudo = theirs_sudo & self._get_coming()
        if not leaving_sudo:
            return
        self._verify_change("cancel", actor)
        payer = self._verify_payer_after(actor, leaving_sudo, payer)
        # What follows concerns those who stay too, on whom the actor has no rights.
        visit_sudo = self.sudo()
        written = visit_sudo._get_written_lines()
        leaving_sudo._record_cancelling(actor, permissions)
        if self._get_undo_until(actor):
            visit_sudo._take_back(leaving_sudo)
        else:
            leaving_sudo._cancel()
        if payer:
            visit_sudo._change_payer(payer)
        visit_sudo._adapt_draft_invoice(written)
        visit_sudo.flush_recordset()

    def _verify_leaving(self, actor, participants_sudo):
        """The permission under which the actor cancels for each of them, by person id."""
        people = participants_sudo.partner_id
        decisions = self.env["clinic.authority"]._decide(actor, "book", people)
        for_payer = False
        if not decisions or not all(decisions.values()):
            everyone = self._decide_for_everyone(actor)
            if not everyone or self._get_coming() - participants_sudo:
                raise self._refuse_unknown()
            for_payer = next(iter(everyone.facts["permission_ids"]), False)
        return {
            person_id: decision.facts["permission_id"] if decision else for_payer
            for person_id, decision in decisions.items()
        }

    def _take_back(self, leaving):
        """What was booked a moment ago is gone for the patients: no trace, no message.

        The whole visit stays for the staff as a cancelled one; of a visit that others keep,
        nothing says that those who leave were to come.
        """
        if self._get_coming() - leaving:
            leaving.unlink()
        else:
            leaving._cancel()
            self.booked_at = False

    # Who pays when the payer leaves

    def _needs_payer(self, leaving):
        """Whether the payer leaves and somebody stays."""
        staying_sudo = self._get_coming() - leaving.sudo()
        return bool(staying_sudo) and self.sudo().payer_id in leaving.sudo().partner_id

    @api.model
    def _get_payers_after(self, actor):
        """Whom the actor may name as payer: themselves, and those who let them pay; no child."""
        return self.env["clinic.family"]._get_payers(actor)

    def _verify_payer_after(self, actor, leaving, payer):
        """Who pays from then on; nobody new unless it has to be decided."""
        if not self._needs_payer(leaving):
            return None
        payers_sudo = self._get_payers_after(actor)
        if not payers_sudo:
            raise ChangeRefused("nobody_pays", self.env._(
                "Nobody else can be asked to pay. Please cancel for everyone, or call the clinic."
            ))  # fmt: skip
        if not payer or payer not in payers_sudo:
            raise ChangeRefused("payer", self.env._("Please choose who pays from then on."))
        return payer

    def _refuse_unknown(self):
        """The same for what is hidden and for what isn't there."""
        return ChangeRefused("not_yours", self.env._(
            "This page isn't here, or isn't yours to see."
        ))  # fmt: skip
