from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount

from ...engine.cancelling import get_deadline
from ...engine.decision import Decision
from ...engine.instants import from_stored, get_day, get_now
from ...engine.relative import get_first_name

# What is still to come as long as it isn't over.
OPEN = ("booked", "arrived")


class ClinicAppointment(models.Model):
    """What patients and relatives see of their appointments, and are told before they click."""

    _inherit = "clinic.appointment"

    # Whose appointments

    @api.model
    def _get_my_domain(self, when=""):
        """The appointments of the reader and of those they may book for: all, or by time.

        For patients and relatives the record rule has the same condition; staff see more by
        their role, but not on their own page.
        """
        domain = Domain.TRUE
        if self.env.user._is_internal():
            reader = self.env.user.partner_id
            mine = self.env["clinic.authority"]._get_people(reader, "book")
            domain = Domain("participant_ids.partner_id", "in", mine.ids)
            domain &= Domain("booked_at", "!=", False) & self._get_domain_of_known(reader)
        now = fields.Datetime.now()
        if when == "past":
            domain &= Domain("stop", "<", now) | Domain("state", "not in", OPEN)
        elif when:
            domain &= Domain("stop", ">=", now) & Domain("state", "in", OPEN)
        return domain

    @api.model
    def _find_mine(self, appointment_id):
        """The appointment, if it is the reader's or of somebody they may book for."""
        return self.search([("id", "=", appointment_id), *self._get_my_domain()])

    @api.model
    def _find_undone(self, appointment_id):
        """The appointment the reader has just taken back, should they press twice."""
        found_sudo = self.sudo().search([
            ("id", "=", appointment_id),
            ("booking_id.booker_id", "=", self.env.user.partner_id.id),
            ("booked_at", "=", False),
            ("state", "=", "cancelled"),
            *self._get_domain_of_known(self.env.user.partner_id),
        ])  # fmt: skip
        return found_sudo.sudo(False)

    @api.model
    def _get_my_page(self, when, limit, offset):
        """One page of the reader's appointments: what comes first, first; history backwards."""
        order = "start desc" if when == "past" else "start"
        domain = self._get_my_domain(when)
        return self._search_known(domain, order, limit=limit, offset=offset)._get_portal_values()

    # What a page shows

    def _get_portal_details(self):
        """The same with what the reader may do about each of them."""
        reader = self.env.user.partner_id
        return [
            {
                **values,
                "options": appointment._get_change_options(reader),
                "calendars": appointment._get_calendar_links(reader),
                "map_url": appointment.sudo().location_id._get_map_url(),
                "preparation": appointment.sudo().service_id.preparation,
            }
            for appointment, values in zip(self, self._get_portal_values(), strict=True)
        ]

    def _get_portal_values(self):
        """What a page may show of each appointment to the reader: whitelisted plain values.

        The participants are those the reader may act for; the payer only if the reader may see
        their bills; the sessions that pay only to their owners and those who use them.
        """
        reader = self.env.user.partner_id
        # With full rights once: who comes and where, the reader's own rights would ask for again.
        self.sudo()._read_rows("participant_ids")
        places_sudo = self.sudo().location_id.partner_id
        with self.env["clinic.authority"]._knowing(reader, ["book", "pay", "packages"]):
            # Searched, not taken from the field: the search is what the record rules guard.
            seen = self._find_seen(reader)
            bills = self.env["clinic.authority"]._decide(reader, "pay", self.sudo().payer_id)
            (places_sudo | seen.sudo().partner_id).mapped("name")
            paid = self._get_session_words(reader)
        people = seen.grouped("appointment_id")
        along = seen._get_known_along(reader)
        return [
            {
                "id": appointment.id,
                **appointment._get_time_values(),
                **appointment._get_portal_facts(),
                **appointment._get_portal_people(
                    reader, people.get(appointment, seen.browse()), along
                ),
                **appointment._get_portal_payer(reader, bills),
                **paid[appointment.id],
            }
            for appointment in self
        ]

    def _get_portal_facts(self):
        """What the visit is, with whom and where."""
        # What is on a visit one sees is named, though it may not be on the site any more.
        visit_sudo = self.sudo()
        return {
            "service": visit_sudo.service_id.name,
            "is_group": visit_sudo.service_id.is_group,
            "is_confidential": visit_sudo.is_confidential,
            "practitioner": visit_sudo.practitioner_id.name,
            "location": visit_sudo.location_id.name,
            "address": visit_sudo.location_id.address,
            "phone": visit_sudo.location_id.phone,
        }

    def _get_portal_people(self, reader, participants, along):
        """Who comes of those the reader sees, with whom, and the state of the visit for them."""
        # They were found with the reader's rights, who may know their names.
        people = [
            {
                "name": participant.sudo().partner_id.name,
                "is_me": participant.partner_id == reader,
                "state": participant.state,
                "along": participant._get_along_words(reader, along),
            }
            for participant in participants
        ]
        return {"people": people, "state": self._get_state_for(participants)}

    def _get_portal_payer(self, reader, bills):
        visit_sudo = self.sudo()
        payer_sudo = visit_sudo.payer_id
        is_seen = bool(bills.get(payer_sudo.id))
        return {
            "payer": payer_sudo.name if is_seen else False,
            "deposit": is_seen and bool(visit_sudo.deposit) and visit_sudo._get_deposit_amount(),
            "reader_pays": payer_sudo == reader,
        }

    def _get_state_for(self, participants):
        """The state for those who see these participants: cancelled when none of them comes."""
        states = set(participants.mapped("state"))
        return "cancelled" if states == {"cancelled"} else self.state

    def _get_session_words(self, reader):
        """What pays for each visit as far as the reader may know, by the visit's id."""
        sessions_sudo = self.sudo()._read_rows("session_ids")
        seen = sessions_sudo._get_seen(reader)
        return {
            visit_sudo.id: {
                "sessions": visit_sudo.session_ids._get_paid_words(seen),
                "is_covered": bool(seen.keys() & set(visit_sudo.session_ids.ids))
                and not visit_sudo._get_session_fees(),
            }
            for visit_sudo in self.sudo()
        }

    # What a page offers

    def _get_change_options(self, actor):
        """What the actor may do about the visit now, for whom and until when, or why not.

        Texts, lists of them and buttons, all there but maybe empty; nothing at all for a visit
        about which there is nothing to say any more.
        """
        self.ensure_one()
        mine_sudo = self._get_acted_for(actor)
        everyone = self._decide_for_everyone(actor)
        if self.state != "booked" or not (mine_sudo or everyone):
            return {}
        cancelling = self._judge_change("cancel", actor)
        moving = self._judge_change("reschedule", actor) if everyone else None
        undo_until = self._get_undo_until(actor)
        return {
            "cancels": self._get_cancel_choices(actor, mine_sudo, everyone) if cancelling else [],
            "move": self._get_move_text(mine_sudo) if moving else "",
            "outing": self._get_outing_text(actor),
            "outing_move": self._get_outing_move_text(actor),
            **self._get_undo_values(undo_until),
            "words": [] if undo_until else self._get_rule_words(cancelling, moving),
            "must_call": not cancelling or (moving is not None and not moving),
        }

    def _get_undo_values(self, until):
        """How long what was booked may be taken back, as a time of day and in seconds."""
        time = until and self.location_id._get_time_values(from_stored(until))["time"]
        left = until and (until - fields.Datetime.now()).total_seconds()
        return {"undo_until": time, "undo_seconds": max(0, int(left))}

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
        return self.env._("Cancel for %s", get_first_name(participant_sudo.name))

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
        return [*self._get_effects(actor, leaving), self._get_telling_words(actor)]

    def _get_effects(self, actor, leaving):
        """The same without who is told of it."""
        return [
            *self._get_keeping_words(actor, leaving),
            *self._get_invoice_words(actor, leaving),
            *self._get_deposit_words(actor, leaving),
            *self._get_session_consequences(actor, leaving),
        ]

    def _get_telling_words(self, actor):
        if self._get_undo_until(actor):
            return self.env._("Nobody gets a message: it is as if it had never been booked.")
        return self.env._("Everybody it concerns gets a message.")

    def _get_keeping_words(self, actor, leaving):
        staying_sudo = self._get_coming() - leaving
        if not staying_sudo:
            return [self.env._("The visit is cancelled, and others can book its time.")]
        seen_sudo = staying_sudo & self._get_acted_for(actor)
        names = [
            self.env._("you") if one.partner_id == actor else get_first_name(one.name)
            for one in seen_sudo
        ]
        # Only those who may act for the others read who they are.
        if seen_sudo != staying_sudo:
            names.append(self.env._("the others") if names else self.env._("the others who come"))
        return [self.env._("The visit stays as it is for %s.", self._join(names))]

    def _join(self, names):
        if len(names) < 2:
            return "".join(names)
        return self.env._("%(names)s and %(last)s", names=", ".join(names[:-1]), last=names[-1])

    def _get_invoice_words(self, actor, leaving):
        """What becomes of the money; others than those who see the payer's bills read the rule."""
        visit_sudo = self.sudo()
        payer = visit_sudo.payer_id
        cost = self._get_late_cost(actor, leaving)
        price = cost and visit_sudo.service_id._format_fee(cost, payer)
        if not self._sees_bills(actor):
            return [self.env._("Cancelling this late costs %s.", price)] if price else []
        whose = self.env._("you") if payer == actor else payer.name
        if visit_sudo._has_standing_bill():
            return [self.env._(
                "An invoice has been made for it already. The clinic will settle it with %s.", whose
            )]  # fmt: skip
        if price:
            return [self._get_late_words(price, actor, leaving)]
        if self._get_coming() - leaving:
            return [self.env._("The price of the visit stays the same.")]
        return [self.env._("Nothing will be invoiced.")]

    def _get_deposit_words(self, actor, leaving):
        """What becomes of what was paid at booking, for those who may see the payer's bills."""
        visit_sudo = self.sudo()
        is_over = not self._get_coming() - leaving
        if not (visit_sudo.deposit and is_over and self._sees_bills(actor)):
            return []
        return [self.env._(
            "What was paid when it was booked (%s) goes back the way it came, less what is "
            "invoiced.",
            visit_sudo._get_deposit_amount(),
        )]  # fmt: skip

    def _get_deposit_amount(self):
        return format_amount(self.env, self.deposit, self.currency_id)

    def _sees_bills(self, actor):
        payer = self.sudo().payer_id
        return bool(self.env["clinic.authority"]._decide(actor, "pay", payer)[payer.id])

    def _get_late_words(self, price, actor, leaving):
        """What it costs that these cancel now, and on whose invoice it is put."""
        payer = self.sudo().payer_id
        if self._needs_payer(leaving):
            return self.env._(
                "Cancelling now costs %s; it is put on the invoice of the one who pays then.", price
            )
        if payer == actor:
            return self.env._("Cancelling now costs %s; it is put on your invoice.", price)
        return self.env._(
            "Cancelling now costs %(price)s; it is put on the invoice of %(payer)s.",
            price=price,
            payer=payer.name,
        )

    def _get_late_cost(self, actor, leaving):
        """What it costs that these cancel now, as far as the actor may know.

        Who sees the payer's bills reads what will be invoiced. Others read the rule, which doesn't
        tell whom the clinic lets off, nor of sessions they don't see.
        """
        if self._sees_bills(actor):
            is_billed = self._has_standing_bill()
            return 0 if is_billed else self._get_cost("late", self._find_owing("late", leaving))
        sessions_sudo = self._get_sessions_used_by("late")
        seen = sessions_sudo._get_seen(actor)
        covered = self._find_covered(sessions_sudo.filtered(lambda s: s.id in seen), leaving)
        return self._get_cost("late", self._find_missing("late", leaving) - covered)

    @api.model
    def _get_rule_of(self, service):
        """What it costs to cancel a visit of the service late and not to come, before one books."""
        buyer = self.env["clinic.page"]._get_buyer()
        late, noshow = (service._get_missed_price(kind, buyer) for kind in ("late", "noshow"))
        _is_allowed, hours = service.sudo()._get_change_rule("cancel")
        words = []
        if late and hours:
            words.append(self.env._(
                "Cancelling less than %(length)s before the visit costs %(price)s.",
                length=self._get_length_words(hours),
                price=late,
            ))  # fmt: skip
        if noshow:
            words.append(self.env._("Not coming without cancelling costs %s.", noshow))
        return words

    def _get_rule_before(self):
        """Of a visit that is held: until when it can be cancelled, or that it can't; the costs."""
        service_sudo = self.sudo().service_id
        is_allowed, hours = service_sudo._get_change_rule("cancel")
        until = get_deadline(from_stored(self.start), hours)
        is_late = get_now() > until
        late, noshow = map(service_sudo._get_missed_fee, ("late", "noshow"))
        costs = self._get_missed_rule(is_late) if late or noshow else []
        if not late and (is_late or not is_allowed):
            decision = Decision.no("late" if is_allowed else "not_allowed", hours=hours)
            return [self._explain_change(decision, "cancel"), *costs]
        if is_late:
            return costs
        if costs:
            return [self.env._("Free to cancel until %s.", self._get_moment_words(until)), *costs]
        return [self.env._("You can cancel online until %s.", self._get_moment_words(until))]

    def _get_session_consequences(self, actor, leaving):
        """What becomes of the sessions when these participants cancel now."""
        sessions_sudo = self.sudo().session_ids.filtered(lambda s: s.state == "reserved")
        if self._get_coming() - leaving:
            sessions_sudo = sessions_sudo.filtered(lambda s: s.participant_id in leaving)
        seen, now = sessions_sudo._get_seen(actor), get_now()
        words = [
            session_sudo._get_cancelling_words(seen[session_sudo.id], now)
            for session_sudo in sessions_sudo
            if session_sudo.id in seen
        ]
        return list(dict.fromkeys(words))

    def _get_session_words_after(self, actor, start, location, practitioners):
        """Why a session wouldn't count any more, were the visit at this time and place."""
        sessions_sudo = self.sudo().session_ids.filtered(lambda s: s.state == "reserved")
        seen = sessions_sudo._get_seen(actor)
        day = get_day(start, location._get_zone())
        words = []
        for session_sudo in sessions_sudo.filtered(lambda s: s.id in seen):
            visit = self._describe_visit(session_sudo.participant_id)._replace(
                day=day, location_id=location.id, practitioner_id=practitioners[:1].id
            )
            decision = session_sudo._judge_terms_for(visit)
            if not decision:
                words.append(session_sudo._get_moving_words(decision))
        return list(dict.fromkeys(words))
