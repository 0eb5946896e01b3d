from odoo import models


class ClinicAppointment(models.Model):
    """What a page offers a person to do about a visit, said before they click."""

    # A room of its own in a large model.
    _inherit = "clinic.appointment"  # pylint: disable=consider-merging-classes-inherited

    def _get_change_options(self, actor):
        """What the actor may do about the visit now, for whom and until when, or why not.

        Plain values; empty for a visit about which there is nothing to say any more.
        """
        self.ensure_one()
        mine_sudo = self._get_acted_for(actor)
        everyone = self._decide_for_everyone(actor)
        cancelling = self._judge_change("cancel", actor)
        if self.state != "booked" or not (mine_sudo or everyone):
            return {}
        moving = self._judge_change("reschedule", actor) if everyone else None
        undo_until = self._get_undo_until(actor)
        return {
            "cancels": self._get_cancel_choices(actor, mine_sudo, everyone) if cancelling else [],
            "move": moving and self._get_move_text(mine_sudo),
            "undo_until": undo_until
            and self.location_id._get_time_values(self._to_instant(undo_until))["time"],
            "words": [] if undo_until else self._get_rule_words(cancelling, moving),
            "must_call": not cancelling or (moving is not None and not moving),
        }

    def _get_cancel_choices(self, actor, mine_sudo, everyone):
        """For whom the actor may cancel, as buttons: themselves, everyone, each of the others."""
        choices = [
            {
                "who": str(participant_sudo.id),
                "text": self._get_cancel_text(actor, participant_sudo),
                "asks_payer": self._needs_payer(participant_sudo),
            }
            for participant_sudo in mine_sudo
        ]
        if everyone and self._get_coming() != mine_sudo[:1]:
            place = 1 if mine_sudo[:1].partner_id == actor else 0
            text = self.env._("Cancel for everyone")
            choices.insert(place, {"who": "everyone", "text": text, "asks_payer": False})
        return choices

    def _get_cancel_text(self, actor, participant_sudo):
        if participant_sudo.partner_id == actor:
            return self.env._("Cancel for me")
        return self.env._("Cancel for %s", participant_sudo.name.strip().split(" ")[0])

    def _get_move_text(self, mine_sudo):
        if self._get_coming() == mine_sudo[:1]:
            return self.env._("Move to another time")
        return self.env._("Move for everyone")

    def _get_leaving(self, who):
        """Those for whom a page's address asks to cancel: everyone who comes, or one of them."""
        if who == "everyone":
            return self._get_coming()
        return self.sudo().participant_ids.filtered(lambda p: str(p.id) == who)

    # What happens then

    def _get_consequences(self, actor, leaving):
        """What cancelling for these participants means, in sentences."""
        is_undo = bool(self._get_undo_until(actor))
        return [
            *self._get_keeping_words(actor, leaving),
            *self._get_invoice_words(actor, leaving),
            *self._get_session_consequences(actor, leaving),
            self.env._("Nobody gets a message: it is as if it had never been booked.")
            if is_undo
            else self.env._("Everybody it concerns gets a message."),
        ]

    def _get_keeping_words(self, actor, leaving):
        staying_sudo = self._get_coming() - leaving
        if not staying_sudo:
            return [self.env._("The visit is cancelled, and others can book its time.")]
        seen_sudo = staying_sudo & self._get_acted_for(actor)
        names = [
            self.env._("you") if one.partner_id == actor else one.name.strip().split(" ")[0]
            for one in seen_sudo
        ]
        # Who the others are is for those alone who may act for them.
        if seen_sudo != staying_sudo:
            names.append(self.env._("the others") if names else self.env._("the others who come"))
        return [self.env._("The visit stays as it is for %s.", self._join(names))]

    def _join(self, names):
        if len(names) < 2:
            return "".join(names)
        return self.env._("%(names)s and %(last)s", names=", ".join(names[:-1]), last=names[-1])

    def _get_invoice_words(self, actor, leaving):
        """What becomes of the money, for those who may see the payer's bills."""
        visit_sudo = self.sudo()
        payer = visit_sudo.payer_id
        if not self.env["clinic.authority"]._decide(actor, "pay", payer)[payer.id]:
            return []
        whose = self.env._("you") if payer == actor else payer.name
        if visit_sudo.invoice_id.state == "posted":
            return [self.env._(
                "An invoice has been made for it already. The clinic will settle it with %s.", whose
            )]  # fmt: skip
        if self._get_coming() - leaving:
            return [self.env._("The price of the visit stays the same.")]
        return [self.env._("Nothing will be invoiced.")]
