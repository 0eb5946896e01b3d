from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.instants import day_bounds, from_stored, get_day, to_stored
from ...engine.intervals import Interval
from ..family.res_partner import FRONT_DESK
from .clinic_desk_day import BILLING

WEEK = 7 * 24 * 3600
# In which states of a visit somebody else may still pay for it.
PAYABLE = ("booked", "arrived", "fulfilled")


class ClinicDeskVisit(models.AbstractModel):
    """What the desk sees of one visit, and moving it.

    Who moves a visit to a time is answered: it is done; or it is refused, with who stands there
    and the nearest times; or it is unusual, and takes a reason.
    """

    _name = "clinic.desk.visit"
    _inherit = ["clinic.desk"]
    _description = "A Visit at the Desk"

    # Shown

    @api.model
    def get_visit(self, visit_id):
        """What the popover says; nothing of what isn't there, or isn't the reader's to see."""
        self._verify_staff()
        visit = self._find("clinic.appointment", visit_id)
        if not visit:
            return {}
        is_desk = self.env.user.has_group(FRONT_DESK)
        coming = self._get_coming(visit)
        movable = self._get_movable(coming)
        return {
            "id": visit.id,
            "state": visit.state,
            "state_text": dict(visit._fields["state"]._description_selection(self.env))[
                visit.state
            ],
            "has_begun": visit.start <= fields.Datetime.now(),
            "service": visit.service_id.sudo().name,
            "practitioner": visit.practitioner_id.sudo().name,
            "location": visit.location_id.name,
            "time": visit.local_time,
            "people": [
                {**self._show_person(one, movable), **self._show_along(one)} for one in coming
            ],
            **self._show_payer(visit, coming.partner_id),
            "payers": self._show_payers(visit, coming.partner_id),
            "session": visit.session_text or "",
            "note": visit.desk_note or "",
            "hint": visit.time_finding or "",
            "reason": visit.time_reason or "",
            "may_book": is_desk,
            "may_invoice": self.env.user.has_group(BILLING),
            "is_fixed": visit.is_fixed,
            "is_confidential": visit.is_confidential,
            "may_hide": not visit.is_fixed
            and visit.state != "held"
            and len(visit.participant_ids) == 1,
            **self._show_series(visit),
            "outing": [
                self._show_together(one) for one in visit._get_outing() if one.state != "cancelled"
            ],
        }

    @api.model
    def _get_coming(self, visit):
        """Those who come, as far as the reader may see them."""
        return visit.participant_ids.filtered(lambda one: one.state != "cancelled")

    @api.model
    def _get_movable(self, coming):
        """Of several who come, those the front desk may move to another visit."""
        if len(coming) < 2 or not self.env.user.has_group(FRONT_DESK):
            return coming.browse()
        return coming.filtered(lambda one: one.state == "booked")

    @api.model
    def _show_series(self, visit):
        """The numbers of the visits of its series: this one and later ones, and all to come."""
        series = visit._get_series()
        return {
            "later_ids": series.filtered(lambda one: one.start >= visit.start).ids,
            "series_ids": series.ids,
        }

    @api.model
    def _show_together(self, visit):
        """One of the visits that were chosen together; those to come can be cancelled."""
        # Not everybody who sees who comes may read their contact.
        return {
            "id": visit.id,
            "time": visit._get_time_values()["time"],
            "names": ", ".join(one.name for one in self._get_coming(visit)),
            "may_cancel": visit.state == "booked" and visit.start > fields.Datetime.now(),
        }

    @api.model
    def _show_payer(self, visit, people):
        """Who pays, if the reader may see them; a child has no phone, who pays for it has.

        Nobody but the patient is called about a confidential visit.
        """
        payer = visit.payer_id._filtered_access("read")
        phone = not visit.is_confidential and (payer - people).phone
        return {"payer": payer.name or "", "payer_phone": phone or ""}

    @api.model
    def _show_payers(self, visit, people):
        """Among whom the front desk may choose who pays, while there is no invoice."""
        is_open = visit.state in PAYABLE and not visit.is_invoiced
        if not is_open or not self.env.user.has_group(FRONT_DESK):
            return []
        payers = visit.payer_id | self._get_payers(people)
        return [
            {"id": one.id, "name": one.name, "is_chosen": one == visit.payer_id} for one in payers
        ]

    @api.model
    def _get_payers(self, people):
        """Who may be asked to pay: those who come, and those who may pay for one of them."""
        authorities = self.env["clinic.authority"].search_fetch(
            [("person_id", "in", people.ids), ("kind", "=", "pay")], ["actor_id"]
        )
        candidates = people | authorities.actor_id._filtered_access("read")
        return candidates.filtered(self.env["clinic.family"]._decide_paying)

    @api.model
    def _show_person(self, participant, movable):
        """The name of who comes; the rest of those whose contact the reader may read."""
        person = participant.partner_id._filtered_access("read")
        return {
            "id": participant.partner_id.id,
            "name": participant.name or "",
            "phone": person.phone or "",
            "birth": self._format_day(person.birth_date),
            "participant_id": (participant & movable).id,
        }

    @api.model
    def _browse(self, visit_id):
        visit = self._find("clinic.appointment", visit_id)
        if not visit:
            raise UserError(self.env._("This visit isn't there any more."))
        return visit

    # Moved

    @api.model
    def get_nearest(self, visit_id):
        """Whose visit it is, and the nearest times: with the same practitioner, and with others."""
        self._verify_staff()
        visit = self._browse(visit_id)
        own, others = visit.practitioner_id, visit.service_id.practitioner_ids
        if not self.env.user.has_group(FRONT_DESK):
            others &= own
        return {
            "id": visit.id,
            "names": visit.patient_names or "",
            "service": visit.service_id.sudo().name,
            "practitioner": own.sudo().name,
            "time": visit.local_time,
            "same": self._find_nearest(visit, others & own),
            "others": [
                self._name_practitioner(place) for place in self._find_nearest(visit, others - own)
            ],
        }

    @api.model
    def _name_practitioner(self, place):
        practitioner = self.env["clinic.practitioner"].browse(place["practitioner_id"])
        return {
            **place,
            "text": self.env._(
                "%(time)s with %(practitioner)s",
                time=place["text"],
                practitioner=practitioner.sudo().name,
            ),
        }

    @api.model
    def get_free(self, visit_id, place, day_count=1):
        """Where the visit can go, as minutes of each practitioner and day.

        In the columns of the place's day, or of a week from it.
        """
        self._verify_staff()
        visit = self._browse(visit_id)
        location = self._find("clinic.location", place.get("location_id"))
        day = self._read_day(place.get("day"))
        if not (location and day):
            return {}
        practitioners = visit.service_id.practitioner_ids
        if not self.env.user.has_group(FRONT_DESK):
            practitioners &= visit.practitioner_id
        zone = location._get_zone()
        last = day + timedelta(days=min(max(int(day_count), 1), 7) - 1)
        window = Interval(day_bounds(day, zone).start, day_bounds(last, zone).stop)
        free = {}
        for slot in visit.service_id._get_free_at_desk(
            practitioners, location, window, visit._get_length(), without=visit
        ):
            shown = get_day(slot.start, zone)
            key = f"{slot.practitioner_id}-{shown}"
            free.setdefault(key, []).append(self._get_minutes(slot.start, shown, zone))
        return free

    @api.model
    def move(self, visit_id, place, length=False, reason=""):
        """Moves the visit to a place, or makes it so many minutes long.

        Answers with what became of it: ``done`` and the place to take it back to, ``refused``
        with the nearest times, or ``asks`` for a reason.
        """
        self._verify_staff()
        visit = self._browse(visit_id)
        values = self._read_change(visit, place, length)
        draft = visit.new(values, origin=visit)
        if objection := self._find_objection(draft, reason):
            return objection
        back = {
            "place": self._show_place(visit.practitioner_id, visit.location_id, visit.start),
            "length": visit._get_length() // 60,
            # What stood there without a reason may need one by now.
            "reason": visit.time_reason or reason or "",
            "note": self._get_waiting_note(visit),
        }
        visit.write({**values, **self._prepare_yes(reason)})
        return {"done": self._tell_done(visit), "back": back}

    @api.model
    def _get_waiting_note(self, visit):
        """Why a visit without hours waits, for those who may let it wait there again."""
        waits = visit.is_orphaned and self.env.user.has_group(FRONT_DESK)
        return (waits and visit.orphaned_note) or ""

    @api.model
    def let_wait(self, visit_id, place, length, note):
        """Takes a move back: the visit waits again where nobody works, for the reason it had."""
        self._verify_front_desk()
        visit = self._browse(visit_id)
        visit.check_access("write")
        values = self._read_change(visit, place, length)
        draft = visit.new(values, origin=visit)
        refusal = draft._get_impossible() or self._find_in_the_way(draft)
        if refusal or not (note or "").strip():
            raise UserError(refusal or self.env._("Please say why it waits."))
        # Nobody answers for the time, which takes a yes by hand: it is found among those that wait.
        visit.sudo().write(values)
        visit._note_orphaned(note)

    @api.model
    def _find_objection(self, draft, reason):
        """Why a visit isn't put there yet: ``refused``, or ``asks``; nothing when it may be."""
        refusal = draft._get_impossible() or self._find_in_the_way(draft)
        if refusal:
            return {"refused": refusal, "nearest": self._get_nearest(draft)}
        reasons = draft._get_unusual()
        if reasons and not self._prepare_yes(reason):
            return {"asks": draft._describe_unusual(reasons), "nearest": self._get_nearest(draft)}
        return {}

    @api.model
    def _prepare_yes(self, reason):
        """What is stored of a reason; the visit itself keeps none where nothing is unusual."""
        return {"time_reason": reason} if (reason or "").strip() else {}

    @api.model
    def _tell_done(self, visit):
        return self.env._("%(name)s: %(time)s", name=visit.patient_names, time=visit.local_time)

    @api.model
    def _read_change(self, visit, place, length):
        """The values to be written, without those that stay."""
        practitioner, location, start = self._read_place(place)
        if not (practitioner and location and start):
            raise UserError(self.env._("There is no such place on the day sheet."))
        seconds = self._read_minutes(length) * 60 if length else visit._get_length()
        wanted = {
            "practitioner_id": practitioner.id,
            "location_id": location.id,
            "start": start,
            "stop": start + timedelta(seconds=seconds),
        }
        now = {
            "practitioner_id": visit.practitioner_id.id,
            "location_id": visit.location_id.id,
            "start": visit.start,
            "stop": visit.stop,
        }
        changed = {name: value for name, value in wanted.items() if value != now[name]}
        if {"start", "stop"} & changed.keys():
            # One without the other would be filled in by the form's own rule.
            changed |= {"start": wanted["start"], "stop": wanted["stop"]}
        return changed

    @api.model
    def _find_in_the_way(self, draft):
        """Who has the practitioner at that time, in one sentence; nothing when nobody has."""
        found_sudo = self.env["clinic.appointment"].sudo().search(
            [
                ("practitioner_id", "=", draft.practitioner_id.id),
                ("state", "in", ("held", "booked", "arrived", "fulfilled")),
                ("blocked_start", "<", draft.blocked_stop),
                ("blocked_stop", ">", draft.blocked_start),
                ("id", "!=", draft._origin.id),
                "|", ("state", "!=", "held"), ("held_until", ">", fields.Datetime.now()),
            ],
            order="start",
            limit=1,
        )  # fmt: skip
        if not found_sudo:
            return ""
        if not found_sudo.sudo(False)._filtered_access("read"):
            return self.env._("%s has something else at that time.", draft.practitioner_id.name)
        return self.env._(
            "%(practitioner)s sees %(patients)s from %(start)s to %(stop)s.",
            practitioner=draft.practitioner_id.name,
            patients=found_sudo.patient_names or self.env._("somebody"),
            start=self._format_time(
                from_stored(found_sudo.start), found_sudo.location_id._get_zone()
            ),
            stop=self._format_time(
                from_stored(found_sudo.stop), found_sudo.location_id._get_zone()
            ),
        )

    @api.model
    def _get_nearest(self, draft):
        """The three free times nearest to what was asked for, as places.

        Where that practitioner doesn't give the service, of those who do, with their names.
        """
        wanted, giving = draft.practitioner_id._origin, draft.service_id._origin.practitioner_ids
        if not self.env.user.has_group(FRONT_DESK):
            giving &= draft._origin.practitioner_id
        if wanted in giving:
            return self._find_nearest(draft, wanted)
        return [self._name_practitioner(place) for place in self._find_nearest(draft, giving)]

    @api.model
    def _find_nearest(self, visit, practitioners):
        """The three free times of these that are nearest to a visit, stored or not, as places."""
        wanted = from_stored(visit.start)
        slots = visit.service_id._origin._get_nearest_at_desk(
            practitioners,
            visit.location_id._origin,
            Interval(wanted - WEEK, wanted + 2 * WEEK),
            wanted,
            visit._get_length(),
            without=visit._origin,
        )
        return [self._show_slot(slot) for slot in slots]

    @api.model
    def _show_slot(self, slot):
        location = self.env["clinic.location"].browse(slot.location_id)
        practitioner = self.env["clinic.practitioner"].browse(slot.practitioner_id)
        return self._show_place(practitioner, location, to_stored(slot.start))
