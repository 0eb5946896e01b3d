from odoo import api, fields, models

from ...engine.cancelling import judge_change
from ...engine.checkout import Checkout
from ...engine.decision import Decision
from ...engine.instants import from_stored, get_day, get_now, read_start, to_stored
from ...exceptions import ChangeRefused


class ClinicAppointment(models.Model):
    """Who may cancel or move a visit online, and until when; cancelling it; and what was done.

    Everybody acts for themselves and for those who let them book. The payer acts for all who come,
    and so does who may book for the payer, or for all of them.
    """

    _inherit = "clinic.appointment"

    reschedule_ids = fields.One2many(
        "clinic.reschedule", "appointment_id", readonly=True, groups="base.group_user"
    )

    log_ids = fields.One2many(
        "clinic.appointment.log",
        "appointment_id",
        string="What Was Done",
        readonly=True,
        groups="clinic_family.clinic_family_group_front_desk",
    )

    # What was done

    def _get_followed(self):
        coming = self._get_coming()
        along = {one: one.along_id for one in coming}
        return super()._get_followed() | {"people": coming.partner_id, "along": along}

    def _after_change(self, old):
        result = super()._after_change(old)
        self.env["clinic.appointment.log"]._record(self, old)
        return result

    def _waive_fee(self, why, but=()):
        self.env["clinic.appointment.log"]._note_waiving(self.filtered("owed_text"), why)
        return super()._waive_fee(why, but)

    def _describe_change(self, before, names):
        """How it was and how it is, as far as it isn't the same any more."""
        now = {name: self[name] for name in before.keys() & self._fields.keys()}
        return [self._describe_place(values, names) for values in (before, now)]

    def _describe_place(self, values, names):
        parts = []
        if "start" in names:
            parts.append(self._get_local_time(values["location_id"], values["start"]))
        elif "stop" in names:
            minutes = (values["stop"] - values["start"]).total_seconds() // 60
            parts.append(self.env._("%s minutes", int(minutes)))
        places = ("service_id", "practitioner_id", "location_id")
        return " · ".join([*parts, *(values[name].name for name in places if name in names)])

    # Who may

    def _get_acted_for(self, actor):
        """Those of the people who come for whom the actor may act; the actor first."""
        coming_sudo = self._get_coming()._filter_known_to(actor)
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
        if not (self._is_known_to(actor) and any(decisions[person.id] for person in people)):
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
        if booking_sudo.booker_id != actor or not self.sudo()._is_in_undo():
            return False
        is_all_theirs = all(p.booked_by_id == actor for p in self._get_coming())
        return booking_sudo.undo_until if is_all_theirs else False

    def _judge_change(self, change, actor=None, start=None):
        """Whether the visit may be changed online now ("cancel", "reschedule"), and until when.

        For nobody in particular, or for an actor who may still take back what they booked. As it
        is, or as it would be at another start.
        """
        visit_sudo = self.sudo()
        is_allowed, hours = visit_sudo.service_id._get_change_rule(change)
        fee = visit_sudo.service_id._get_missed_fee("late")
        if fee and change == "reschedule":
            # Moving away and cancelling there would cost nothing.
            hours = max(hours, visit_sudo.service_id._get_change_rule("cancel")[1])
        undo_until = actor and self._get_undo_until(actor)
        return judge_change(
            now=get_now(),
            start=start or from_stored(visit_sudo.start),
            is_booked=visit_sudo.state == "booked",
            is_allowed=is_allowed,
            hours=hours,
            undo_until=from_stored(undo_until) if undo_until else None,
            costs_late=bool(fee) and change == "cancel",
        )

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
        if not theirs_sudo and self._get_undo_until(actor) and self._is_known_to(actor):
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
        leaving_sudo._record_cancelling(actor, permissions)
        if self._get_undo_until(actor):
            visit_sudo._take_back(leaving_sudo)
            visit_sudo._let_pay(payer)
        else:
            with visit_sudo._changing():
                leaving_sudo._cancel()
                # Whom the clinic lets off is asked of who would have to pay the fee.
                visit_sudo._let_pay(payer)
                visit_sudo._charge("late", leaving_sudo)
        visit_sudo.flush_recordset()

    def _verify_leaving(self, actor, participants_sudo):
        """The permission under which the actor cancels for each of them, by person id."""
        people = participants_sudo.partner_id
        decisions = self.env["clinic.authority"]._decide(actor, "book", people)
        for_payer = False
        if not self._is_known_to(actor):
            raise self._refuse_unknown()
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

    def _let_pay(self, payer):
        if payer:
            self._change_payer(payer)

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

    # Moving

    def _as_checkout(self, start_text, practitioner_id, location_id):
        """The new time as the booking site's check-out would ask for it."""
        return Checkout(
            service_id=self.service_id.id,
            practitioner_id=practitioner_id,
            location_id=location_id,
            start=start_text,
        )

    def _reschedule(self, actor, start_text, practitioner_id, location_id, meant=()):
        """Moves the visit for all who come, by the actor's wish; repeating it is harmless.

        The new time is taken and the old one freed in one step. ``practitioner_id`` 0 stands for
        whoever is free, the same one first; ``meant`` says which visits at once are meant so.
        Raises ChangeRefused, BookingRefused when the time isn't offered, and SlotTaken when
        somebody else was first.
        """
        self.ensure_one()
        everyone = self._verify_for_everyone(actor)
        checkout = self._as_checkout(start_text, practitioner_id, location_id)
        if self._is_there(checkout):
            return
        location, start, practitioners = self._verify_new_time(actor, checkout)
        new_start = to_stored(start)
        self._verify_meant(self._find_clashes_at(new_start), meant)
        # Who may act for all who come may do this; a portal user's own rights don't allow it.
        visit_sudo = self.sudo()
        old = visit_sudo._get_place_values("old")
        visit_sudo._take_time(practitioners, {
            "start": new_start,
            "stop": new_start + (self.stop - self.start),
            "location_id": location.id,
        })  # fmt: skip
        self.env["clinic.kept.time"]._verify_unkept(visit_sudo)
        visit_sudo.reschedule_ids.create({
            "appointment_id": self.id,
            "moved_by_id": actor.id,
            "permission_ids": everyone.facts["permission_ids"],
            **old,
            **visit_sudo._get_place_values("new"),
        })  # fmt: skip

    def _verify_for_everyone(self, actor):
        everyone = self._decide_for_everyone(actor)
        if not everyone:
            raise self._refuse_unknown()
        return everyone

    def _verify_new_time(self, actor, checkout, without=()):
        """The place and start asked for and who is free then, if the visit may be moved there."""
        self._verify_change("reschedule", actor)
        bookings = self.env["clinic.booking"]
        service = bookings._get_service(checkout)
        location, start, practitioners = bookings._verify_offered(service, checkout, self, without)
        self._verify_ages_on(service, get_day(start, location._get_zone()))
        return location, start, practitioners.sorted(lambda one: one != self.practitioner_id)

    def _is_there(self, checkout):
        """Whether the visit is at this time and place already, with this practitioner."""
        if checkout.location_id != self.location_id.id:
            return False
        if checkout.practitioner_id not in (0, self.practitioner_id.id):
            return False
        reading = read_start(checkout.start, self.location_id._get_zone())
        return bool(reading) and reading.facts["instant"] == from_stored(self.start)

    def _get_place_values(self, when):
        return {
            f"{when}_start": self.start,
            f"{when}_practitioner_id": self.practitioner_id.id,
            f"{when}_location_id": self.location_id.id,
        }

    # In words

    def _get_cancel_rule_words(self):
        """Until when the visit can be cancelled online, or whom to call; nothing once it's over."""
        self.ensure_one()
        decision = self._judge_change("cancel")
        costs = self._get_missed_rule(decision.facts.get("is_late"))
        if decision.facts.get("is_late"):
            return " ".join(costs)
        if decision:
            until = self._get_moment_words(decision.facts["until"])
            return " ".join([self.env._("Free to cancel online until %s.", until), *costs])
        if decision.reason in ("past", "state"):
            return ""
        return self.env._("To cancel, please call %s.", self._get_number_words())

    def _get_rule_words(self, cancelling, moving):
        """One sentence for both when the same holds for cancelling and for moving, else two.

        ``moving`` is nothing for those who may not move the visit anyway.
        """
        costs = self._get_missed_rule(cancelling.facts.get("is_late"))
        if cancelling == moving:
            return [self._get_change_words(cancelling, "both"), *(costs if cancelling else ())]
        words = [self._get_change_words(cancelling, "cancel"), *(costs if cancelling else ())]
        if moving is not None:
            words.append(self._get_change_words(moving, "reschedule"))
        return words

    def _get_words_after(self, start):
        """Until when the visit could be changed again if it were at this start."""
        cancelling = self._judge_change("cancel", start=start)
        moving = self._judge_change("reschedule", start=start)
        if cancelling or moving:
            return self._get_rule_words(cancelling, moving)
        return [self.env._("After that it can't be moved or cancelled online any more.")]

    def _get_change_words(self, decision, change):
        """Until when this change is possible, or why it isn't."""
        if not decision:
            return self._explain_change(decision, change)
        if decision.facts.get("is_late"):
            return self.env._("You can still cancel until the visit begins.")
        return {
            "cancel": self.env._("Free to cancel until %s."),
            "reschedule": self.env._("Free to move until %s."),
            "both": self.env._("Free to move or cancel until %s."),
        }[change] % self._get_moment_words(decision.facts["until"])

    def _explain_change(self, decision, change):
        """The sentence for a change that can't be made online."""
        late = {
            "cancel": self.env._(
                "It's less than %s before the visit, so it can't be cancelled online."
            ),
            "reschedule": self.env._(
                "It's less than %s before the visit, so it can't be moved online."
            ),
            "both": self.env._(
                "It's less than %s before the visit, so it can't be moved or cancelled online."
            ),
        }
        not_allowed = {
            "cancel": self.env._("This visit can't be cancelled online."),
            "reschedule": self.env._("This visit can't be moved online."),
            "both": self.env._("This visit can't be moved or cancelled online."),
        }
        if decision.reason == "late":
            return late[change] % self._get_length_words(decision.facts["hours"])
        if decision.reason == "not_allowed":
            return not_allowed[change]
        if decision.reason == "past":
            return self.env._("This visit has begun already, so it can't be changed online.")
        return self.env._("This visit can't be changed any more.")

    def _get_length_words(self, hours):
        """So many hours, or days when they are whole and more than two."""
        if hours > 48 and not hours % 24:
            return self.env._("%g days", hours / 24)
        return self.env._("%g hours", hours)

    def _explain_and_call(self, decision, change):
        """Why a change can't be made online, and what to do instead."""
        call = self.env._("Please call %s.", self._get_number_words())
        return f"{self._explain_change(decision, change)} {call}"

    def _get_number_words(self):
        """The location and its number, to be called."""
        location = self.location_id
        return f"{location.name}, {location.phone}" if location.phone else location.name

    def _get_moment_words(self, instant):
        values = self.location_id._get_time_values(instant)
        return f"{values['day']} {values['time']}"
